/// Many parameter sets of a GR model over one forcing, up to eight at a time.
///
/// Water runs one way through the model: what leaves the production store depends on X1 alone, what the hydrographs give on X1
/// and X4. A search changes one parameter at a time, so that most of this is known from earlier sets and only the routing store
/// is run again. GR6J, whose exponential store needs a logarithm a step, runs set by set.
struct GRCandidates: RunoffCandidates {
    private let model: GRModel
    private let forcing: RunoffForcing
    private let net: [Double]
    private let largest: Double
    private let effective: SeriesShelf<UInt64>
    private let hydrographs: SeriesShelf<Delay>

    /// Sets that run together.
    private static let together = 8

    /// X1 and X4 by their bits.
    private struct Delay: Hashable {
        let capacity: UInt64
        let base: UInt64

        init(_ set: [Double]) {
            capacity = set[0].bitPattern
            base = set[3].bitPattern
        }
    }

    init(_ model: GRModel, _ forcing: RunoffForcing) {
        self.model = model
        self.forcing = forcing
        net = zip(forcing.precipitation, forcing.evaporation).map { $0 - $1 }
        largest = net.reduce(0) { max($0, $1.magnitude) }
        effective = SeriesShelf(length: net.count, most: 2 * GRCandidates.together)
        hydrographs = SeriesShelf(length: 2 * net.count, most: 3 * GRCandidates.together)
    }

    /// The discharge of each set, mm per step.
    mutating func discharges(of sets: [[Double]]) -> [[Double]] {
        guard !model.structure.hasExponentialStore else {
            return sets.map { model.discharge(forcing, $0, from: model.start($0, forcing)) }
        }
        let count = net.count
        return GRCandidates.batches(of: sets).flatMap { batch in
            var flows = batch.map { _ in [Double](repeating: 0, count: count) }
            run(batch) { rows, packs, steps in
                let numbers = UnsafeRawPointer(rows).assumingMemoryBound(to: Double.self)
                for set in flows.indices {
                    flows[set].withUnsafeMutableBufferPointer { flow in
                        for place in 0..<steps.count {
                            flow[steps.lowerBound + place] = numbers[GRLanes.width * packs * place + set]
                        }
                    }
                }
            }
            return flows
        }
    }

    /// The objective of each set; that of Nash and Sutcliffe without keeping any discharge.
    mutating func criteria(of sets: [[Double]], _ problem: CalibrationProblem) -> [Double] {
        guard problem.objective == .nashSutcliffe, !model.structure.hasExponentialStore,
            let observed = problem.unbroken, observed.squares > 0
        else { return discharges(of: sets).map { problem.criterion(of: $0) } }
        return GRCandidates.batches(of: sets).flatMap { batch in
            var errors = GRErrors(values: observed.values, first: observed.first)
            run(batch) { rows, packs, steps in errors.add(rows, packs: packs, steps: steps) }
            return batch.indices.map { errors.nashSutcliffe(ofSet: $0, squares: observed.squares) }
        }
    }

    private static func batches(of sets: [[Double]]) -> [[[Double]]] {
        stride(from: 0, to: sets.count, by: together).map { Array(sets[$0..<min($0 + together, sets.count)]) }
    }

    /// Runs up to eight sets and hands over their discharge block by block: rows of packs of sets, one row a step.
    private func run(
        _ sets: [[Double]],
        _ take: (_ rows: UnsafePointer<GRLanes.Pack>, _ packs: Int, _ steps: Range<Int>) -> Void
    ) {
        effective.begin()
        hydrographs.begin()
        var pass = GRLanePass(packs: (sets.count + GRLanes.width - 1) / GRLanes.width)
        let count = net.count
        for set in sets {
            let rain = effective.series(set[0].bitPattern)
            if !rain.isKnown { pass.produce(capacity: set[0], into: rain.0) }
            let flows = hydrographs.series(Delay(set))
            if !flows.isKnown {
                let ordinates = model.hydrographs(set)
                let split = model.split
                // where there is one hydrograph, both parts have its shape
                pass.delay(rain.0, by: ordinates[0].map { $0 * split }, into: flows.0)
                pass.delay(rain.0, by: ordinates[ordinates.count - 1].map { $0 * (1 - split) }, into: flows.0 + count)
            }
            pass.route(delayed: flows.0, direct: flows.0 + count)
        }
        pass.fillUp(with: sets, model.structure, largest: largest)
        net.withUnsafeBufferPointer { pass.run($0, take) }
    }
}

/// One run of up to eight sets, block by block: production works one block ahead of routing, so that the chains of dependent
/// operations, which leave the processor waiting, fill each other's gaps.
private struct GRLanePass {
    private struct Delayed {
        let input: UnsafePointer<Double>
        let ordinates: [Double]
        let output: UnsafeMutablePointer<Double>
    }

    private let packs: Int
    private var capacities: [Double] = []
    private var rain: [UnsafeMutablePointer<Double>] = []
    private var delays: [Delayed] = []
    private var delayed: [UnsafePointer<Double>] = []
    private var direct: [UnsafePointer<Double>] = []
    private var productions: [GRLanes.Production] = []
    private var routings: [GRLanes.Routing] = []

    private static let block = 128

    init(packs: Int) { self.packs = packs }

    mutating func produce(capacity: Double, into output: UnsafeMutablePointer<Double>) {
        capacities.append(capacity)
        rain.append(output)
    }

    mutating func delay(
        _ input: UnsafePointer<Double>, by ordinates: [Double], into output: UnsafeMutablePointer<Double>
    ) {
        delays.append(Delayed(input: input, ordinates: ordinates, output: output))
    }

    mutating func route(delayed: UnsafePointer<Double>, direct: UnsafePointer<Double>) {
        self.delayed.append(delayed)
        self.direct.append(direct)
    }

    /// Makes the stores; places of the last pack without a set of their own take the last one.
    mutating func fillUp(with sets: [[Double]], _ structure: GRModel.Structure, largest: Double) {
        let width = GRLanes.width
        while let capacity = capacities.last, let output = rain.last, capacities.count % width > 0 {
            produce(capacity: capacity, into: output)
        }
        while let a = delayed.last, let b = direct.last, delayed.count % width > 0 { route(delayed: a, direct: b) }
        productions = stride(from: 0, to: capacities.count, by: width).map { first in
            GRLanes.Production(
                capacities: GRLanes.Pack(capacities[first..<first + width]), percolation: structure.percolation,
                largest: largest)
        }
        routings = (0..<packs).map { pack in
            let own = (width * pack..<width * (pack + 1)).map { sets[min($0, sets.count - 1)] }
            return GRLanes.Routing(
                capacities: GRLanes.Pack(own.map { $0[2] }), exchange: GRLanes.Pack(own.map { $0[1] }),
                threshold: structure.hasThreshold ? GRLanes.Pack(own.map { $0[4] }) : nil)
        }
    }

    func run(
        _ net: UnsafeBufferPointer<Double>,
        _ take: (_ rows: UnsafePointer<GRLanes.Pack>, _ packs: Int, _ steps: Range<Int>) -> Void
    ) {
        var (productions, routings) = (productions, routings)
        withUnsafeTemporaryAllocation(of: GRLanes.Pack.self, capacity: GRLanePass.block * packs) { rows in
            productions.withUnsafeMutableBufferPointer { productions in
                routings.withUnsafeMutableBufferPointer { routings in
                    rain.withUnsafeBufferPointer { rain in
                        delayed.withUnsafeBufferPointer { delayed in
                            direct.withUnsafeBufferPointer { direct in
                                guard let base = rows.baseAddress else { return }
                                let loop = GRLaneLoop(
                                    net: net, productions: productions, rain: rain, routings: routings,
                                    delayed: delayed, direct: direct, rows: base)
                                loop.run(block: GRLanePass.block) { steps in
                                    for delay in delays {
                                        delay.ordinates.withUnsafeBufferPointer {
                                            GRLanes.delay(delay.input, by: $0, steps: steps, into: delay.output)
                                        }
                                    }
                                } take: {
                                    take(base, packs, $0)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The memory that a run works on, opened.
private struct GRLaneLoop {
    let net: UnsafeBufferPointer<Double>
    let productions: UnsafeMutableBufferPointer<GRLanes.Production>
    let rain: UnsafeBufferPointer<UnsafeMutablePointer<Double>>
    let routings: UnsafeMutableBufferPointer<GRLanes.Routing>
    let delayed: UnsafeBufferPointer<UnsafePointer<Double>>
    let direct: UnsafeBufferPointer<UnsafePointer<Double>>
    let rows: UnsafeMutablePointer<GRLanes.Pack>

    func run(block: Int, delay: (Range<Int>) -> Void, take: (Range<Int>) -> Void) {
        var ready = 0..<min(block, net.count)
        for step in ready { produce(step) }
        while !ready.isEmpty {
            delay(ready)
            let next = ready.upperBound..<min(ready.upperBound + block, net.count)
            let together = min(ready.count, next.count)
            for place in 0..<together {
                produce(next.lowerBound + place)
                route(ready.lowerBound + place, row: place)
            }
            for place in together..<ready.count { route(ready.lowerBound + place, row: place) }
            take(ready)
            ready = next
        }
    }

    @inline(__always)
    private func produce(_ step: Int) {
        for pack in 0..<productions.count {
            let water = productions[pack].advance(net[step])
            let first = GRLanes.width * pack
            for lane in 0..<GRLanes.width { rain[first + lane][step] = water[lane] }
        }
    }

    @inline(__always)
    private func route(_ step: Int, row: Int) {
        for pack in 0..<routings.count {
            let first = GRLanes.width * pack
            rows[row * routings.count + pack] = routings[pack].advance(
                delayed: GRLanes.Pack(
                    delayed[first][step], delayed[first + 1][step], delayed[first + 2][step], delayed[first + 3][step]),
                direct: GRLanes.Pack(
                    direct[first][step], direct[first + 1][step], direct[first + 2][step], direct[first + 3][step]))
        }
    }
}
