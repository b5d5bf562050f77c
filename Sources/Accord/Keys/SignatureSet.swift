public import Series

/// Whether an agreement is in force.
public indirect enum ForceStanding: Hashable, Sendable {
    /// Not, because these signatories have not signed.
    case unsigned(missing: [PartyID])
    /// Not, because it names no signatory.
    case noSignatory
    /// Signed by all; it begins later.
    case notYet(from: CivilDate)
    /// Signed by all; it has ended.
    case expired(until: CivilDate)
    /// In force.
    case inForce(since: Instant)
    /// Signed by all; its dates are not public.
    case datesNotPublic
    /// Nobody has endorsed the document: what would hold if somebody had.
    case illustrative(asIf: ForceStanding)

    /// `unsigned`, `not-yet`, `expired`, `in-force`, `unknown` or `illustrative`.
    public var word: String {
        switch self {
        case .unsigned, .noSignatory: "unsigned"
        case .notYet: "not-yet"
        case .expired: "expired"
        case .inForce: "in-force"
        case .datesNotPublic: "unknown"
        case .illustrative: "illustrative"
        }
    }
}

/// How an agreement stands at a time: who has signed, who is missing, whether it is in force.
public struct Standing: Hashable, Sendable {
    /// A note that does not count.
    public struct Refused: Hashable, Sendable {
        /// Where it came from.
        public let source: String
        /// Who is said to sign; nil when the note cannot be read.
        public let party: PartyID?
        /// Why it does not count.
        public let reason: SignatureRefusal
    }

    /// The time that is asked about.
    public let time: Instant
    /// The first valid signature of each signatory that has one, by party.
    public let signed: [AgreementSignature]
    /// The signatories without one, by party.
    public let missing: [PartyID]
    /// What does not count, in the order of the notes.
    public let refused: [Refused]
    /// Whether it is in force.
    public let force: ForceStanding

    /// Whether it binds at the time: never for an illustrative document.
    public var isInForce: Bool {
        if case .inForce = force { true } else { false }
    }
}

/// The signatures at hand, and what is believed about the keys of the parties.
public struct SignatureSet: Sendable {
    /// A note and where it came from.
    public struct Note: Hashable, Sendable {
        /// Where it came from, for people.
        public let source: String
        /// The signed note.
        public let bytes: [UInt8]

        /// Makes a note.
        public init(source: String, bytes: [UInt8]) {
            self.source = source
            self.bytes = bytes
        }
    }

    private let notes: [Note]
    private let keys: [PartyID: KeyRing]

    /// Makes a set.
    public init(_ notes: [Note], keys: [PartyID: KeyRing]) {
        self.notes = notes
        self.keys = keys
    }

    /// How an agreement stands at a time.
    ///
    /// It is in force only with a valid signature of every signatory over this very version, within its dates of force.
    public func standing(of agreement: Agreement, at time: Instant) -> Standing {
        var signed: [PartyID: AgreementSignature] = [:]
        var refused: [Standing.Refused] = []
        for note in notes {
            switch judge(note, agreement, time) {
            case .success(let signature):
                let earlier = signed[signature.party]
                if earlier.map({ signature.time < $0.time }) ?? true { signed[signature.party] = signature }
            case .failure(let refusal):
                let party = try? AgreementSignature.open(note.bytes).signature.party
                refused.append(Standing.Refused(source: note.source, party: party, reason: refusal))
            }
        }
        let missing = agreement.signatories.filter { signed[$0] == nil }
        let force: ForceStanding
        if agreement.signatories.isEmpty {
            force = .noSignatory
        } else if missing.isEmpty {
            force = SignatureSet.force(of: agreement, at: time, lastSignature: signed.values.map(\.time).max() ?? time)
        } else {
            force = .unsigned(missing: missing)
        }
        return Standing(
            time: time, signed: signed.values.sorted { $0.party < $1.party }, missing: missing, refused: refused,
            force: agreement.isIllustrative ? .illustrative(asIf: force) : force)
    }

    private func judge(
        _ note: Note, _ agreement: Agreement, _ time: Instant
    ) -> Result<AgreementSignature, SignatureRefusal> {
        let (signature, signed): (AgreementSignature, SignedNote)
        do { (signature, signed) = try AgreementSignature.open(note.bytes) } catch { return .failure(error) }
        guard signature.agreement == agreement.id else { return .failure(.otherAgreement(signature.agreement)) }
        guard signature.identity == agreement.identity.description else {
            return .failure(.otherIdentity(signature.identity))
        }
        guard agreement.signatories.contains(signature.party) else { return .failure(.notSignatory(signature.party)) }
        guard let ring = keys[signature.party] else { return .failure(.key(.noManifest(signature.party))) }
        let name = AgreementSignature.name(signature.party)
        let signer = ring.signer(of: signed, name: name, role: .agreement, at: signature.time) { key, revocation in
            signature.time >= revocation.at ? .revoked(key: key.id, at: revocation.at) : nil
        }
        if case .failure(let refusal) = signer { return .failure(.key(refusal)) }
        return signature.time <= time ? .success(signature) : .failure(.later(signature.time))
    }

    private static func force(of agreement: Agreement, at time: Instant, lastSignature: Instant) -> ForceStanding {
        if agreement.undisclosed.contains(.force) { return .datesNotPublic }
        guard let force = agreement.force else { return .inForce(since: lastSignature) }
        let day = time.civil(in: force.zone.offset).date
        if let from = force.validity.from, day < from { return .notYet(from: from) }
        if let until = force.validity.until, day >= until { return .expired(until: until) }
        let begin = force.validity.from.map { Instant($0, offset: force.zone.offset) }
        return .inForce(since: max(begin ?? lastSignature, lastSignature))
    }
}
