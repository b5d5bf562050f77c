/// A trapezoidal section and the length of its reach, as Muskingum-Cunge-Todini needs them inside its loops.
///
/// All methods are plain sums, products and quotients, so that lanes of reaches or members are computed side by side with the
/// bits that one alone would have.
struct SectionLane<Scalar: RoutingScalar> {
    /// m.
    var bottomWidth: Scalar
    /// Horizontal per vertical.
    var sideSlope: Scalar
    /// Both banks for each metre of depth: 2 sqrt(1 + z^2).
    var banks: Scalar
    /// n / sqrt(S0), s m^(-1/3).
    var resistance: Scalar
    /// Step over length, s/m.
    var pace: Scalar
    /// 1 / (S0 length), 1/m.
    var spread: Scalar

    /// How many numbers a lane is.
    static var fieldCount: Int { 6 }
    /// m3/s: the smallest reference flow.
    @inline(__always) static var leastFlow: Scalar { 1e-6 }
    /// The last correction of a depth, relative, after which the error is below the last digit: Newton's method doubles them.
    @inline(__always) static var tolerance: Scalar { Scalar.significandBitCount < 30 ? 1e-4 : 1e-8 }

    init(_ section: TrapezoidSection, length: Double, step: Double) {
        bottomWidth = Scalar(section.bottomWidth)
        sideSlope = Scalar(section.sideSlope)
        banks = Scalar(2 * (1 + section.sideSlope * section.sideSlope).squareRoot())
        resistance = Scalar(section.manningN / section.slope.squareRoot())
        pace = Scalar(step / length)
        spread = Scalar(1 / (section.slope * length))
    }

    /// Reads a lane out of columns of `width` numbers.
    @inline(__always) init(_ memory: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int) {
        bottomWidth = memory[lane]
        sideSlope = memory[lane &+ width]
        banks = memory[lane &+ 2 &* width]
        resistance = memory[lane &+ 3 &* width]
        pace = memory[lane &+ 4 &* width]
        spread = memory[lane &+ 5 &* width]
    }

    /// Writes a lane into columns of `width` numbers.
    @inline(__always) func write(_ memory: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int) {
        memory[lane] = bottomWidth
        memory[lane &+ width] = sideSlope
        memory[lane &+ 2 &* width] = banks
        memory[lane &+ 3 &* width] = resistance
        memory[lane &+ 4 &* width] = pace
        memory[lane &+ 5 &* width] = spread
    }

    /// The cube of Manning's right side, `(Q n / sqrt(S0))^3 = A^5 / P^2` in uniform flow.
    @inline(__always) func conveyanceCube(_ flow: Scalar) -> Scalar {
        let q = flow * resistance
        return q * q * q
    }

    /// What to add to a depth to come nearer to uniform flow, m.
    ///
    /// Newton's method on `ln(A^5 / (P^2 (Q n / sqrt(S0))^3)) = 0`, whose slope 5 B / A - 2 P' / P lies between 3 and 10 over the
    /// depth: no start can throw it below zero. The logarithm is replaced by 2 (r - 1) / (r + 1), equal to it up to the third
    /// power of the error, so no fractional power is needed.
    @inline(__always) func depthCorrection(_ y: Scalar, cube: Scalar) -> Scalar {
        let slopeWidth = sideSlope * y
        let a = y * (bottomWidth + slopeWidth)
        let p = bottomWidth + banks * y
        let b = bottomWidth + 2 * slopeWidth
        let square = a * a
        let ratio = square * square * a / (p * p * cube)
        let r = ratio < 1_000_000 ? ratio : 1_000_000
        return 2 * (1 - r) * (a * p) / ((1 + r) * (5 * b * p - 2 * banks * a))
    }

    /// Corrected Courant and cell Reynolds numbers at a reference flow and its depth.
    ///
    /// Todini 2007: `c = (5/3)(Q/A)[1 - (4/5)(A/(B P)) sqrt(1 + z^2)]`, `beta = c A / Q`, `C* = (c dt/dx)/beta`,
    /// `D* = Q/(beta B S0 c dx)`; written with `beta` alone: `C* = Q dt/(A dx)`, `D* = A/(B S0 dx beta^2)`.
    @inline(__always) func numbers(_ q: Scalar, _ y: Scalar) -> (courant: Scalar, reynolds: Scalar) {
        let slopeWidth = sideSlope * y
        let a = y * (bottomWidth + slopeWidth)
        let p = bottomWidth + banks * y
        let b = bottomWidth + 2 * slopeWidth
        let fiveThirds: Scalar = 5 / 3
        let twoThirds: Scalar = 2 / 3
        let product = b * p
        // beta B P = (5/3) B P - (2/3) A (2 sqrt(1 + z^2))
        let scaled = fiveThirds * product - twoThirds * a * banks
        return (q * pace / a, a * spread * (product * product) / (b * scaled * scaled))
    }
}
