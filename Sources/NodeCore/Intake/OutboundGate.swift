import Accord
import Series

/// What stands between a party's own store and its lanes: only what a clause grants an audience enters that audience's
/// lane, and nothing else ever leaves.
struct OutboundGate: Sendable {
    let party: PartyID
    let agreement: Agreement

    /// The origins of the lanes that an observation enters when it leaves at `now`; empty for other parties' series.
    func lanes(for assessed: AssessedObservation, at now: Instant) -> [String] {
        let observation = assessed.observation
        guard observation.series.provider == party else { return [] }
        return agreement.audiences(for: observation.series, at: observation.observed, now: now).compactMap { item in
            // Sums over a period are not made yet: a clause that asks for them lets nothing single out.
            guard agreement.provision(item.clause)?.aggregation == nil else { return nil }
            return LanePlace(party: party, agreement: agreement.id, audience: item.audience).origin
        }
    }

    /// The observation as it leaves in a lane: rounded where the clause says so.
    func leaving(_ observation: Observation, lane: String) -> Observation {
        let clause = agreement.audiences(for: observation.series, at: observation.observed).first { item in
            LanePlace(party: party, agreement: agreement.id, audience: item.audience).origin == lane
        }?.clause
        guard let value = observation.value, let step = clause.flatMap({ agreement.provision($0)?.rounding })
        else { return observation }
        return Observation(
            series: observation.series, observed: observation.observed, received: observation.received,
            value: (value / step).rounded() * step, quality: observation.quality, known: observation.known,
            status: observation.status, revision: observation.revision, source: observation.source)
    }
}
