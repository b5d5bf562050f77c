import Accord
import Series
import Storage

/// What stands between a party's own store and its lanes: only what a clause grants an audience enters that audience's
/// lane, and nothing else ever leaves.
struct OutboundGate: Sendable {
    let party: PartyID
    let agreement: Agreement

    /// The lanes that an observation enters at `now`, and those that it enters after the delay of its clause; none for
    /// other parties' series.
    func lanes(for assessed: AssessedObservation, at now: Instant) -> (now: [String], later: [WaitingLane]) {
        let observation = assessed.observation
        guard observation.series.provider == party else { return ([], []) }
        var open: [String] = []
        var later: [WaitingLane] = []
        for item in agreement.audiences(for: observation.series, at: observation.observed) {
            // Sums over a period are not made yet: a clause that asks for them lets nothing single out.
            guard let provision = agreement.provision(item.clause), provision.aggregation == nil else { continue }
            let origin = LanePlace(party: party, agreement: agreement.id, audience: item.audience).origin
            let due = observation.observed + Int64(provision.minimumDelayMinutes ?? 0) * 60
            if provision.minimumDelayMinutes == nil || due <= now {
                open.append(origin)
            } else {
                later.append(WaitingLane(lane: origin, due: due))
            }
        }
        return (open, later)
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
