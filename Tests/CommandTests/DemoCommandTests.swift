import Forecasting
import Foundation
import Series
import TestKit
import Testing

@Suite struct DemoCommandTests {
    private func run(_ folder: URL, _ name: String, parties: Int = 2) throws -> Program.Outcome {
        try Program.run(
            "demo", "--until-end", "--json", "--parties", "\(parties)", "--dir",
            folder.appending(path: name).path(percentEncoded: false))
    }

    private func members(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test func `two demonstrations of five nodes give the same bytes, with the keys of the contract`() throws {
        let place = try TemporaryPlace()
        let (one, two) = (try run(place.url, "one", parties: 5), try run(place.url, "two", parties: 5))
        #expect(one == two)
        #expect(one.status == 0)
        let (files, others) = (try served(place.url, "one"), try served(place.url, "two"))
        #expect(files == others)
        #expect(
            files.keys.contains { $0.contains("/receipts/") } && files.keys.contains { $0.hasSuffix("/checkpoint") })
        let document = try members(one)
        let parties = try #require(document["parties"] as? [[String: Any]])
        #expect(parties.count == 5 && parties.allSatisfy { $0["participation"] as? String == "joined" })
        let deliveries = try #require(document["deliveries"] as? [[String: Any]])
        let pairs = Set(deliveries.compactMap { $0["reader"] as? String })
        #expect(pairs == ["cn-yunnan", "vn-dien-bien", "vn-lai-chau", "vn-lao-cai", "vn-tuyen-quang"])
        #expect(deliveries.contains { ($0["delay_min"] as? Double ?? 0) > 5 }, "lines take their time")
        let keys = Set(document.keys)
        #expect(
            keys.isSuperset(of: [
                "event", "rows", "forecasts", "peaks", "warnings", "balance", "parties", "deliveries", "compliance",
            ]))
    }

    /// What every node serves: the files of its lanes and receipts, by path.
    private func served(_ folder: URL, _ name: String) throws -> [String: Data] {
        let root = folder.appending(path: name)
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root.path(percentEncoded: false)) {
            guard path.contains("/lanes/") || path.contains("/receipts/"),
                let data = FileManager.default.contents(atPath: root.appending(path: path).path(percentEncoded: false))
            else { continue }
            files[path] = data
        }
        return files
    }

    @Test func `who takes part is chosen, and a party that has not signed is named`() throws {
        let outcome = try Program.run("demo", "--until-end", "--parties", "cn-yunnan,vn-hai-phong")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("'vn-hai-phong' has not signed") && outcome.errors.contains("vn-lai-chau"))
        #expect(try Program.run("demo", "--until-end", "--parties", "6").status == 2)
        #expect(try Program.run("demo", "--until-end", "--loss", "2").status == 2)
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
                    "demo", "--until-end", "--json", "--parties", "2", "--dir",
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
        #expect(try served(place.url, "killed") == served(place.url, "reference"))
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
