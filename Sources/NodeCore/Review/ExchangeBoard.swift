import Accord
public import Series
import Storage

/// What one party hands on and takes over, lane by lane: sizes, signatures, receipts, and what was not let in. It holds no
/// value of any series.
public struct ExchangeBoard: Sendable {
    /// A reader's last receipt of a lane.
    public struct Reading: Hashable, Sendable {
        /// The reader.
        public let reader: PartyID
        /// Its name.
        public let name: LocalizedText
        /// Whether it takes part; whoever has not joined is never late.
        public let hasJoined: Bool
        /// Entries that the receipt covers; nil when none is known here.
        public let size: Int?
        /// The reader's time; nil when no receipt is known here.
        public let time: Instant?

        /// Makes a reading.
        public init(reader: PartyID, name: LocalizedText, hasJoined: Bool, size: Int?, time: Instant?) {
            self.reader = reader
            self.name = name
            self.hasJoined = hasJoined
            self.size = size
            self.time = time
        }
    }

    /// A lane, own or a peer's.
    public struct Lane: Hashable, Sendable {
        /// Its origin.
        public let origin: String
        /// Whose it is.
        public let provider: PartyID
        /// The provider's name.
        public let name: LocalizedText
        /// Whether everybody may read it.
        public let isPublic: Bool
        /// Entries: of an own lane all, of a peer's those accepted.
        public let size: Int
        /// The root hash over them, hexadecimal; empty for a lane without entries.
        public let root: String
        /// The provider's last dated signature that is known here; nil for a lane without entries.
        public let heartbeat: Instant?
        /// When entries last came in; nil for a lane without entries.
        public let lastEntry: Instant?
        /// Entries of which something was not let in.
        public let quarantined: Int
        /// The readers, by id; a public lane names those that have given a receipt.
        public let readings: [Reading]

        /// Makes a lane.
        public init(
            origin: String, provider: PartyID, name: LocalizedText, isPublic: Bool, size: Int, root: String,
            heartbeat: Instant?, lastEntry: Instant?, quarantined: Int, readings: [Reading]
        ) {
            self.origin = origin
            self.provider = provider
            self.name = name
            self.isPublic = isPublic
            self.size = size
            self.root = root
            self.heartbeat = heartbeat
            self.lastEntry = lastEntry
            self.quarantined = quarantined
            self.readings = readings
        }
    }

    /// Something that was not let in.
    public struct Refusal: Hashable, Sendable {
        /// Where it came from.
        public let origin: String
        /// When.
        public let at: Instant
        /// The word of ``IntakeRefusalReason/code``.
        public let code: String

        /// Makes a refusal.
        public init(origin: String, at: Instant, code: String) {
            self.origin = origin
            self.at = at
            self.code = code
        }
    }

    /// A lane of which two histories were shown.
    public struct Fork: Hashable, Sendable {
        /// What this node knows about it.
        public let fork: KnownFork
        /// Whose lane it is.
        public let provider: PartyID
        /// The provider's name.
        public let name: LocalizedText

        /// Makes a fork.
        public init(fork: KnownFork, provider: PartyID, name: LocalizedText) {
            self.fork = fork
            self.provider = provider
            self.name = name
        }
    }

    /// Its own lanes, by origin.
    public let own: [Lane]
    /// The lanes of peers that it may read, by origin.
    public let peers: [Lane]
    /// The last of what was not let in, newest first.
    public let refusals: [Refusal]
    /// How much was not let in, by code.
    public let refusalCounts: [String: Int]
    /// Signatories that run no node, with their names, by id.
    public let notJoined: [LocalizedText]
    /// How the lines to the peers are, with their names; empty where the lines are simulated.
    public var lines: [(name: LocalizedText, standing: LineStanding)] = []
    /// Lanes of which two histories were shown, by provider and audience.
    public let forks: [Fork]

    /// Makes a board.
    public init(
        own: [Lane], peers: [Lane], refusals: [Refusal], refusalCounts: [String: Int], notJoined: [LocalizedText],
        forks: [Fork] = []
    ) {
        self.own = own
        self.peers = peers
        self.refusals = refusals
        self.refusalCounts = refusalCounts
        self.notJoined = notJoined
        self.forks = forks
    }
}

extension Node {
    /// At most that many refusals are listed; all are counted.
    private static let listedRefusals = 50

    /// What this party hands on and takes over.
    public func exchangeBoard() throws -> ExchangeBoard {
        let agreement = configuration.agreement
        let refusals = try database.refusals()
        let joined = configuration.trust.joined.union([party])
        let receipts = Dictionary(grouping: try database.receipts(), by: \.lane)
        let accepted = Dictionary(try database.peerLanes().map { ($0.origin, $0) }) { first, _ in first }
        let sheet = ExchangeSheet(
            configuration: configuration, joined: joined, receipts: receipts,
            quarantined: Dictionary(grouping: refusals.compactMap(\.entry), by: \.lane).mapValues {
                Set($0.map(\.index)).count
            })
        let own = try ownPlaces.map { place in
            let last = try database.lastCheckpoint(of: place.origin)
            return sheet.lane(
                place, size: last?.size ?? 0, root: last?.root,
                heartbeat: served[place.origin]?.heartbeat ?? last?.signed, lastEntry: last?.signed)
        }
        let peers = joined.sorted().filter { $0 != party }.flatMap { peer in
            agreement.lanes(of: peer).filter { $0.audience.readers.contains(party) }.map { place in
                let lane = accepted[place.origin]
                return sheet.lane(
                    place, size: lane?.size ?? 0, root: lane?.root,
                    heartbeat: lane.flatMap { configuration.trust.receiptTime($0.note, peer) },
                    lastEntry: lane?.accepted)
            }
        }
        return ExchangeBoard(
            own: own, peers: peers,
            refusals: refusals.suffix(Node.listedRefusals).reversed().map {
                ExchangeBoard.Refusal(origin: $0.origin, at: $0.at, code: $0.code)
            }, refusalCounts: Dictionary(grouping: refusals, by: \.code).mapValues(\.count),
            notJoined: agreement.signatories.filter { !joined.contains($0) }.map { configuration.name(of: $0) },
            forks: try forks())
    }

    private func forks() throws -> [ExchangeBoard.Fork] {
        try configuration.agreement.parties.map(\.id).sorted().flatMap { provider in
            try configuration.agreement.lanes(of: provider).compactMap { place in
                try database.knownFork(of: place.origin).map {
                    ExchangeBoard.Fork(fork: $0, provider: provider, name: configuration.name(of: provider))
                }
            }
        }
    }
}

/// What every lane of a board is made with.
private struct ExchangeSheet {
    let configuration: NodeConfiguration
    let joined: Set<PartyID>
    let receipts: [String: [KeptReceipt]]
    let quarantined: [String: Int]

    func lane(
        _ place: LanePlace, size: Int, root: [UInt8]?, heartbeat: Instant?, lastEntry: Instant?
    ) -> ExchangeBoard.Lane {
        let given = Dictionary(grouping: receipts[place.origin] ?? [], by: \.reader)
        let readers: [PartyID]
        switch place.audience.readers {
        case .everybody: readers = given.keys.sorted()
        case .parties(let parties): readers = parties.sorted()
        }
        return ExchangeBoard.Lane(
            origin: place.origin, provider: place.party, name: configuration.name(of: place.party),
            isPublic: place.audience.readers == .everybody, size: size, root: root.map { hexadecimal($0) } ?? "",
            heartbeat: heartbeat, lastEntry: lastEntry, quarantined: quarantined[place.origin] ?? 0,
            readings: readers.map { reader in
                let last = given[reader]?.max { $0.number < $1.number }
                return ExchangeBoard.Reading(
                    reader: reader, name: configuration.name(of: reader), hasJoined: joined.contains(reader),
                    size: last?.size, time: last?.time)
            })
    }
}

extension Storage.IntakeRefusal {
    /// The lane entry that was refused; nil for what came another way.
    fileprivate var entry: (lane: String, index: Int)? {
        let parts = origin.split(separator: "/")
        guard parts.count >= 6, parts[0] == "lane", let index = Int(parts[5]) else { return nil }
        return (parts[1...4].joined(separator: "/"), index)
    }
}
