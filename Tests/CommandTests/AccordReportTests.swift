import Foundation
import TestKit
import Testing

/// `riparian accord report` on the nodes of a demonstration.
@Suite struct AccordReportTests {
    private let place: TemporaryPlace
    private let nodes: String

    init() throws {
        place = try TemporaryPlace()
        nodes = place.url.appending(path: "nodes").path(percentEncoded: false)
        let outcome = try Program.run("demo", "--until-end", "--json", "--dir", nodes)
        #expect(outcome.status == 0)
    }

    private func file(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    private func report(_ party: String, _ arguments: String...) throws -> Program.Outcome {
        try Program.run(arguments: ["accord", "report", "--dir", nodes, "--party", party] + arguments)
    }

    private let span = ["--from", "2024-09-07T00:00+07:00", "--to", "2024-09-12T00:00+07:00"]

    @Test func `two nodes print the same bytes from the manifest that both have in common`() throws {
        let first = try report(
            "vn-lao-cai", span[0], span[1], span[2], span[3], "--shared-with", "cn-yunnan", "--write-manifest",
            file("first.json"), "--format", "json")
        #expect(first.status == 0)
        let second = try report(
            "cn-yunnan", "--common-with", file("first.json"), "--write-manifest", file("common.json"), "--format", "csv"
        )
        #expect(second.status == 0)
        for format in ["html", "json", "csv"] {
            let outcomes = try ["vn-lao-cai", "cn-yunnan"].map {
                try report($0, "--manifest", file("common.json"), "--format", format)
            }
            #expect(outcomes[0].status == 0)
            #expect(outcomes[0] == outcomes[1])
            #expect(!outcomes[0].output.isEmpty)
        }
        let page = try report("cn-yunnan", "--manifest", file("common.json"), "--language", "vi")
        #expect(page.output.contains("Mô phỏng") && page.output.contains("minh họa"))
        #expect(!page.output.contains("lang=\"en\""))
    }

    @Test func `what a node lacks is named, and nothing is printed`() throws {
        let all = try report(
            "vn-lao-cai", span[0], span[1], span[2], span[3], "--write-manifest", file("all.json"), "--format", "csv")
        #expect(all.status == 0)
        let refused = try report("cn-yunnan", "--manifest", file("all.json"), "--format", "csv")
        #expect(refused.status == 1)
        #expect(refused.output.isEmpty)
        #expect(
            refused.errors.contains("the lane riparian/vn-tuyen-quang/red-river-illustrative/vn-lao-cai is not held"))
    }

    @Test func `wrong usage says what was expected, and no file is overwritten`() throws {
        try Data("kept".utf8).write(to: URL(filePath: file("old")))
        let cases: [([String], String)] = [
            ([], "--from and --to"), (["--manifest", file("absent.json")], "absent or unreadable"),
            (["--manifest", file("old")], "not an evidence manifest: line 1, column 1"),
            (span + ["--language", "fr"], "vi, zh-Hans or en"), (span + ["--output", file("old")], "exists"),
            (["--from", "2024-09-02T00:00Z", "--to", "2024-09-01T00:00Z"], "longer span"),
            (["--from", "2024-09-01", "--to", "2024-09-02T00:00Z"], "is not a time"),
            (span + ["--shared-with", "mars"], "is no party of the agreement"),
        ]
        for (arguments, words) in cases {
            let outcome = try Program.run(
                arguments: ["accord", "report", "--dir", nodes, "--party", "vn-lao-cai", "--format", "csv"] + arguments)
            #expect(outcome.status == 2, "\(arguments)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
        }
        #expect(try String(contentsOf: URL(filePath: file("old")), encoding: .utf8) == "kept")
        let nobody = try Program.run(arguments: ["accord", "report", "--dir", nodes, "--party", "vn-national"] + span)
        #expect(nobody.status == 2)
    }
}
