import Foundation
import NodeCore
import Series
import Storage

/// Single readings from several hands at once, each answered when it, its lane entry and the signed checkpoint are durable.
struct CommitBench: Benchmark {
    let world: BenchWorld
    let connections: Int
    let outstanding: Int
    let count: Int

    var unit: String { "commits/s" }
    var size: String { "\(count) single observations, \(connections) connections x \(outstanding) outstanding" }

    func run() async throws -> BenchSample {
        defer { world.remove("commits") }
        world.remove("commits")
        let node = try await world.node("commits")
        let queue = IntakeQueue(of: node)
        let readings = world.readings(0..<count)
        let hands = connections * outstanding
        let begin = ContinuousClock.now
        let recorded = try await withThrowingTaskGroup(of: Int.self) { group in
            for hand in 0..<hands {
                group.addTask {
                    var recorded = 0
                    for place in stride(from: hand, to: readings.count, by: hands) {
                        if try await queue.receive(readings[place]).result == .recorded { recorded += 1 }
                    }
                    return recorded
                }
            }
            return try await group.reduce(0, +)
        }
        let seconds = (ContinuousClock.now - begin).inSeconds
        let rate = ProcessUse.durableWritesPerSecond(in: world.root)
        try node.database.close()
        return BenchSample(
            value: Double(recorded) / seconds, checksum: Double(recorded),
            details: ["durable_writes_per_s": rate, "seconds": seconds])
    }
}
