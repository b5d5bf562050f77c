/// A dam as a plan is replayed on it: storage against level and everything through which water leaves.
///
/// Turbines follow the release that is wanted: they take what gates and overflow leave of it, at most what they pass at the
/// level. What is unknown is left out, not invented: a dam without turbines, without gates or without an overflow.
public struct Dam: Hashable, Sendable {
    /// Storage and surface against the level.
    public let table: StorageTable
    /// Gates that are opened one after the other; nil where there are none. They discharge freely, without tailwater.
    public let gates: GateGroup?
    /// An overflow that nobody can close; nil where there is none.
    public let overflow: Weir?
    /// Largest flow of the turbines, m3/s, against the level, m; nil where there are none.
    public let turbines: RatingTable?
    /// m/s from the surface, >= 0.
    public let evaporation: Double

    /// Makes a dam; nil when evaporation is negative or no number, or when turbines pass a negative flow.
    public init?(
        table: StorageTable, gates: GateGroup? = nil, overflow: Weir? = nil, turbines: RatingTable? = nil,
        evaporation: Double = 0
    ) {
        guard evaporation >= 0, evaporation.isFinite, (turbines?.outputs.first ?? 0) >= 0 else { return nil }
        self.table = table
        self.gates = gates
        self.overflow = overflow
        self.turbines = turbines
        self.evaporation = evaporation
    }

    /// What leaves besides the turbines at a level, m3/s.
    ///
    /// - Parameters:
    ///   - level: m.
    ///   - open: gates open, 0 or more; a part is one gate partly open.
    public func spill(atLevel level: Double, open: Double) -> Double {
        (gates?.discharge(atLevel: level, open: open) ?? 0) + (overflow?.discharge(atLevel: level) ?? 0)
    }

    /// Everything that can leave besides the turbines at a level, m3/s.
    public func largestSpill(atLevel level: Double) -> Double {
        spill(atLevel: level, open: Double(gates?.count ?? 0))
    }

    /// Largest flow of the turbines at a level, m3/s.
    public func turbineCapacity(atLevel level: Double) -> Double { turbines?.value(at: level) ?? 0 }

    /// The turbines of a group as a table against the level, from the least head of a table up, m and m3/s; the tailwater
    /// that their own flow makes is taken off the head.
    public static func turbineTable(_ group: TurbineGroup, tailwater: RatingTable, over table: StorageTable)
        -> RatingTable?
    {
        let (low, high) = (table.rows[0].level, table.rows[table.rows.count - 1].level)
        var largest = 0.0
        var flows: [Double] = []
        let levels = (0...64).map { low + (high - low) * Double($0) / 64 }
        for level in levels {
            // above the rated head a generator takes less water: the table keeps the largest, as a table never falls
            largest = max(largest, group.capacity(atLevel: level, tailwater: tailwater, otherRelease: 0))
            flows.append(largest)
        }
        return RatingTable(inputs: levels, outputs: flows)
    }
}

/// What is ordered for a dam during one step: how many gates stand open, and what is to leave in all.
public struct DamOrder: Hashable, Sendable {
    /// Gates open, 0 or more; a part is one gate partly open, where gates move in parts.
    public var open: Double
    /// m3/s wanted in all, >= 0; infinite where the turbines pass what they can.
    public var release: Double

    /// Makes an order.
    public init(open: Double, release: Double) {
        self.open = open
        self.release = release
    }
}
