import Accord
import ArgumentParser
import Formats
import Foundation
import Hummingbird
import Logging
import NIOCore
import NodeCore
import River
import Series
import ServiceLifecycle
import Storage
import UnixSignals
import Web

/// `riparian serve`: a node at work.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run a party's node: it serves its lanes to peers, pulls theirs, and shows its pages.",
        discussion: """
            Example: riparian serve --dir nodes --party cn-yunnan

            The node listens where node.yaml says. Peers come in over TLS 1.3 with a certificate that their manifest lists;
            nobody else is let in. Keys, manifests and addresses that riparian peer and riparian key put into the folder count
            within two seconds. Other commands may store readings in the same folder meanwhile.
            Stop it with Ctrl-C; kill -9 loses nothing that was acknowledged.
            """)

    @Option(help: "The folder that holds one folder a party.") var dir: String
    @Option(help: "The party whose node it is.") var party: String
    @Option(help: "The folder of the basin pack; the one in the node's folder if not given.") var pack: String?
    @Option(help: "Where to listen for peers; what node.yaml says if not given.") var listen: String?
    @Option(help: "Where to show the pages; what node.yaml says if not given.") var pages: String?

    func validate() throws {
        for (option, text) in [("--listen", listen), ("--pages", pages)] {
            if let text, HostAndPort(text) == nil {
                throw ValidationError("\(option) takes HOST:PORT, for example 0.0.0.0:8443")
            }
        }
    }

    func run() async throws {
        let served = try ServedNode(
            dir: dir, party: try KeyInput.party(party), pack: pack,
            log: { line in
                standardError("\(TimeInput.now.iso8601()) \(line)")
            })
        let peers =
            listen.flatMap { HostAndPort($0) } ?? served.description.listen ?? HostAndPort(host: "0.0.0.0", port: 8443)
        let site =
            pages.flatMap { HostAndPort($0) } ?? served.description.pages ?? HostAndPort(host: "127.0.0.1", port: 8080)
        var logger = Logger(label: "riparian")
        logger.logLevel = .critical
        let services: [any Service] = [
            try served.peerServer(at: peers, logger: logger),
            buildApplication(site: try served.site(), host: site.host, port: site.port, logger: logger),
            WorkService(work: served.work, hub: served.hub),
        ]
        print("Riparian works for \(served.node.party): peers at \(peers), pages at http://\(site)/ - stop with Ctrl-C")
        fflush(nil)
        let group = ServiceGroup(
            services: services, gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
        do {
            try await group.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw CommandRefusal(.usage, "\(peers) or \(site) is in use - give others with --listen and --pages")
        }
    }
}

/// Works while the servers serve.
private struct WorkService: Service {
    let work: NodeAtWork
    let hub: AnnouncementHub

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await cancelWhenGracefulShutdown { try await work.run() }
        } onGracefulShutdown: {
            Task { await hub.close() }
        }
    }
}

/// Everything that a served node consists of.
struct ServedNode {
    let description: NodeDescription
    let node: Node
    let work: NodeAtWork
    let hub = AnnouncementHub()
    private let composition: NodeComposition
    private let identity: LineIdentity
    private let book: TrustBook
    private let log: @Sendable (String) -> Void
    /// Held for as long as the node works: one process serves a folder.
    private let lock: FolderLock

    init(dir: String, party: PartyID, pack: String?, log: @escaping @Sendable (String) -> Void) throws {
        let folders = NodeFolders(root: dir)
        let folder = folders.folder(of: party)
        guard let description = try NodeDescription.kept(in: folder) else {
            throw CommandRefusal(.usage, "no node of \(party) lies in \(dir) (\(folder):1:1) - run riparian init")
        }
        guard let lock = FolderLock(folder + "/node.lock") else {
            throw CommandRefusal(.usage, "another process serves \(folder) (\(folder)/node.lock:1:1) - stop it first")
        }
        let packFolder = pack ?? description.packFolder.map { folder + "/" + $0 } ?? "Packs/\(description.pack)"
        let composition = try NodeComposition(pack: try loadPack(packFolder))
        let rings = try TrustFolder(path: folder + "/keys/trusted").rings()
        guard let identity = try LineFiles(folder: folder).kept(listedIn: rings[party], at: TimeInput.now) else {
            throw CommandRefusal(
                .usage,
                "the node has no certificate that its party's manifest lists now (\(folder)/keys:1:1) - run riparian key line, "
                    + "list it with riparian key rotate, and run riparian key trust for the own node")
        }
        try ServedNode.expectForce(of: composition.agreement, rings: rings, folder: folder, log: log)
        let book = TrustBook(rings: rings, pinned: description.peers)
        let keys = try NodeKeys.kept(in: folder, party: party)
        var configuration = composition.configuration(of: party, keys: keys, peers: description.peers)
        configuration.trust = book.trust
        let node = try folders.node(configuration, clock: { TimeInput.now }, log: log)
        self.lock = lock
        self.description = description
        self.composition = composition
        self.identity = identity
        self.book = book
        self.node = node
        self.log = log
        work = NodeAtWork(node: node, folder: folder, identity: identity, book: book, hub: hub, log: log)
    }

    /// Nothing is exchanged under an agreement that is not in force; an illustrative one is for rehearsals.
    private static func expectForce(
        of agreement: Agreement, rings: [PartyID: KeyRing], folder: String, log: (String) -> Void
    ) throws {
        guard !agreement.isIllustrative else {
            return log("the agreement is illustrative: what is exchanged under it is a rehearsal")
        }
        let signatures = folder + "/agreements/signatures"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: signatures)) ?? []).sorted()
        let notes = try names.map { SignatureSet.Note(source: $0, bytes: try bytes(of: signatures + "/" + $0)) }
        let standing = SignatureSet(notes, keys: rings).standing(of: agreement, at: TimeInput.now)
        guard standing.isInForce else {
            throw CommandRefusal(
                .no,
                "the agreement \(agreement.id) is not in force: \(standing.force.word) (\(signatures):1:1) - put the "
                    + "signatures there and run riparian accord status")
        }
    }

    /// The server that peers pull from.
    func peerServer(at place: HostAndPort, logger: Logger) throws -> any Service {
        let (node, book, log) = (node, book, log)
        let door = PeerDoor(
            identify: { certificate in
                var refusal = LineRefusal.unknown
                for (party, ring) in book.rings where party != node.party {
                    switch ring.refusal(ofCertificate: certificate, at: TimeInput.now) {
                    case nil: return .success(party)
                    case .notSigned?, .noManifest?: break
                    case let reason?: refusal = .notBelieved(party, reason)
                    }
                }
                return .failure(refusal)
            }, serve: { try await node.serve($0, to: $1) },
            checkpoints: { (try? await node.checkpoints(for: $0)) ?? [:] }, announcements: hub,
            milliseconds: NodeAtWork.milliseconds, log: log)
        return try buildPeerServer(door, identity: identity, host: place.host, port: place.port, logger: logger)
    }

    /// The node's own pages.
    func site() throws -> DutySite {
        let (node, work, pack) = (node, work, composition.pack)
        let name = pack.register.parties[node.party]?.name
        return try DutySite(
            parties: [
                DutySite.Entry(
                    party: node.party,
                    name: name ?? LocalizedText(vi: node.party.text, zh: node.party.text, en: node.party.text),
                    zone: pack.register.parties[node.party]?.zone ?? .indochina)
            ], stationNames: pack.basin.stations.mapValues(\.name), catalogues: try Catalogues.bundled(),
            desk: NodeDesk(
                standing: { party in
                    let silent = await work.lineStandings.compactMap { line in
                        line.silentSince.map { (line.peer, $0) }
                    }
                    return PartyStanding(
                        party: party, state: .running, now: TimeInput.now,
                        unreachable: Dictionary(silent) { first, _ in first })
                },
                exchange: { _ in
                    var board = try? await node.exchangeBoard()
                    board?.lines = await work.lineStandings.map { line in
                        let name = pack.register.parties[line.peer]?.name
                        return (name ?? LocalizedText(vi: line.peer.text, zh: line.peer.text, en: line.peer.text), line)
                    }
                    return board
                }, gate: { _ in try? await node.gateBoard() },
                answer: { _, answer, person in (try? await node.answer(answer, by: person)) ?? 0 },
                history: { _, question in
                    try? await node.history(
                        of: question.series, at: question.asOf ?? TimeInput.now, during: question.interval)
                },
                table: { _, question, latestOnly in
                    try? node.seriesTable(
                        of: question.series, during: question.interval, asOf: question.asOf, latestOnly: latestOnly)
                }, publicLaneFile: { party, path in try? await node.serve(path, to: party) }),
            board: { _ in try? await node.dutyBoard(at: TimeInput.now) })
    }
}

extension Node {
    /// Publishes what this process has stored, unless another one serves the folder: that one does so within a second, and
    /// two must not write the same files.
    func publishUnlessServed(in folder: String) throws {
        guard let lock = FolderLock(folder + "/node.lock") else { return }
        defer { withExtendedLifetime(lock) {} }
        _ = try publishCheckpoints()
    }
}

/// A lock on a file, held until the value goes away or the process ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// nil when another process holds it.
    init?(_ path: String) {
        descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }
}
