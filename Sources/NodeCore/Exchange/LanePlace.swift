import Accord
import Series

/// Which lane, and where its files are.
struct LanePlace: Hashable, Sendable {
    let party: PartyID
    let agreement: AgreementID
    let audience: Audience

    /// `riparian/<party>/<agreement>/<audience>`.
    var origin: String { "riparian/\(party)/\(agreement)/\(audience)" }

    /// The folder below the node's, and below what a peer serves.
    var folder: String { "lanes/\(agreement)/\(party)/\(audience)" }

    /// The folder of this node's receipts for the lane.
    var receipts: String { "receipts/\(agreement)/\(party)/\(audience)" }
}
