import Foundation
import TestKit
import Testing

/// `riparian lane verify` as a user runs it.
@Suite struct LaneCommandTests {
    private static let key = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"

    /// A copy of the published log with its last checkpoint.
    private func log() throws -> TemporaryPlace {
        let place = try TemporaryPlace()
        let source = try #require(Repository.sharedData).appending(path: "exchange/tlog")
        let folder = place.url.appending(path: "log")
        try FileManager.default.copyItem(at: source, to: folder)
        try FileManager.default.copyItem(
            at: folder.appending(path: "checkpoint.15"), to: folder.appending(path: "checkpoint"))
        return place
    }

    private func document(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test(.enabled(if: Repository.canUseSharedData, "\(Repository.sharedDataReason)"))
    func `a published log is sound, and a cut bundle is named`() throws {
        let place = try log()
        let folder = place.url.appending(path: "log").path(percentEncoded: false)
        let sound = try Program.run(
            "lane", "verify", folder, "--key", Self.key, "--old", folder + "/checkpoint.3", "--json")
        #expect(sound.status == 0 && sound.errors.isEmpty)
        let found = try document(sound)
        #expect(found.keys.sorted() == ["entries", "faults", "origin", "root", "size"])
        #expect(found["size"] as? Int == 15 && found["entries"] as? Int == 15)
        let bundle = URL(filePath: folder + "/tile/entries/000.p/15")
        try Data(contentsOf: bundle).dropLast(3).write(to: bundle)
        let cut = try Program.run("lane", "verify", folder, "--key", Self.key, "--json")
        let fault = try #require((try document(cut)["faults"] as? [[String: Any]])?.first)
        #expect(cut.status == 1 && fault["path"] as? String == "tile/entries/000.p/15")
        #expect(fault["index"] as? Int == 14 && fault["kind"] as? String == "cut")
        let older = try Program.run(
            "lane", "verify", folder, "--key", Self.key, "--old", folder + "/tile/0/000.p/3")
        #expect(older.status == 1 && older.output.contains("/old: altered"))
    }

    @Test(.enabled(if: Repository.canUseSharedData, "\(Repository.sharedDataReason)"))
    func `the folder's own key is used with a remark`() throws {
        let place = try log()
        let folder = place.url.appending(path: "log")
        let file = folder.appending(path: "lane.vkey")
        try Data((Self.key + "\n").utf8).write(to: file)
        let outcome = try Program.run("lane", "verify", folder.path(percentEncoded: false))
        #expect(outcome.status == 0 && outcome.errors.contains("agrees with itself"))
        let given = try Program.run(
            "lane", "verify", folder.path(percentEncoded: false), "--key", file.path(percentEncoded: false))
        #expect(given.status == 0 && given.errors.isEmpty)
    }

    @Test func `no lane and no key end with 2 and say what to do`() throws {
        for outcome in [
            try Program.run("lane", "verify", "no-such-folder"),
            try Program.run("lane", "verify", "no-such-folder", "--key", "no-key"),
        ] {
            #expect(outcome.status == 2 && outcome.errors.hasPrefix("riparian: error: "))
        }
    }
}

/// `riparian lane verify` of a lane on a web server.
@Suite(.enabled(if: WebServer.isAtHand, "python3 serves the files"))
struct LaneAddressTests {
    private let place: TemporaryPlace
    private let lane: String

    init() throws {
        place = try TemporaryPlace()
        lane = place.url.appending(path: "lane").path(percentEncoded: false)
        #expect(try Program.run("lane", "make", lane, "--entries", "600", "--old-sizes", "300").status == 0)
    }

    @Test func `a lane at an address is checked as one in a folder, and what is not there is named`() throws {
        let server = try WebServer(lane)
        defer { server.stop() }
        let key = lane + "/lane.vkey"
        let sound = try Program.run(
            "lane", "verify", server.address, "--key", key, "--old", lane + "/checkpoint.300", "--json")
        let folder = try Program.run("lane", "verify", lane, "--key", key, "--json")
        #expect(sound.status == 0 && sound.output == folder.output, "\(sound.errors)")
        let own = try Program.run("lane", "verify", server.address + "/")
        #expect(own.status == 0 && own.errors.contains("agrees with itself"))
        try FileManager.default.removeItem(atPath: lane + "/tile/entries/001")
        let missing = try Program.run("lane", "verify", server.address, "--key", key)
        #expect(missing.status == 1 && missing.output.contains("tile/entries/001: missing"))
        let tile = lane + "/tile/0/000"
        try Data(repeating: 0, count: 17_000_000).write(to: URL(filePath: tile))
        let long = try Program.run("lane", "verify", server.address, "--key", key)
        #expect(long.status == 2 && long.errors.contains("longer than a file of a lane can be"))
        let nothing = try Program.run("lane", "verify", server.address + "/none", "--key", key)
        #expect(nothing.status == 2 && nothing.errors.contains("serves no lane"))
    }

    @Test func `a server that is not there ends with 2`() throws {
        let outcome = try Program.run(
            "lane", "verify", "http://127.0.0.1:1/lane", "--key", lane + "/lane.vkey")
        #expect(outcome.status == 2 && outcome.errors.contains("nothing is known about the lane") == false)
        #expect(outcome.errors.hasPrefix("riparian: error: http://127.0.0.1:1/lane/checkpoint cannot be read"))
    }
}

/// A folder served on this machine.
private final class WebServer {
    static let python = "/usr/bin/python3"
    static var isAtHand: Bool { FileManager.default.isExecutableFile(atPath: python) }
    let address: String
    private let process: Process

    init(_ folder: String) throws {
        process = Process()
        process.executableURL = URL(filePath: WebServer.python)
        process.arguments = [
            "-u", "-c",
            """
            import functools, http.server as h
            s = h.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(h.SimpleHTTPRequestHandler, directory=\(
                String(reflecting: folder))))
            print(s.server_port, flush=True)
            s.serve_forever()
            """,
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = ""
        while !line.hasSuffix("\n") {
            guard let byte = try output.fileHandleForReading.read(upToCount: 1) else { break }
            line += String(decoding: byte, as: UTF8.self)
        }
        address = "http://127.0.0.1:\(line.trimmingCharacters(in: .whitespacesAndNewlines))"
    }

    /// Nobody waits for it: its end is of no interest.
    func stop() { process.terminate() }
}
