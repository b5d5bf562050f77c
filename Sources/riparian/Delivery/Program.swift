import Foundation

/// Another program of this machine, run once.
struct Program: Sendable {
    let path: String
    let arguments: [String]
    let input: String
    var seconds = 60.0

    init(_ path: String, _ arguments: [String], input: String = "", seconds: Double = 60) {
        self.path = path
        self.arguments = arguments
        self.input = input
        self.seconds = seconds
    }

    /// Runs it to its end; it is killed when it takes too long.
    ///
    /// - Throws: ``DeliveryFailure`` with the last line of what it complains of.
    func run() async throws {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw DeliveryFailure("\(path) is not installed")
        }
        let program = Process()
        program.executableURL = URL(filePath: path)
        program.arguments = arguments
        let (given, complaints) = (Pipe(), Pipe())
        program.standardInput = given
        program.standardOutput = FileHandle.nullDevice
        program.standardError = complaints
        let (ended, tell) = AsyncStream.makeStream(of: Int32.self)
        program.terminationHandler = { tell.yield($0.terminationStatus) }
        do { try program.run() } catch { throw DeliveryFailure("\(path) does not start") }
        let identifier = program.processIdentifier
        let limiting = Task {
            try await Task.sleep(for: .seconds(seconds))
            kill(identifier, SIGKILL)
        }
        defer { limiting.cancel() }
        // What programs are given here is smaller than a pipe holds.
        try? given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try? given.fileHandleForWriting.close()
        var statuses = ended.makeAsyncIterator()
        let status = await statuses.next() ?? -1
        guard status != 0 else { return }
        let words = String(decoding: (try? complaints.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
        let line = words.split(whereSeparator: \.isNewline).last.map(String.init) ?? "ended with \(status)"
        throw DeliveryFailure(String(line.prefix(200)))
    }
}
