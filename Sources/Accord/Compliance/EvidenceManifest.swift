import Crypto
public import Series

/// What a compliance report rests on, by name: the lanes with size and root, and the receipts of each.
///
/// Its form is canonical JSON (RFC 8785). Two nodes that hold what a manifest names make the same report from it.
public struct EvidenceManifest: Hashable, Sendable {
    /// A lane, up to a size.
    public struct Lane: Hashable, Sendable {
        /// The lane's origin.
        public let origin: String
        /// The entries that count.
        public let size: Int
        /// The root over them, 32 bytes.
        public let root: [UInt8]
        /// Until when whoever wrote the manifest knows that the lane had no further entry; nil where receipts alone tell.
        public let asOf: Instant?
        /// The receipts that count, sorted, each once.
        public let receipts: [ReceiptEvidence]

        /// Makes a lane's line; receipts in any order.
        public init(origin: String, size: Int, root: [UInt8], asOf: Instant?, receipts: [ReceiptEvidence]) {
            self.origin = origin
            self.size = size
            self.root = root
            self.asOf = asOf
            self.receipts = Set(receipts).sorted()
        }
    }

    /// The version of the form and of what its hashes are taken of.
    public static let version = 2
    /// The longest span of a report, s: three years of 366 days.
    public static let longestSpan: Int64 = 3 * 366 * 86_400

    /// The agreement's id.
    public let agreement: AgreementID
    /// The agreement's identity, 64 hexadecimal digits.
    public let identity: String
    /// The first moment that counts: deadlines from here on.
    public let from: Instant
    /// The first moment that no longer counts.
    public let until: Instant
    /// Whether times come from a replay's simulated clock, and the agreement is applied as if in force.
    public let isSimulated: Bool
    /// The lanes, by origin.
    public let lanes: [Lane]

    /// Makes a manifest; lanes in any order, each origin once.
    public init(
        agreement: AgreementID, identity: String, from: Instant, until: Instant, isSimulated: Bool, lanes: [Lane]
    ) {
        precondition(from < until, "a report's span is longer than nothing")
        precondition(Set(lanes.map(\.origin)).count == lanes.count, "a lane stands twice")
        self.agreement = agreement
        self.identity = identity
        self.from = from
        self.until = until
        self.isSimulated = isSimulated
        self.lanes = lanes.sorted { $0.origin.utf8.lexicographicallyPrecedes($1.origin.utf8) }
    }

    /// The manifest that names everything of the evidence that can count for a span.
    ///
    /// - Parameters:
    ///   - asOf: until when the writer knows each lane to be complete, by origin.
    public init(
        of evidence: [LaneEvidence], agreement: Agreement, from: Instant, until: Instant, isSimulated: Bool,
        asOf: [String: Instant] = [:]
    ) {
        let lanes = evidence.filter { PartyID(laneOrigin: $0.origin, of: agreement.id) != nil }.map { lane in
            Lane(
                origin: lane.origin, size: lane.leafHashes.count, root: MerkleTree.root(lane.leafHashes),
                asOf: asOf[lane.origin], receipts: lane.receipts.filter { $0.size <= lane.leafHashes.count })
        }
        self.init(
            agreement: agreement.id, identity: agreement.identity.description, from: from, until: until,
            isSimulated: isSimulated, lanes: lanes)
    }
}

extension EvidenceManifest {
    /// What two manifests of one span both name, the same whichever is asked: lanes as far as the shorter one goes, and the
    /// receipts of both. Nil where they are about other agreements or spans.
    ///
    /// Where one writer knows a lane to be complete and the other does not, the provider's word stands; of a lane that one
    /// of them holds only in part nobody's does.
    public func common(with other: EvidenceManifest) -> EvidenceManifest? {
        guard (agreement, identity, from, until) == (other.agreement, other.identity, other.from, other.until) else {
            return nil
        }
        let lanes = self.lanes.compactMap { lane -> Lane? in
            guard let twin = other.lanes.first(where: { $0.origin == lane.origin }) else { return nil }
            let shorter = lane.size <= twin.size ? lane : twin
            let known = [lane.asOf, twin.asOf].compactMap(\.self)
            let twins = Set(twin.receipts)
            return Lane(
                origin: lane.origin, size: shorter.size, root: shorter.root,
                asOf: lane.size == twin.size ? known.max() : nil,
                receipts: lane.receipts.filter { twins.contains($0) && $0.size <= shorter.size })
        }
        return EvidenceManifest(
            agreement: agreement, identity: identity, from: from, until: until,
            isSimulated: isSimulated || other.isSimulated, lanes: lanes)
    }

    /// The document: sizes as numbers, times as ISO 8601 in UTC, hashes as hexadecimal digits.
    public var json: JSONValue {
        [
            "version": .integer(EvidenceManifest.version), "agreement": .string(agreement.text),
            "identity": .string(identity), "from": .string(from.iso8601()),
            "until": .string(until.iso8601()), "simulated": .bool(isSimulated), "lanes": .array(lanes.map(\.json)),
        ]
    }

    /// The bytes of the document: canonical JSON without a line end.
    public var bytes: [UInt8] { Array(json.canonicalText.utf8) }

    /// The SHA-256 of the bytes, 64 hexadecimal digits.
    public var fingerprint: String { hexadecimal(SHA256.hash(data: bytes)) }

    /// Reads a document.
    ///
    /// - Throws: ``ManifestProblem`` that names the place and what is expected there.
    public init(_ bytes: [UInt8]) throws(ManifestProblem) {
        let value: JSONValue
        do {
            value = try JSONText.value(bytes)
        } catch {
            throw ManifestProblem(place: "line \(error.line), column \(error.column)", what: error.what)
        }
        let fields = ManifestFields(value, place: "the manifest")
        guard fields.members["version"] == .number(Double(EvidenceManifest.version)) else {
            throw fields.problem(
                "version", "\(EvidenceManifest.version): have the manifest written again by this version")
        }
        try fields.expect(["version", "agreement", "identity", "from", "until", "simulated", "lanes"])
        let (from, until) = (try fields.instant("from"), try fields.instant("until"))
        guard from < until, until - from <= EvidenceManifest.longestSpan else {
            throw fields.problem("until", "a time after from, at most three years later")
        }
        guard let agreement = AgreementID(try fields.text("agreement")) else {
            throw fields.problem("agreement", "the id of an agreement")
        }
        guard case .bool(let isSimulated)? = fields.members["simulated"] else {
            throw fields.problem("simulated", "true or false")
        }
        var lanes: [Lane] = []
        for lane in try fields.list("lanes") {
            let next = try Lane(lane, of: agreement)
            guard lanes.last.map({ $0.origin.utf8.lexicographicallyPrecedes(next.origin.utf8) }) ?? true else {
                throw ManifestProblem(place: lane.place, what: "lanes stand sorted by origin, each once")
            }
            lanes.append(next)
        }
        self.init(
            agreement: agreement, identity: hexadecimal(try fields.hash("identity")), from: from, until: until,
            isSimulated: isSimulated, lanes: lanes)
    }
}

extension EvidenceManifest.Lane {
    fileprivate var json: JSONValue {
        [
            "origin": .string(origin), "size": .integer(size), "root": .string(hexadecimal(root)),
            "as_of": .optional(asOf?.iso8601()), "receipts": .array(receipts.map(\.json)),
        ]
    }

    fileprivate init(_ fields: ManifestFields, of agreement: AgreementID) throws(ManifestProblem) {
        try fields.expect(["origin", "size", "root", "as_of", "receipts"])
        let origin = try fields.text("origin")
        guard PartyID(laneOrigin: origin, of: agreement) != nil else {
            throw fields.problem("origin", "riparian/<party>/\(agreement)/<audience>")
        }
        let size = try fields.size("size")
        var receipts: [ReceiptEvidence] = []
        for receipt in try fields.list("receipts") {
            let next = try ReceiptEvidence(receipt)
            guard next.size <= size else { throw receipt.problem("size", "at most the lane's size, \(size)") }
            guard receipts.last.map({ $0 < next }) ?? true else {
                throw ManifestProblem(
                    place: receipt.place, what: "receipts stand sorted by reader, time and size, each once")
            }
            receipts.append(next)
        }
        let asOf = fields.members["as_of"] == .null ? nil : try fields.instant("as_of")
        self.init(origin: origin, size: size, root: try fields.hash("root"), asOf: asOf, receipts: receipts)
    }
}

extension ReceiptEvidence {
    /// The receipt as the manifest and the report name it.
    public var json: JSONValue {
        [
            "reader": .string(reader.text), "time": .string(time.iso8601()), "size": .integer(size),
            "note_sha256": .string(hexadecimal(noteHash)),
        ]
    }

    fileprivate init(_ fields: ManifestFields) throws(ManifestProblem) {
        try fields.expect(["reader", "time", "size", "note_sha256"])
        guard let reader = PartyID(try fields.text("reader")) else {
            throw fields.problem("reader", "the id of a reader")
        }
        self.init(
            reader: reader, time: try fields.instant("time"), size: try fields.size("size"),
            noteHash: try fields.hash("note_sha256"))
    }
}

/// Why bytes are not an evidence manifest.
public struct ManifestProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where: a line and column, or the name of the part.
    public let place: String
    /// What is wrong or expected there.
    public let what: String

    /// Makes a problem.
    public init(place: String, what: String) {
        self.place = place
        self.what = what
    }

    /// `place: what`.
    public var description: String { "\(place): \(what)" }
}

/// The members of one object of a manifest, read strictly.
private struct ManifestFields {
    let members: [String: JSONValue]
    let place: String

    init(_ value: JSONValue, place: String) {
        if case .object(let members) = value { self.members = members } else { members = [:] }
        self.place = place
    }

    func problem(_ key: String, _ expected: String) -> ManifestProblem {
        ManifestProblem(place: place, what: "\(key) is \(expected)")
    }

    func expect(_ keys: [String]) throws(ManifestProblem) {
        guard Set(members.keys) == Set(keys) else {
            throw ManifestProblem(place: place, what: "expected are exactly the keys \(keys.joined(separator: ", "))")
        }
    }

    func text(_ key: String) throws(ManifestProblem) -> String {
        guard case .string(let text)? = members[key] else { throw problem(key, "a text") }
        return text
    }

    func instant(_ key: String) throws(ManifestProblem) -> Instant {
        guard case .string(let text)? = members[key], let time = Members.time(text)
        else { throw problem(key, "a time of UTC such as 2024-09-09T13:00:00Z") }
        return time
    }

    func size(_ key: String) throws(ManifestProblem) -> Int {
        guard case .number(let number)? = members[key], let size = Int(exactly: number), size >= 0, size < 1 << 52
        else {
            throw problem(key, "a whole number from 0 on")
        }
        return size
    }

    func hash(_ key: String) throws(ManifestProblem) -> [UInt8] {
        guard case .string(let text)? = members[key], let bytes = Accord.bytes(hexadecimal: text), bytes.count == 32
        else {
            throw problem(key, "64 lower-case hexadecimal digits")
        }
        return bytes
    }

    func list(_ key: String) throws(ManifestProblem) -> [ManifestFields] {
        guard case .array(let values)? = members[key] else { throw problem(key, "a list") }
        let name = key == "lanes" ? "lane" : "receipt"
        let prefix = key == "lanes" ? "" : "\(place), "
        return values.enumerated().map { ManifestFields($1, place: "\(prefix)\(name) \($0 + 1)") }
    }
}
