/// One step of the stores that the GR models are built of, for a single run; ``GRLanes`` has the same formulas side by side.
///
/// Sources: Perrin, Michel and Andreassian (2003), J. Hydrol. 279, 275-289, equations 1-22 (GR4J); Le Moine (2008), thesis,
/// (exchange with a threshold, GR5J); Pushpalatha et al. (2011), J. Hydrol. 411, 66-76 (GR6J); Mathevet (2005), thesis (GR4H);
/// Ficchi, Perrin and Andreassian (2019), J. Hydrol. 575, 1308-1327 (GR5H).
struct GRProduction {
    /// Capacity X1, mm.
    let capacity: Double
    /// 1 / X1.
    let inverse: Double
    /// 1 / c of the percolation law, c = (9/4)^4 for days, (21/4)^4 for hours.
    let inversePercolation: Double

    init(capacity: Double, percolation: Double) {
        self.capacity = capacity
        inverse = 1 / capacity
        inversePercolation = 1 / percolation
    }

    /// Advances the store by one step.
    ///
    /// - Parameters:
    ///   - store: mm, at the beginning, then at the end of the step.
    ///   - net: rain minus potential evaporation, mm.
    /// - Returns: mm that leave towards the hydrographs, and mm that evaporate from the store.
    @inline(__always)
    func advance(_ store: inout Double, net: Double) -> (effective: Double, evaporated: Double) {
        let isWet = net > 0
        let s = store * inverse
        let grown = Elementary.quickExp(2 * min(net.magnitude * inverse, 13))
        let below = grown - 1
        // tanh(w) = (e^2w - 1) / (e^2w + 1), put into the quotient so that one division is enough
        let open = isWet ? capacity * (1 - s * s) : store * (2 - s)
        let share = isWet ? s : 1 - s
        let moved = open * below / ((grown + 1) + share * below)
        store = isWet ? store + moved : store - moved
        if store < 0 { store = 0 }
        let filled = store * inverse
        let square = filled * filled
        // as the reference program writes it, so that tiny percolation is rounded alike
        let percolation = store * (1 - 1 / (1 + square * square * inversePercolation).squareRoot().squareRoot())
        store -= percolation
        return ((isWet ? net - moved : 0) + percolation, isWet ? 0 : moved)
    }
}

/// The routing store of capacity X3 with the exchange of water with neighbours.
struct GRRouting {
    /// The law of the exchange.
    enum Exchange {
        /// X2 (R/X3)^3.5.
        case power
        /// X2 (R/X3 - X5).
        case threshold(Double)
    }

    /// Capacity X3, mm.
    let capacity: Double
    /// 1 / X3.
    let inverse: Double
    /// X2, mm per step.
    let exchange: Double
    /// The law of the exchange.
    let law: Exchange
    /// The share of the hydrograph that the exponential store takes, and its coefficient X6, mm; nil without that store.
    let exponential: (share: Double, coefficient: Double)?

    init(
        capacity: Double, exchange: Double, law: Exchange, exponential: (share: Double, coefficient: Double)? = nil
    ) {
        self.capacity = capacity
        inverse = 1 / capacity
        self.exchange = exchange
        self.law = law
        self.exponential = exponential
    }

    /// Advances by one step.
    ///
    /// - Parameters:
    ///   - store: mm; `lower`: the exponential store, mm, may be negative.
    ///   - delayed: mm from the first hydrograph; `direct`: mm from the second.
    /// - Returns: discharge, mm, and what the exchange brought, mm, negative where it took.
    @inline(__always)
    func advance(
        _ store: inout Double, _ lower: inout Double, delayed: Double, direct: Double
    ) -> (discharge: Double, exchanged: Double) {
        let r = store * inverse
        let flow: Double
        switch law {
        case .power: flow = exchange * (r * r * r * r.squareRoot())
        case .threshold(let threshold): flow = exchange * (r - threshold)
        }
        let arriving = exponential.map { (1 - $0.share) * delayed } ?? delayed
        var level = store + arriving + flow
        if level < 0 { level = 0 }
        var exchanged = level - (store + arriving)
        let filled = level * inverse
        let square = filled * filled
        let routed = level * (1 - 1 / (1 + square * square).squareRoot().squareRoot())
        store = level - routed
        var discharge = routed
        if let exponential {
            lower += exponential.share * delayed + flow
            exchanged += flow
            let released = GRRouting.released(lower, coefficient: exponential.coefficient)
            lower -= released
            discharge += released
        }
        var quick = direct + flow
        if quick < 0 { quick = 0 }
        exchanged += quick - direct
        return (discharge + quick, exchanged)
    }

    /// What the exponential store of GR6J releases in a step, mm (Pushpalatha et al. 2011).
    static func released(_ level: Double, coefficient: Double) -> Double {
        let ratio = max(-33, min(33, level / coefficient))
        if ratio > 7 { return level + coefficient / Elementary.quickExp(ratio) }
        if ratio < -7 { return coefficient * Elementary.quickExp(ratio) }
        return coefficient * Elementary.quickLog(Elementary.quickExp(ratio) + 1)
    }
}

/// The ordinates of the GR unit hydrographs.
enum GRHydrograph {
    /// The rising hydrograph UH1 of base `base`: (t / X4)^D (Perrin et al. 2003, equations 9-11).
    ///
    /// - Returns: one ordinate a step, as many as the base is long, rounded up; their sum is 1.
    static func rising(base: Double, exponent: Double) -> [Double] {
        ordinates(Int(base.rounded(.up))) { $0 >= base ? 1 : Elementary.power($0 / base, exponent) }
    }

    /// The rising and falling hydrograph UH2 of base 2 X4 (equations 12-15).
    static func falling(base: Double, exponent: Double) -> [Double] {
        ordinates(Int((2 * base).rounded(.up))) { time in
            if time <= base { return 0.5 * Elementary.power(time / base, exponent) }
            return time >= 2 * base ? 1 : 1 - 0.5 * Elementary.power(2 - time / base, exponent)
        }
    }

    private static func ordinates(_ count: Int, _ sum: (Double) -> Double) -> [Double] {
        var before = 0.0
        return (1...max(1, count)).map { step in
            let here = sum(Double(step))
            defer { before = here }
            return here - before
        }
    }

    /// Delays a series by a hydrograph: `output[t]` is what was pending for `t` plus every earlier input times its ordinate, the
    /// oldest first.
    ///
    /// - Parameters:
    ///   - input: mm; read from `first - ordinates.count + 1` on, zero before the beginning.
    ///   - pending: mm still to come of the time before: `pending[k]` belongs to step `k - 1`, the first is past.
    ///   - steps: the steps to fill.
    @inline(__always)
    static func delay(
        _ input: UnsafePointer<Double>, by ordinates: UnsafeBufferPointer<Double>,
        pending: UnsafeBufferPointer<Double>, steps: Range<Int>, into output: UnsafeMutablePointer<Double>
    ) {
        for step in steps { output[step] = step + 1 < pending.count ? pending[step + 1] : 0 }
        for lag in stride(from: ordinates.count - 1, through: 0, by: -1) {
            let ordinate = ordinates[lag]
            let begin = max(steps.lowerBound, lag)
            guard begin < steps.upperBound else { continue }
            for step in begin..<steps.upperBound { output[step] += ordinate * input[step - lag] }
        }
    }

    /// What is still to come after the last input, the current output first.
    static func pending(_ input: [Double], by ordinates: [Double], before: [Double]) -> [Double] {
        (0..<ordinates.count).map { place in
            let known = input.count + place
            var sum = known < before.count ? before[known] : 0
            for lag in stride(from: ordinates.count - 1, through: place, by: -1) where input.count - 1 >= lag - place {
                sum += ordinates[lag] * input[input.count - 1 - (lag - place)]
            }
            return sum
        }
    }
}
