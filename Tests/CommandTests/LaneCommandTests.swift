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
