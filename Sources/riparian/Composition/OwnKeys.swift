import Accord
import Foundation
import NodeCore
import Series
import Synchronization
import Web

/// What a served node signs with and shows at the other end of its lines: read again whenever its folder's keys change, so
/// that a rotation counts while the node works.
final class OwnKeys: Sendable {
    /// What its lines show.
    let shown: ShownIdentity
    private let folder: String
    private let party: PartyID
    private let signing: Mutex<NodeKeys>

    /// What has changed since the last look.
    struct Change {
        /// The lines show another certificate now: those that stand must be made anew.
        var certificate = false
        /// What people are to know.
        var sentences: [String] = []
    }

    /// Reads the folder.
    ///
    /// - Parameter ring: what the folder believes about its own party.
    init(folder: String, party: PartyID, ring: KeyRing?) throws {
        let now = TimeInput.now
        guard let identity = try LineFiles(folder: folder).kept(listedIn: ring, at: now) else {
            if let begin = try LineFiles(folder: folder).earliest(), now < begin {
                throw CommandRefusal(
                    .usage,
                    "this machine's clock says \(now), before any certificate of the node begins (\(folder)/keys:1:1) - check the "
                        + "clock, and start again")
            }
            throw CommandRefusal(
                .usage,
                "the node has no certificate that its party's manifest lists now (\(folder)/keys:1:1) - run riparian key line, "
                    + "list it with riparian key rotate, and run riparian key trust for the own node")
        }
        self.folder = folder
        self.party = party
        shown = ShownIdentity(identity)
        signing = Mutex(try NodeKeys.kept(in: folder, party: party))
    }

    /// Signs with the keys as they stand.
    var signer: LaneSigner {
        LaneSigner(
            key: { self.current.key($0) }, checkpoint: { try self.current.checkpoint($0, $1, $2) },
            receipt: { try self.current.receipt($0, $1) })
    }

    private var current: LaneSigner { signing.withLock { $0.signer } }

    /// Looks again.
    ///
    /// A certificate that is no longer listed, with none to follow, is shown on: peers refuse it, and say so.
    func renew(ring: KeyRing?, at now: Instant) throws -> Change {
        var change = Change()
        let keys = try NodeKeys.kept(in: folder, party: party, isNew: false)
        if let fault = keys.fault(in: ring, at: now) { change.sentences.append(fault) }
        if signing.withLock({ $0.publicKeys != keys.publicKeys }) {
            signing.withLock { $0 = keys }
            change.sentences.append("lanes and receipts are signed with \(keys.publicKeys.count) key(s) now")
        }
        guard let identity = try LineFiles(folder: folder).kept(listedIn: ring, at: now) else {
            change.sentences.append(
                "the own manifest lists no certificate of this folder now: peers let the node in no more - run riparian key line"
            )
            return change
        }
        if shown.show(identity) {
            change.certificate = true
            change.sentences.append("lines show the certificate that is valid until \(identity.until) now")
        }
        return change
    }
}
