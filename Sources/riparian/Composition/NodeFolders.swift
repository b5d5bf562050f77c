import Accord
import Crypto
import Formats
import Foundation
import NodeCore
import Series
import Storage

/// Where the nodes of one process keep their things: one folder a party, laid out as the design's section 5.
struct NodeFolders {
    /// The folder that holds one folder a party.
    let root: String

    /// The folder of a party's node.
    func folder(of party: PartyID) -> String { root + "/" + party.text }

    /// A node that a command has opened.
    struct Opened {
        let node: Node
        /// What it works with.
        let composition: NodeComposition
        /// What it signs with.
        let keys: NodeKeys
    }

    /// Opens the node of a party that already lies there, by the clock of the machine.
    ///
    /// - Parameter pack: the folder of its pack; nil for the one in the node's folder.
    func kept(_ party: PartyID, pack: String?) throws -> Opened {
        try kept(party) { try loadPack(packFolder(pack, of: folder(of: party))) }
    }

    /// Opens the node of a party that already lies there.
    ///
    /// - Parameters:
    ///   - clock: its time; by default that of the machine.
    ///   - pack: its pack, asked for where a node lies there.
    func kept(
        _ party: PartyID, clock: @escaping @Sendable () -> Instant = { TimeInput.now }, pack: () throws -> BasinPack
    ) throws -> Opened {
        guard try isNode(folder(of: party)) else { throw CommandRefusal(noNodeOf: party, in: root) }
        return try opened(party, by: NodeComposition(pack: pack()), trust: .pinned([:]), clock: clock)
    }

    /// Opens the node of a party with the keys of its folder; both are made where there are none.
    ///
    /// - Parameters:
    ///   - trust: what it believes of other parties' lanes.
    ///   - clock: its time.
    func opened(
        _ party: PartyID, by composition: NodeComposition, trust: LaneTrust,
        clock: @escaping @Sendable () -> Instant
    ) throws -> Opened {
        let keys = try NodeKeys.kept(in: folder(of: party), party: party)
        var configuration = composition.configuration(of: party, signer: keys.signer, peers: [:])
        configuration.trust = trust
        return Opened(node: try node(configuration, clock: clock), composition: composition, keys: keys)
    }

    /// Opens a party's node, making its folder when there is none.
    ///
    /// - Parameters:
    ///   - configuration: who the node is.
    ///   - clock: its time.
    ///   - log: takes its lines; by default they are shown when RIPARIAN_LOG is set.
    func node(
        _ configuration: NodeConfiguration, clock: @escaping @Sendable () -> Instant,
        log: (@Sendable (String) -> Void)? = nil
    ) throws -> Node {
        let path = folder(of: configuration.party)
        FolderOwner.note(path)
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandRefusal(
                .usage,
                "the folder \(path) cannot be made (\(path):1:1) - give --dir a folder that this user may write in")
        }
        let database = try NodeDatabase(path: path + "/node.sqlite")
        return Node(
            configuration: configuration, database: database,
            effects: Effects(
                in: path, clock: clock,
                log: log ?? { line in
                    if ProcessInfo.processInfo.environment["RIPARIAN_LOG"] != nil {
                        standardError("\(configuration.party): \(line)")
                    }
                }))
    }
}

extension Effects {
    /// The machine's own chance and disk, in a folder.
    init(in folder: String, clock: @escaping @Sendable () -> Instant, log: @escaping @Sendable (String) -> Void) {
        let files = FileFolder(path: folder)
        self.init(
            now: clock, randomBytes: { count in (0..<count).map { _ in UInt8.random(in: .min ... .max) } },
            disk: Disk(
                write: { try files.write($0, $1) }, read: { try files.read($0) }, remove: { try files.remove($0) }),
            log: log)
    }
}
