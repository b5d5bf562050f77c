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
    /// What the lanes give, one row a step; kept so that it is not made anew for each call.
    private var rows: [GRLanes.Lanes]
    private var table: [Double] = []

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

        init(_ set: [Double]) {
            capacity = set[0].bitPattern
            base = set[3].bitPattern
        }
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
        rows = [GRLanes.Lanes](repeating: .zero, count: max(forcing.count, 1))
    }

    /// The discharge of each set, mm per step.
    mutating func discharges(of sets: [[Double]]) -> [[Double]] {
        guard !model.structure.hasExponentialStore, sets.count > 1 else {
            return sets.map { model.discharge(forcing, $0, from: model.start($0, forcing)) }
        }
        prepare(sets)
        defer { forget() }
        let count = net.count
        return GRCandidates.batches(of: sets).flatMap { batch in
            route(batch) { rows in
                rows.withMemoryRebound(to: Double.self, capacity: 8 * count) { numbers in
                    batch.indices.map { lane in
                        [Double](unsafeUninitializedCapacity: count) { output, filled in
                            for step in 0..<count {
                                output.initializeElement(at: step, to: numbers[8 * step + lane])
                            }
                            filled = count
                        }
                    }
                }
            }
        }
    }

    /// The objective of each set; that of Nash and Sutcliffe without taking the lanes apart.
    mutating func criteria(of sets: [[Double]], _ problem: CalibrationProblem) -> [Double] {
        guard problem.objective == .nashSutcliffe, !model.structure.hasExponentialStore, sets.count > 1,
            let observed = problem.unbroken, observed.squares > 0
        else { return discharges(of: sets).map { problem.criterion(of: $0) } }
        prepare(sets)
        defer { forget() }
        return GRCandidates.batches(of: sets).flatMap { batch in
            route(batch) { rows in
                observed.values.withUnsafeBufferPointer { values in
                    let found = GRLanes.nashSutcliffe(
                        rows + observed.first, observed: values, squares: observed.squares)
                    return batch.indices.map { found[$0] }
                }
            }
        }
    }

    private static func batches(of sets: [[Double]]) -> [[[Double]]] {
        stride(from: 0, to: sets.count, by: 8).map { Array(sets[$0..<min($0 + 8, sets.count)]) }
    }

    /// Sees to what production and hydrographs give of some sets.
    private mutating func prepare(_ sets: [[Double]]) {
        call += 1
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
            produce(capacities)
        }
        for set in sets { delay(set) }
    }

    /// Runs the production stores of some capacities.
    private mutating func produce(_ capacities: [Double]) {
        var lanes = GRLanes.Lanes(repeating: capacities[0])
        for (lane, capacity) in capacities.enumerated() { lanes[lane] = capacity }
        let size = capacities.count * net.count
        if table.count < size { table = [Double](repeating: 0, count: size) }
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

    /// Makes what the hydrographs give of a set, if it is not known.
    private mutating func delay(_ set: [Double]) {
        let key = Delay(set)
        if hydrographs[key] != nil {
            hydrographs[key]?.call = call
            return
        }
        guard let rain = effective[key.capacity]?.value else { preconditionFailure("production comes first") }
        let ordinates = model.hydrographs(set)
        let split = model.split
        // where there is one hydrograph, both parts have its shape
        let flows = Flows(
            delayed: GRLanes.delay(rain, by: ordinates[0].map { $0 * split }),
            direct: GRLanes.delay(rain, by: ordinates[ordinates.count - 1].map { $0 * (1 - split) }))
        hydrographs[key] = Kept(value: flows, call: call)
    }

    /// Runs the routing stores of up to eight sets and hands over their discharge, one row a step.
    private mutating func route<Result>(
        _ sets: [[Double]], _ body: (UnsafePointer<GRLanes.Lanes>) -> Result
    ) -> Result {
        func lanes(_ place: Int) -> GRLanes.Lanes {
            var lanes = GRLanes.Lanes(repeating: sets[0][place])
            for (lane, set) in sets.enumerated() { lanes[lane] = set[place] }
            return lanes
        }
        let count = net.count
        let flows = sets.map { set -> Flows in
            guard let flows = hydrographs[Delay(set)]?.value else { preconditionFailure("hydrographs come first") }
            return flows
        }
        let threshold = model.structure.hasThreshold
        return rows.withUnsafeMutableBufferPointer { rows in
            guard let base = rows.baseAddress else { preconditionFailure("there is one row at least") }
            GRCandidates.withPointers(flows) { delayed, direct in
                GRLanes.route(
                    delayed: delayed, direct: direct, count: count, capacities: lanes(2), exchange: lanes(1),
                    threshold: threshold ? lanes(4) : nil, into: base)
            }
            return body(UnsafePointer(base))
        }
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
