import Foundation
import TestKit
import Testing

/// `riparian lane fork` and `lane settle` as a user runs them.
@Suite struct ForkCommandTests {
    private let place: TemporaryPlace
    private let one: String
    private let other: String
    private var key: String { one + "/lane.vkey" }

    /// One invented lane with two histories that part at entry 20.
    init() throws {
        place = try TemporaryPlace()
        one = place.url.appending(path: "one").path(percentEncoded: false)
        other = place.url.appending(path: "other").path(percentEncoded: false)
        #expect(try Program.run("lane", "make", one, "--entries", "30", "--old-sizes", "10,25").status == 0)
        #expect(
            try Program.run("lane", "make", other, "--entries", "30", "--old-sizes", "10,25", "--fork-at", "20").status
                == 0)
    }

    private func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    private func document(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test func `a proof is made of two checkpoints, and checked with the key alone`() throws {
        let file = path("30.fork")
        let made = try Program.run(
            "lane", "fork", "--make", one + "/checkpoint", other + "/checkpoint", "--key", key, "--output", file)
        #expect(made.status == 0 && made.output.contains("a proof: two histories of its first 30 entries"), "\(made)")
        let checked = try Program.run("lane", "fork", file, "--key", key, "--json")
        let found = try document(checked)
        #expect(checked.status == 0 && found["proof"] as? Bool == true && found["hashes"] as? Int == 0)
        #expect(found.keys.sorted() == ["checkpoints", "hashes", "keys", "origin", "proof", "reason"])
        let again = try Program.run(
            "lane", "fork", "--make", one + "/checkpoint", other + "/checkpoint", "--key", key, "--output", file)
        #expect(again.status == 2 && again.errors.contains("nothing is overwritten"))
    }

    @Test func `what is no proof ends with 1 and its reason, and nothing is written`() throws {
        for (left, right, reason) in [
            (one + "/checkpoint", one + "/checkpoint", "the same root"),
            (one + "/checkpoint.10", other + "/checkpoint.10", "the same root"),
            (one + "/checkpoint.25", other + "/checkpoint", "the lane may have grown"),
        ] {
            let outcome = try Program.run(
                "lane", "fork", "--make", left, right, "--key", key, "--output", path("none.fork"))
            #expect(outcome.status == 1 && outcome.output.contains(reason), "\(outcome)")
        }
        #expect(!FileManager.default.fileExists(atPath: path("none.fork")))
    }

    @Test func `a damaged file, another key and missing files end with a line that says what to do`() throws {
        let file = path("30.fork")
        _ = try Program.run(
            "lane", "fork", "--make", one + "/checkpoint", other + "/checkpoint", "--key", key, "--output", file)
        let text = String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
        let damaged = path("damaged.fork")
        try Data(text.replacing("\n30\n", with: "\n030\n").utf8).write(to: URL(filePath: damaged))
        let bad = try Program.run("lane", "fork", damaged, "--key", key)
        #expect(bad.status == 2 && bad.errors.hasPrefix("riparian: error: no fork proof: "), "\(bad.errors)")
        #expect(bad.errors.contains("\(damaged):3:1)"))
        let root = path("root.key")
        #expect(try Program.run("key", "root", "--party", "vn-lao-cai", "--output", root).status == 0)
        let foreign = try Program.run("lane", "fork", file, "--key", root + ".vkey")
        #expect(foreign.status == 1 && foreign.output.contains("no proof: the key is called"), "\(foreign)")
        #expect(try Program.run("lane", "fork", path("none"), "--key", key).status == 2)
        #expect(try Program.run("lane", "fork", file).status == 2)
        #expect(try Program.run("lane", "fork", "--make", one + "/checkpoint", "--key", key).status == 2)
    }
}
