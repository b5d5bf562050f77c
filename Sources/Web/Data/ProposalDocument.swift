import Accord
import Forecasting
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
            "level_m": bands(plant?.levels), "gates": .array((plant?.gateSteps ?? []).map { gate($0) }),
            "below": below(dam),
        ]
    }

    private static func bands(_ bands: [ReleaseAdvice.Band]?) -> JSONValue { .array((bands ?? []).map { band($0) }) }

    private static func band(_ band: ReleaseAdvice.Band) -> JSONValue {
        ["low": .finite(band.low), "middle": .finite(band.middle), "high": .finite(band.high)]
    }

    private static func gate(_ step: ReleaseAdvice.GateStep) -> JSONValue {
        [
            "time": .time(step.time), "gate": .integer(step.gate), "opens": .bool(step.opens),
            "notice_by": .time(step.noticeBy),
        ]
    }

    /// What the dam's own water does at the first gauge below.
    private static func below(_ dam: DamAdvice) -> JSONValue {
        guard let below = dam.below, let town = dam.advice.towns.first else { return .null }
        return [
            "station": .string(below.station.text), "hours": .integer(below.hours),
            "peak_by_rules_m3_s": band(town.before), "peak_m3_s": band(town.after),
        ]
    }
}
