import Foundation
import Series
import Testing

/// Two nodes of one machine, `cn-yunnan` and `vn-lao-cai`, each a process of its own.
final class TwoNodes {
    let place: TemporaryPlace

    init() throws { place = try TemporaryPlace() }

    func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    /// A port that is free now.
    static func freePort() throws -> Int {
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

    func run(_ arguments: String..., status: Int32 = 0) throws -> Program.Outcome {
        try run(arguments, status: status)
    }

    func run(_ arguments: [String], status: Int32 = 0) throws -> Program.Outcome {
        let outcome = try Program.run(arguments: arguments)
        #expect(outcome.status == status, "\(arguments.prefix(2)): \(outcome.errors)")
        return outcome
    }

    /// A node of a party, listening on free ports.
    func make(_ party: String) throws -> (pages: Int, fingerprint: String) {
        let (peers, pages) = (try TwoNodes.freePort(), try TwoNodes.freePort())
        let made = try run(
            "init", "--party", party, "--dir", path("nodes"), "--address", "https://127.0.0.1:\(peers)", "--listen",
            "127.0.0.1:\(peers)", "--pages", "127.0.0.1:\(pages)", "--json")
        let document = try JSONSerialization.jsonObject(with: Data(made.output.utf8)) as? [String: Any]
        return (pages, try #require(document?["fingerprint"] as? String))
    }

    func node(_ party: String) -> [String] { ["--dir", path("nodes"), "--party", party] }

    func serve(_ party: String) throws -> Process {
        try Program.start(
            ["serve"] + node(party), output: place.url.appending(path: "\(party).out"),
            errors: place.url.appending(path: "\(party).err"))
    }

    /// Runs both until what it returns is called.
    func serveBoth() throws -> () -> Void {
        let processes = try ["cn-yunnan", "vn-lao-cai"].map { try serve($0) }
        return {
            for process in processes {
                process.interrupt()
                process.waitUntilExit()
            }
        }
    }

    /// Lets what Yunnan's stations read leave, from now on.
    func approve() throws {
        _ = try run(["gate", "approve", "cn-yunnan/*/*", "--by", "duty officer"] + node("cn-yunnan"))
    }

    /// Has Yunnan's node take readings in.
    func ingest(_ lines: [String]) throws {
        let header = "observed,received,station,property,value,unit,known,revision,supersedes,source,note"
        try Data(([header] + lines).joined(separator: "\n").appending("\n").utf8).write(
            to: URL(filePath: path("t.csv")))
        _ = try run(["ingest", path("t.csv")] + node("cn-yunnan"))
    }

    func ingest(_ lines: String...) throws { try ingest(lines) }

    /// Has Yunnan's node take in the hours of these days of one flood season's stages, counted from 1 June 2026.
    func ingest(days: ClosedRange<Int>) throws {
        let start = Instant(secondsSinceEpoch: 1_780_272_000)
        try ingest(
            days.flatMap { day in
                (0..<24).map { hour in
                    let time = start + Int64((day - 1) * 24 + hour) * 3_600
                    return "\(time),,manhao,stage,\(121 + Double((day * 7 + hour) % 90) / 100),m,observed,0,,made,"
                }
            })
    }

    /// Whether something comes true within a minute.
    func eventually(_ isTrue: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<300 {
            if try isTrue() { return true }
            usleep(200_000)
        }
        return false
    }

    /// Looks until the reader's node has that many rows, 30 s at most.
    func rows(_ count: Int) throws -> [[String: Any]] {
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
    var logs: String {
        ["cn-yunnan.err", "vn-lao-cai.err"].map { (try? String(contentsOfFile: path($0), encoding: .utf8)) ?? "" }
            .joined(separator: "--\n")
    }

    /// A page, fetched as plainly as can be.
    func page(at port: Int, _ path: String) throws -> String {
        try Program.python(
            "import sys,urllib.request;print(urllib.request.urlopen(sys.argv[1],timeout=20).read().decode())",
            ["http://127.0.0.1:\(port)\(path)"])
    }

    /// Has both take in the other's introduction.
    func meet(_ yunnan: (pages: Int, fingerprint: String), _ laoCai: (pages: Int, fingerprint: String)) throws {
        for (own, other, fingerprint) in [
            ("cn-yunnan", "vn-lao-cai", laoCai.fingerprint),
            ("vn-lao-cai", "cn-yunnan", yunnan.fingerprint.uppercased()),
        ] {
            _ = try run(["peer", "add", path("nodes/\(other).introduction"), "--fingerprint", fingerprint] + node(own))
        }
    }
}
