/// The stores of the GR models for many parameter sets, four in a register where it is wide enough. Roots are taken by series and iterations that run side by
/// side, so that flows agree with ``GRProduction`` and ``GRRouting`` to a few units of the last digit. The bits depend neither on
/// the machine nor on how many sets run together.
enum GRLanes {
    /// Four sets.
    typealias Pack = SIMD4<Double>
    /// Sets of a pack.
    static var width: Int { 4 }

    /// Four production stores.
    struct Production {
        private let capacity, inverse, twiceInverse: Pack
        private let inversePercolation: Double
        private let isLimited: Bool
        private var store: Pack

        /// - Parameters:
        ///   - capacities: X1, mm.
        ///   - percolation: c of the percolation law.
        ///   - largest: the largest size of net rain that will come, mm.
        init(capacities: Pack, percolation: Double, largest: Double) {
            capacity = capacities
            inverse = 1 / capacities
            twiceInverse = 2 * inverse
            inversePercolation = 1 / percolation
            isLimited = largest * inverse.max() > 13
            store = 0.3 * capacities
        }

        /// Advances by one step; wet and dry without a branch, because weather is hard to foretell.
        ///
        /// - Parameter net: rain minus potential evaporation, mm.
        /// - Returns: mm that leave towards the hydrographs.
        @inline(__always)
        mutating func advance(_ net: Double) -> Pack {
            let wet: UInt64 = net > 0 ? .max : 0
            let s = store * inverse
            var twice = net.magnitude * twiceInverse
            if isLimited { twice.replace(with: 26, where: twice .> 26) }
            let grown = Elementary.quickExp(twice)
            let below = grown - 1
            let open = select(wet, capacity * (1 - s * s), store * (2 - s))
            let share = select(wet, s, 1 - s)
            let moved = open * below / ((grown + 1) + share * below)
            store += flipped(moved, unless: wet)
            store.replace(with: 0, where: store .< 0)
            let filled = store * inverse
            let square = filled * filled
            let percolation = store * Elementary.quickFourthRootLoss(square * square * inversePercolation)
            store -= percolation
            return kept(net - moved, where: wet) + percolation
        }
    }

    /// Four routing stores with exchange.
    struct Routing {
        private let inverse, exchange, threshold: Pack
        private let isPower: Bool
        private var store: Pack
        /// What the exchange will bring in the next step, mm.
        private var flow: Pack

        /// - Parameters:
        ///   - capacities: X3, mm; `exchange`: X2; `threshold`: X5, nil where the exchange is a power.
        init(capacities: Pack, exchange: Pack, threshold: Pack?) {
            inverse = 1 / capacities
            self.exchange = exchange
            self.threshold = threshold ?? .zero
            isPower = threshold == nil
            store = 0.5 * capacities
            let r = store * inverse
            flow = isPower ? exchange * (r * r * r * r.squareRoot()) : exchange * (r - self.threshold)
        }

        /// Advances by one step.
        ///
        /// The exchange of the next step is made from the filling before the release, so that no root waits for the last digits of the
        /// one before.
        ///
        /// - Parameters:
        ///   - delayed: mm from the first hydrograph; `direct`: mm from the second.
        /// - Returns: discharge, mm.
        @inline(__always)
        mutating func advance(delayed: Pack, direct: Pack) -> Pack {
            var quick = direct + flow
            quick.replace(with: 0, where: quick .< 0)
            var level = store + delayed + flow
            level.replace(with: 0, where: level .< 0)
            let filled = level * inverse
            let square = filled * filled
            let (rough, growth) = Elementary.quickInverseFourthRoot(1 + square * square)
            let share = rough + rough * growth
            let r = filled * share
            if isPower {
                let root = (filled * rough).squareRoot() * (1 + 0.5 * growth)
                flow = (exchange * root) * (r * r * r)
            } else {
                flow = exchange * (r - threshold)
            }
            let routed = level * (1 - share)
            store = level - routed
            return routed + quick
        }
    }

    /// Some steps of a series delayed by a hydrograph, eight at a time; nothing is pending at the beginning.
    ///
    /// - Parameters:
    ///   - input: mm; read from `steps.lowerBound - ordinates.count + 1` on, zero before the beginning.
    ///   - output: written at `steps`.
    static func delay(
        _ input: UnsafePointer<Double>, by ordinates: UnsafeBufferPointer<Double>, steps: Range<Int>,
        into output: UnsafeMutablePointer<Double>
    ) {
        var step = steps.lowerBound
        func single(_ step: Int) {
            var sum = 0.0
            for lag in 0..<min(ordinates.count, step + 1) { sum += ordinates[lag] * input[step - lag] }
            output[step] = sum
        }
        while step < min(steps.upperBound, ordinates.count - 1) {
            single(step)
            step += 1
        }
        while step + 8 <= steps.upperBound {
            var (a, b) = (Pack.zero, Pack.zero)
            for lag in 0..<ordinates.count {
                let ordinate = ordinates[lag]
                let first = input + (step - lag)
                a += ordinate * pack(first)
                b += ordinate * pack(first + 4)
            }
            put(a, output + step)
            put(b, output + step + 4)
            step += 8
        }
        while step < steps.upperBound {
            single(step)
            step += 1
        }
    }

    @inline(__always)
    private static func pack(_ place: UnsafePointer<Double>) -> Pack {
        UnsafeRawPointer(place).loadUnaligned(as: Pack.self)
    }

    @inline(__always)
    private static func put(_ pack: Pack, _ place: UnsafeMutablePointer<Double>) {
        UnsafeMutableRawPointer(place).storeBytes(of: pack, as: Pack.self)
    }

    // Choices by bits; `wet` has all bits or none.

    @inline(__always)
    private static func select(_ wet: UInt64, _ yes: Pack, _ no: Pack) -> Pack {
        unsafeBitCast((bits(yes) & wet) | (bits(no) & ~wet), to: Pack.self)
    }

    @inline(__always)
    private static func kept(_ value: Pack, where wet: UInt64) -> Pack {
        unsafeBitCast(bits(value) & wet, to: Pack.self)
    }

    @inline(__always)
    private static func flipped(_ value: Pack, unless wet: UInt64) -> Pack {
        unsafeBitCast(bits(value) ^ (~wet & (1 << 63)), to: Pack.self)
    }

    @inline(__always)
    private static func bits(_ value: Pack) -> SIMD4<UInt64> { unsafeBitCast(value, to: SIMD4<UInt64>.self) }
}

/// Sums of squared errors of packs of sets, in the order of ``PairMoments``: four running sums by the place of a value.
struct GRErrors {
    private let first: Int
    private let values: [Double]
    private var sums = [GRLanes.Pack](repeating: .zero, count: 8)

    /// - Parameters:
    ///   - values: observed, mm, without gaps; `first`: the step of the first.
    init(values: [Double], first: Int) {
        self.values = values
        self.first = first
    }

    /// Adds some steps.
    ///
    /// - Parameter rows: discharge, mm, shape [step][pack], at most two packs, from the first of `steps` on.
    mutating func add(_ rows: UnsafePointer<GRLanes.Pack>, packs: Int, steps: Range<Int>) {
        let scored = steps.clamped(to: first..<first + values.count)
        values.withUnsafeBufferPointer { values in
            sums.withUnsafeMutableBufferPointer { sums in
                for step in scored {
                    let (place, row) = (step - first, (step - steps.lowerBound) * packs)
                    for pack in 0..<packs {
                        let error = rows[row + pack] - values[place]
                        sums[2 * (place & 3) + pack] += error * error
                    }
                }
            }
        }
    }

    /// Nash-Sutcliffe efficiency of a set, to the bits of ``PairMoments``.
    ///
    /// - Parameter squares: of the deviations of the observed values from their mean, above zero.
    func nashSutcliffe(ofSet set: Int, squares: Double) -> Double {
        let pack = set / GRLanes.width
        let (a, b, c, d) = (sums[pack], sums[2 + pack], sums[4 + pack], sums[6 + pack])
        return 1 - (((a + b) + (c + d)) / squares)[set % GRLanes.width]
    }
}
