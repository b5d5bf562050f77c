/// A level pool run through time without a fixed step: `dS/dt = inflow - outflow(level) - evaporation area(level)`.
///
/// Dormand and Prince's pair of orders 5 and 4 (1980) chooses its steps; storage, release and evaporation are summed with
/// the same weights, so that water is conserved to rounding whatever the step.
public struct PoolSimulation: Sendable {
    /// Where the pool stands.
    public struct State: Hashable, Sendable {
        /// m3.
        public var storage: Double
        /// m.
        public var level: Double
        /// m3 that have come in since the start.
        public var inflowVolume = 0.0
        /// m3 released since the start.
        public var releaseVolume = 0.0
        /// m3 evaporated since the start.
        public var evaporationVolume = 0.0
        /// Steps taken since the start.
        public var steps = 0
    }

    /// Storage against level.
    public let table: StorageTable
    /// m/s from the surface, >= 0.
    public let evaporation: Double
    /// Error allowed in one step relative to the storage that moves.
    public let tolerance: Double

    /// Makes a pool.
    public init(table: StorageTable, evaporation: Double = 0, tolerance: Double = 1e-10) {
        precondition(evaporation >= 0 && tolerance > 0, "evaporation and tolerance are no negative numbers")
        self.table = table
        self.evaporation = evaporation
        self.tolerance = tolerance
    }

    /// A start at a level, m.
    public func state(atLevel level: Double) -> State { State(storage: table.storage(atLevel: level), level: level) }

    /// Largest number of steps of one call; beyond it the rest is taken in one step, which happens only where a flow jumps
    /// with the level.
    public static let mostSteps = 100_000

    /// Runs the pool over a span in which the inflow is straight and nobody touches a gate.
    ///
    /// - Parameters:
    ///   - state: at the beginning; changed to the end.
    ///   - span: s, >= 0.
    ///   - inflow: m3/s at the beginning and at the end.
    ///   - outflow: m3/s at a level, m; >= 0.
    public func advance(
        _ state: inout State, over span: Double, inflow: (Double, Double), outflow: (Double) -> Double
    ) {
        guard span > 0 else { return }
        let begin = state
        var time = 0.0
        var step = span
        var taken = 0
        var first = rates(state.storage, 0, inflow, span, outflow)
        while time < span {
            let rest = span - time
            let isLast = step >= rest || taken >= PoolSimulation.mostSteps
            let length = isLast ? rest : step
            let trial = attempt(state.storage, time, length, first, inflow, span, outflow)
            let scale = max(abs(state.storage - begin.storage), first.moved * length, 1e-6)
            let error = trial.error / (tolerance * scale)
            taken += 1
            guard error <= 1 || taken > PoolSimulation.mostSteps || length < span * 1e-12 else {
                step = length * max(0.1, 0.9 / Elementary.power(error, 0.2))
                continue
            }
            state.storage += trial.inflow - trial.release - trial.evaporation
            state.inflowVolume += trial.inflow
            state.releaseVolume += trial.release
            state.evaporationVolume += trial.evaporation
            state.steps += 1
            time = isLast ? span : time + length
            first = trial.last
            step = length * min(5, error > 0 ? 0.9 / Elementary.power(error, 0.2) : 5)
        }
        state.level = table.level(atStorage: state.storage)
    }

    /// What comes and goes at a moment, m3/s.
    private struct Rates {
        var inflow, release, evaporation: Double
        var net: Double { inflow - release - evaporation }
        var moved: Double { inflow.magnitude + release.magnitude + evaporation }
    }

    private struct Attempt {
        var inflow = 0.0
        var release = 0.0
        var evaporation = 0.0
        var error = 0.0
        var last: Rates
    }

    private func rates(
        _ storage: Double, _ time: Double, _ inflow: (Double, Double), _ span: Double, _ outflow: (Double) -> Double
    ) -> Rates {
        let level = table.level(atStorage: storage)
        let lost = evaporation > 0 ? evaporation * table.area(atLevel: level) : 0
        return Rates(
            inflow: inflow.0 + (inflow.1 - inflow.0) * (time / span), release: outflow(level), evaporation: lost)
    }

    /// One step of the pair.
    private func attempt(
        _ storage: Double, _ time: Double, _ length: Double, _ first: Rates, _ inflow: (Double, Double), _ span: Double,
        _ outflow: (Double) -> Double
    ) -> Attempt {
        typealias Pair = DormandPrince
        var stages = [first]
        stages.reserveCapacity(7)
        for stage in 1..<7 {
            var change = 0.0
            for (weight, rate) in zip(Pair.inner[stage], stages) { change += weight * rate.net }
            stages.append(
                rates(storage + length * change, time + Pair.nodes[stage] * length, inflow, span, outflow))
        }
        var result = Attempt(last: stages[6])
        var error = 0.0
        for stage in 0..<7 {
            result.inflow += length * Pair.outer[stage] * stages[stage].inflow
            result.release += length * Pair.outer[stage] * stages[stage].release
            result.evaporation += length * Pair.outer[stage] * stages[stage].evaporation
            error += length * Pair.difference[stage] * stages[stage].net
        }
        result.error = error.magnitude
        return result
    }
}

/// The coefficients of Dormand and Prince (1980), A family of embedded Runge-Kutta formulae, table 2.
private enum DormandPrince {
    static let nodes = [0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1]
    static let inner: [[Double]] = [
        [], [1.0 / 5], [3.0 / 40, 9.0 / 40], [44.0 / 45, -56.0 / 15, 32.0 / 9],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656], outer,
    ]
    static let outer = [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0]
    private static let fourth = [
        5179.0 / 57600, 0, 7571.0 / 16695, 393.0 / 640, -92097.0 / 339200, 187.0 / 2100, 1.0 / 40,
    ]
    static let difference = zip(outer, fourth).map { $0 - $1 }
}
