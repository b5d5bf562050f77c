import River
import Series
import Testing

@testable import Forecasting

@Suite struct DamOutlookTests {
    private func outlook(lowest: Double = 90, horizon: Int = 30) throws -> DamOutlook? {
        let table = try #require(StorageTable(area: 8e7, from: 80, to: 125))
        let rating = try #require(RatingTable(inputs: [100], outputs: [600]))
        let gates = try #require(GateGroup(id: "gates", count: 8, rating: .table(rating), leastSpacing: 7200))
        let dam = try #require(Dam(table: table, gates: gates, turbines: RatingTable(inputs: [90], outputs: [600])))
        let rules = OperatingRules(levels: [.init(kind: .normal, level: 120, quality: .estimated, source: "made")])
        return DamOutlook(
            dam: dam, rules: rules, terms: .init(lowest: lowest, highest: 120.5, horizon: horizon),
            party: try #require(PartyID("south")))
    }

    private let start = Instant(secondsSinceEpoch: 1_725_300_000)

    @Test func `what may come begins at the last inflow, grows to its share, and falls by half in two days after`() {
        let members = DamOutlook.members(from: 1_000, hours: 100)
        #expect(members.count == 15 && members.allSatisfy { $0.count == 100 })
        #expect(members[0][0] == 1_000)
        let tripled = members[12]  // threefold within six hours
        #expect((tripled[5] - (1_000 + 2_000 * 5.5 / 6)).magnitude < 1e-9)
        #expect((tripled[6 + 48] - tripled[6] / 2).magnitude < 1e-3 * tripled[6])
        #expect(DamOutlook.members(from: 0, hours: 24).allSatisfy { $0.allSatisfy { $0 == 0 } })
    }

    @Test func `gates that no telegram names are those that the release needs beside the turbines`() throws {
        let outlook = try #require(try outlook())
        for (release, gates) in [(0.0, 0), (600, 0), (1_200, 1), (1_790, 2), (2_400, 3), (1e5, 8)] {
            #expect(outlook.gates(for: release, atLevel: 115) == gates, "\(release)")
        }
    }

    @Test func `a dam alone is a cascade of one plant, whose water alone comes to the place below after so many hours`()
        throws
    {
        let outlook = try #require(try outlook())
        let state = DamOutlook.State(time: start, level: 119.4, inflow: 1_500, release: 600, gatesOpen: 0)
        let below = DamOutlook.Below(id: "town", party: try #require(PartyID("south")), hours: 4)
        let cascade = outlook.cascade(from: state, below: below)
        #expect(cascade.plants.map(\.id) == ["dam"] && cascade.towns.map(\.id) == ["town"])
        #expect(cascade.reaches == [.init(from: 0, to: .town(0), kernel: [.init(lag: 4, weight: 1)])])
        #expect(cascade.members.map { $0.toPlants[0] } == DamOutlook.members(from: 1_500, hours: 30))
        #expect(cascade.members.allSatisfy { $0.toTowns == [[Double](repeating: 0, count: 30)] })
        #expect(cascade.start == start && cascade.steps == 30 && cascade.sharedSteps == 12)
    }

    @Test func `advice keeps the pool within its levels, is the same for the same readings, and says what comes below`()
        throws
    {
        let outlook = try #require(try outlook())
        let state = DamOutlook.State(time: start, level: 119.4, inflow: 1_500, release: 600, gatesOpen: 0)
        let below = DamOutlook.Below(id: "town", party: try #require(PartyID("south")), hours: 4)
        let (one, two) = (outlook.advice(from: state, below: below), outlook.advice(from: state, below: below))
        let plant = try #require(one.plants.first)
        #expect(plant.ordered.count == 12 && plant.ordered.allSatisfy { $0 >= 0 && $0.isFinite })
        #expect(plant == two.plants.first && one.towns == two.towns)
        #expect(one.plan.reason != nil || plant.levels.allSatisfy { $0.high <= 120.5 + 0.02 })
        #expect(one.towns.first?.id == "town" && (one.towns.first?.after.high ?? -1) >= 0)
        // A pool above its highest level is planned for too: what is, cannot be forbidden.
        let above = DamOutlook.State(time: start, level: 121, inflow: 2_000, release: 2_000, gatesOpen: 2)
        #expect(outlook.advice(from: above).plants.first?.ordered.count == 12)
    }

    @Test func `terms that make no sense give no outlook`() throws {
        #expect(try outlook(lowest: 130) == nil)
        #expect(try outlook(lowest: 70) == nil)
        #expect(try outlook(horizon: 12) == nil)
    }
}
