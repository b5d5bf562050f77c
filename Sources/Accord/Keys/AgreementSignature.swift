public import Crypto
public import Series

/// The signing on paper that a digital signature stands beside and does not replace.
public struct PaperAct: Hashable, Sendable {
    /// Where.
    public let place: String
    /// The day there.
    public let date: CivilDate
    /// SHA-256 of the scanned paper, 64 hexadecimal digits; nil without a scan.
    public let scan: String?

    /// Makes an act; nil when the digest has another form.
    public init?(place: String, date: CivilDate, scan: String? = nil) {
        guard !place.isEmpty, scan.map({ bytes(hexadecimal: $0)?.count == 32 }) ?? true else { return nil }
        self.place = place
        self.date = date
        self.scan = scan
    }
}

/// A party's signature under one version of an agreement: a signed note named `riparian/<party>/agreement`.
public struct AgreementSignature: Hashable, Sendable {
    /// The agreement.
    public let agreement: AgreementID
    /// Which version: the text of its ``AgreementIdentity``.
    public let identity: String
    /// Who signs.
    public let party: PartyID
    /// When, by the signer's clock.
    public let time: Instant
    /// The act on paper; nil where none is recorded.
    public let paper: PaperAct?

    /// Makes a signature that is not yet signed.
    public init(of agreement: Agreement, by party: PartyID, at time: Instant, paper: PaperAct? = nil) {
        self.agreement = agreement.id
        identity = agreement.identity.description
        self.party = party
        self.time = time
        self.paper = paper
    }

    /// The name of a party's signatures.
    public static func name(_ party: PartyID) -> String { "riparian/\(party)/agreement" }

    /// The document.
    public var json: JSONValue {
        [
            "agreement": .string(agreement.text), "identity": .string(identity), "party": .string(party.text),
            "time": .string(time.iso8601()), "paper": paper?.json ?? .null,
        ]
    }

    /// The text that is signed: the name, then the document in canonical JSON, a line each.
    var text: String { "\(AgreementSignature.name(party))\n\(json.canonicalText)\n" }

    /// The signed note.
    public func signed(by key: Curve25519.Signing.PrivateKey) throws -> [UInt8] {
        let verifier = VerifierKey(lane: AgreementSignature.name(party), of: key)
        let signature = Array(try key.signature(for: Array(text.utf8)))
        return Array((text + "\n" + SignedNote.line(verifier, signature)).utf8)
    }

    /// Reads a note without judging who signed it.
    static func open(_ bytes: [UInt8]) throws(SignatureRefusal) -> (signature: AgreementSignature, note: SignedNote) {
        let note: SignedNote
        do { note = try SignedNote(bytes) } catch { throw .form(error.what) }
        guard let document = note.document?.content, let signature = AgreementSignature(document),
            signature.text == note.text
        else { throw .form("not a signature of an agreement: its name and a document in canonical JSON are expected") }
        return (signature, note)
    }

    private init?(_ document: JSONValue) {
        var members = Members(document)
        guard let agreement = members.text("agreement").flatMap(AgreementID.init),
            let identity = members.text("identity"), let party = members.text("party").flatMap(PartyID.init),
            let time = members.time("time"), let paper = members.take("paper")
        else { return nil }
        self.agreement = agreement
        self.identity = identity
        self.party = party
        self.time = time
        if paper == .null {
            self.paper = nil
        } else {
            guard let act = PaperAct(paper) else { return nil }
            self.paper = act
        }
    }
}

extension PaperAct {
    /// The document's part.
    public var json: JSONValue {
        ["place": .string(place), "date": .string(date.description), "scan": .optional(scan)]
    }

    fileprivate init?(_ document: JSONValue) {
        var members = Members(document)
        guard let place = members.text("place"), let text = members.text("date"),
            let date = try? CivilDate(iso8601: text)
        else { return nil }
        self.init(place: place, date: date, scan: members.text("scan"))
    }
}

/// Why a signature under an agreement does not count.
public enum SignatureRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not of the form.
    case form(String)
    /// It is under another agreement.
    case otherAgreement(AgreementID)
    /// It is under another version.
    case otherIdentity(String)
    /// The party does not sign this agreement.
    case notSignatory(PartyID)
    /// It is not the party's, or not of a key that may sign.
    case key(KeyRefusal)
    /// It was made after the time that is asked about.
    case later(Instant)

    /// The reason, for a person.
    public var description: String {
        switch self {
        case .form(let what): what
        case .otherAgreement(let id): "it is under the agreement \(id)"
        case .otherIdentity(let identity): "it is under another version, \(identity.prefix(16))..."
        case .notSignatory(let party): "\(party) is no signatory"
        case .key(let refusal): refusal.description
        case .later(let time): "it was made later, at \(time)"
        }
    }
}
