import Accord
import Foundation
import NodeCore
import Series
import Storage

/// Readings in batches through checks, lane entries, hashes and signed checkpoints, each batch durable when it is answered;
/// the files of the lane are written once a second, as a running node does.
struct IngestBench: Benchmark {
    let world: BenchWorld
    let observations: Int
    let batch: Int

    init(world: BenchWorld, observations: Int, batch: Int) throws {
        self.world = world
        self.observations = observations
        self.batch = batch
    }

    var unit: String { "observations/s" }
    var size: String { "\(observations) observations of 100 series in batches of \(batch)" }

    func run() async throws -> BenchSample {
        defer { world.remove("ingest") }
        world.remove("ingest")
        let node = try await world.node("ingest")
        var spent = 0.0
        var published = 0.0
        var recorded = 0
        for start in stride(from: 0, to: observations, by: batch) {
            let readings = world.readings(start..<min(start + batch, observations))
            let begin = ContinuousClock.now
            let outcomes = try await node.receive(readings)
            spent += (ContinuousClock.now - begin).inSeconds
            recorded += outcomes.count { $0.result == .recorded }
            if spent - published >= 1 {
                let begin = ContinuousClock.now
                _ = try await node.publishCheckpoints()
                spent += (ContinuousClock.now - begin).inSeconds
                published = spent
            }
        }
        let begin = ContinuousClock.now
        _ = try await node.publishCheckpoints()
        spent += (ContinuousClock.now - begin).inSeconds
        guard recorded == observations else {
            throw CommandRefusal(.ours, "only \(recorded) of \(observations) readings were recorded - please report it")
        }
        let lane = try node.database.ownLanes().first ?? ""
        let root = try node.database.tree(of: lane).root.prefix(6).reduce(0.0) { $0 * 256 + Double($1) }
        let rate = ProcessUse.durableWritesPerSecond(in: world.root)
        try node.database.close()
        return BenchSample(
            value: Double(observations) / spent, checksum: root,
            details: ["durable_writes_per_s": rate, "seconds": spent])
    }
}
