import Accord
import Forecasting
import Foundation
import Series
import TestKit
import Testing

@testable import Formats

@Suite struct ScoreDocumentTests {
    private func bytes() throws -> [UInt8] {
        try Repository.bytes("Fixtures/verification/verification_golden.json")
    }

    private func expected() throws -> [String: Any] {
        let text = String(decoding: try bytes(), as: UTF8.self).replacing("NaN", with: "null")
        let golden = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return try #require(golden?["values"] as? [String: Any])
    }

    /// The largest distance; infinite where the shapes differ.
    private func distance(_ own: JSONValue, _ expected: Any) -> Double {
        switch own {
        case .null: return expected is NSNull ? 0 : .infinity
        case .number(let value): return (expected as? Double).map { (value - $0).magnitude } ?? .infinity
        case .array(let values):
            guard let list = expected as? [Any], list.count == values.count else { return .infinity }
            return zip(values, list).map { distance($0, $1) }.max() ?? 0
        default: return .infinity
        }
    }

    @Test func `every score of every package is met to 1e-12 under its name`() throws {
        let file = ScoreInput.File(bytes: try bytes(), name: "golden.json")
        let input = try ScoreInput(observed: file, simulated: file, members: file)
        let pairs = PairScores(observed: input.observed, simulated: try #require(input.simulated))
        let members = try #require(input.members)
        let events = EventScores(observed: input.observed, members: members, threshold: 60)
        var own = ScoreDocument.members(of: pairs)
        own.merge(ScoreDocument.members(of: pairs, threshold: 50)) { first, _ in first }
        own.merge(ScoreDocument.members(of: EnsembleScores(observed: input.observed, members: members))) { a, _ in a }
        own.merge(ScoreDocument.members(of: events, threshold: 60)) { first, _ in first }
        let golden = try expected()
        #expect(golden.count == 64)
        for (name, value) in golden {
            #expect(distance(own[name] ?? .bool(false), value) < 1e-12, "\(name)")
        }
    }

    private func table(_ text: String, _ column: String? = nil) -> ScoreInput.File {
        ScoreInput.File(bytes: Array(text.utf8), name: "t.csv", column: column)
    }

    @Test func `times that one file lacks are left out, and tables without times go row by row`() throws {
        let observed = table("time,Q\n2001-01-01,1\n2001-01-02,\n2001-01-03,3\n2001-01-04,4\n")
        let simulated = table("date,a,b\n2001-01-01,9,1.5\n2001-01-03,9,2.5\n2001-01-05,9,7\n", "b")
        let input = try ScoreInput(observed: observed, simulated: simulated, members: nil)
        #expect(input.observed == [1, 3] && input.simulated == [1.5, 2.5])
        let rows = try ScoreInput(
            observed: table("value\n1\n2\n"), simulated: nil, members: table("m1,m2\n1,2\n3,NA\n"))
        #expect(rows.observed == [1] && rows.members == [[1, 2]])
    }

    @Test(arguments: [
        ("value\n1\n2\n", "value\n1\n", "do not go with"), ("value\n1\n", "value\nx\n", "is no number"),
        ("time,value\n2001-01-01,1\n", "value\n1\n", "do not go with"),
        ("time,value\n2001-01-01,1\n", "time,value\n2001-01-02,1\n", "no time has a value"),
        ("time,a,b\n2001-01-01,1,2\n", "value\n1\n", "no column of values"), ("", "value\n1\n", "empty"),
        ("{\"sim\": [1]}", "value\n1\n", "no list obs"),
    ])
    func `inputs that do not go together are named`(_ observed: String, _ simulated: String, _ message: String) {
        #expect {
            _ = try ScoreInput(observed: table(observed), simulated: table(simulated), members: nil)
        } throws: { error in
            (error as? TableProblem)?.fault.message.contains(message) == true
        }
    }

    @Test(arguments: Language.allCases)
    func `plots are whole SVG documents with the words of their language`(_ language: Language) throws {
        let plots = ScorePlots(catalogue: try Catalogue.bundled(language))
        let drawn = [
            plots.series([1, 2, 3], [1, 2.5, 2]), plots.pairs([1, 2, 3], [1, 2.5, 2]), plots.ranks([1, 0, 4]),
            plots.reliability([(0, 0.1, 5), (0.5, nil, 0), (1, 0.9, 3)]),
            plots.series([Double](repeating: 2, count: 9000), [Double](repeating: 2, count: 9000)),
        ]
        for document in drawn {
            #expect(document.hasPrefix("<svg ") && document.hasSuffix("</svg>\n"))
            #expect(!document.contains("[score.") && !document.contains("nan") && !document.contains("inf"))
            #expect(document.utf8.count < 200_000)
        }
    }
}
