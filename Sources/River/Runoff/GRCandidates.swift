/// Many parameter sets of a GR model over one forcing, eight at a time.
///
/// Water runs one way through the model: what leaves the production store depends on X1 alone, what the hydrographs give on X1
/// and X4. A search changes one parameter at a time, so that most of this is known from earlier sets and only the routing store
/// is run again. GR6J, whose exponential store needs a logarithm a step, and a set that comes alone run by themselves.
struct GRCandidates: RunoffCandidates {
    private let model: GRModel
    private let forcing: RunoffForcing
    private let net: [Double]
    private var effective: [UInt64: Kept<[Double]>] = [:]
    private var hydrographs: [Delay: Kept<Flows>] = [:]
    private var call = 0

    /// How many series of each kind are kept.
    private static let most = 48

    private struct Kept<Value> {
        var value: Value
        var call: Int
    }

    /// X1 and X4 by their bits.
    private struct Delay: Hashable {
        let capacity: UInt64
        let base: UInt64
    }

    /// What the hydrographs give, mm per step.
    private struct Flows {
        var delayed: [Double]
        var direct: [Double]
    }

    init(_ model: GRModel, _ forcing: RunoffForcing) {
        self.model = model
        self.forcing = forcing
        net = zip(forcing.precipitation, forcing.evaporation).map { $0 - $1 }
    }

    /// The discharge of each set, mm per step.
    mutating func discharges(of sets: [[Double]]) -> [[Double]] {
        guard !model.structure.hasExponentialStore, sets.count > 1 else {
            return sets.map { model.run(forcing, $0, from: model.start($0, forcing)).discharge }
        }
        call += 1
        produce(sets)
        let keys = sets.map { delay($0) }
        let result = stride(from: 0, to: sets.count, by: 8).flatMap { first in
            route(Array(sets[first..<min(first + 8, sets.count)]), Array(keys[first..<min(first + 8, sets.count)]))
        }
        forget()
        return result
    }

    /// Runs the production stores that are not known yet.
    private mutating func produce(_ sets: [[Double]]) {
        var fresh: [Double] = []
        for set in sets {
            if effective[set[0].bitPattern] != nil {
                effective[set[0].bitPattern]?.call = call
            } else if !fresh.contains(set[0]) {
                fresh.append(set[0])
            }
        }
        for first in stride(from: 0, to: fresh.count, by: 8) {
            let capacities = Array(fresh[first..<min(first + 8, fresh.count)])
            var lanes = GRLanes.Lanes(repeating: capacities[0])
            for (lane, capacity) in capacities.enumerated() { lanes[lane] = capacity }
            var table = [Double](repeating: 0, count: capacities.count * net.count)
            table.withUnsafeMutableBufferPointer { table in
                net.withUnsafeBufferPointer { net in
                    guard let base = table.baseAddress else { return }
                    GRLanes.produce(
                        net, capacities: lanes, stores: 0.3 * lanes, percolation: model.structure.percolation,
                        used: capacities.count, into: base)
                }
            }
            for (lane, capacity) in capacities.enumerated() {
                let series = Array(table[lane * net.count..<(lane + 1) * net.count])
                effective[capacity.bitPattern] = Kept(value: series, call: call)
            }
        }
    }

    /// Makes what the hydrographs give of a set, if it is not known.
    private mutating func delay(_ set: [Double]) -> Delay {
        let key = Delay(capacity: set[0].bitPattern, base: set[3].bitPattern)
        if hydrographs[key] != nil {
            hydrographs[key]?.call = call
            return key
        }
        guard let rain = effective[key.capacity]?.value else { preconditionFailure("production comes first") }
        let ordinates = model.hydrographs(set)
        let split = model.split
        // where there is one hydrograph, both parts have its shape
        let flows = Flows(
            delayed: GRLanes.delay(rain, by: ordinates[0].map { $0 * split }),
            direct: GRLanes.delay(rain, by: ordinates[ordinates.count - 1].map { $0 * (1 - split) }))
        hydrographs[key] = Kept(value: flows, call: call)
        return key
    }

    /// Runs up to eight routing stores.
    private func route(_ sets: [[Double]], _ keys: [Delay]) -> [[Double]] {
        func lanes(_ place: Int) -> GRLanes.Lanes {
            var lanes = GRLanes.Lanes(repeating: sets[0][place])
            for (lane, set) in sets.enumerated() { lanes[lane] = set[place] }
            return lanes
        }
        let count = net.count
        // One table of all inputs: [lane, delayed and direct, step].
        let flows = keys.map { key -> Flows in
            guard let flows = hydrographs[key]?.value else { preconditionFailure("hydrographs come first") }
            return flows
        }
        var table = [Double](repeating: 0, count: sets.count * count)
        GRCandidates.withPointers(flows) { delayed, direct in
            table.withUnsafeMutableBufferPointer { table in
                guard let base = table.baseAddress else { return }
                GRLanes.route(
                    delayed: delayed, direct: direct, count: count, capacities: lanes(2), exchange: lanes(1),
                    threshold: model.structure.hasThreshold ? lanes(4) : nil, used: sets.count, into: base)
            }
        }
        return sets.indices.map { Array(table[$0 * count..<($0 + 1) * count]) }
    }

    /// Opens the series of up to eight sets; the last is repeated until there are eight.
    private static func withPointers(
        _ flows: [Flows], _ body: ([UnsafePointer<Double>], [UnsafePointer<Double>]) -> Void
    ) {
        func open(_ place: Int, _ delayed: [UnsafePointer<Double>], _ direct: [UnsafePointer<Double>]) {
            guard place < flows.count else {
                guard let last = delayed.last, let lastDirect = direct.last else { return }
                let more = 8 - delayed.count
                return body(
                    delayed + Array(repeating: last, count: more), direct + Array(repeating: lastDirect, count: more))
            }
            flows[place].delayed.withUnsafeBufferPointer { first in
                flows[place].direct.withUnsafeBufferPointer { second in
                    guard let a = first.baseAddress, let b = second.baseAddress else { return }
                    open(place + 1, delayed + [a], direct + [b])
                }
            }
        }
        open(0, [], [])
    }

    /// Drops what has not been used for longest.
    private mutating func forget() {
        while effective.count > GRCandidates.most, let oldest = effective.values.map(\.call).min(), oldest < call {
            effective = effective.filter { $0.value.call > oldest }
        }
        while hydrographs.count > GRCandidates.most, let oldest = hydrographs.values.map(\.call).min(), oldest < call {
            hydrographs = hydrographs.filter { $0.value.call > oldest }
        }
    }
}
