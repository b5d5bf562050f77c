import Dispatch
import River
import Series

/// Made lateral inflow through a made network in single precision: the kernel alone, without files.
final class RoutingBench: Benchmark {
    private let run_: RoutingRun<Float>
    private let steps: Int
    private let members: Int
    private let floods: [MadeFlood]
    /// Lateral inflow of all reaches, shape [reach][step][lane]; empty where only gauges are kept, and it is made when needed.
    private let lateral: UnsafeMutableBufferPointer<Float>
    private let flows: UnsafeMutableBufferPointer<Float>
    /// Of each reach its row among the flows; empty where all are kept.
    private let rows: [Int32]
    let size: String

    var unit: String { "reach-steps/s" }

    /// - Parameter gauges: of how many reaches the flows are kept; nil for all.
    init(_ work: RoutingWork, seed: UInt64) throws {
        var made = try MadeRivers(reaches: work.reaches, seed: seed)
        var setup = RoutingSetup(
            network: made.network, parameters: made.parameters(for: work.scheme), scheme: work.scheme,
            step: work.scheme == .muskingum ? 900 : 300)
        setup.members = work.members
        setup.hands = work.threads
        setup.parallelFor = work.threads == 1 ? oneAfterTheOther : ParallelHands.run(work.threads)
        run_ = try RoutingRun<Float>.make(setup)
        steps = work.steps
        members = work.members
        floods = made.floods(steps: work.steps)
        let lanes = run_.lanes
        let kept = min(work.gauges ?? work.reaches, work.reaches)
        flows = .allocate(capacity: kept * work.steps * lanes)
        flows.initialize(repeating: 0)
        lateral = .allocate(capacity: work.gauges == nil ? work.reaches * work.steps * lanes : 0)
        if work.gauges == nil {
            lateral.initialize(repeating: 0)
            rows = []
            for (reach, flood) in floods.enumerated() {
                for step in 0..<steps {
                    let flow = flood.flow(step)
                    for member in 0..<members {
                        lateral[(reach * steps + step) * lanes + member] = flow * (1 + 0.01 * Float(member))
                    }
                }
            }
        } else {
            var rows = [Int32](repeating: -1, count: work.reaches)
            for gauge in 0..<kept { rows[(gauge + 1) * work.reaches / kept - 1] = Int32(gauge) }
            self.rows = rows
        }
        size =
            "\(work.reaches) reaches x \(work.steps) steps x \(work.members) members, \(work.scheme.rawValue), "
            + (work.gauges.map { "\($0) gauges" } ?? "all flows kept")
    }

    deinit {
        lateral.deallocate()
        flows.deallocate()
    }

    func run() -> BenchSample {
        let (floods, members, lanes) = (floods, members, run_.lanes)
        run_.start { reach, member in Double(floods[reach].flow(0)) * (1 + 0.01 * Double(member)) }
        guard let target = flows.baseAddress else { return BenchSample(value: 0, checksum: 0) }
        let begin = ContinuousClock.now
        if let source = lateral.baseAddress, !lateral.isEmpty {
            run_.advance(
                steps: steps, lateral: .memory(UnsafePointer(source), stride: steps * lanes),
                flows: .all(target, stride: steps * lanes))
        } else {
            run_.advance(
                steps: steps,
                lateral: .made { reaches, steps, room in
                    RoutingBench.fill(floods, reaches, steps, lanes: lanes, room)
                }, flows: .some(rows, target, stride: steps * lanes))
        }
        let seconds = (ContinuousClock.now - begin).inSeconds
        let balance = run_.balance()
        let work = Double(floods.count) * Double(steps) * Double(members)
        var checksum = 0.0
        for index in stride(from: 0, to: flows.count, by: max(1, flows.count / 100_000)) {
            checksum += Double(flows[index])
        }
        // lateral read where it lies in memory, flows written and their lines read before
        let bytes = work * (lateral.isEmpty ? 0 : 12)
        return BenchSample(
            value: work / seconds, checksum: checksum,
            details: [
                "balance_relative": balance.relativeError, "bytes_per_s": bytes / seconds,
                "stem_reaches": Double(run_.stemCount),
            ])
    }

    private static func fill(
        _ floods: [MadeFlood], _ reaches: Range<Int>, _ steps: Range<Int>, lanes: Int,
        _ room: UnsafeMutablePointer<Float>
    ) {
        var place = 0
        let factors = (0..<lanes).map { 1 + 0.01 * Float($0) }
        floods.withUnsafeBufferPointer { floods in
            for reach in reaches {
                let flood = floods[reach]
                for step in steps {
                    let flow = flood.flow(step)
                    factors.withUnsafeBufferPointer { factors in
                        for lane in 0..<lanes { room[place &+ lane] = flow * factors[lane] }
                    }
                    place &+= lanes
                }
            }
        }
    }
}

/// How much is routed.
struct RoutingWork {
    var reaches: Int
    var steps: Int
    var members: Int
    var scheme: RoutingSchemeName
    var threads: Int
    /// Of how many reaches the flows are kept; nil for all.
    var gauges: Int?
}

/// How fast memory is: `a = b + s c` over three arrays that no cache holds (McCalpin's triad), counted as 24 bytes an element.
enum MemoryTriad {
    static func bytesPerSecond(threads: Int) -> Double {
        let count = 16_000_000
        let memory = UnsafeMutablePointer<Double>.allocate(capacity: 3 * count)
        defer { memory.deallocate() }
        memory.initialize(repeating: 1, count: 3 * count)
        nonisolated(unsafe) let shared = memory  // every thread has its own range
        let begin = ContinuousClock.now
        let rounds = 3
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            let range = (count * thread / threads)..<(count * (thread + 1) / threads)
            let (a, b, c) = (shared, shared + count, shared + 2 * count)
            for round in 0..<rounds {
                let scale = Double(round)
                var index = range.lowerBound
                while index < range.upperBound {
                    a[index] = b[index] + scale * c[index]
                    index &+= 1
                }
            }
        }
        return Double(rounds * count * 24) / (ContinuousClock.now - begin).inSeconds
    }
}
