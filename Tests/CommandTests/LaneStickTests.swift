import Foundation
import TestKit
import Testing

/// `riparian lane export` and `riparian lane import`: a lane across a dead line.
@Suite struct LaneStickTests {
    private let place: TemporaryPlace
    private let origin = "riparian/cn-yunnan/red-river-illustrative/vn-lao-cai"
    private let lanes = "nodes/cn-yunnan/lanes/red-river-illustrative/cn-yunnan/vn-lao-cai"

    init() throws { place = try TemporaryPlace() }

    private func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    /// A lane of that many entries where a node keeps it.
    private func lane(_ entries: Int, _ name: String, fork: Int? = nil) throws -> String {
        let folder = path(name)
        try FileManager.default.createDirectory(
            atPath: (folder as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        var arguments = ["lane", "make", folder, "--entries", "\(entries)", "--origin", origin]
        if let fork { arguments += ["--fork-at", "\(fork)"] }
        let made = try Program.run(arguments: arguments)
        #expect(made.status == 0, "\(made.errors)")
        return folder
    }

    private func document(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.errors)")
    }

    private func take(_ stick: String, key: String, more: String...) throws -> Program.Outcome {
        try Program.run(
            arguments: [
                "lane", "import", stick, "--dir", path("nodes"), "--party", "vn-lao-cai", "--key", key, "--received",
                "2024-09-10T00:00Z", "--json",
            ] + more)
    }

    private func settle(_ origin: String) throws -> Program.Outcome {
        try Program.run(
            "lane", "settle", origin, "--by", "Duty officer", "--dir", path("nodes"), "--party", "vn-lao-cai")
    }

    @Test func `a lane travels in a folder and is taken once, then only what is new`() throws {
        let short = try lane(280, "short")
        let long = try lane(300, lanes)
        let (stick, key) = (path("stick"), short + "/lane.vkey")
        let first = try Program.run("lane", "export", short, stick, "--key", key, "--json")
        #expect(first.status == 0, "\(first.errors)")
        #expect(try Program.run("lane", "verify", stick, "--key", key).status == 0)
        let taken = try document(try take(stick, key: key))
        #expect(taken["entries"] as? Int == 280 && taken["recorded"] as? Int == 280)
        #expect((taken["refused"] as? [Any])?.isEmpty == true)
        let again = try document(try take(stick, key: key))
        #expect(again["entries"] as? Int == 0 && again["recorded"] as? Int == 0)
        // The stick is continued, with its earlier files left as they are.
        let second = try document(try Program.run("lane", "export", long, stick, "--key", key, "--json"))
        #expect(second["size"] as? Int == 300 && second["standing"] as? Int == 4)
        let rest = try take(stick, key: key, more: "--receipts")
        let news = try document(rest)
        #expect(rest.status == 0 && news["entries"] as? Int == 20)
        #expect(news["receipts_returned"] as? Int ?? 0 >= 1)
        #expect(FileManager.default.fileExists(atPath: stick + "/receipts/vn-lao-cai/0"))
        // An older stick is no fault.
        let old = path("old")
        #expect(try Program.run("lane", "export", short, old, "--key", key).status == 0)
        let older = try take(old, key: key)
        let nothing = try document(older)
        #expect(older.status == 0 && nothing["entries"] as? Int == 0)
    }

    @Test func `a tar file holds what a folder holds, and from a size on only what is lacking`() throws {
        let long = try lane(600, lanes)
        let key = long + "/lane.vkey"
        let (whole, rest) = (path("whole.tar"), path("rest.tar"))
        let all = try document(try Program.run("lane", "export", long, whole, "--key", key, "--json"))
        let some = try document(try Program.run("lane", "export", long, rest, "--key", key, "--from", "520", "--json"))
        #expect((some["written"] as? Int ?? 0) < (all["written"] as? Int ?? 0))
        let refused = try take(rest, key: key)
        #expect(refused.status == 1 && refused.output.contains("missing"), "\(refused.output)")
        let taken = try document(try take(whole, key: key))
        #expect(taken["entries"] as? Int == 600 && taken["recorded"] as? Int == 600)
        let twice = try Program.run("lane", "export", long, whole, "--key", key)
        #expect(twice.status == 2 && twice.errors.contains("nothing is overwritten"))
        let unpacked = path("unpacked")
        try FileManager.default.createDirectory(atPath: unpacked, withIntermediateDirectories: true)
        let tar = Process()
        tar.executableURL = URL(filePath: "/bin/tar")
        tar.arguments = ["-xf", whole, "-C", unpacked]
        try tar.run()
        tar.waitUntilExit()
        #expect(try Program.run("lane", "verify", unpacked, "--key", key).status == 0)
        let cut = path("cut.tar")
        try Data(contentsOf: URL(filePath: whole)).dropLast(70_000).write(to: URL(filePath: cut))
        #expect(try take(cut, key: key).status == 2)
    }

    @Test func `what is not as signed is refused, and a stick with another history is left as it is`() throws {
        let sound = try lane(300, lanes)
        let other = try lane(310, "other", fork: 10)
        let (stick, key) = (path("stick"), sound + "/lane.vkey")
        #expect(try Program.run("lane", "export", sound, stick, "--key", key).status == 0)
        let kept = try Data(contentsOf: URL(filePath: stick + "/checkpoint"))
        let forked = try Program.run("lane", "export", other, stick, "--key", key)
        #expect(forked.status == 1 && forked.errors.contains("forked"))
        #expect(try Data(contentsOf: URL(filePath: stick + "/checkpoint")) == kept)
        #expect(try take(stick, key: key).status == 0)
        let fork = path("fork")
        #expect(try Program.run("lane", "export", other, fork, "--key", key).status == 0)
        let history = try take(fork, key: key)
        #expect(history.status == 1 && history.output.contains("other-history"), "\(history.output)")
        // The node has written the proof, which anybody can check with the provider's key alone.
        let proof = path("nodes/vn-lao-cai/evidence/red-river-illustrative/cn-yunnan/vn-lao-cai/300.fork")
        let proven = try document(try Program.run("lane", "fork", proof, "--key", key, "--json"))
        #expect(proven["proof"] as? Bool == true && proven["hashes"] as? Int ?? 0 > 0)
        let more = try lane(320, "more")
        let later = path("later")
        #expect(try Program.run("lane", "export", more, later, "--key", key).status == 0)
        #expect(try take(later, key: key).status == 1, "nothing of the lane is read until a person has decided")
        let settled = try settle(origin)
        #expect(settled.status == 0 && settled.output.contains("read on by Duty officer"), "\(settled)")
        #expect(try document(try take(later, key: key))["entries"] as? Int == 20)
        #expect(try settle("riparian/x/y/z").status == 1)
        let bundle = URL(filePath: fork + "/tile/entries/001.p/54")
        try Data(contentsOf: bundle).dropLast(1).write(to: bundle)
        #expect(try take(fork, key: key).status == 1)
        #expect(try Program.run("lane", "export", fork, path("copy"), "--key", key).status == 1)
        #expect(!FileManager.default.fileExists(atPath: path("copy")))
        let stranger = try take(stick, key: "cn-yunnan+00000000+AAAA")
        #expect(stranger.status == 2)
    }
}
