import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series
import Storage

extension LaneCommand {
    /// `riparian lane import STICK --dir NODES --party P`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Hand a lane from a stick to a node, exactly as if it had been pulled over the line.",
            discussion: """
                Examples:
                  riparian lane import /media/stick/yunnan --dir nodes --party vn-lao-cai
                  riparian lane import lane.tar --dir nodes --party vn-lao-cai --key cn-yunnan.vkey

                Every byte is checked against the signed checkpoint and every reading against the agreement. What is not as
                signed is refused as a whole. At the provider, the receipts on the stick are taken in.
                Exit code 0: taken or known already, 1: refused, 2: it cannot be read.
                """)

        @Argument(help: "A folder or a tar file of riparian lane export.") var stick: String
        @Option(help: "The folder that holds one folder a party.") var dir: String
        @Option(help: "The party whose node takes the lane.") var party: String
        @Option(help: "The provider's verifier key, or a file that holds it; what the node knows if not given.")
        var key: String?
        @Option(help: "The folder of the basin pack; the one in the node's folder if not given.") var pack: String?
        @Option(help: "When the stick came in, ISO 8601 with a zone; by default now.") var received: String?
        @Flag(help: "Write this party's receipts onto the stick, for the way back; folders only.") var receipts = false
        @Flag(help: "Print what arrived as JSON.") var json = false

        func run() async throws {
            let source = try LaneStick(stick)
            guard let note = try source.bytes("checkpoint"), let lane = LaneName(note: note) else {
                throw CommandRefusal(.usage, "\(stick) holds no lane of ours (\(stick)/checkpoint) - export it again")
            }
            let (node, trust) = try openNode(lane)
            let checkpoint = try believed(note, lane, node, trust)
            var outcome = PullOutcome()
            if lane.party != node.party, try isNew(checkpoint, lane, node) {
                outcome = try await node.pull(from: lane.party, over: source.link(to: lane))
            }
            for reader in source.readers where reader != node.party && reader != lane.party {
                let more = try await node.pull(from: reader, over: source.link(to: lane))
                outcome.receipts += more.receipts
                outcome.refused.merge(more.refused) { first, _ in first }
            }
            let returned = try receipts ? returnReceipts(lane, node) : 0
            report(outcome, lane, checkpoint, returned)
            if !outcome.refused.isEmpty { throw CommandRefusal(.no) }
        }

        private func openNode(_ lane: LaneName) throws -> (node: Node, trust: LaneTrust) {
            let basinPack = try loadPack(packFolder(pack, of: "\(dir)/\(party)"))
            guard let reader = PartyID(party), basinPack.register.parties[reader] != nil else {
                throw CommandRefusal(.usage, "\(party) is no party of the pack - say whose node takes the lane")
            }
            let folders = NodeFolders(root: dir)
            let folder = folders.folder(of: reader)
            let composition = try NodeComposition(pack: basinPack)
            let audiences = composition.agreement.audiences(of: lane.party).filter { audience in
                audience.id == lane.audience && (audience.readers.contains(reader) || lane.party == reader)
            }
            guard composition.agreement.id == lane.agreement, !audiences.isEmpty else {
                throw CommandRefusal(
                    .no,
                    "\(lane.origin) is not a lane that \(reader) reads under \(composition.agreement.id) - nothing was taken"
                )
            }
            var peers = try NodeDescription.peers(in: folder)
            if let key { peers[lane.party] = try laneKey(key, in: stick).named("riparian/\(lane.party)") }
            let known = TrustFolder(path: folder + "/keys/trusted")
            let trust = key == nil ? try known.trust(pinned: peers) : .pinned(peers)
            let now = try time()
            let opened = try folders.opened(reader, by: composition, trust: trust, clock: { now })
            if contents(folder + "/node.yaml") == nil {
                try composition.layOut(FileFolder(path: folder), keys: opened.keys, peers: peers)
            }
            return (opened.node, trust)
        }

        private func time() throws -> Instant {
            guard let time = try TimeInput.time(received, option: "--received") else { return TimeInput.now }
            guard time <= TimeInput.now else {
                throw CommandRefusal(
                    .usage,
                    "\(time) is in the future (--received) - a receipt says when the stick was here; give that time")
            }
            return time
        }

        private func believed(
            _ note: [UInt8], _ lane: LaneName, _ node: Node, _ trust: LaneTrust
        ) throws -> Checkpoint {
            if lane.party == node.party {
                let key = node.configuration.signer.key(lane.origin)
                if let own = try? Checkpoint(note: note, origin: lane.origin, key: key) { return own }
                throw CommandRefusal(.no, "the checkpoint in \(stick) is not signed by this node - nothing was taken")
            }
            guard trust.joined.contains(lane.party) else {
                throw CommandRefusal(
                    .no,
                    "no key of \(lane.party) is known to this node - give --key with a key that you had from the party, or "
                        + "run riparian key trust")
            }
            do { return try trust.checkpoint(note, lane.origin, lane.party, try time()) } catch {
                throw CommandRefusal(.no, "the checkpoint in \(stick) is not believed: \(error) - nothing was taken")
            }
        }

        /// An older stick is no fault: what the node has accepted of the lane must begin with it.
        private func isNew(_ checkpoint: Checkpoint, _ lane: LaneName, _ node: Node) throws -> Bool {
            let accepted = try node.database.peerLane(lane.origin)?.size ?? 0
            guard checkpoint.size <= accepted, accepted > 0 else { return true }
            return try node.database.root(of: lane.origin, size: checkpoint.size) != checkpoint.root
        }

        /// Puts what this party has given onto the stick.
        private func returnReceipts(_ lane: LaneName, _ node: Node) throws -> Int {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: stick, isDirectory: &isFolder), isFolder.boolValue else {
                throw CommandRefusal(.usage, "--receipts needs a folder, and \(stick) is a file - unpack it first")
            }
            let own = "\(NodeFolders(root: dir).folder(of: node.party))/\(lane.receipts)/\(node.party)"
            let target = PlainFolder(stick)
            var count = 0
            for number in LaneStick.numbers(in: own) {
                guard let bytes = contents("\(own)/\(number)") else { continue }
                if try target.add("receipts/\(node.party)/\(number)", bytes) { count += 1 }
            }
            return count
        }

        private func report(_ outcome: PullOutcome, _ lane: LaneName, _ checkpoint: Checkpoint, _ returned: Int) {
            let entries = outcome.entries.values.reduce(0, +)
            let refused = outcome.refused.sorted { $0.key < $1.key }
            if json {
                printDocument([
                    "origin": .string(lane.origin), "size": .integer(checkpoint.size), "entries": .integer(entries),
                    "recorded": .integer(outcome.recorded), "known": .integer(outcome.alreadyKnown),
                    "receipts": .integer(outcome.receipts), "receipts_returned": .integer(returned),
                    "refused": .array(
                        refused.map {
                            [
                                "origin": .string($0.key), "code": .string($0.value.code),
                                "reason": .string($0.value.sentence),
                            ]
                        }),
                ])
                return
            }
            for (origin, reason) in refused { print("\(origin): refused: \(reason.sentence)") }
            print(
                "\(lane.origin): \(entries) new of \(checkpoint.size) entries, \(outcome.recorded) readings stored, "
                    + "\(outcome.alreadyKnown) known before, \(outcome.receipts) receipts taken, \(returned) given back"
            )
        }
    }
}
