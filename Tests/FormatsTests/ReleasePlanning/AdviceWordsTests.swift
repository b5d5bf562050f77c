import Forecasting
import Formats
import River
import Series
import TestKit
import Testing

@Suite struct AdviceWordsTests {
    /// One dam that must store a flood for a town, and a neighbour that announces water.
    private func advice(highest: Double = 117) throws -> ReleaseAdvice {
        let table = try #require(
            StorageTable(rows: [.init(level: 80, storage: 1.2e9), .init(level: 122, storage: 4.2e9)]))
        let rating = try #require(RatingTable(inputs: [80, 122], outputs: [900, 1300]))
        let gates = try #require(GateGroup(id: "gates", count: 4, rating: .table(rating), leastSpacing: 7200))
        let dam = try #require(
            Dam(table: table, gates: gates, turbines: RatingTable(inputs: [80], outputs: [500])))
        let (north, south) = (try #require(PartyID("north")), try #require(PartyID("south")))
        let steps = 48
        let inflow = (0..<steps).map { step in
            let distance = (Double(step) - 20) / 9
            return 500 + 6000 / (1 + distance * distance)
        }
        let cascade = PlannedCascade(
            start: Instant(secondsSinceEpoch: 1_725_840_000), steps: steps, sharedSteps: 12,
            plants: [
                .init(
                    id: "dam", party: south, dam: dam,
                    rules: OperatingRules(levels: [
                        .init(kind: .normal, level: 112, quality: .estimated, source: "made")
                    ]),
                    level: 112, releaseBefore: 500, lowest: 85, season: 112, highest: highest, target: 112,
                    rampMax: 1000,
                    notice: 4 * 3600)
            ],
            towns: [
                .init(
                    id: "town", party: south, alarms: [2000, 3000],
                    rating: RatingTable(inputs: [0, 10_000], outputs: [10, 20]))
            ],
            reaches: [.init(from: 0, to: .town(0), kernel: [.init(lag: 3, weight: 1)])],
            members: (0..<2).map { member in
                .init(
                    toPlants: [inflow.map { $0 * (member == 0 ? 0.9 : 1.1) }],
                    toTowns: [inflow.map { $0 * 0.1 }])
            })
        #expect(cascade.fault == nil)
        let announced = ReleaseIntention(
            plant: "upper", party: north, arrivals: [.init(at: .town(0), kernel: [.init(lag: 1, weight: 1)])],
            flow: (0..<steps).map { (10..<40).contains($0) ? 400 : 0 }, band: 0.8...1.2)
        return AdviceMaker(cascade, intentions: [announced]).advice()
    }

    private var words: AdviceWords {
        AdviceWords(names: ["town": LocalizedText(vi: "Thị xã", zh: "城镇", en: "Town")], zone: 7 * 3600)
    }

    @Test func `reasons, waiting, rules and proposals are sentences in three languages without open slots`() throws {
        let advice = try advice()
        #expect(advice.plan.reason == nil)
        let catalogues = try Catalogues.sample()
        var all = words.reasons(advice, catalogues) + words.rules(advice, catalogues)
        all += words.proposals(advice, catalogues) + [try #require(words.waiting(advice, catalogues))]
        #expect(!advice.proposals.isEmpty && !advice.reasons.isEmpty && !advice.rules.towns.isEmpty)
        for text in all {
            for sentence in [text.vi, text.zh, text.en] {
                #expect(!sentence.contains("{") && !sentence.contains("advice."), "\(sentence)")
            }
            #expect(text.vi != text.en && text.zh != text.en)
        }
        #expect(all.contains { $0.en.contains("Town") } && all.contains { $0.zh.contains("城镇") })
        let asked = try #require(
            words.proposals(advice, catalogues).first { $0.en.contains("m3/s less from 2024-09-09 17:00 lowers") })
        #expect(asked.en.hasPrefix("upper: "))
        #expect(asked.en.contains(" cm)"), "centimetres where a rating is known: \(asked.en)")
    }

    @Test func `where limits contradict each other the sentences name them`() throws {
        let advice = try advice(highest: 112.05)
        #expect(advice.plan.reason != nil)
        let sentences = words.reasons(advice, try Catalogues.sample())
        #expect(sentences[0].en.contains("the rules are shown"))
        #expect(sentences.count > 1)
        #expect(words.waiting(advice, try Catalogues.sample()) == nil)
    }
}
