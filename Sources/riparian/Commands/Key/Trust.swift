import Accord
import ArgumentParser
import Foundation
import Series
import Storage

extension KeyCommand {
    /// `riparian key trust MANIFEST --dir NODES --party P`.
    struct Trust: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "trust",
            abstract: "Let a node believe a party's manifest: its own, or a neighbour's.",
            discussion: """
                Examples:
                  riparian key trust cn-yunnan.manifest --root root.key.vkey --dir nodes --party vn-lao-cai
                  riparian key trust cn-yunnan.manifest.2 --dir nodes --party vn-lao-cai
                The root key is pinned with the first manifest and never changed afterwards. Older manifests stay.
                """)

        @Argument(help: "The manifest.") var file: String
        @Option(help: "The public root key, or a file that holds it; needed once.") var root: String?
        @Option(help: "The folder that holds one folder a party.") var dir: String
        @Option(help: "The party whose node believes.") var party: String
        @Flag(help: "Print the manifest as JSON.") var json = false

        func run() throws {
            let note = try bytes(of: file)
            let folder = TrustFolder(path: "\(dir)/\(try KeyInput.party(party))/keys/trusted")
            let manifest = try folder.believe(note, root: try root.map { try laneKey($0, in: ".") }, file: file)
            ManifestReport(manifest: manifest, output: nil, json: json).show()
            try remark(on: manifest)
        }
    }
}

extension KeyCommand.Trust {
    /// Says what of the own manifest this node cannot use: the secret of a certificate lies elsewhere.
    private func remark(on manifest: PartyManifest) throws {
        guard manifest.party.text == party else { return }
        let folder = "\(dir)/\(party)"
        let ring = try TrustFolder(path: folder + "/keys/trusted").rings()[manifest.party]
        let now = TimeInput.now
        let certificates = try LineFiles(folder: folder).missing(of: ring?.certificates(at: now) ?? []).count
        let own = try NodeKeys.kept(in: folder, party: manifest.party)
        if let fault = own.fault(in: ring, at: now) { standardError("riparian: remark: \(fault)") }
        let signing = Set(own.publicKeys)
        let keys = manifest.keys.count { key in
            key.algorithm == NodeKey.ed25519 && key.revocation == nil && key.from <= now
                && key.until.map { now < $0 } ?? true && !signing.contains(key.publicKey)
        }
        for (count, what, made) in [(certificates, "certificate(s)", "key line"), (keys, "signing key(s)", "key make")]
        where count > 0 {
            standardError(
                "riparian: remark: the manifest lists \(count) \(what) whose secret is not in \(folder)/keys: the node works on "
                    + "with those it has - put the files there that riparian \(made) made, or list new ones")
        }
    }
}

extension TrustFolder {
    /// Takes a manifest in, the first one together with the root key that it is pinned by.
    ///
    /// - Parameters:
    ///   - given: the root key as the party gave it by hand; needed once.
    ///   - file: where the manifest came from, for messages.
    func believe(_ note: [UInt8], root given: VerifierKey?, file: String) throws -> PartyManifest {
        let manifest = try KeyInput.manifest(of: note, file)
        let pin = "\(path)/\(manifest.party).vkey"
        let pinned = contents(pin) == nil ? nil : try rootKey(pin)
        let key = try root(of: manifest.party, pinned: pinned, given: given, pin: pin)
        let rings = try rings()
        if let other = rings.first(where: { $0.key != manifest.party && $0.value.root.isSameKey(as: key) })?.key {
            throw CommandRefusal(
                .no,
                "this root key is pinned as that of \(other) (\(path)/\(other).vkey:1:1) - no two parties share one: ask "
                    + "both; nothing was changed")
        }
        var ring = rings[manifest.party] ?? KeyRing(party: manifest.party, root: key)
        let held = ring.manifest
        switch ring.take(note) {
        case .refused(let refusal): throw CommandRefusal(.no, "\(file) is not believed: \(refusal)")
        case .held: break
        case .taken:
            let files = PlainFolder(path)
            if pinned == nil { try files.write("\(manifest.party).vkey", Array((key.text + "\n").utf8)) }
            if let held, let old = contents("\(path)/\(manifest.party).manifest") {
                try files.write("\(manifest.party).manifest.\(held.sequence)", old)
            }
            try FileFolder(path: path).write("\(manifest.party).manifest", note)
        }
        return manifest
    }

    /// The root key that counts: the pinned one, else the given one, whose name says whose it is.
    private func root(
        of party: PartyID, pinned: VerifierKey?, given: VerifierKey?, pin: String
    ) throws -> VerifierKey {
        if let given, given.name != PartyManifest.name(party) {
            throw CommandRefusal(
                .no,
                "the root key is called \(given.name) and the manifest is of \(party) (--root) - give the key that "
                    + "\(party) handed over; nothing was changed")
        }
        guard let key = pinned ?? given else {
            throw CommandRefusal(.usage, "the root key of \(party) is not known - give --root once")
        }
        if let pinned, let given, !pinned.isSameKey(as: given) {
            throw CommandRefusal(
                .no,
                "another root key of \(party) is pinned (\(pin):1:1) - nothing was changed; if \(party) says by telephone "
                    + "that it has made its keys anew, move that file and \(party).manifest away and take the new one in"
            )
        }
        return key
    }
}
