import Foundation

/// Another program of this machine, run to its end.
///
/// Its output goes to files, and its end is asked of the system itself: nothing that another child of this process happens to
/// inherit keeps anybody waiting, which pipes and Foundation's `Process` cannot promise.
public struct ChildProgram: Sendable {
    /// What came of it.
    public struct Outcome: Hashable, Sendable {
        /// Its exit code; 128 and the number of the signal that ended it.
        public let status: Int32
        /// What it wrote to standard output.
        public let output: [UInt8]
        /// What it wrote to standard error.
        public let errors: [UInt8]
    }

    /// A program could not be run.
    public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// Why, in English.
        public let description: String
    }

    /// The program's file.
    public var path: String
    /// What it is given.
    public var arguments: [String]
    /// What it reads from standard input.
    public var input: [UInt8]
    /// Where it works; nil for where this process does.
    public var folder: String?
    /// s after which it is killed; nil waits for ever.
    public var limit: Double?
    /// Variables beside those of this process.
    public var variables: [String: String]

    /// Describes a run.
    public init(
        _ path: String, _ arguments: [String], input: [UInt8] = [], folder: String? = nil, limit: Double? = nil,
        variables: [String: String] = [:]
    ) {
        self.path = path
        self.arguments = arguments
        self.input = input
        self.folder = folder
        self.limit = limit
        self.variables = variables
    }

    /// Runs it; the calling thread waits.
    public func run() throws -> Outcome {
        let streams = try [input, [], []].map { try ChildStream(holding: $0) }
        let child = try spawn(streams)
        let status = ChildProgram.end(of: child, limit: limit)
        return Outcome(status: status, output: streams[1].bytes, errors: streams[2].bytes)
    }

    /// Runs it on a thread of its own.
    public func runAside() async throws -> Outcome {
        try await OwnThread.run { try run() }
    }

    private func spawn(_ streams: [ChildStream]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in streams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, stream.descriptor, Int32(number))
        }
        let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }.map { "\($0)=\($1)" }
        // The shell changes the folder: no call of the standard does, for a child alone.
        let moved = folder.map { ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", $0, path] + arguments }
        var given = (moved ?? [path] + arguments).map { strdup($0) } + [nil]
        var known = environment.map { strdup($0) } + [nil]
        defer { for text in given + known { free(text) } }
        var child = pid_t()
        let code = posix_spawn(&child, moved == nil ? path : "/bin/sh", &actions, nil, &given, &known)
        guard code == 0 else {
            throw Fault(description: "\(path) does not start: \(String(cString: strerror(code)))")
        }
        return child
    }

    /// Waits for a child, and kills it when it takes too long.
    private static func end(of child: pid_t, limit: Double?) -> Int32 {
        // Counted in pauses: only the executable reads clocks.
        var (state, pause, waited): (Int32, UInt32, Double) = (0, 1_000, 0)
        while true {
            let ended = waitpid(child, &state, WNOHANG)
            if ended == child { break }
            if ended < 0, errno != EINTR { return -1 }
            if let limit, waited > limit { kill(child, SIGKILL) }
            usleep(pause)
            waited += Double(pause) / 1e6
            pause = min(20_000, pause * 2)
        }
        let signal = state & 0x7F
        return signal == 0 ? (state >> 8) & 0xFF : 128 + signal
    }
}

/// A file without a name that stands for a stream of a child; no other child inherits it.
private final class ChildStream {
    let descriptor: Int32

    init(holding bytes: [UInt8]) throws {
        let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false)
        let name = "\(folder)/riparian-\(UUID().uuidString)"
        descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ChildProgram.Fault(description: "no temporary file can be made: \(String(cString: strerror(errno)))")
        }
        unlink(name)
        var left = bytes[...]
        while !left.isEmpty {
            let count = left.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                close(descriptor)
                throw ChildProgram.Fault(
                    description: "a temporary file cannot be written: \(String(cString: strerror(errno)))")
            }
            left = left.dropFirst(count)
        }
        lseek(descriptor, 0, SEEK_SET)
    }

    deinit { close(descriptor) }

    /// What stands in it.
    var bytes: [UInt8] {
        lseek(descriptor, 0, SEEK_SET)
        var (all, part): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 65_536))
        while true {
            let count = read(descriptor, &part, part.count)
            guard count > 0 else { return all }
            all += part[..<count]
        }
    }
}
