import Accord
import ArgumentParser
import Foundation
import River

/// `riparian bench`: measures what a user waits for, with the seed and the checksum that make a figure comparable.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the speed of one piece of work.",
        discussion: """
            Examples:
              riparian bench routing --reaches 1000000 --steps 96 --scheme muskingum --threads 2 --json
              riparian bench routing --reaches 200000 --steps 24 --members 51 --scheme mct --gauges 100
              riparian bench ingest --observations 876000
              riparian bench commits --connections 8 --outstanding 64
              riparian bench plan --scenarios 51 --form qp --json

            Compare figures only within one run on one quiet machine; the checksum says that the same work was done.
            """)

    /// The benchmarks by name.
    enum Name: String, CaseIterable, ExpressibleByArgument {
        case routing
        case ingest
        case commits
        case series
        case pull
        case pages
        case desk
        case runoff
        case calibration
        case quality
        case crps
        case plan
        case replanning
        case replay
        case cascades
        case alerts
        case cycle
    }

    @Argument(
        help: """
            routing: made lateral inflow through a made network, without files. ingest: readings in batches through checks, lane \
            entries, hashes and durable signed checkpoints. commits: single readings, each answered when durable. \
            series: one series of one year as CSV out of a store of 100. pull: a backlog of --observations over mutual TLS \
            on loopback, proved and durable. pages: the duty page of 500 gauges that deliver each minute, 200 times a second. \
            desk: the pages of a register of 10,000 provisions and 1,000 indicators. \
            runoff: single runs of the runoff models. calibration: Michel's search of GR4J, GR4H and of --reaches basins at once. \
            quality: five tests on a million values. crps: ranked probability scores of 1e5 ensembles of 51. \
            plan: the releases of the four reservoirs of RB4-240 over 240 hours and --scenarios. replanning: 13 floods \
            of RB4-240 planned again every 6 hours with scenarios that are not among them (minutes; take --samples 1). \
            replay: other gate hours at four dams, --scenarios members, ten days in steps of 5 minutes. \
            cascades: each of --cascades made cascades. \
            alerts: damaged copies of --alert through the check of alerts. \
            cycle: a forecast from rain of the bundled basin, 51 members by two models over ten days.
            """)
    var name: Name = .routing

    @Option(help: "Number of reaches, 1 or more.")
    var reaches = 1000

    @Option(help: "Time steps, 2 or more.")
    var steps = 96

    @Option(help: "Members that are routed side by side, 1 or more.")
    var members = 1

    @Option(help: "The routing scheme.", transform: RouteCommand.scheme)
    var scheme: RoutingSchemeName = .mct

    @Option(help: "Threads that route or plan; all processors if not given.")
    var threads: Int?

    @Option(help: "Keep the flows of so many reaches only, and make lateral inflow when it is needed.")
    var gauges: Int?

    @Option(help: "Readings of 100 hourly series, 100 or more.")
    var observations = 876_000

    @Option(help: "Readings in a batch, 1 or more.")
    var batch = 5000

    @Option(help: "Hands that bring batches at once, each of its own gauges, 1 or more.")
    var hands = 8

    @Option(help: "Hands that bring single readings, 1 or more.")
    var connections = 8

    @Option(help: "Single readings that each hand has under way, 1 or more.")
    var outstanding = 64

    @Option(help: "Scenarios of the plan, 1 to 1,000.")
    var scenarios = 51

    @Option(help: "How the plan charges changes of release: by their square (qp) or their size (lp).")
    var form = PlanCommand.Form.qp

    @Option(help: "Made cascades, 1 to 100,000, from --seed on; with --dir problems and answers are kept there.")
    var cascades = 200

    @Option(help: "Damaged alerts, 1 or more.")
    var alerts = 10_000

    @Option(help: "An alert to damage; may stand repeatedly; a made one without.")
    var alert: [String] = []

    @Option(help: "Where the stores of the benchmark are made; by default a folder that goes away.")
    var dir: String?

    @Option(help: "Seed of the made data.")
    var seed: UInt64 = 1

    @Option(help: "Measured repetitions; the median is printed.")
    var samples = 5

    @Flag(help: "Print a JSON document.")
    var json = false

    func validate() throws {
        let most = 100_000_000
        guard
            [
                reaches, samples, batch, hands, connections, outstanding, members, threads ?? 1, gauges ?? 1, alerts,
            ].allSatisfy({ (1...most).contains($0) }),
            (2...most).contains(steps), (100...most).contains(observations), members <= 10_000, threads ?? 1 <= 1024,
            gauges != nil || reaches <= 1_500_000_000 / steps / members, hands <= 1_000, connections <= 1_000,
            outstanding <= 100_000, (1...1_000).contains(scenarios), (1...100_000).contains(cascades), seed < 1 << 62
        else {
            throw ValidationError(
                "sizes take 1 or more, --steps 2 or more, --observations 100 or more; at most 100 million readings or "
                    + "reaches, 1,500 million reach-steps of all members without --gauges, 1,000 hands or connections, "
                    + "100,000 outstanding")
        }
    }

    func run() async throws {
        let root = dir ?? FileManager.default.temporaryDirectory.appending(path: "riparian-bench-\(getpid())").path()
        defer { if dir == nil { try? FileManager.default.removeItem(atPath: root) } }
        let work = try await benchmark(in: root)
        if name == .routing || name == .plan { _ = try await work.run() }
        let startOfProcessor = ProcessUse.processorSeconds
        var measured: [BenchSample] = []
        for _ in 0..<samples { measured.append(try await work.run()) }
        let used = (ProcessUse.processorSeconds - startOfProcessor) / Double(samples)
        let median = measured.map(\.value).sorted()[samples / 2]
        show(work, measured, median: median, processorSeconds: used)
    }

    private var routingThreads: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    private func benchmark(in root: String) async throws -> any Benchmark {
        switch name {
        case .routing:
            return try RoutingBench(
                RoutingWork(
                    reaches: reaches, steps: steps, members: members, scheme: scheme, threads: routingThreads,
                    gauges: gauges), seed: seed)
        case .ingest:
            return try IngestBench(
                world: BenchWorld(root: root, seed: seed), observations: observations, batch: batch, hands: hands)
        case .commits:
            return try CommitBench(
                world: BenchWorld(root: root, seed: seed), connections: connections, outstanding: outstanding,
                count: min(observations, 60_000))
        case .pull:
            return try await PullBench(
                world: BenchWorld(root: root, seed: seed), observations: observations, batch: batch)
        case .alerts: return try AlertsBench(count: alerts, files: alert, seed: seed)
        case .pages: return try await PagesBench(root: root, seed: seed)
        case .desk: return try await DeskBench(root: root, seed: seed)
        case .runoff: return RunoffBench(seed: seed)
        case .cycle: return try RainCycleBench(seed: seed)
        case .quality: return QualityBench(seed: seed)
        case .crps: return RankedProbabilityBench(seed: seed)
        case .calibration: return CalibrationBench(basins: min(reaches, 10_000), seed: seed)
        case .cascades: return CascadeBench(first: seed, count: cascades, folder: dir)
        case .replanning: return ReplanningBench(threads: threads ?? 0)
        case .replay: return try ReplayBench(members: scenarios, threads: threads ?? 0)
        case .plan: return PlanBench(scenarios: scenarios, form: form.planForm, threads: threads ?? 0)
        case .series:
            return try await SeriesBench(world: BenchWorld(root: root, seed: seed), observations: observations)
        }
    }

    private var threadsUsed: Int {
        switch name {
        case .routing, .plan, .replanning, .replay: routingThreads
        case .commits: 2
        default: 1
        }
    }

    private func show(
        _ work: any Benchmark, _ measured: [BenchSample], median: Double, processorSeconds: Double
    ) {
        let details = measured.last?.details ?? [:]
        guard json else {
            let rest = details.sorted { $0.key < $1.key }.map { ", \($0.key) \(String(format: "%.4g", $0.value))" }
            print(
                "\(name.rawValue): \(String(format: "%.4g", median)) \(work.unit) (\(work.size), median of "
                    + "\(samples))\(rest.joined())")
            return
        }
        printDocument([
            "name": .string(name.rawValue), "unit": .string(work.unit), "median": .number(median),
            "samples": .array(measured.map { .number($0.value) }), "size": .string(work.size),
            "cpu": .string(ProcessUse.processor),
            "triad_bytes_per_s": name == .routing
                ? .number(MemoryTriad.bytesPerSecond(threads: routingThreads)) : .null,
            "seed": .number(Double(seed)), "threads": .integer(threadsUsed),
            "cpu_s": .number(processorSeconds), "peak_rss_bytes": .integer(ProcessUse.peakBytes),
            "checksum": .number(measured.last?.checksum ?? 0),
            "details": .object(details.mapValues { .number($0) }),
        ])
    }
}
