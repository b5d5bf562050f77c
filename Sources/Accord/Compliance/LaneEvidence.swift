import Crypto
public import Series

/// What a node holds of one lane, as far as a compliance report looks at it.
///
/// A node fills it from its store; nothing in it has to be in any order.
public struct LaneEvidence: Hashable, Sendable {
    /// One reading as it stands in the lane.
    public struct Row: Hashable, Sendable {
        /// The entry's index in the lane, >= 0.
        public let index: Int
        /// The reading's place in the entry, >= 0.
        public let offset: Int
        /// Which series.
        public let series: SeriesID
        /// The observed time.
        public let observed: Instant
        /// When the provider says that it first had the reading.
        public let received: Instant
        /// 0 for the first report, higher for each correction.
        public let revision: Int
        /// The value in the property's unit; nil where the provider reports that there is none.
        public let value: Double?
        /// How the value is known.
        public let known: Known
        /// What the checks of the provider say.
        public let quality: Quality

        /// Makes a row.
        public init(
            index: Int, offset: Int, series: SeriesID, observed: Instant, received: Instant, revision: Int,
            value: Double?, known: Known, quality: Quality = .notEvaluated
        ) {
            self.index = index
            self.offset = offset
            self.series = series
            self.observed = observed
            self.received = received
            self.revision = revision
            self.value = value
            self.known = known
            self.quality = quality
        }
    }

    /// A notice as it stands in the lane.
    public struct Notice: Hashable, Sendable {
        /// The entry's index in the lane.
        public let index: Int
        /// The provision under which it is sent.
        public let clause: String
        /// What happens.
        public let event: NoticeTerms.Event
        /// What it is about: a series, a station, a lane or a party, as the sender names it.
        public let subject: String
        /// When it was issued.
        public let issued: Instant
        /// When it begins.
        public let from: Instant
        /// When it ends; nil while that is not known.
        public let until: Instant?
        /// The index of the notice that it replaces.
        public let supersedes: Int?

        /// Makes a notice.
        public init(
            index: Int, clause: String, event: NoticeTerms.Event, subject: String, issued: Instant, from: Instant,
            until: Instant? = nil, supersedes: Int? = nil
        ) {
            self.index = index
            self.clause = clause
            self.event = event
            self.subject = subject
            self.issued = issued
            self.from = from
            self.until = until
            self.supersedes = supersedes
        }
    }

    /// A tombstone: takes back an entry or one of its rows.
    public struct Retraction: Hashable, Sendable {
        /// The index of the tombstone.
        public let index: Int
        /// The entry that is taken back.
        public let target: Int
        /// The row of that entry; nil for the whole entry.
        public let offset: Int?

        /// Makes a retraction.
        public init(index: Int, target: Int, offset: Int?) {
            self.index = index
            self.target = target
            self.offset = offset
        }
    }

    /// What the lane's provider states about its own clock and another's.
    public struct Clock: Hashable, Sendable {
        /// The entry's index in the lane.
        public let index: Int
        /// What it says.
        public let statement: LaneClock

        /// Makes a statement that stands in a lane.
        public init(index: Int, statement: LaneClock) {
            self.index = index
            self.statement = statement
        }
    }

    /// The lane's origin, `riparian/<party>/<agreement>/<audience>`.
    public let origin: String
    /// The hash of every entry in order, 32 bytes each: the lane's size and its root at every size follow from them.
    public let leafHashes: [[UInt8]]
    /// The readings.
    public var rows: [Row]
    /// The notices.
    public var notices: [Notice]
    /// The tombstones.
    public var retractions: [Retraction]
    /// The statements about clocks.
    public var clocks: [Clock] = []
    /// Entries whose content this node does not hold, by index: only their hash is known here.
    public var withheld: Set<Int>
    /// The receipts that readers and witnesses have given for the lane.
    public var receipts: [ReceiptEvidence]

    /// Makes the evidence of a lane.
    public init(
        origin: String, leafHashes: [[UInt8]], rows: [Row] = [], notices: [Notice] = [],
        retractions: [Retraction] = [], withheld: Set<Int> = [], receipts: [ReceiptEvidence] = []
    ) {
        self.origin = origin
        self.leafHashes = leafHashes
        self.rows = rows
        self.notices = notices
        self.retractions = retractions
        self.withheld = withheld
        self.receipts = receipts
    }
}

/// A dated countersignature of a lane's checkpoint.
public struct ReceiptEvidence: Hashable, Sendable, Comparable {
    /// Whose it is: a reader of the lane, or a witness.
    public let reader: PartyID
    /// The time on the signer's own clock.
    public let time: Instant
    /// The entries of the lane that the checkpoint covers.
    public let size: Int
    /// The SHA-256 of the note with the signatures of the lane and of the reader alone, 32 bytes.
    public let noteHash: [UInt8]
    /// s that the signer's clock was ahead of the provider's by its own word; negative when it was behind, 0 where it states
    /// no difference.
    var ahead: Int64 = 0

    /// The time by which a delivery is judged: a signer that states that its clock is ahead of the provider's dates nobody late
    /// by that. One that is behind speaks for the provider, and its time stands.
    var judged: Instant { time - max(0, ahead) }

    /// Makes a receipt.
    public init(reader: PartyID, time: Instant, size: Int, noteHash: [UInt8]) {
        self.reader = reader
        self.time = time
        self.size = size
        self.noteHash = noteHash
    }

    /// By reader, then time, then size, then note.
    public static func < (left: ReceiptEvidence, right: ReceiptEvidence) -> Bool {
        if (left.reader, left.time, left.size) != (right.reader, right.time, right.size) {
            return (left.reader, left.time, left.size) < (right.reader, right.time, right.size)
        }
        return left.noteHash.lexicographicallyPrecedes(right.noteHash)
    }
}

extension ReceiptEvidence {
    /// What a receipt's note says: the evidence of it and the root over the entries that it covers; nil for other bytes.
    ///
    /// The signatures are not looked at: whoever keeps a receipt has judged them.
    ///
    /// - Parameter time: the signer's time, as its signature dates it.
    public static func read(
        _ note: [UInt8], of reader: PartyID, at time: Instant
    ) -> (receipt: ReceiptEvidence, origin: String, root: [UInt8])? {
        guard let parsed = try? SignedNote(note) else { return nil }
        let lines = parsed.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, let size = Int(lines[1]), size >= 0, let root = Base64.decode(lines[2]) else {
            return nil
        }
        // Only what signatures of the lane and of the reader cover: a further line, a heartbeat for one, is judged by nobody
        // and may differ between two copies of one receipt.
        let names = [String(lines[0]), "riparian/\(reader)", "riparian/\(reader)/witness"]
        let hash = Array(SHA256.hash(data: parsed.bytes { names.contains($0) }))
        return (ReceiptEvidence(reader: reader, time: time, size: size, noteHash: hash), String(lines[0]), root)
    }
}

extension PartyID {
    /// The party of a lane's origin; nil when the text is no origin of a lane under the agreement.
    init?(laneOrigin origin: String, of agreement: AgreementID) {
        let parts = origin.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "riparian", parts[2] == agreement.text else { return nil }
        self.init(String(parts[1]))
    }
}
