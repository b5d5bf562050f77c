import Accord
import ArgumentParser
import Forecasting
import Formats
import Foundation
import Logging
import NIOCore
import NodeCore
import River
import Series
import ServiceLifecycle
import Storage
import UnixSignals
import Web

/// `riparian demo`: two nodes replay an event and serve their duty pages.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Replay an event on the nodes of two neighbours, and serve their duty pages.",
        discussion: """
            Examples:
              riparian demo                          # pages at http://localhost:8080/, an hour of flood in half a second
              riparian demo --speed 600 --port 8090  # slower: ten minutes of flood a second
              riparian demo --until-end --json       # no pages: the tables, then the end

            With --dir a demonstration that was stopped, even by kill -9, goes on where it was.
            """)

    @OptionGroup var inputs: EventOptions

    @Option(help: "Seconds of flood for each second of yours.")
    var speed = 7200.0

    @Option(help: "The port of the pages on this machine.")
    var port = 8080

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "Where the nodes keep their things, one folder a party; by default a folder that goes away.")
    var dir: String?

    @Flag(help: "Replay without pages and pauses, print the tables and end.")
    var untilEnd = false

    @Flag(help: "With --until-end: print one JSON document.")
    var json = false

    func validate() throws {
        guard speed > 0 else { throw ValidationError("--speed takes a number above 0") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes 0 to 65535") }
        guard untilEnd || !json else { throw ValidationError("--json goes with --until-end") }
    }

    func run() async throws {
        let (pack, event) = try inputs.load()
        let root = dir ?? FileManager.default.temporaryDirectory.appending(path: "riparian-demo-\(getpid())").path()
        defer { if dir == nil { try? FileManager.default.removeItem(atPath: root) } }
        let demo = try Demonstration(pack: pack, event: event, folders: NodeFolders(root: root))
        if untilEnd {
            let progress = ProgressLine("steps")
            try await demo.federation.run(report: { progress.update($0.done, of: $0.count) })
            progress.end()
            let report = try await demo.federation.report(first: demo.parties[0], event: event)
            if json { printDocument(report.json) } else { print(demo.text(of: report)) }
            return
        }
        try await serve(demo)
    }

    private func serve(_ demo: Demonstration) async throws {
        var logger = Logger(label: "riparian")
        logger.logLevel = .critical  // a stopped connection is no news to whoever watches a demonstration
        let application = buildApplication(site: try demo.site(), host: host, port: port, logger: logger)
        print("Riparian replays \(demo.event.description.title.en) on \(demo.parties.count) nodes.")
        print("Pages: http://localhost:\(port)/ - stop with Ctrl-C")
        fflush(nil)
        let replay = ReplayService(demo: demo, speed: speed)
        let group = ServiceGroup(
            services: [application, replay], gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
        do {
            try await group.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw CommandRefusal(.usage, "port \(port) of \(host) is in use - give another with --port")
        }
    }
}

/// Replays at its pace while the pages are served, then waits for the end of the program.
private struct ReplayService: Service {
    let demo: Demonstration
    let speed: Double

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            let pace = Pace(speed: speed)
            try await demo.federation.run(pause: { try await pace.wait(until: $0) })
            print("The replay has reached its end; the pages stay until you stop the program.")
            fflush(nil)
            while !Task.isCancelled { try await Task.sleep(for: .seconds(3600)) }
        }
    }
}

/// Turns time of the flood into waiting time; the quiet days before and after a flood pass quickly.
private actor Pace {
    private static let longestWait = 1.0
    private let speed: Double
    private var last: Instant?

    init(speed: Double) { self.speed = speed }

    func wait(until next: Instant) async throws {
        defer { last = next }
        guard let last else { return }
        try await Task.sleep(for: .seconds(min(Double(next - last) / speed, Pace.longestWait)))
    }
}

/// The nodes of a demonstration and what their pages need.
struct Demonstration {
    let pack: BasinPack
    let event: EventReading
    /// The party whose readings fill the event first, then a reader of what it shares.
    let parties: [PartyID]
    let federation: DemoFederation
    private let clock: SimulatedClock

    init(pack: BasinPack, event: EventReading, folders: NodeFolders) throws {
        self.pack = pack
        self.event = event
        let composition = try NodeComposition(pack: pack)
        parties = try Demonstration.parties(of: event, composition)
        let clock = SimulatedClock(event.observations.map(\.received).min() ?? Instant(secondsSinceEpoch: 0))
        self.clock = clock
        let keys = try parties.map { try NodeKeys.demonstration(of: $0) }
        let peers = Dictionary(uniqueKeysWithValues: keys.map { ($0.party, $0.peerKey) })
        let nodes = try keys.map { keys in
            let node = try folders.node(
                composition.configuration(of: keys.party, keys: keys, peers: peers, event: event), clock: { clock.now })
            try composition.layOut(FileFolder(path: folders.folder(of: keys.party)), keys: keys, peers: peers)
            return node
        }
        let usable = event.rows.filter { $0.verdict != .refused }
        let readings = usable.compactMap { row in
            row.observation.map {
                ReceivedObservation($0, origin: "event/\(event.description.id)/\(row.origin)")
            }
        }
        let stated = usable.compactMap { row in
            row.statedDifference.map { ("event/\(event.description.id)/\(row.origin)", $0) }
        }
        let times = cycleTimes(
            received: event.observations.map(\.received), official: event.officialCrests.map(\.issued),
            every: CycleSettings().cycleHours)
        federation = DemoFederation(
            event: DemoEvent(
                readings: readings, stated: Dictionary(stated) { first, _ in first }, cycleTimes: times),
            nodes: nodes, links: Dictionary(uniqueKeysWithValues: parties.map { ($0, folders.link(to: $0)) }),
            clock: clock)
    }

    /// The signatory with most readings, and the first that may read one of its series.
    private static func parties(of event: EventReading, _ composition: NodeComposition) throws -> [PartyID] {
        let agreement = composition.agreement.asIfInForce
        let signatories = agreement.signatories
        let counts = Dictionary(grouping: event.observations) { $0.series.provider }.mapValues(\.count)
        guard let first = signatories.max(by: { (counts[$0] ?? 0, $1) < (counts[$1] ?? 0, $0) }),
            counts[first] ?? 0 > 0
        else {
            throw CommandRefusal(
                .usage, "no party of the agreement has readings in this event - replay it with 'riparian replay'")
        }
        let reader = signatories.first { reader in
            reader != first
                && event.observations.contains { observation in
                    guard observation.series.provider == first else { return false }
                    if case .granted = agreement.verdict(
                        for: observation.series, reader: reader, at: observation.observed)
                    {
                        return true
                    }
                    return false
                }
        }
        return [first] + (reader.map { [$0] } ?? [])
    }

    /// The web site of the nodes.
    func site() throws -> DutySite {
        let clock = clock
        let nodes = Dictionary(uniqueKeysWithValues: federation.nodes.map { ($0.party, $0) })
        let entries = federation.nodes.first.map { $0.configuration.agreement.signatories } ?? []
        return try DutySite(
            parties: entries.map { party in
                let name = pack.register.parties[party]?.name
                return DutySite.Entry(
                    party: party, name: name ?? LocalizedText(vi: party.text, zh: party.text, en: party.text),
                    hasPage: nodes[party] != nil)
            }, stationNames: pack.basin.adding(event.stations).stations.mapValues(\.name),
            catalogues: try Catalogues.bundled(),
            board: { party in try? await nodes[party]?.dutyBoard(at: clock.now) })
    }

    /// The tables for a person.
    func text(of report: DemoReport) -> String {
        let basin = pack.basin.adding(event.stations)
        let names = report.parties.map { "  \($0.name.en): \($0.hasNode ? "runs a node here" : "not joined")" }
        let waiting = report.shared.count { $0.standing == .notJoined }
        let rows = report.shared.filter { $0.standing != .notJoined }.map { row in
            [
                row.clause, row.series.description, row.reader.text, "\(row.readings)", "\(row.delivered)",
                row.standing.rawValue,
            ]
        }
        let shared =
            "What was shared under the illustrative agreement (simulated)\n"
            + TextTable(
                header: ["clause", "series", "reader", "readings", "delivered", "standing"], rows: rows,
                rightAligned: [3, 4]
            ).text + "\n  and \(waiting) granted series of or for parties that have not joined"
        let tables = ReplayTables(report: report.replay, event: event, basin: basin).text
        return [tables, "Parties\n" + names.joined(separator: "\n"), shared].joined(separator: "\n\n")
    }
}
