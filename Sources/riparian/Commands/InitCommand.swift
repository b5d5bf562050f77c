import Accord
import ArgumentParser
import Crypto
import Formats
import Foundation
import NodeCore
import Series
import Storage
import Web

/// `riparian init`: a node from nothing.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a party's node: its folder, its keys, its manifest, and the file that introduces it to others.",
        discussion: """
            Example: riparian init --party cn-yunnan --dir nodes --address https://node.example:8443

            Makes NODES/PARTY with the pack, the node's signing key and the certificate of its line, and the root key in a
            file of its own, which signs the party's manifest. Move the root key to a medium in a safe, twice, and take it
            off this machine: --root FILE writes it there at once.
            PARTY.introduction is for the other parties: they take it in with riparian peer add. It holds no secret.
            Nothing that exists is changed.
            """)

    @Option(help: "The party; one of the pack.") var party: String
    @Option(help: "The folder that holds one folder a party.") var dir: String
    @Option(help: "The folder of the basin pack; it is copied into the node's folder.") var pack = StandardPack.folder
    @Option(help: "The new file for the secret root key; PARTY.root.key in --dir if not given.") var root: String?
    @Option(help: "Where peers find this node: https://HOST:PORT. It can be given later.") var address: String?
    @Option(help: "Where the node listens for peers.") var listen = "0.0.0.0:8443"
    @Option(help: "Where the node shows its pages.") var pages = "127.0.0.1:8080"
    @Option(help: "How long the certificate of the line is valid, days, 1 to 3660.") var days = 730
    @Flag(help: "Print what was made as JSON.") var json = false

    func validate() throws {
        guard (1...3_660).contains(days) else { throw ValidationError("--days takes 1 to 3660") }
        for (option, text) in [("--listen", listen), ("--pages", pages)] where HostAndPort(text) == nil {
            throw ValidationError("\(option) takes HOST:PORT, for example 0.0.0.0:8443")
        }
        if let address, !Introduction.isComplete(address) {
            throw ValidationError("--address takes https://HOST:PORT, as peers reach this node")
        }
    }

    func run() throws {
        let basinPack = try loadPack(pack)
        guard let id = PartyID(party), basinPack.register.parties[id] != nil else {
            let known = basinPack.register.parties.keys.sorted().map(\.text).joined(separator: ", ")
            throw CommandRefusal(.usage, "\(party) is no party of the pack (--party) - known: \(known)")
        }
        let composition = try NodeComposition(pack: basinPack)
        let folder = NodeFolders(root: dir).folder(of: id)
        FolderOwner.note(dir)
        if let advice = FolderOwner.lostAdvice(for: dir) {
            throw CommandRefusal(.usage, "no node can be made in \(dir) (\(dir):1:1) - \(advice)")
        }
        let rootFile = root ?? "\(dir)/\(id).root.key"
        for path in [folder + "/node.yaml", rootFile, rootFile + ".vkey"]
        where FileManager.default.fileExists(atPath: path) {
            throw CommandRefusal(.usage, "\(path) exists (\(path):1:1) - nothing is overwritten: take another folder")
        }
        let introduction: Introduction
        let new = [folder, rootFile, rootFile + ".vkey"].filter { !FileManager.default.fileExists(atPath: $0) }
        let path = "\(dir)/\(id).introduction"
        do { introduction = try make(id, folder, rootFile, path, basinPack, composition) } catch {
            // What is half made would be in the way of the next attempt; what was there before stays.
            for made in new { try? FileManager.default.removeItem(atPath: made) }
            throw error
        }
        show(introduction, folder: folder, rootFile: rootFile, path: path)
        if !composition.agreement.parties.contains(where: { $0.id == id }) {
            standardError(
                "\(id) is no party of the agreement \(composition.agreement.id): nothing will reach it, and nothing leaves it"
            )
        }
    }

    /// The pack first, then keys, description and introduction.
    private func make(
        _ id: PartyID, _ folder: String, _ rootFile: String, _ path: String, _ basinPack: BasinPack,
        _ composition: NodeComposition
    ) throws -> Introduction {
        try copyPack(basinPack, to: folder)
        let made = try NewNode(party: id, folder: folder, days: days, now: TimeInput.now).make(rootFile: rootFile)
        var description = composition.description(of: id)
        description.packFolder = "packs/\(basinPack.id)"
        description.key = made.keys.peerKey
        description.listen = HostAndPort(listen)
        description.pages = HostAndPort(pages)
        if let address { description.addresses[id] = address }
        try composition.layOut(FileFolder(path: folder), as: description)
        let introduction = Introduction(
            party: id, root: made.root, manifest: made.manifest, address: address,
            agreement: composition.agreement.identity.description)
        try FileFolder(path: dir).write("\(id).introduction", Array(introduction.text.utf8))
        return introduction
    }

    private func copyPack(_ pack: BasinPack, to folder: String) throws {
        let target = "\(folder)/packs/\(pack.id)"
        guard !FileManager.default.fileExists(atPath: target) else { return }
        // File by file: a copy that also takes over whose files they are is not allowed to everybody.
        guard let walk = FileManager.default.enumerator(atPath: pack.folder) else {
            throw CommandRefusal(.usage, "\(pack.folder) cannot be read (\(pack.folder):1:1) - check whose it is")
        }
        let files = FileFolder(path: target)
        for path in walk.compactMap({ $0 as? String }).sorted() {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: pack.folder + "/" + path, isDirectory: &isFolder)
            if !isFolder.boolValue { try files.write(path, try bytes(of: pack.folder + "/" + path)) }
        }
    }

    private func show(_ introduction: Introduction, folder: String, rootFile: String, path: String) {
        if json {
            printDocument([
                "node": .string(folder), "root_key": .string(rootFile), "introduction": .string(path),
                "fingerprint": .string(introduction.fingerprint),
            ])
            return
        }
        print("node of \(introduction.party) in \(folder)")
        print("secret root key in \(rootFile): move it to a medium in a safe, twice, and off this machine")
        print(
            "introduction in \(path): give it to the other parties, and read them this fingerprint over the telephone:")
        print("  \(introduction.fingerprint)")
        let place = "--dir \(dir) --party \(introduction.party)"
        print("next, as the same user:")
        print("  riparian peer add THEIR.introduction \(place)")
        print("  riparian serve \(place)")
    }
}

/// The secrets and the first manifest of a node that does not exist yet.
struct NewNode {
    /// What was made.
    struct Made {
        let keys: NodeKeys
        let root: VerifierKey
        let manifest: [UInt8]
    }

    let party: PartyID
    let folder: String
    let days: Int
    let now: Instant

    /// Makes keys, certificate and manifest; the folder believes its own party from the start.
    func make(rootFile: String) throws -> Made {
        let secrets = SecretKeys(folder: folder + "/keys")
        let keys = try NodeKeys.kept(in: folder, party: party)
        guard let lane = try secrets.key("lane") else {
            throw CommandRefusal(.ours, "the node's key is not where it was just written")
        }
        let end = now + Int64(days) * 86_400
        let line = try LineFiles(folder: folder).make("line", for: party, from: now, until: end)
        let rootKey = Curve25519.Signing.PrivateKey()
        try SecretKeys.write(rootKey, to: rootFile)
        let root = VerifierKey(lane: PartyManifest.name(party), of: rootKey)
        try KeyInput.write(Array((root.text + "\n").utf8), to: rootFile + ".vkey")
        let manifest = PartyManifest(
            party: party, sequence: 1, issued: now, root: Array(rootKey.publicKey.rawRepresentation),
            keys: [
                NodeKey(
                    id: "lane", publicKey: Array(lane.publicKey.rawRepresentation),
                    roles: [.lane, .receipt, .agreement], from: line.from),
                NodeKey(id: "line", certificate: line.certificate, from: line.from, until: line.until),
            ])
        let note = try manifest.signed(byRoot: rootKey)
        let trusted = FileFolder(path: folder + "/keys/trusted")
        try trusted.write("\(party).vkey", Array((root.text + "\n").utf8))
        try trusted.write("\(party).manifest", note)
        return Made(keys: keys, root: root, manifest: note)
    }
}
