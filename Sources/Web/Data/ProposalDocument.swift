import Accord
import Forecasting
import Formats
import River
import Series

/// What is proposed for a reservoir, as its page shows it, for programs. A person decides.
enum ProposalDocument {
    static func json(_ dam: DamAdvice) -> JSONValue {
        let plant = dam.advice.plants.first
        return [
            "basis": dam.advice.plan.reason == nil ? "plan" : "rules", "read": .time(dam.read),
            "quality": .string(dam.quality.rawValue), "from": .time(dam.state.time), "step_seconds": .integer(3600),
            "shared_steps": .integer(plant?.ordered.count ?? 0), "release_m3_s": bands(plant?.releases),
            "level_m": bands(plant?.levels), "gates": .array((plant?.gateSteps ?? []).map(\.json)),
            "below": below(dam),
        ]
    }

    private static func bands(_ bands: [ReleaseAdvice.Band]?) -> JSONValue { .array((bands ?? []).map(\.json)) }

    /// What the dam's own water does at the first gauge below.
    private static func below(_ dam: DamAdvice) -> JSONValue {
        guard let below = dam.below, let town = dam.advice.towns.first else { return .null }
        return [
            "station": .string(below.station.text), "hours": .integer(below.hours),
            "peak_by_rules_m3_s": town.before.json, "peak_m3_s": town.after.json,
        ]
    }
}
