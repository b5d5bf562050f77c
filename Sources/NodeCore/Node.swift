import Accord
import Forecasting
public import River
public import Series
public import Storage

/// One party at work: it takes readings in, hands on what the agreement grants, takes over what it is granted, forecasts,
/// and answers what its duty page shows.
public actor Node {
    /// Who it is.
    public nonisolated let configuration: NodeConfiguration
    /// What it remembers.
    public nonisolated let database: NodeDatabase
    let effects: Effects
    let gate: OutboundGate
    /// Forecasts that the error model may still look at, oldest first; read once, then kept up.
    var archive: [StationForecast]?
    /// The sizes of own lanes whose files this process has written, by origin.
    var publishedSizes: [String: Int] = [:]

    /// Makes a node on an open database; lane files are made again from it by ``publishCheckpoints()``.
    public init(configuration: NodeConfiguration, database: NodeDatabase, effects: Effects) {
        self.configuration = configuration
        self.database = database
        self.effects = effects
        gate = OutboundGate(party: configuration.party, agreement: configuration.agreement)
    }

    /// The party that the node works for.
    public nonisolated var party: PartyID { configuration.party }

    /// Takes in this party's own readings and what others publish for everybody.
    ///
    /// Other parties' series come only through their lanes and are refused here. One transaction; the same batch twice
    /// changes nothing.
    ///
    /// - Parameter stated: printed differences to alarm levels, by origin.
    /// - Returns: one outcome a reading, in order.
    public func receive(
        _ batch: [ReceivedObservation], stated: [String: StatedDifference] = [:]
    ) throws -> [IntakeOutcome] {
        var refused: [String: IntakeRefusalReason] = [:]
        var verified: [VerifiedObservation] = []
        for received in batch {
            switch admit(received) {
            case .success(let item): verified.append(item)
            case .failure(let refusal): refused[received.origin] = refusal.reason
            }
        }
        let assessed = try IntakeAssessment.assess(
            verified, stated: stated, in: configuration.basin, database: database)
        let results = try keep(assessed, refused: refused)
        let outcomes = batch.map { IntakeOutcome(origin: $0.origin, result: results[$0.origin] ?? .alreadyKnown) }
        let recorded = outcomes.count { $0.result == .recorded }
        effects.log("intake: \(batch.count) readings, \(recorded) new, \(refused.count) refused")
        return outcomes
    }

    /// A refusal on its way.
    private struct Refusal: Error {
        let reason: IntakeRefusalReason
    }

    private func admit(_ received: ReceivedObservation) -> Result<VerifiedObservation, Refusal> {
        let series = received.observation.series
        switch configuration.agreement.verify(received, reader: party) {
        case .refused(let verdict): return .failure(Refusal(reason: .agreement(verdict)))
        case .admitted(let verified):
            guard series.provider == party || isPublished(verified.clause) else {
                return .failure(Refusal(reason: .notThroughLane(series)))
            }
            return .success(verified)
        }
    }

    /// Whether a clause lets everybody read.
    func isPublished(_ clause: String) -> Bool {
        configuration.agreement.provision(clause)?.readers == .everybody
    }

    /// Stores assessed observations and the entries of the lanes that they enter, in one transaction.
    private func keep(
        _ assessed: [AssessedObservation], refused: [String: IntakeRefusalReason]
    ) throws -> [String: IntakeOutcome.Result] {
        let now = effects.now()
        let records = assessed.map { item in
            let lanes = gate.lanes(for: item, at: now)
            return ObservationRecord(
                item.observation, origin: item.origin, lanes: lanes.now, waiting: lanes.later, stated: item.stated)
        }
        let refusals = refused.sorted { $0.key < $1.key }.map { origin, reason in
            Storage.IntakeRefusal(origin: origin, at: now, code: reason.code, reason: reason.sentence)
        }
        let outcome = try database.record(IntakeBatch(observations: records, refusals: refusals)) {
            lane, observations in
            try seal(observations, lane: lane)
        }
        var results = refused.mapValues { IntakeOutcome.Result.refused($0) }
        for (item, verdict) in zip(assessed, outcome.verdicts) {
            results[item.origin] =
                switch verdict {
                case .recorded: .recorded
                case .alreadyKnown: .alreadyKnown
                case .conflicting: .refused(.conflicting(item.observation.series))
                }
        }
        return results
    }

    func seal(_ observations: [Observation], lane: String) throws -> [SealedEntry] {
        let form = configuration.lanes
        return try form.entries(observations.map { gate.leaving($0, lane: lane) }).map { bytes in
            SealedEntry(bytes: bytes, leafHash: form.leafHash(bytes))
        }
    }
}
