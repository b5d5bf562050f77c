import Foundation
import Storage
import TestKit

/// The built program as a user runs it.
struct Program {
    /// What a run printed and how it ended.
    struct Outcome: Equatable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Beside the test bundle that is running.
    static let path: String = {
        let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: running).deletingLastPathComponent().appending(path: "riparian").path(
            percentEncoded: false)
    }()

    /// Starts the program in the repository's folder; its output goes to files, so that nothing blocks.
    static func start(_ arguments: [String], output: URL, errors: URL) throws -> Process {
        _ = FileManager.default.createFile(atPath: output.path(percentEncoded: false), contents: nil)
        _ = FileManager.default.createFile(atPath: errors.path(percentEncoded: false), contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = Repository.root
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        return process
    }

    /// Runs a script of Python and gives what it printed.
    static func python(_ script: String, _ arguments: [String]) throws -> String {
        let outcome = try ChildProgram("/usr/bin/env", ["python3", "-c", script] + arguments).run()
        return String(decoding: outcome.output, as: UTF8.self)
    }

    /// Runs the program to its end.
    static func run(_ arguments: String...) throws -> Outcome { try run(arguments: arguments) }

    /// Makes a party's node in a folder of nodes, where there is none yet.
    static func makeNode(of party: String, in nodes: String) throws {
        guard !FileManager.default.fileExists(atPath: "\(nodes)/\(party)") else { return }
        let made = try run("init", "--party", party, "--dir", nodes)
        guard made.status == 0 else { throw Unmade(reason: made.errors) }
    }

    /// A node could not be made.
    struct Unmade: Error { let reason: String }

    /// Runs the program to its end.
    static func run(arguments: [String]) throws -> Outcome {
        let root = Repository.root.path(percentEncoded: false)
        let outcome = try ChildProgram(path, arguments, folder: root).run()
        return Outcome(
            status: outcome.status, output: String(decoding: outcome.output, as: UTF8.self),
            errors: String(decoding: outcome.errors, as: UTF8.self))
    }
}

/// A folder that goes away with the value.
final class TemporaryPlace {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "riparian-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
