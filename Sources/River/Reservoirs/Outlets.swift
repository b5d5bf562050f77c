/// Gravity, m/s2.
private let gravity = Weir.gravity

/// An overflow without gates: `Q = coefficient length (level - crest)^1.5`.
///
/// Source: Chow, Maidment and Mays (1988), Applied Hydrology, table 8.2.2.
public struct Weir: Hashable, Sendable {
    /// Gravity, m/s2, of all outlets.
    static let gravity = 9.81

    /// m.
    public let crest: Double
    /// m, > 0.
    public let length: Double
    /// m^0.5/s, > 0; about 1.7 for a broad crest, 2.2 for an ogee.
    public let coefficient: Double

    /// Makes a weir.
    public init(crest: Double, length: Double, coefficient: Double) {
        self.crest = crest
        self.length = length
        self.coefficient = coefficient
    }

    /// m3/s at a level, m; 0 below the crest.
    public func discharge(atLevel level: Double) -> Double {
        let head = max(0, level - crest)
        return coefficient * length * head * head.squareRoot()
    }
}

/// An opening below the water: `Q = coefficient area sqrt(2 g head)`, the head above its centre or above the tailwater where
/// that stands higher (Torricelli).
public struct Orifice: Hashable, Sendable {
    /// m, of the centre.
    public let centre: Double
    /// m2, > 0.
    public let area: Double
    /// Without unit, 0...1.
    public let coefficient: Double

    /// Makes an orifice.
    public init(centre: Double, area: Double, coefficient: Double) {
        self.centre = centre
        self.area = area
        self.coefficient = coefficient
    }

    /// m3/s at a level, m, over a tailwater, m; 0 where there is no head.
    public func discharge(atLevel level: Double, tailwater: Double? = nil) -> Double {
        let head = max(0, level - max(centre, tailwater ?? centre))
        return coefficient * area * (2 * gravity * head).squareRoot()
    }
}

/// Equal gates side by side that are opened one after the other.
public struct GateGroup: Hashable, Sendable {
    /// What one gate passes.
    public enum Rating: Hashable, Sendable {
        /// A gate fully open, m3/s against the level, m.
        case table(RatingTable)
        /// A gate over a sill, m, of a width, m, lifted up to a height, m: an overflow with the weir coefficient (m^0.5/s)
        /// until the gate dips in, a jet below the gate with the contraction coefficient after that; the smaller of the two
        /// holds, so that nothing jumps.
        case underflow(sill: Double, width: Double, height: Double, weir: Double, contraction: Double)
    }

    /// The id.
    public let id: String
    /// Number of gates, >= 1.
    public let count: Int
    /// What one passes.
    public let rating: Rating
    /// The order in which they are opened, gate numbers from 1, each once; closing goes the other way.
    public let order: [Int]
    /// s between two moves, >= 0.
    public let leastSpacing: Int64
    /// Whether a gate is either closed or fully open.
    public let movesWhole: Bool
    /// m: the gates stay closed at lower levels; nil where nothing says so.
    public let lowestLevel: Double?

    /// Makes a group; nil when the order does not name each gate once.
    public init?(
        id: String, count: Int, rating: Rating, order: [Int]? = nil, leastSpacing: Int64 = 0, movesWhole: Bool = true,
        lowestLevel: Double? = nil
    ) {
        guard (1...1000).contains(count) else { return nil }
        let order = order ?? Array(1...count)
        guard order.sorted() == Array(1...count), leastSpacing >= 0 else { return nil }
        self.id = id
        self.count = count
        self.rating = rating
        self.order = order
        self.leastSpacing = leastSpacing
        self.movesWhole = movesWhole
        self.lowestLevel = lowestLevel
    }

    /// The numbers of the gates that are open when so many are.
    public func openGates(_ open: Int) -> [Int] { order.prefix(max(0, min(open, count))).sorted() }

    /// m3/s of all gates together.
    ///
    /// - Parameters:
    ///   - level: m.
    ///   - open: gates open, 0...``count``; a part is one gate partly open, and counts as nothing where gates move whole.
    ///   - tailwater: m; nil where it stands below the sill.
    public func discharge(atLevel level: Double, open: Double, tailwater: Double? = nil) -> Double {
        if let lowestLevel, level < lowestLevel { return 0 }
        let open = max(0, min(open, Double(count)))
        let whole = open.rounded(.down)
        let part = movesWhole ? 0 : open - whole
        return whole * one(level, 1, tailwater) + (part > 0 ? one(level, part, tailwater) : 0)
    }

    /// How many gates pass a flow, m3/s, rounded to whole gates; a gate is not moved for less than half of what it passes, so
    /// that it does not go up and down.
    ///
    /// - Parameters:
    ///   - flow: m3/s wanted.
    ///   - level: m.
    ///   - open: gates open now.
    public func nearest(to flow: Double, atLevel level: Double, open: Int) -> Int {
        var best = 0
        var distance = Double.infinity
        for number in 0...count {
            let miss = (discharge(atLevel: level, open: Double(number)) - flow).magnitude
            // the present number wins where two are about as good
            if miss * (number == open ? 0.5 : 1) < distance {
                distance = miss * (number == open ? 0.5 : 1)
                best = number
            }
        }
        return best
    }

    private func one(_ level: Double, _ share: Double, _ tailwater: Double?) -> Double {
        switch rating {
        case .table(let table): return share * max(0, table.value(at: level))
        case .underflow(let sill, let width, let height, let weir, let contraction):
            let head = max(0, level - sill)
            let opening = share * height
            let overflow = weir * width * head * head.squareRoot()
            let drop = max(0, level - max(sill + contraction * opening, tailwater ?? sill))
            let jet = contraction * opening * width * (2 * gravity * drop).squareRoot()
            return head <= opening ? overflow : min(overflow, jet)
        }
    }
}

/// Equal turbines: below the rated head as much as passes the open guide vanes, above it as much as the generator bears.
///
/// `Q = rated flow sqrt(head / rated head)` and `Q = power / (density g efficiency head)`, the smaller of both.
public struct TurbineGroup: Hashable, Sendable {
    /// Number of units, >= 1.
    public let units: Int
    /// m3/s of one unit at the rated head, > 0.
    public let ratedFlow: Double
    /// m, > 0.
    public let ratedHead: Double
    /// m: the units stand still at smaller heads, >= 0.
    public let leastHead: Double
    /// Overall, in 0...1.
    public let efficiency: Double

    /// Makes a group; nil when a number is outside its range.
    public init?(units: Int, ratedFlow: Double, ratedHead: Double, leastHead: Double, efficiency: Double) {
        guard units >= 1, ratedFlow > 0, ratedHead > 0, leastHead >= 0, efficiency > 0, efficiency <= 1,
            ratedFlow.isFinite, ratedHead.isFinite, leastHead.isFinite
        else { return nil }
        self.units = units
        self.ratedFlow = ratedFlow
        self.ratedHead = ratedHead
        self.leastHead = leastHead
        self.efficiency = efficiency
    }

    /// Largest flow of all units at a head, m3/s.
    public func capacity(atHead head: Double) -> Double {
        guard head >= leastHead, head > 0 else { return 0 }
        let vanes = ratedFlow * (head / ratedHead).squareRoot()
        let generator = ratedFlow * ratedHead / head
        return Double(units) * min(vanes, generator)
    }

    /// Largest flow at a level over the tailwater that this flow and another release make, m3/s.
    ///
    /// The root of `flow = capacity(level - tailwater(flow + other))`, found by halving to the last digit.
    public func capacity(atLevel level: Double, tailwater: RatingTable, otherRelease: Double) -> Double {
        var (low, high) = (0.0, Double(units) * ratedFlow)
        guard capacity(atHead: level - tailwater.value(at: otherRelease)) > 0 else { return 0 }
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if middle <= capacity(atHead: level - tailwater.value(at: middle + otherRelease)) {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }

    /// W from a flow, m3/s, at a head, m: `density g efficiency flow head`.
    public func power(flow: Double, head: Double) -> Double {
        1000 * gravity * efficiency * max(0, flow) * max(0, head)
    }
}
