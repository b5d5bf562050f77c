import Accord
import Formats
import Foundation
import Logging
import NodeCore
import River
import Series
import ServiceLifecycle
import Storage
import Web

/// Everything that a served node consists of.
struct ServedNode {
    let description: NodeDescription
    let node: Node
    let work: NodeAtWork
    let hub = AnnouncementHub()
    private let composition: NodeComposition
    private let started = TimeInput.now
    private let keys: OwnKeys
    private let book: TrustBook
    private let alertFiles: AlertOfficeFiles
    private let zone: UTCOffset
    /// The node's folder.
    let folder: String
    /// Takes one line for whoever runs the node.
    let log: @Sendable (String) -> Void
    /// Held for as long as the node works: one process serves a folder.
    private let lock: FileLock

    init(dir: String, party: PartyID, pack: String?, log: @escaping @Sendable (String) -> Void) throws {
        let folders = NodeFolders(root: dir)
        let folder = folders.folder(of: party)
        let description = try NodeDescription.demanded(of: party, in: dir)
        if let owner = FolderOwner.otherOwner(of: folder) {
            throw CommandRefusal(
                .usage,
                "\(folder) belongs to the user \(owner) (\(folder):1:1) - serve it as that user: runuser -u \(owner) --"
            )
        }
        let lockFile = folder + "/node.lock"
        guard access(lockFile, W_OK) == 0 || errno == ENOENT else {
            throw CommandRefusal(
                .usage,
                "\(FolderOwner.fault(of: lockFile)) (\(lockFile):1:1) - give the folder to the user who serves it: "
                    + "chown -R USER: \(folder)")
        }
        guard let lock = FileLock(lockFile) else {
            throw CommandRefusal(
                .usage,
                "another process serves \(folder) (\(folder)/node.lock:1:1) - stop it first, or wait until it has ended"
            )
        }
        let packFolder = pack ?? description.packFolder.map { folder + "/" + $0 } ?? "Packs/\(description.pack)"
        let composition = try NodeComposition(pack: try loadPack(packFolder))
        let rings = try TrustFolder(path: folder + "/keys/trusted").rings()
        let keys = try OwnKeys(folder: folder, party: party, ring: rings[party])
        try ServedNode.expectForce(of: composition.agreement, rings: rings, folder: folder, log: log)
        let book = TrustBook(
            rings: rings, pinned: description.peers, witnesses: description.witnesses.mapValues(\.key))
        var configuration = composition.configuration(of: party, signer: keys.signer, peers: description.peers)
        configuration.trust = book.trust
        let node = try folders.node(configuration, clock: { TimeInput.now }, log: log)
        self.lock = lock
        self.folder = folder
        self.description = description
        self.composition = composition
        self.keys = keys
        self.book = book
        self.node = node
        self.log = log
        let register = composition.pack.register
        zone = register.zone(of: party)
        alertFiles = AlertOfficeFiles(
            folder: folder, party: party, register: register, catalogues: try composition.pack.catalogues(),
            listed: { book.rings[party]?.manifest?.keys.filter { $0.has(.alert) } })
        let delivery = DeliveryService(node: node, files: alertFiles, folder: folder, zone: zone, log: log)
        work = NodeAtWork(node: node, folder: folder, keys: keys, book: book, hub: hub, delivery: delivery, log: log)
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
    func peerServer(
        at place: HostAndPort, logger: Logger, whenOpen: @escaping @Sendable (Int) async -> Void
    ) throws -> any Service {
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
        return try buildPeerServer(
            door, showing: keys.shown, host: place.host, port: place.port, logger: logger, onServerRunning: whenOpen)
    }

    /// Where uploaders post, by the mappings of the node's folder and its pack.
    func uploadDesk() -> UploadDesk {
        let work = work
        return UploadDesk(
            of: node, folder: folder, pack: composition.pack.folder, whenKept: { await work.noteNews() })
    }

    /// The server that uploaders post to.
    ///
    /// - Parameter name: the name under which the door is reached.
    func uploadServer(
        _ desk: UploadDesk, at place: HostAndPort, name: String, identity: ServerIdentity, logger: Logger,
        whenOpen: @escaping @Sendable (Int) async -> Void
    ) throws -> any Service {
        let register = composition.pack.register
        let door = try UploadDoor(
            desk: desk, host: name, partyName: register.name(of: node.party),
            zone: register.zone(of: node.party),
            catalogues: try composition.pack.catalogues(), log: log)
        return try buildUploadServer(
            door, identity: identity, host: place.host, port: place.port, logger: logger, onServerRunning: whenOpen)
    }

    /// What collects from a folder of attachments.
    func mailService(_ desk: UploadDesk, folder: String) throws -> any Service {
        guard FileManager.default.fileExists(atPath: folder) else {
            throw CommandRefusal(
                .usage, "\(folder) is absent (\(folder):1:1) - name the folder that the mail program fills")
        }
        let zone = composition.pack.register.zone(of: node.party)
        let mail = UploadMailFolder(path: folder, desk: desk, catalogues: try composition.pack.catalogues(), zone: zone)
        return UploadMailService(folder: mail, log: log)
    }

    /// How the node is now.
    private func health() async throws -> NodeHealth {
        var health = try await node.health(version: Riparian.version)
        health.started = started
        let files = ["node.sqlite", "node.sqlite-wal"].map { "\(folder)/\($0)" }
        health.databaseBytes = files.compactMap {
            (try? FileManager.default.attributesOfItem(atPath: $0)[.size] as? NSNumber)?.intValue
        }.reduce(0, +)
        let disk = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        health.freeBytes = (disk?[.systemFreeSize] as? NSNumber)?.intValue
        health.lines = await work.lineStandings
        return health
    }

    /// Warnings on their way to people.
    private var messageDesk: MessageDesk {
        let (node, files, zone) = (node, alertFiles, zone)
        return MessageDesk(
            node: { _ in node },
            office: { _ in
                guard case .success(let opened)? = await files.office(on: TimeInput.now.civil(in: zone).date) else {
                    return nil
                }
                return (opened.office, opened.faults, opened.isUnlisted)
            })
    }

    /// The node's own pages.
    ///
    /// - Parameter trustsOwnMachine: whether requests from this very machine are not counted.
    func site(trustsOwnMachine: Bool) throws -> DutySite {
        let (node, work, pack) = (node, work, composition.pack)
        let watch = try DatabaseWatch(path: folder + "/node.sqlite")
        let keeper = BoardKeeper(
            version: { Int((try? watch.version()) ?? 0) }, nanoseconds: { TimeInput.steadyNanoseconds },
            make: { try node.dutyBoard(at: TimeInput.now) })
        let adviser = ReservoirAdviser(pack: pack)
        let mark: @Sendable (PartyID) async -> String? = { _ in
            let silent = await work.lineStandings.compactMap { $0.silentSince.map { "\($0)" } }
            return "\(await keeper.mark()) \(await adviser.count) \(silent.joined(separator: " "))"
        }
        return try DutySite(
            parties: [
                DutySite.Entry(
                    party: node.party, name: pack.register.name(of: node.party),
                    zone: pack.register.zone(of: node.party))
            ], stationNames: pack.basin.stations.mapValues(\.name), catalogues: try pack.catalogues(),
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
                    board?.lines = await work.lineStandings.map { (pack.register.name(of: $0.peer), $0) }
                    return board
                }, gate: { _ in try? await node.gateBoard() },
                answer: { _, answer, person in (try? await node.answer(answer, by: person)) ?? 0 },
                history: { _, question in
                    try? await node.history(
                        of: question.series, at: question.asOf ?? TimeInput.now, during: question.interval)
                },
                table: { _, request in try? node.seriesTable(request) },
                values: { _, request in try? node.seriesValues(request) },
                publicLaneFile: { party, path in try? await node.serve(path, to: party) },
                mark: mark, past: { _, time in try? node.dutyBoard(at: time) },
                compliance: { _, from, until in
                    try? node.complianceReport(from: from, until: until, now: TimeInput.now)
                }, health: { _ in try? await health() }, register: RegisterDesk(pack: pack, node: { _ in node }),
                messages: messageDesk,
                plans: try PlanDesk(pack: pack, node: { _ in node }), advice: { await adviser.advice(on: $0) },
                skill: { _, point in try? node.skill(of: point) },
                nanoseconds: { TimeInput.steadyNanoseconds },
                trustsOwnMachine: trustsOwnMachine),
            atlas: BasinAtlas(pack, basin: pack.basin, agreement: composition.agreement),
            people: PeopleFiles(folder: folder).desk(of: node.database),
            board: { _ in await keeper.board() })
    }
}
