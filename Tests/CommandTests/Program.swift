import Foundation
import TestKit
import Testing

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

    /// Runs the program to its end.
    static func run(_ arguments: String...) throws -> Outcome { try run(arguments: arguments) }

    /// Runs the program to its end.
    static func run(arguments: [String]) throws -> Outcome {
        let folder = try TemporaryPlace()
        let (output, errors) = (folder.url.appending(path: "out"), folder.url.appending(path: "err"))
        let process = try start(arguments, output: output, errors: errors)
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
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

/// A port that is free now.
func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
        }
    }
    try #require(port)
    return Int(UInt16(bigEndian: address.sin_port))
}

/// A page, fetched as plainly as can be.
func fetch(_ address: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
        "python3", "-c",
        "import sys,urllib.request;print(urllib.request.urlopen(sys.argv[1],timeout=20).read().decode())", address,
    ]
    let folder = try TemporaryPlace()
    let output = folder.url.appending(path: "page.html")
    _ = FileManager.default.createFile(atPath: output.path(percentEncoded: false), contents: nil)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    return try String(contentsOf: output, encoding: .utf8)
}
