import Foundation
import Testing

/// Two nodes as two processes on this machine: from nothing to the partner's reading.
@Suite(.serialized) struct ServeCommandTests {
    private let place: TemporaryPlace

    init() throws { place = try TemporaryPlace() }

    private func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    /// A port that is free now.
    private static func freePort() throws -> Int {
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

    private func run(_ arguments: String..., status: Int32 = 0) throws -> Program.Outcome {
        let outcome = try Program.run(arguments: arguments)
        #expect(outcome.status == status, "\(arguments.prefix(2)): \(outcome.errors)")
        return outcome
    }

    /// A node of a party, listening on free ports.
    private func make(_ party: String) throws -> (pages: Int, fingerprint: String) {
        let (peers, pages) = (try ServeCommandTests.freePort(), try ServeCommandTests.freePort())
        let made = try run(
            "init", "--party", party, "--dir", path("nodes"), "--address", "https://127.0.0.1:\(peers)", "--listen",
            "127.0.0.1:\(peers)", "--pages", "127.0.0.1:\(pages)", "--json")
        let document = try JSONSerialization.jsonObject(with: Data(made.output.utf8)) as? [String: Any]
        return (pages, try #require(document?["fingerprint"] as? String))
    }

    private func node(_ party: String) -> [String] { ["--dir", path("nodes"), "--party", party] }

    private func serve(_ party: String) throws -> Process {
        try Program.start(
            ["serve"] + node(party), output: place.url.appending(path: "\(party).out"),
            errors: place.url.appending(path: "\(party).err"))
    }

    private func table(_ lines: String...) throws -> String {
        let header = "observed,received,station,property,value,unit,known,revision,supersedes,source,note"
        try Data(([header] + lines).joined(separator: "\n").appending("\n").utf8).write(
            to: URL(filePath: path("t.csv")))
        return path("t.csv")
    }

    /// Looks until the reader's node has that many rows, 30 s at most.
    private func rows(_ count: Int) throws -> [[String: Any]] {
        for _ in 0..<100 {
            let outcome = try Program.run(
                arguments: ["series", "cn-yunnan/manhao/stage", "--json"] + node("vn-lao-cai"))
            let rows = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]]
            if let rows, rows.count >= count { return rows }
            usleep(200_000)
        }
        return []
    }

    /// What both nodes have said.
    private var logs: String {
        ["cn-yunnan.err", "vn-lao-cai.err"].map { (try? String(contentsOfFile: path($0), encoding: .utf8)) ?? "" }
            .joined(separator: "--\n")
    }

    /// A page, fetched as plainly as can be.
    private func page(at port: Int, _ path: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            "import sys,urllib.request;print(urllib.request.urlopen(sys.argv[1],timeout=20).read().decode())",
            "http://127.0.0.1:\(port)\(path)",
        ]
        let output = place.url.appending(path: "page.html")
        _ = FileManager.default.createFile(atPath: output.path(percentEncoded: false), contents: nil)
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        return try String(contentsOf: output, encoding: .utf8)
    }

    @Test func `two nodes meet, and a reading of one stands on the other's page`() throws {
        let yunnan = try make("cn-yunnan")
        let laoCai = try make("vn-lao-cai")
        let asked = try Program.run(
            arguments: ["peer", "add", path("nodes/vn-lao-cai.introduction")] + node("cn-yunnan"))
        #expect(asked.status == 1 && asked.errors.contains(laoCai.fingerprint))
        let misheard = try Program.run(
            arguments: ["peer", "add", path("nodes/vn-lao-cai.introduction"), "--fingerprint", yunnan.fingerprint]
                + node("cn-yunnan"))
        #expect(misheard.status == 1 && misheard.errors.contains("do not go on"))
        for (own, other, fingerprint) in [
            ("cn-yunnan", "vn-lao-cai", laoCai.fingerprint),
            ("vn-lao-cai", "cn-yunnan", yunnan.fingerprint.uppercased()),
        ] {
            let added = try Program.run(
                arguments: ["peer", "add", path("nodes/\(other).introduction"), "--fingerprint", fingerprint]
                    + node(own))
            #expect(added.status == 0, "\(added.errors)")
        }
        let processes = try ["cn-yunnan", "vn-lao-cai"].map { try serve($0) }
        defer {
            for process in processes {
                process.interrupt()
                process.waitUntilExit()
            }
        }
        let approved = try Program.run(
            arguments: ["gate", "approve", "cn-yunnan/*/*", "--by", "duty officer"] + node("cn-yunnan"))
        #expect(approved.status == 0, "\(approved.errors)")
        let first = try table("2026-09-15T08:00+08:00,,manhao,stage,121.25,m,observed,0,,made,")
        #expect(try Program.run(arguments: ["ingest", first] + node("cn-yunnan")).status == 0)
        #expect(try rows(1).first?["value"] as? Double == 121.25, "\(logs)")
        let second = try table("2026-09-15T09:00+08:00,,manhao,stage,121.5,m,observed,0,,made,")
        #expect(try Program.run(arguments: ["ingest", second] + node("cn-yunnan")).status == 0)
        let both = try rows(2)
        #expect(both.map { $0["index"] as? Int } == [0, 1])
        #expect(both.allSatisfy { ($0["lane"] as? String)?.hasPrefix("riparian/cn-yunnan/") == true })
        let page = try page(at: laoCai.pages, "/vn-lao-cai/exchange?lang=en")
        #expect(page.contains("Lines to the neighbours") && page.contains("agrees"))
        let again = try Program.run(arguments: ["serve"] + node("cn-yunnan"))
        #expect(again.status == 2 && again.errors.contains("another process serves"))
    }
}
