import Foundation
import NodeCore
import Series
import Storage

/// Readings in batches through checks, lane entries, hashes and signed checkpoints, each batch durable when it is answered;
/// the files of the lane are written once a second, as a running node does.
struct IngestBench: Benchmark, Sendable {
    let world: BenchWorld
    let observations: Int
    let batch: Int
    /// Each brings the readings of its own gauges.
    let hands: Int

    var unit: String { "observations/s" }
    var size: String { "\(observations) observations of 100 series in batches of \(batch), \(hands) hands" }

    func run() async throws -> BenchSample {
        defer { world.remove("ingest") }
        world.remove("ingest")
        let node = try await world.node("ingest")
        let piles = (0..<hands).map { hand in
            stride(from: 0, to: observations, by: 100).flatMap { hour in
                let gauges = (hour + hand * 100 / hands)..<(hour + (hand + 1) * 100 / hands)
                return world.readings(gauges.clamped(to: 0..<observations))
            }
        }
        let begin = ContinuousClock.now
        let recorded = try await withThrowingTaskGroup(of: Int.self) { group in
            for pile in piles { group.addTask { try await take(pile, into: node) } }
            return try await group.reduce(0, +)
        }
        _ = try await node.publishCheckpoints()
        let spent = (ContinuousClock.now - begin).inSeconds
        guard recorded == observations else {
            throw CommandRefusal(.ours, "only \(recorded) of \(observations) readings were recorded - please report it")
        }
        let rate = ProcessUse.durableWritesPerSecond(in: world.root)
        let rows = try node.database.observationCount()
        try node.database.close()
        return BenchSample(
            value: Double(observations) / spent, checksum: Double(rows),
            details: ["durable_writes_per_s": rate, "seconds": spent])
    }

    /// One hand: batch after batch, the next when the last is answered.
    private func take(_ pile: [ReceivedObservation], into node: Node) async throws -> Int {
        var recorded = 0
        var published = ContinuousClock.now
        for start in stride(from: 0, to: pile.count, by: batch) {
            let outcomes = try await node.receive(Array(pile[start..<min(start + batch, pile.count)]))
            recorded += outcomes.count { $0.result == .recorded }
            if (ContinuousClock.now - published).inSeconds >= 1 {
                _ = try await node.publishCheckpoints()
                published = ContinuousClock.now
            }
        }
        return recorded
    }
}
