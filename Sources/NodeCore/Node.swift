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
    var gate: OutboundGate
    /// Which change of what people have said the rules of the gate know; nil before they are read.
    var gateVersion: String?
    /// Whether this process has seen to it that every kept receipt has its file.
    var receiptFilesAreWhole = false
    /// What is known of each series that came in, by series.
    var desks: [SeriesID: SeriesDesk] = [:]
    /// Forecasts that the error model may still look at, oldest first; read once, then kept up.
    var archive: [StationForecast]?
    /// Own lanes that are held, by origin, as whoever runs the node has been told.
    var toldHolds: [String: LaneHold] = [:]
    /// When this process has answered the last test entry of a party.
    var lastDrillAnswers: [PartyID: Instant] = [:]
    /// What this process has stated last of other parties' clocks.
    var statedClocks: [PartyID: LaneClock] = [:]
    /// The register of provisions as the store had it last; nil before it is read.
    var registerBook: RegisterBook?
    /// The latest messages as the store had them last.
    var messageShelf = MessageShelf()
    /// What this process has written of own lanes, by origin.
    var served: [String: ServedLane] = [:]

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
    /// Other parties' series come only through their lanes and are refused here. One transaction, which also holds the
    /// lane entries and their signed checkpoints: what this answers is durable. The same batch twice changes nothing. While
    /// a batch is being written, the next one is checked and sealed; they are kept in the order in which they came.
    ///
    /// - Parameter stated: printed differences to alarm levels, by origin.
    /// - Returns: one outcome a reading, in order.
    public func receive(
        _ batch: [ReceivedObservation], stated: [String: StatedDifference] = [:]
    ) async throws -> [IntakeOutcome] {
        try readGateRules()
        let now = effects.now()
        var arrivals = Arrivals(count: batch.count)
        for (place, received) in batch.enumerated() {
            let desk = desk(of: received.observation.series)
            switch admit(received) {
            case .success(let verified):
                let difference = stated.isEmpty ? nil : stated[received.origin]
                arrivals.add(ArrivingObservation(verified: verified, stated: difference), at: place, desk: desk)
            case .failure(let refusal): arrivals.refuse(refusal.reason, at: place)
            }
        }
        do {
            try assess(&arrivals, at: now)
            let refusals = arrivals.refusals.map { place, reason in
                Storage.IntakeRefusal(origin: batch[place].origin, at: now, code: reason.code, reason: reason.sentence)
            }
            let intake = IntakeBatch(observations: arrivals.records, refusals: refusals)
            let outcome = try await database.recordInTurn(intake, sealing: sealing(at: now))
            arrivals.settle(outcome.verdicts)
        } catch {
            arrivals.forgetDesks()
            throw error
        }
        let outcomes = zip(batch, arrivals.results).map { IntakeOutcome(origin: $0.origin, result: $1) }
        let recorded = outcomes.count { $0.result == .recorded }
        effects.log("intake: \(batch.count) readings, \(recorded) new, \(arrivals.refusals.count) refused")
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
    nonisolated func isPublished(_ clause: String) -> Bool {
        configuration.agreement.provision(clause)?.readers == .everybody
    }

    /// What is known of a series.
    func desk(of series: SeriesID) -> SeriesDesk {
        if let desk = desks[series] { return desk }
        let desk = SeriesDesk(series, basin: configuration.basin, plan: gate.plan(for: series))
        desks[series] = desk
        return desk
    }

    /// Series by series: neighbours in time are neighbours in the store and in the entries.
    private func assess(_ arrivals: inout Arrivals, at now: Instant) throws {
        for pile in arrivals.desks {
            for item in try pile.desk.assess(pile.arriving, database: database) {
                arrivals.records.append(
                    ObservationRecord(
                        item.observation, origin: item.origin,
                        departures: pile.desk.plan.departures(of: item.observation, at: now), stated: item.stated))
            }
        }
    }
}

/// A batch on its way in, series by series, each reading with its place in the batch.
struct Arrivals {
    /// The readings of one series.
    struct DeskPile {
        let desk: SeriesDesk
        var arriving: [ArrivingObservation] = []
        var places: [Int] = []
    }

    /// By series, in the order of their first reading.
    private(set) var desks: [DeskPile] = []
    /// What is to be kept: pile after pile.
    var records: [ObservationRecord] = []
    private(set) var refusals: [(place: Int, reason: IntakeRefusalReason)] = []
    private(set) var results: [IntakeOutcome.Result]
    private var numbers: [ObjectIdentifier: Int] = [:]
    private var lastDesk: (id: ObjectIdentifier, number: Int)?

    init(count: Int) {
        results = Array(repeating: .alreadyKnown, count: count)
    }

    mutating func add(_ item: ArrivingObservation, at place: Int, desk: SeriesDesk) {
        let id = ObjectIdentifier(desk)
        let number: Int
        if let lastDesk, lastDesk.id == id {
            number = lastDesk.number
        } else if let known = numbers[id] {
            number = known
        } else {
            number = desks.count
            desks.append(DeskPile(desk: desk))
            numbers[id] = number
        }
        lastDesk = (id, number)
        desks[number].arriving.append(item)
        desks[number].places.append(place)
    }

    mutating func refuse(_ reason: IntakeRefusalReason, at place: Int) {
        refusals.append((place, reason))
        results[place] = .refused(reason)
    }

    /// Takes over what became of the records; where a reading was not new, its days are read again.
    mutating func settle(_ verdicts: [RecordVerdict]) {
        var next = 0
        for pile in desks {
            for place in pile.places {
                switch verdicts[next] {
                case .recorded: results[place] = .recorded
                case .alreadyKnown: results[place] = .alreadyKnown
                case .conflicting: results[place] = .refused(.conflicting(pile.desk.series))
                }
                next += 1
            }
        }
        if verdicts.contains(where: { $0 != .recorded }) { forgetDesks() }
    }

    func forgetDesks() {
        for pile in desks { pile.desk.forget() }
    }
}
