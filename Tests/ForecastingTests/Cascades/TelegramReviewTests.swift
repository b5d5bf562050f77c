import River
import Series
import Testing

@testable import Forecasting

@Suite struct TelegramReviewTests {
    private func telegram(
        _ hour: Int64, _ level: Double?, _ inflow: Double?, _ release: Double?, _ gates: Int? = nil
    ) -> TelegramReview.Telegram {
        .init(
            time: Instant(secondsSinceEpoch: 1_725_300_000 + hour * 3600), level: level, inflow: inflow,
            release: release, gatesOpen: gates)
    }

    private func review(
        _ telegrams: [TelegramReview.Telegram], lowest: Double = 90
    ) throws -> TelegramReview? {
        let table = try #require(StorageTable(area: 8e7, from: 80, to: 125))
        let rating = try #require(RatingTable(inputs: [100], outputs: [600]))
        let gates = try #require(GateGroup(id: "gates", count: 8, rating: .table(rating), leastSpacing: 7200))
        let dam = try #require(Dam(table: table, gates: gates, turbines: RatingTable(inputs: [90], outputs: [600])))
        let rules = OperatingRules(levels: [.init(kind: .normal, level: 120, quality: .estimated, source: "made")])
        return DamOutlook(
            dam: dam, rules: rules, terms: .init(lowest: lowest, highest: 120.5, horizon: 30),
            party: try #require(PartyID("south"))
        ).flatMap { TelegramReview($0, telegrams: telegrams) }
    }

    @Test func `the inflow between known levels agrees with storage and releases`() throws {
        let telegrams = [
            telegram(0, 119, 1000, 600, 0), telegram(6, nil, 3000, 1200), telegram(12, 120, 2000, 1800),
        ]
        let result = try #require(try review(telegrams)).run()
        #expect(result.hours.count == 12)
        #expect(result.factors.count == 1)
        #expect((try #require(result.hours.last).executedLevel - 120).magnitude <= 1e-9)
        let came = result.hours.reduce(0) { $0 + $1.inflow } * 3600
        #expect((came - 8e7 - (6 * 600 + 6 * 1200) * 3600).magnitude <= 1e-3)
        #expect(result.hours.allSatisfy { $0.plannedLevel.isFinite && $0.planned >= 0 })
        #expect(result.plans == 2)
    }

    @Test func `members know the telegrams of the past alone`() throws {
        let first = [telegram(0, 119, 1000, 600), telegram(8, 119.4, 5000, 600), telegram(12, 120, 2000, 600)]
        let other = [telegram(0, 119, 1000, 600), telegram(8, 119.4, 900, 600), telegram(12, 120, 2000, 600)]
        let (one, two) = (try #require(try review(first)), try #require(try review(other)))
        #expect(one.members(after: 7) == two.members(after: 7))
        #expect(one.members(after: 8) != two.members(after: 8))
    }

    @Test func `telegrams that cannot be reviewed are refused`() throws {
        #expect(try review([telegram(0, 119, 1000, 600)]) == nil)
        #expect(try review([telegram(0, nil, 1000, 600), telegram(12, 120, 2000, 600)]) == nil)
        #expect(try review([telegram(5, 119, 1000, 600), telegram(0, 120, 2000, 600)]) == nil)
        #expect(try review([telegram(0, 119, 1000, 600), telegram(5000, 120, 2000, 600)]) == nil)
        #expect(
            try review([telegram(0, 119, 1000, 600), telegram(12, 120, 2000, 600)], lowest: 130) == nil)
    }
}
