import Foundation
import NodeCore
import Series

/// One series of a year as a CSV table with provenance, out of a store that holds 100 of them.
struct SeriesBench: Benchmark {
    private let node: Node
    private let observations: Int

    init(world: BenchWorld, observations: Int) async throws {
        self.observations = observations
        node = try await world.node("series")
        for start in stride(from: 0, to: observations, by: 5000) {
            _ = try await node.receive(world.readings(start..<min(start + 5000, observations)))
        }
    }

    var unit: String { "ms" }
    var size: String { "1 series of \(observations / 100) readings as CSV, out of 100" }

    func run() async throws -> BenchSample {
        var times: [Double] = []
        var bytes = 0
        for gauge in 0..<100 {
            let series = SeriesID(
                provider: BenchWorld.provider, station: StationID("gauge-\(gauge)")!, property: .stage)  // a made id
            let begin = ContinuousClock.now
            bytes += try node.seriesTable(of: series)?.count ?? 0
            times.append((ContinuousClock.now - begin).inSeconds * 1000)
        }
        times.sort()
        return BenchSample(value: times[50], checksum: Double(bytes), details: ["p95_ms": times[95]])
    }
}
