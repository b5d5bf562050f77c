/// A model of the GR family: a production store, one or two unit hydrographs, a routing store with exchange of water, and in one
/// of them an exponential store. The members differ only in what stands here; each has its file.
public struct GRModel: RunoffModel {
    /// The shapes of the family.
    struct Structure: Sendable {
        /// c of the percolation law.
        let percolation: Double
        /// The exponent D of the unit hydrographs.
        let exponent: Double
        /// The longest base X4, steps.
        let longestBase: Double
        /// Whether the effective rain is split before two hydrographs, or after one.
        let hasTwoHydrographs: Bool
        /// Whether X5 is the threshold of the exchange.
        let hasThreshold: Bool
        /// Whether X6 empties an exponential store.
        let hasExponentialStore: Bool
    }

    /// As on a command line.
    public let name: String
    /// One sentence with author and year.
    public let summary: String
    /// s.
    public let step: Int64?
    /// X1 and further.
    public let parameters: [RunoffParameter]
    let structure: Structure
    /// The share of the effective rain that goes to the routing store: 0.9.
    let split: Double
    /// The share of it that goes to the exponential store: 0.4.
    let exponentialShare: Double

    init(
        name: String, summary: String, step: Int64, parameters: [RunoffParameter], structure: Structure,
        constants: RunoffOptions.Constants
    ) {
        self.name = name
        self.summary = summary
        self.step = step
        self.parameters = parameters
        self.structure = structure
        split = constants.value(0.9)
        exponentialShare = constants.value(0.4)
    }

    /// `Prod`, `Rout` and, in GR6J, `Exp`.
    public var storeNames: [String] { structure.hasExponentialStore ? ["Prod", "Rout", "Exp"] : ["Prod", "Rout"] }

    /// The exponential store of GR6J.
    public var bottomlessStores: Set<String> { structure.hasExponentialStore ? ["Exp"] : [] }

    /// Production store 0.3 X1, routing store 0.5 X3, nothing under way: the start of the reference program.
    public func start(_ parameters: [Double], _ forcing: RunoffForcing) -> RunoffState {
        state(production: 0.3 * parameters[0], routing: 0.5 * parameters[2], parameters)
    }

    /// Everything empty.
    public func dryStart(_ parameters: [Double], _ forcing: RunoffForcing) -> RunoffState {
        state(production: 0, routing: 0, parameters)
    }

    private func state(production: Double, routing: Double, _ parameters: [Double]) -> RunoffState {
        let stores = structure.hasExponentialStore ? [production, routing, 0] : [production, routing]
        let empty = hydrographs(parameters).map { [Double](repeating: 0, count: $0.count) }
        return RunoffState(stores: stores, pending: empty)
    }

    /// The ordinates, rising one first where there are two.
    func hydrographs(_ parameters: [Double]) -> [[Double]] {
        let falling = GRHydrograph.falling(base: parameters[3], exponent: structure.exponent)
        guard structure.hasTwoHydrographs else { return [falling] }
        return [GRHydrograph.rising(base: parameters[3], exponent: structure.exponent), falling]
    }

    func production(_ parameters: [Double]) -> GRProduction {
        GRProduction(capacity: parameters[0], percolation: structure.percolation)
    }

    func routing(_ parameters: [Double]) -> GRRouting {
        GRRouting(
            capacity: parameters[2], exchange: parameters[1],
            law: structure.hasThreshold ? .threshold(parameters[4]) : .power,
            exponential: structure.hasExponentialStore ? (exponentialShare, parameters[5]) : nil)
    }

    /// Runs over the whole forcing.
    public func run(_ forcing: RunoffForcing, _ parameters: [Double], from state: RunoffState) -> RunoffRun {
        var pass = GRPass(model: self, parameters: parameters, state: state, count: forcing.count)
        return pass.run(forcing)
    }

    /// The discharge of a run alone, mm per step.
    func discharge(_ forcing: RunoffForcing, _ parameters: [Double], from state: RunoffState) -> [Double] {
        var pass = GRPass(model: self, parameters: parameters, state: state, count: forcing.count)
        return pass.discharge(forcing)
    }

    /// Stores and what is under way.
    public func water(in state: RunoffState, _ parameters: [Double], _ forcing: RunoffForcing) -> Double {
        state.stores.reduce(0, +) + state.pending.reduce(0) { $0 + $1.dropFirst().reduce(0, +) }
    }

    /// In lanes, with production and hydrographs shared among sets of equal X1 and X4.
    public func candidates(_ forcing: RunoffForcing) -> any RunoffCandidates { GRCandidates(self, forcing) }
}

/// One run, block by block: the production store works one block ahead of the routing store, so that the two chains of dependent
/// operations, each of which leaves the processor waiting, fill each other's gaps.
private struct GRPass {
    let split: Double
    let hasTwo: Bool
    let production: GRProduction
    let routing: GRRouting
    let ordinates: [[Double]]
    let pending: [[Double]]
    let count: Int
    private var stores: (production: Double, routing: Double, exponential: Double)
    private var exchanged = 0.0

    private static let block = 128

    /// The columns of the working table, each `count` long.
    private enum Column {
        static let first = 0
        static let second = 1
        static let delayed = 2
        static let direct = 3
        static let discharge = 4
        static let production = 5
        static let routing = 6
        static let exponential = 7
        static let evaporation = 8
        static let all = 9
    }

    init(model: GRModel, parameters: [Double], state: RunoffState, count: Int) {
        split = model.split
        hasTwo = model.structure.hasTwoHydrographs
        production = model.production(parameters)
        routing = model.routing(parameters)
        ordinates = model.hydrographs(parameters)
        pending = state.pending
        self.count = count
        stores = (state.stores[0], state.stores[1], state.stores.count > 2 ? state.stores[2] : 0)
    }

    mutating func discharge(_ forcing: RunoffForcing) -> [Double] {
        Array(filled(forcing)[Column.discharge * count..<(Column.discharge + 1) * count])
    }

    private mutating func filled(_ forcing: RunoffForcing) -> [Double] {
        var table = [Double](repeating: 0, count: Column.all * max(count, 1))
        table.withUnsafeMutableBufferPointer { table in
            forcing.precipitation.withUnsafeBufferPointer { rain in
                forcing.evaporation.withUnsafeBufferPointer { evaporation in
                    guard count > 0, let base = table.baseAddress else { return }
                    fill(base, rain, evaporation)
                }
            }
        }
        return table
    }

    mutating func run(_ forcing: RunoffForcing) -> RunoffRun {
        let table = filled(forcing)
        func column(_ number: Int) -> [Double] { Array(table[number * count..<(number + 1) * count]) }
        let inputs = hasTwo ? [column(Column.first), column(Column.second)] : [column(Column.first)]
        let end = zip(inputs, zip(ordinates, pending)).map { input, hydrograph in
            GRHydrograph.pending(input, by: hydrograph.0, before: hydrograph.1)
        }
        var lists = [column(Column.production), column(Column.routing)]
        var last = [stores.production, stores.routing]
        if routing.exponential != nil {
            lists.append(column(Column.exponential))
            last.append(stores.exponential)
        }
        let evaporation = column(Column.evaporation)
        return RunoffRun(
            discharge: column(Column.discharge), stores: lists, evaporation: evaporation,
            taken: forcing.precipitation.reduce(0, +), evaporated: evaporation.reduce(0, +), exchanged: exchanged,
            end: RunoffState(stores: last, pending: end))
    }

    private mutating func fill(
        _ table: UnsafeMutablePointer<Double>, _ rain: UnsafeBufferPointer<Double>,
        _ evaporation: UnsafeBufferPointer<Double>
    ) {
        var ready = 0..<min(GRPass.block, count)
        for step in ready { produce(step, table, rain, evaporation) }
        while !ready.isEmpty {
            delay(ready, table)
            let next = ready.upperBound..<min(ready.upperBound + GRPass.block, count)
            let together = min(ready.count, next.count)
            for place in 0..<together {
                produce(next.lowerBound + place, table, rain, evaporation)
                route(ready.lowerBound + place, table)
            }
            for step in ready.dropFirst(together) { route(step, table) }
            ready = next
        }
    }

    @inline(__always)
    private mutating func produce(
        _ step: Int, _ table: UnsafeMutablePointer<Double>, _ rain: UnsafeBufferPointer<Double>,
        _ evaporation: UnsafeBufferPointer<Double>
    ) {
        let net = rain[step] - evaporation[step]
        let (effective, evaporated) = production.advance(&stores.production, net: net)
        table[Column.first * count + step] = hasTwo ? effective * split : effective
        table[Column.second * count + step] = effective * (1 - split)
        table[Column.production * count + step] = stores.production
        table[Column.evaporation * count + step] = net > 0 ? evaporation[step] : rain[step] + evaporated
    }

    private func delay(_ steps: Range<Int>, _ table: UnsafeMutablePointer<Double>) {
        for number in ordinates.indices {
            ordinates[number].withUnsafeBufferPointer { ordinates in
                pending[number].withUnsafeBufferPointer { pending in
                    GRHydrograph.delay(
                        table + number * count, by: ordinates, pending: pending, steps: steps,
                        into: table + (Column.delayed + number) * count)
                }
            }
        }
        guard !hasTwo else { return }
        let (delayed, direct) = (table + Column.delayed * count, table + Column.direct * count)
        for step in steps {
            direct[step] = delayed[step] * (1 - split)
            delayed[step] *= split
        }
    }

    @inline(__always)
    private mutating func route(_ step: Int, _ table: UnsafeMutablePointer<Double>) {
        let (discharge, brought) = routing.advance(
            &stores.routing, &stores.exponential, delayed: table[Column.delayed * count + step],
            direct: table[Column.direct * count + step])
        exchanged += brought
        table[Column.discharge * count + step] = discharge
        table[Column.routing * count + step] = stores.routing
        table[Column.exponential * count + step] = stores.exponential
    }
}
