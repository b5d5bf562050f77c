import Series
import TestKit
import Testing

@testable import River

@Suite struct OperatingRulesTests {
    private let town = StationID("town")!
    private let day = CivilDate(year: 2024, month: 7, day: 10)!

    private func level(
        _ kind: CharacteristicLevel.Kind, _ value: Double, _ period: String? = nil
    ) -> CharacteristicLevel {
        CharacteristicLevel(
            kind: kind, level: value, period: period.flatMap { YearlyPeriod(text: $0) },
            article: "made \(kind.rawValue)",
            quality: .estimated, source: "made")
    }

    private var rules: OperatingRules {
        OperatingRules(
            levels: [
                level(.beforeFlood, 105, "06-15/07-19"), level(.normal, 117), level(.check, 122),
                level(.floodStorage, 115),
            ],
            triggers: [
                DownstreamTrigger(
                    station: town, above: 11.5, endsBelow: 11, leadHours: 24, storeUpTo: 108, article: "made 7.3a")
            ], leastRelease: 200)
    }

    private func decide(
        _ level: Double, inflow: Double = 4000, release: Double = 2000, town expected: Double? = nil,
        hours: Double = 12, held: DownstreamTrigger? = nil, on date: CivilDate? = nil
    ) -> OperatingRules.Decision {
        rules.decide(
            OperatingRules.Situation(
                date: date ?? day, level: level, inflow: inflow, release: release, storageAboveSeason: 86.4e6,
                expected: expected.map { [town: [.init(hours: hours, level: $0)]] } ?? [:], held: held))
    }

    @Test func `the dam comes first, then the town, then the level of the season`() {
        #expect(decide(122, town: 13).mode == .damSafety)
        #expect(decide(122).release == .infinity)
        let hold = decide(106, town: 12)
        #expect((hold.mode, hold.release, hold.article) == (.hold, 2000, "made 7.3a"))
        #expect(decide(106, inflow: 50, town: 12).release == 200, "the least release leaves even then")
        #expect(decide(106, town: 12, hours: 25).mode == .drawDown, "too far ahead")
        #expect(decide(108, town: 12).mode == .drawDown, "filled as far as it may be")
        let down = decide(106)
        #expect((down.mode, down.release) == (.drawDown, 5000))
        #expect(decide(104).mode == .fill)
        #expect(decide(105).mode == .keep)
        #expect(decide(118.5).mode == .surcharge)
        #expect(decide(118.5).release == 4000 * 1.5)
    }

    @Test func `a town that is held is held until it is expected below the lower level`() {
        let trigger = rules.triggers[0]
        #expect(decide(106, town: 11.2).mode == .drawDown)
        #expect(decide(106, town: 11.2, held: trigger).mode == .hold)
        #expect(decide(106, town: 10.9, held: trigger).mode == .drawDown)
    }

    @Test func `where no level is known what comes is passed on`() {
        let bare = OperatingRules(levels: [])
        let decision = bare.decide(
            OperatingRules.Situation(date: day, level: 50, inflow: 300, release: 100))
        #expect((decision.mode, decision.release, decision.level) == (.keep, 300, nil))
    }

    @Test func `a flood is stored for the town, gates move one by one with their spacing, water is kept`() throws {
        let table = try #require(
            StorageTable(rows: [
                .init(level: 80, storage: 3.8e9), .init(level: 105, storage: 7.7e9), .init(level: 122, storage: 11e9),
            ]))
        let rating = try #require(RatingTable(inputs: [80, 122], outputs: [1200, 1800]))
        let gates = try #require(
            GateGroup(id: "bottom", count: 12, rating: .table(rating), leastSpacing: 2 * 3600))
        let operation = RuleOperation(
            rules: rules, pool: PoolSimulation(table: table), gates: gates, turbineCapacity: 2400)
        let inflow = (0...240).map { hour in
            let distance = (Double(hour) - 90) / 24
            return 3000 + 13_000 / (1 + distance * distance)
        }
        let run = operation.run(from: 105, on: day, inflow: inflow) { hour in
            [town: [.init(hours: 12, level: hour < 110 ? 12 : 9)]]
        }
        #expect(run.count == 240)
        #expect(run.contains { $0.mode == .hold })
        #expect(run.contains { $0.mode == .drawDown })
        let moves = (1..<run.count).filter { run[$0].gatesOpen != run[$0 - 1].gatesOpen }
        #expect(moves.count > 4)
        for (earlier, later) in zip(moves, moves.dropFirst()) { #expect(later - earlier >= 2) }
        for (earlier, later) in zip(run, run.dropFirst()) {
            #expect((later.gatesOpen - earlier.gatesOpen).magnitude <= 1)
        }
        #expect((run.map(\.release).max() ?? 0) <= 16_000 + 900, "no more leaves than came, to half a gate")
        let change = run.reduce(0) { $0 + ($1.inflow - $1.release) * 3600 }
        #expect((run[239].storage - 7.7e9 - change).magnitude <= 1e-9 * 11e9)
    }
}
