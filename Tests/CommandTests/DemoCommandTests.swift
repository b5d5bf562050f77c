import Forecasting
import Foundation
import Series
import TestKit
import Testing

@Suite struct DemoCommandTests {
    private func run(_ folder: URL, _ name: String) throws -> Program.Outcome {
        try Program.run(
            "demo", "--until-end", "--json", "--dir", folder.appending(path: name).path(percentEncoded: false))
    }

    private func members(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test func `two demonstrations give the same bytes, with the keys of the contract`() throws {
        let place = try TemporaryPlace()
        let (one, two) = (try run(place.url, "one"), try run(place.url, "two"))
        #expect(one == two)
        #expect(one.status == 0)
        let keys = Set(try members(one).keys)
        #expect(
            keys.isSuperset(of: [
                "event", "rows", "forecasts", "peaks", "warnings", "balance", "parties", "deliveries", "compliance",
            ]))
    }

    /// 30 kills in an ordinary run, more under `make soak`.
    @Test func `kill -9 at any moment, as often as you like, leaves the same final tables`() throws {
        let place = try TemporaryPlace()
        let reference = try run(place.url, "reference")
        let kills = ProcessInfo.processInfo.environment["RIPARIAN_SOAK"] == nil ? 30 : 300
        var generator = SeededGenerator(seed: 20_240_909)
        for _ in 0..<kills {
            let process = try Program.start(
                [
                    "demo", "--until-end", "--json", "--dir",
                    place.url.appending(path: "killed").path(percentEncoded: false),
                ],
                output: place.url.appending(path: "out"), errors: place.url.appending(path: "err"))
            usleep(useconds_t(30_000 + generator.next(below: 600_000)))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let after = try run(place.url, "killed")
        #expect(after.status == 0)
        #expect(after.output == reference.output)
        #expect(after.errors.isEmpty)
    }

    @Test func `a reading that is not granted is nowhere in the reader's folder`() throws {
        let place = try TemporaryPlace()
        let outcome = try run(place.url, "nodes")
        let deliveries = try #require(try members(outcome)["deliveries"] as? [[String: Any]])
        #expect(deliveries.contains { $0["series"] as? String == "vn-lao-cai/bao-ha/stage" })
        let reader = place.url.appending(path: "nodes/cn-yunnan")
        let owner = place.url.appending(path: "nodes/vn-lao-cai")
        // Van Ban's 89.67 m belongs to Lao Cai alone
        let secrets = [Array("vn-lao-cai/van-ban".utf8), bigEndian(89.67), littleEndian(89.67)]
        #expect(try secrets.contains { try contains(owner, $0) })
        for secret in secrets { #expect(try !contains(reader, secret)) }
    }

    @Test func `a node's folder holds its papers, and its key alone under lock`() throws {
        let place = try TemporaryPlace()
        _ = try run(place.url, "nodes")
        let node = place.url.appending(path: "nodes/vn-lao-cai")
        let paper = try String(contentsOf: node.appending(path: "node.yaml"), encoding: .utf8)
        #expect(paper.contains("party: vn-lao-cai") && paper.contains("cn-yunnan: \"riparian/cn-yunnan+"))
        let key = node.appending(path: "keys/lane.key")
        let mode = try FileManager.default.attributesOfItem(atPath: key.path())[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(!paper.contains(try Data(contentsOf: key).base64EncodedString()))
        let files = try FileManager.default.contentsOfDirectory(atPath: node.path())
        #expect(Set(files).isSuperset(of: ["agreements", "keys", "lanes", "node.sqlite", "node.yaml"]))
    }

    @Test func `a place where no folder can be made is named, with advice`() throws {
        let place = try TemporaryPlace()
        let file = place.url.appending(path: "file")
        try Data().write(to: file)
        let outcome = try run(place.url, "file")
        #expect(outcome.status == 2)
        #expect(outcome.errors.hasPrefix("riparian: error: the folder "))
        #expect(outcome.errors.contains("--dir"))
        #expect(outcome.output.isEmpty)
    }

    private func bigEndian(_ value: Double) -> [UInt8] { littleEndian(value).reversed() }

    private func littleEndian(_ value: Double) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * $0)) }
    }

    /// Whether a file below the folder holds these bytes.
    private func contains(_ folder: URL, _ bytes: [UInt8]) throws -> Bool {
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files {
            guard let data = try? Data(contentsOf: file) else { continue }
            count += 1
            if data.range(of: Data(bytes)) != nil { return true }
        }
        #expect(count > 0)
        return false
    }
}
