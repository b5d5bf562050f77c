import Accord
import ArgumentParser
import Foundation

/// `riparian bench`: measures what a user waits for, with the seed and the checksum that make a figure comparable.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the speed of one piece of work.",
        discussion: """
            Examples:
              riparian bench routing --reaches 1000 --steps 96 --json
              riparian bench ingest --observations 876000
              riparian bench commits --connections 8 --outstanding 64

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
        case alerts
    }

    @Argument(
        help: """
            routing: Muskingum-Cunge-Todini on single reaches of 10 km. ingest: readings in batches through checks, lane \
            entries, hashes and durable signed checkpoints. commits: single readings, each answered when durable. \
            series: one series of one year as CSV out of a store of 100. pull: a backlog of --observations over mutual TLS \
            on loopback, proved and durable. pages: the duty page of 500 gauges that deliver each minute, 200 times a second. \
            alerts: damaged copies of --alert through the check of alerts.
            """)
    var name: Name = .routing

    @Option(help: "Number of reaches, 1 or more.")
    var reaches = 1000

    @Option(help: "Time steps of half an hour, 2 or more.")
    var steps = 96

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
            [reaches, samples, alerts, batch, hands, connections, outstanding].allSatisfy({ (1...most).contains($0) }),
            (2...most).contains(steps), (100...most).contains(observations), reaches <= most / steps,
            hands <= 1_000, connections <= 1_000, outstanding <= 100_000
        else {
            throw ValidationError(
                "sizes take 1 or more, --steps 2 or more, --observations 100 or more; at most 100 million readings or "
                    + "reach-steps, 1,000 hands or connections, 100,000 outstanding")
        }
    }

    func run() async throws {
        let root = dir ?? FileManager.default.temporaryDirectory.appending(path: "riparian-bench-\(getpid())").path()
        defer { if dir == nil { try? FileManager.default.removeItem(atPath: root) } }
        let work = try await benchmark(in: root)
        if name == .routing { _ = try await work.run() }
        let startOfProcessor = ProcessUse.processorSeconds
        var measured: [BenchSample] = []
        for _ in 0..<samples { measured.append(try await work.run()) }
        let used = (ProcessUse.processorSeconds - startOfProcessor) / Double(samples)
        let median = measured.map(\.value).sorted()[samples / 2]
        show(work, measured, median: median, processorSeconds: used)
    }

    private func benchmark(in root: String) async throws -> any Benchmark {
        switch name {
        case .routing: return RoutingBench(reaches: reaches, steps: steps, seed: seed)
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
        case .series:
            return try await SeriesBench(world: BenchWorld(root: root, seed: seed), observations: observations)
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
            "seed": .number(Double(seed)), "threads": .integer(name == .commits ? 2 : 1),
            "cpu_s": .number(processorSeconds), "peak_rss_bytes": .integer(ProcessUse.peakBytes),
            "checksum": .number(measured.last?.checksum ?? 0),
            "details": .object(details.mapValues { .number($0) }),
        ])
    }
}
