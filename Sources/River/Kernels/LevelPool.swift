/// A pool with a horizontal surface: storage and outflow are functions of the level alone.
///
/// Solved by storage indication, `2S/dt + Q` against the level, both tables straight between rows (modified Puls; Chow,
/// Maidment and Mays 1988, section 8.2).
public struct LevelPool: Sendable {
    /// One row of the pool's table.
    public struct Row: Hashable, Sendable {
        /// m.
        public let level: Double
        /// m3, strictly increasing with the level.
        public let storage: Double
        /// m3/s, never falling with the level.
        public let outflow: Double

        /// Makes a row.
        public init(level: Double, storage: Double, outflow: Double) {
            self.level = level
            self.storage = storage
            self.outflow = outflow
        }
    }

    /// The state at the end of a step.
    public struct State: Hashable, Sendable {
        /// m.
        public let level: Double
        /// m3.
        public let storage: Double
        /// m3/s.
        public let outflow: Double

        /// Makes a state, as one reads it from a file; a pool makes its own.
        public init(level: Double, storage: Double, outflow: Double) {
            self.level = level
            self.storage = storage
            self.outflow = outflow
        }
    }

    /// The table, rising.
    public let rows: [Row]

    /// Makes a pool; nil when fewer than two rows are given or when they do not increase.
    public init?(rows: [Row]) {
        guard rows.count >= 2 else { return nil }
        for index in rows.indices.dropFirst() {
            let (a, b) = (rows[index - 1], rows[index])
            guard a.level < b.level, a.storage < b.storage, a.outflow <= b.outflow else { return nil }
        }
        self.rows = rows
    }

    /// The state at a level; beyond the table its last two rows go on.
    public func state(atLevel level: Double) -> State {
        interpolated(at: level) { $0.level }
    }

    /// The state in which as much leaves as enters: at the lowest such level; beyond the table its last two rows go on.
    public func state(atOutflow outflow: Double) -> State {
        var upper = rows.firstIndex { $0.outflow >= outflow } ?? rows.count - 1
        upper = max(upper, 1)
        let (a, b) = (rows[upper - 1], rows[upper])
        guard b.outflow > a.outflow else { return state(atLevel: b.level) }
        return state(atLevel: a.level + (outflow - a.outflow) / (b.outflow - a.outflow) * (b.level - a.level))
    }

    /// The state after one step.
    ///
    /// - Parameters:
    ///   - state: at the beginning.
    ///   - inflow: m3/s at the beginning and at the end of the step, >= 0.
    ///   - step: s, > 0.
    public func advance(_ state: State, inflow: (Double, Double), step: Double) -> State {
        let target = inflow.0 + inflow.1 + 2 * state.storage / step - state.outflow
        return interpolated(at: target) { 2 * $0.storage / step + $0.outflow }
    }

    /// Runs a whole hydrograph; the first state belongs to the first inflow.
    public func route(_ inflow: [Double], from start: State, step: Double) -> [State] {
        guard !inflow.isEmpty else { return [] }
        var states = [start]
        for index in inflow.indices.dropFirst() {
            states.append(advance(states[index - 1], inflow: (inflow[index - 1], inflow[index]), step: step))
        }
        return states
    }

    private func interpolated(at value: Double, of key: (Row) -> Double) -> State {
        var (low, high) = (1, rows.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if key(rows[middle]) > value { high = middle } else { low = middle + 1 }
        }
        let (a, b) = (rows[low - 1], rows[low])
        let share = (value - key(a)) / (key(b) - key(a))
        return State(
            level: a.level + share * (b.level - a.level), storage: a.storage + share * (b.storage - a.storage),
            outflow: a.outflow + share * (b.outflow - a.outflow))
    }
}
