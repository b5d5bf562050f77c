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

/// `riparian demo`: the parties of an agreement replay an event on their nodes and serve their duty pages.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Replay an event on the nodes of neighbours, and serve their duty pages.",
        discussion: """
            Examples:
              riparian demo                          # pages at http://localhost:8080/, an hour of flood in half a second
              riparian demo --speed 600 --port 8090  # slower: ten minutes of flood a second
              riparian demo --parties 2              # two nodes; the other parties have not joined
              riparian demo --loss 0.3 --delay 600   # bad lines between the nodes
              riparian demo --until-end --json       # no pages: the tables, then the end

            Every signatory of the agreement runs a node. On its page a node can be stopped and started.
            With --dir a demonstration that was stopped, even by kill -9, goes on where it was.
            """)

    @OptionGroup var inputs: EventOptions

    @OptionGroup var lines: LineOptions

    @Option(help: "Who runs a node: a number, or party ids joined by commas; every signatory if not given.")
    var parties: String?

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
        let demo = try Demonstration(
            pack: pack, event: event, folders: NodeFolders(root: root), joining: parties, lines: lines.lines)
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
        // To be stopped in the middle of a step is how a demonstration ends, and no fault.
        do { try await replay() } catch is CancellationError {}
    }

    private func replay() async throws {
        try await cancelWhenGracefulShutdown {
            let pace = Pace(speed: speed)
            var hasEnded = false
            while !Task.isCancelled {
                try await demo.federation.run(pause: { try await pace.wait(until: $0) })
                if !hasEnded {
                    print("The replay has reached its end; the pages stay until you stop the program.")
                    fflush(nil)
                    hasEnded = true
                }
                // a party that is started again still has to ask for what it missed; the end of the program ends the sleep
                try? await Task.sleep(for: .milliseconds(500))
            }
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

/// The options that say how the lines between the nodes behave.
struct LineOptions: ParsableArguments {
    @Option(help: "Seed of the lines between the nodes: equal seeds give equal delays and losses.")
    var seed: UInt64 = 20_240_909

    @Option(help: "The share of fetches that come to nothing, 0 to 0.95.")
    var loss = 0.05

    @Option(help: "The median delay of a request between two nodes, s.")
    var delay = 30.0

    @Option(help: "The chance that the line between two nodes breaks on a day, 0 to 1.")
    var outages = 0.1

    func validate() throws {
        guard (0...0.95).contains(loss) else { throw ValidationError("--loss takes 0 to 0.95") }
        guard (0...86_400).contains(delay) else { throw ValidationError("--delay takes 0 to 86400 s") }
        guard (0...1).contains(outages) else { throw ValidationError("--outages takes 0 to 1") }
    }

    /// The lines.
    var lines: SimulatedLines {
        SimulatedLines(seed: seed, character: LineCharacter(delay: delay, loss: loss, outages: outages))
    }
}
