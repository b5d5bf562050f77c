/// The exact pool of a dam in steps of equal length, so that many futures can be run side by side.
///
/// `dS/dt = inflow - turbines - spill - evaporation area` by the classical method of Runge and Kutta (1901). Each step is cut
/// into as many parts as the fastest outflow of the dam needs, the same number for every future. Turbines, spill and
/// evaporation are summed with the weights of the method, so that water is conserved to rounding. ``PoolSimulation`` chooses
/// its steps itself and is what this is held against; ``PoolLanes`` runs four futures at once to the same bits.
public struct PoolStepper: Sendable {
    /// Where the pool stands, and what has passed since the start of the sums.
    public struct State: Hashable, Sendable {
        /// m3.
        public var storage: Double
        /// m3 through the turbines.
        public var turbineVolume = 0.0
        /// m3 through gates and over the overflow.
        public var spillVolume = 0.0
        /// m3 evaporated.
        public var evaporationVolume = 0.0

        /// A start with a storage, m3.
        public init(storage: Double) { self.storage = storage }
    }

    /// Parts of a step at most; a pool that reacts faster is refused.
    public static let mostParts = 2_000

    /// The dam.
    public let dam: Dam
    /// s, > 0.
    public let step: Double
    /// Parts into which a step is cut.
    public let parts: Int

    /// Makes a stepper; nil when the step is not positive, or when the pool empties faster than ``mostParts`` parts of a step
    /// can follow.
    public init?(_ dam: Dam, step: Double = 300) {
        guard step > 0, step.isFinite else { return nil }
        self.dam = dam
        self.step = step
        let rows = dam.table.rows
        let (low, high) = (rows[0].level, rows[rows.count - 1].level)
        var fastest = 0.0
        func outflow(_ level: Double) -> Double { dam.largestSpill(atLevel: level) }
        let cuts = 256
        for cut in 1...cuts {
            let lower = low + (high - low) * Double(cut - 1) / Double(cuts)
            let upper = low + (high - low) * Double(cut) / Double(cuts)
            let change = dam.table.storage(atLevel: upper) - dam.table.storage(atLevel: lower)
            fastest = max(fastest, (outflow(upper) - outflow(lower)) / change)
        }
        // the method is stable to 2.78 and good to a fraction of 1
        let wanted = (2 * fastest * step).rounded(.up)
        guard wanted <= Double(PoolStepper.mostParts) else { return nil }
        parts = max(1, Int(wanted))
    }

    /// What leaves at one moment, m3/s.
    struct Rates {
        var turbines, spill, evaporation: Double
    }

    func rates(_ storage: Double, _ order: DamOrder) -> Rates {
        let level = dam.table.level(atStorage: storage)
        let spill = dam.spill(atLevel: level, open: order.open)
        let rest = max(0, order.release - spill)
        let turbines = min(rest, dam.turbineCapacity(atLevel: level))
        let lost = dam.evaporation > 0 ? dam.evaporation * dam.table.area(atLevel: level) : 0
        return Rates(turbines: turbines, spill: spill, evaporation: lost)
    }

    /// One step with a constant inflow, m3/s, and one order.
    public func advance(_ state: inout State, inflow: Double, order: DamOrder) {
        let length = step / Double(parts)
        let (half, sixth) = (length / 2, length / 6)
        for _ in 0..<parts {
            let storage = state.storage
            let a = rates(storage, order)
            let b = rates(storage + half * (inflow - a.turbines - a.spill - a.evaporation), order)
            let c = rates(storage + half * (inflow - b.turbines - b.spill - b.evaporation), order)
            let d = rates(storage + length * (inflow - c.turbines - c.spill - c.evaporation), order)
            let turbines = sixth * (a.turbines + 2 * (b.turbines + c.turbines) + d.turbines)
            let spill = sixth * (a.spill + 2 * (b.spill + c.spill) + d.spill)
            let lost = sixth * (a.evaporation + 2 * (b.evaporation + c.evaporation) + d.evaporation)
            state.storage = storage + (length * inflow - turbines - spill - lost)
            state.turbineVolume += turbines
            state.spillVolume += spill
            state.evaporationVolume += lost
        }
    }
}
