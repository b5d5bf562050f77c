import Accord
import ArgumentParser
import Forecasting
import Foundation
import River
import Series

/// `riparian bench`: measures what a user waits for, with the seed and the checksum that make a figure comparable.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the speed of one piece of work.",
        discussion: """
            Example: riparian bench routing --reaches 1000 --steps 96 --json
            Compare figures only within one run on one quiet machine; the checksum says that the same work was done.
            """)

    @Argument(help: "routing: Muskingum-Cunge-Todini on single reaches of 10 km.")
    var name: String = "routing"

    @Option(help: "Number of reaches, 1 or more.")
    var reaches = 1000

    @Option(help: "Time steps of half an hour, 2 or more.")
    var steps = 96

    @Option(help: "Seed of the made hydrographs.")
    var seed: UInt64 = 1

    @Option(help: "Measured repetitions; the median is printed.")
    var samples = 5

    @Flag(help: "Print a JSON document.")
    var json = false

    func validate() throws {
        guard name == "routing" else { throw ValidationError("unknown benchmark '\(name)'; known: routing") }
        guard reaches >= 1, steps >= 2, samples >= 1 else {
            throw ValidationError("--reaches and --samples take 1 or more, --steps 2 or more")
        }
    }

    func run() async throws {
        let work = RoutingWork(reaches: reaches, steps: steps, seed: seed)
        _ = work.run()
        var rates: [Double] = []
        var checksum = 0.0
        let startOfProcessor = ProcessorTime.now
        for _ in 0..<samples {
            let begin = ContinuousClock.now
            checksum = work.run()
            let elapsed = ContinuousClock.now - begin
            let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
            rates.append(Double(reaches) * Double(steps - 1) / seconds)
        }
        let median = rates.sorted()[rates.count / 2]
        let document: JSONValue = [
            "name": .string(name), "unit": "reach-steps/s", "median": .number(median), "samples": .integer(samples),
            "size": .string("\(reaches) reaches x \(steps) steps"), "seed": .number(Double(seed)),
            "threads": .integer(1),
            "cpu_s": .number((ProcessorTime.now - startOfProcessor) / Double(samples)), "checksum": .number(checksum),
        ]
        if json {
            printDocument(document)
        } else {
            print("\(name): \(String(format: "%.2f", median / 1e6)) million reach-steps/s, checksum \(checksum)")
        }
    }
}

/// The made reaches and hydrographs of the routing benchmark.
private struct RoutingWork {
    let reaches: [Reach]
    let inflow: [Double]

    init(reaches count: Int, steps: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        reaches = (0..<count).map { number in
            Reach(
                id: ReachID("reach-\(number)")!, river: "bench", upstream: StationID("upper")!,  // made ids are valid
                downstream: StationID("lower")!, length: 10_000, slope: 1e-4 + 1e-3 * generator.nextUnit(),
                manningN: 0.03 + 0.02 * generator.nextUnit(), bottomWidth: 20 + 300 * generator.nextUnit(),
                sideSlope: 2,
                celerity: 2.5, known: .estimated, source: "made")
        }
        inflow = (0..<steps).map { step in
            let x = Double(step) / 24
            return 100 + 2000 * Elementary.power(x * Elementary.exp(1 - x), 3)
        }
    }

    func run() -> Double { reaches.reduce(0) { $0 + ($1.route(inflow, step: 1800).outflow.last ?? 0) } }
}

/// Seconds of processor time that this process has used.
private enum ProcessorTime {
    static var now: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}
