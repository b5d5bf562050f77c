import Accord
import Formats
import Foundation
import NodeCore
import River
import Series
import Storage

/// Puts together what a node works with, from a pack and its agreement.
struct NodeComposition {
    let pack: BasinPack
    let agreement: Agreement
    private let document: [UInt8]

    /// Reads the pack's agreement.
    init(pack: BasinPack) throws {
        self.pack = pack
        let path = pack.folder + "/" + pack.agreementFile
        document = try bytes(of: path)
        let reading = readAgreement(document, file: path)
        guard let agreement = reading.agreement else {
            guard let fault = reading.faults.first else { throw CommandRefusal(.ours, "\(path) cannot be read") }
            throw CommandRefusal(unreadable: fault)
        }
        self.agreement = agreement
    }

    /// The configuration of a party's node.
    ///
    /// - Parameters:
    ///   - peers: the parties that run a node, with the keys of their lanes.
    ///   - event: the event that is replayed, which brings its stations and its banner; nil outside replays.
    func configuration(
        of party: PartyID, signer: LaneSigner, peers: [PartyID: VerifierKey], event: EventReading? = nil
    ) -> NodeConfiguration {
        NodeConfiguration(
            party: party, basin: pack.basin.adding(event?.stations ?? []), register: pack.register,
            agreement: event == nil ? agreement : agreement.asIfInForce, rivers: pack.rivers.mapValues(\.name),
            signer: signer, trust: .pinned(peers),
            replay: event.map {
                ReplayBanner(event: $0.description.id, title: $0.description.title, remarks: $0.description.remarks)
            })
    }

    /// Lays out a node's folder: who it is and whom it knows, its key, the agreement as it was read.
    func layOut(_ folder: FileFolder, keys: NodeKeys, peers: [PartyID: VerifierKey]) throws {
        try keys.keep(in: folder.path)
        var description = try NodeDescription.kept(in: folder.path) ?? description(of: keys.party)
        description.key = keys.peerKey
        for (party, key) in peers where party != keys.party { description.peers[party] = key }
        try layOut(folder, as: description)
    }

    /// Lays out the agreement as it was read, and what `node.yaml` says.
    func layOut(_ folder: FileFolder, as description: NodeDescription) throws {
        let files = ["agreements/\(agreement.id).yaml": document, "node.yaml": Array(description.text.utf8)]
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) where try folder.read(name) != bytes {
            try folder.write(name, bytes)
        }
    }

    /// What `node.yaml` says of a new node.
    func description(of party: PartyID) -> NodeDescription {
        NodeDescription(
            party: party, pack: pack.id, agreement: agreement.id.text, identity: agreement.identity.description)
    }
}
