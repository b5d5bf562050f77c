/// Gates of a reservoir that are opened and closed: free flow under their edges, over a sill.
///
/// `Q = C b e sqrt(2 g (h - e))` with the head h over the sill and the height of the jet `e = min(a, 2 h / 3)`: under an edge that
/// dips into the water the jet is as high as the opening a; above `a = 2 h / 3` the edge touches nothing, and the sill is a broad
/// crest with critical flow, `Q = C b (2/3)^(3/2) sqrt(g) h^(3/2)`. Both meet with the same value and slope. Source: energy equation
/// of the sluice gate and of the broad-crested weir (Henderson 1966, Open Channel Flow, sections 6.5 and 6.6); the contraction
/// of the jet is in C.
public struct SluiceGate: Hashable, Sendable {
    /// m, all gates together, > 0.
    public let width: Double
    /// m: the level of the sill.
    public let sill: Double
    /// Without a unit, > 0 and at most 1.
    public let coefficient: Double
    /// m/s2.
    static let gravity = 9.81

    /// Makes gates; nil where a number is out of range.
    public init?(width: Double, sill: Double, coefficient: Double) {
        guard width > 0, width < 1e5, sill.magnitude < 1e5, coefficient > 0, coefficient <= 1 else { return nil }
        self.width = width
        self.sill = sill
        self.coefficient = coefficient
    }

    /// m3/s at a level of the pool in m and an opening in m, >= 0; never falls with either.
    public func flow(atLevel level: Double, opening: Double) -> Double {
        let head = max(0, level - sill)
        let jet = min(opening, head * (2.0 / 3.0))
        return coefficient * width * jet * (2 * SluiceGate.gravity * (head - jet)).squareRoot()
    }
}

/// A pool that gates let out beside its own outflow.
public struct GatedPool: Sendable {
    /// Storage, and what leaves without the gates, by level.
    public let pool: LevelPool
    /// The gates.
    public let gate: SluiceGate

    /// Makes a pool with gates.
    public init(pool: LevelPool, gate: SluiceGate) {
        self.pool = pool
        self.gate = gate
    }

    /// The state at a level with an opening, m.
    public func state(atLevel level: Double, opening: Double) -> LevelPool.State {
        let state = pool.state(atLevel: level)
        return LevelPool.State(
            level: level, storage: state.storage,
            outflow: state.outflow + gate.flow(atLevel: level, opening: opening))
    }

    /// The lowest state in which as much leaves as enters; where no level lets so much out, the one that lets out most.
    public func state(atOutflow outflow: Double, opening: Double) -> LevelPool.State {
        let bottom = pool.rows[0].level
        var top = bottom + 1
        while state(atLevel: top, opening: opening).outflow < outflow, top - bottom < 1e4 { top += top - bottom }
        let level = GatedPool.lowest(in: bottom...top) { state(atLevel: $0, opening: opening).outflow >= outflow }
        return state(atLevel: level, opening: opening)
    }

    /// The state after one step: storage indication, the level by bisection to the last bit.
    ///
    /// - Parameters:
    ///   - state: at the beginning.
    ///   - inflow: m3/s at the beginning and at the end of the step, >= 0.
    ///   - opening: m at the end of the step, >= 0.
    ///   - step: s, > 0.
    public func advance(
        _ state: LevelPool.State, inflow: (Double, Double), opening: Double, step: Double
    ) -> LevelPool.State {
        let target = inflow.0 + inflow.1 + 2 * state.storage / step - state.outflow
        func isEnough(_ level: Double) -> Bool {
            let there = self.state(atLevel: level, opening: opening)
            return 2 * there.storage / step + there.outflow >= target
        }
        var (low, high) = (state.level, state.level)
        var reach = 0.01
        while isEnough(low), reach < 1e9 { (low, reach) = (low - reach, reach * 2) }
        reach = 0.01
        while !isEnough(high), reach < 1e9 { (high, reach) = (high + reach, reach * 2) }
        let level = GatedPool.lowest(in: low...high, isEnough)
        let outflow = self.state(atLevel: level, opening: opening).outflow
        return LevelPool.State(
            level: level, storage: state.storage + step / 2 * (inflow.0 + inflow.1 - state.outflow - outflow),
            outflow: outflow)
    }

    /// The lowest number of a range, to the last bit, for which a test that is true from some number on is true.
    private static func lowest(in range: ClosedRange<Double>, _ isEnough: (Double) -> Bool) -> Double {
        var (low, high) = (range.lowerBound, range.upperBound)
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { break }
            if isEnough(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
