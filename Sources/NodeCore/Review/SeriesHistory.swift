import Accord
public import Series
import Storage

/// Where every value of a series came from, which revisions it had, and who may be told: what a person asks before relying
/// on a number, or passing it on.
public struct SeriesHistory: Sendable {
    /// How a value came to this party.
    public enum Way: Hashable, Sendable {
        /// Its own instrument or office.
        case own
        /// Published for everybody by its provider.
        case published
        /// A lane of its provider.
        case lane(LaneProof)
    }

    /// What proves that a value is the one that its provider signed.
    public struct LaneProof: Hashable, Sendable {
        /// The lane's origin.
        public let lane: String
        /// The entry.
        public let index: Int
        /// The value's place in the entry.
        public let offset: Int
        /// The size of the first signed checkpoint of the lane that this party has confirmed with the entry in it; nil
        /// before the first receipt.
        public let checkpoint: Int?
        /// The root hash of that checkpoint, hexadecimal; nil before the first receipt.
        public let root: String?

        /// Makes a proof.
        public init(lane: String, index: Int, offset: Int, checkpoint: Int?, root: String?) {
            self.lane = lane
            self.index = index
            self.offset = offset
            self.checkpoint = checkpoint
            self.root = root
        }
    }

    /// Whether a value may be passed on.
    public enum Onward: Hashable, Sendable {
        /// It is this party's own: the gate decides.
        case own
        /// To nobody; also where the clause says nothing.
        case nobody
        /// To the signatories of the agreement.
        case signatories
        /// To everybody.
        case everybody
        /// The clause's term is not public; treated as nobody.
        case unknown
    }

    /// One revision of a value.
    public struct Row: Hashable, Sendable {
        /// The value.
        public let observation: Observation
        /// How it came.
        public let way: Way
        /// The clause that grants it; nil for own values.
        public let clause: String?
        /// Whether it may be passed on.
        public let onward: Onward
        /// When its provider took it back; nil while it counts.
        public let withdrawn: Instant?
        /// Whether it is the one that counts: the highest revision that has not been taken back.
        public let isCurrent: Bool

        /// Makes a row.
        public init(
            observation: Observation, way: Way, clause: String?, onward: Onward, withdrawn: Instant?, isCurrent: Bool
        ) {
            self.observation = observation
            self.way = way
            self.clause = clause
            self.onward = onward
            self.withdrawn = withdrawn
            self.isCurrent = isCurrent
        }
    }

    /// Which series.
    public let series: SeriesID
    /// Every revision, by observed time and revision.
    public let rows: [Row]

    /// Makes a history.
    public init(series: SeriesID, rows: [Row]) {
        self.series = series
        self.rows = rows
    }
}

extension Node {
    /// The history of a series as it stood at a time; nil when this party may not see the series.
    ///
    /// - Parameters:
    ///   - now: only what had been received by then.
    ///   - interval: observed times, both ends included; nil for all.
    public func history(
        of series: SeriesID, at now: Instant, during interval: ClosedRange<Instant>? = nil
    ) throws -> SeriesHistory? {
        let kept = try database.kept(of: series, receivedBy: now, during: interval, withdrawnToo: true)
        let agreement = configuration.agreement
        var proofs = ProofFinder(database: database, party: party)
        var rows: [SeriesHistory.Row] = []
        for (place, item) in kept.enumerated() {
            let observation = item.observation
            guard let clause = agreement.verdict(for: series, reader: party, at: observation.observed).clause else {
                continue
            }
            let withdrawn = item.withdrawn.flatMap { $0 <= now ? $0 : nil }
            let isLast = !kept[(place + 1)...].prefix { $0.observation.observed == observation.observed }.contains {
                $0.withdrawn.map { $0 > now } ?? true
            }
            let way: SeriesHistory.Way =
                if let reference = item.provenance {
                    .lane(try proofs.proof(of: reference))
                } else {
                    series.provider == party ? .own : .published
                }
            rows.append(
                SeriesHistory.Row(
                    observation: observation, way: way, clause: clause == Verdict.ownClause ? nil : clause,
                    onward: onward(clause), withdrawn: withdrawn, isCurrent: withdrawn == nil && isLast))
        }
        guard !rows.isEmpty || agreement.verdict(for: series, reader: party, at: now).isGranted else { return nil }
        return SeriesHistory(series: series, rows: rows)
    }

    private func onward(_ clause: String) -> SeriesHistory.Onward {
        if clause == Verdict.ownClause { return .own }
        guard let provision = configuration.agreement.provision(clause) else { return .unknown }
        if provision.readers == .everybody { return .everybody }
        switch provision.redistribution {
        case .everybody: return .everybody
        case .parties: return .signatories
        case .some(.none): return .nobody
        case nil: return provision.undisclosed.contains(.redistribution) ? .unknown : .nobody
        }
    }
}

/// Finds the checkpoints that cover entries, asking once a lane.
private struct ProofFinder {
    let database: NodeDatabase
    let party: PartyID
    private var sizes: [String: [Int]] = [:]
    private var roots: [String: [Int: String]] = [:]

    init(database: NodeDatabase, party: PartyID) {
        self.database = database
        self.party = party
    }

    mutating func proof(of reference: LaneReference) throws -> SeriesHistory.LaneProof {
        let lane = reference.lane
        if sizes[lane] == nil {
            sizes[lane] = try database.receipts(of: lane).filter { $0.reader == party }.map(\.size).sorted()
        }
        let size = sizes[lane]?.first { $0 > reference.index }
        if let size, roots[lane]?[size] == nil, let root = try database.root(of: lane, size: size) {
            roots[lane, default: [:]][size] = hexadecimal(root)
        }
        return SeriesHistory.LaneProof(
            lane: lane, index: reference.index, offset: reference.offset, checkpoint: size,
            root: size.flatMap { roots[lane]?[$0] })
    }
}
