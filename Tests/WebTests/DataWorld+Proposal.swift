import Forecasting
import NodeCore
import River
import Series
import Testing

@testable import Web

extension DataWorld {
    /// A made dam above a gauge, full to below its highest level, and what is proposed for it.
    static func proposal() throws -> (dam: StationID, advice: DamAdvice) {
        let table = try #require(StorageTable(area: 8e7, from: 80, to: 125))
        let rating = try #require(RatingTable(inputs: [100], outputs: [600]))
        let gates = try #require(GateGroup(id: "gates", count: 8, rating: .table(rating), leastSpacing: 7200))
        let dam = try #require(Dam(table: table, gates: gates, turbines: RatingTable(inputs: [90], outputs: [600])))
        let party = board.party
        let outlook = try #require(
            DamOutlook(
                dam: dam,
                rules: OperatingRules(levels: [.init(kind: .normal, level: 120, quality: .estimated, source: "made")]),
                terms: .init(lowest: 90, highest: 120.5, horizon: 24), party: party))
        let (id, gauge) = (try #require(StationID("thac-ba-dam")), try #require(StationID("lao-cai")))
        let state = DamOutlook.State(
            time: board.now, level: 119.8, inflow: 1_800, release: 600, gatesOpen: 0)
        let advice = DamAdvice(
            outlook.advice(from: state, below: .init(id: gauge.text, party: party, hours: 4)), state: state,
            read: board.now - 1_800, quality: .believed, below: (gauge, 4))
        return (id, advice)
    }
}
