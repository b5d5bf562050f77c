public import Accord
public import Series

/// Which lane, by its words, and where its files are: the one place that spells origins and folders.
public struct LaneName: Hashable, Sendable {
    /// Who provides it.
    public let party: PartyID
    /// Under which agreement.
    public let agreement: AgreementID
    /// The id of its audience.
    public let audience: String

    /// Makes a name.
    public init(party: PartyID, agreement: AgreementID, audience: String) {
        self.party = party
        self.agreement = agreement
        self.audience = audience
    }

    /// Reads `riparian/<party>/<agreement>/<audience>`; nil for anything else.
    public init?(origin: String) {
        let parts = origin.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "riparian", let party = PartyID(parts[1]),
            let agreement = AgreementID(parts[2]), !parts[3].isEmpty, !parts[3].hasPrefix(".")
        else { return nil }
        self.init(party: party, agreement: agreement, audience: parts[3])
    }

    /// The lane that a checkpoint says it is of; whether it may be believed is judged elsewhere.
    public init?(note: [UInt8]) {
        self.init(origin: String(decoding: note.prefix { $0 != UInt8(ascii: "\n") }.prefix(1_024), as: UTF8.self))
    }

    /// `riparian/<party>/<agreement>/<audience>`.
    public var origin: String { "riparian/\(party)/\(agreement)/\(audience)" }

    /// Where its files are, below a node's folder and on a line.
    public var folder: String { "lanes/\(agreement)/\(party)/\(audience)" }

    /// Where the receipts for it are, below a node's folder and on a line.
    public var receipts: String { "receipts/\(agreement)/\(party)/\(audience)" }
}

/// A lane with its audience, as the agreement names it.
struct LanePlace: Hashable, Sendable {
    let party: PartyID
    let agreement: AgreementID
    let audience: Audience

    private var name: LaneName { LaneName(party: party, agreement: agreement, audience: audience.id) }

    /// `riparian/<party>/<agreement>/<audience>`.
    var origin: String { name.origin }

    /// The folder below the node's, and below what a peer serves.
    var folder: String { name.folder }

    /// A receipt of a reader, below the node's folder and below what a peer serves.
    func receipt(of reader: PartyID, number: Int) -> String { "\(name.receipts)/\(reader)/\(number)" }

    /// Whether a party holds the lane: as its provider or as one of its readers.
    func isHeld(by holder: PartyID) -> Bool { holder == party || audience.readers.contains(holder) }
}

extension Agreement {
    /// The lanes that a party can have.
    func lanes(of provider: PartyID) -> [LanePlace] {
        audiences(of: provider).map { LanePlace(party: provider, agreement: id, audience: $0) }
    }
}
