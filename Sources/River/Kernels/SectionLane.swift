/// What Muskingum-Cunge-Todini needs of a section inside its loops, one lane of it.
///
/// All methods are plain sums, products and quotients, so that lanes of reaches or members are computed side by side with the
/// bits that one alone would have.
protocol SectionLane<Scalar> {
    associatedtype Scalar: RoutingScalar
    /// Columns that a lane needs.
    static var fieldCount: Int { get }
    /// A reach for a step of some seconds.
    init(_ reach: RoutedReach, step: Double)
    /// Reads a lane out of columns of `width` numbers.
    init(_ memory: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int)
    /// Writes a lane into columns of `width` numbers.
    func write(_ memory: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int)
    /// The number that uniform flow has in the section's own form of Manning's equation.
    func target(_ flow: Scalar) -> Scalar
    /// What to add to a depth to come nearer to uniform flow, m.
    func depthCorrection(_ y: Scalar, target: Scalar) -> Scalar
    /// Corrected Courant and cell Reynolds numbers at a reference flow and its depth.
    ///
    /// Todini 2007: `beta = c A / Q`, `C* = (c dt/dx)/beta = Q dt/(A dx)`, `D* = Q/(beta B S0 c dx) = A/(B S0 dx beta^2)`.
    func numbers(_ q: Scalar, _ y: Scalar) -> (courant: Scalar, reynolds: Scalar)
}

extension SectionLane {
    /// m3/s: the smallest reference flow.
    @inline(__always) static var leastFlow: Scalar { 1e-6 }
    /// The last correction of a depth, relative, after which the error is below the last digit: Newton's method doubles them.
    @inline(__always) static var tolerance: Scalar { Scalar.significandBitCount < 30 ? 1e-4 : 1e-8 }
    /// The most turns of one search; two or three are usual.
    @inline(__always) static var mostTurns: Int { 60 }

    /// The depth of uniform flow, m.
    ///
    /// - Parameters:
    ///   - flow: m3/s, > 0.
    ///   - guess: m, > 0.
    func depth(_ flow: Scalar, near guess: Scalar) -> Scalar {
        let wanted = target(flow)
        var depth = guess
        for _ in 0..<Self.mostTurns {
            let correction = depthCorrection(depth, target: wanted)
            depth += correction
            if correction.magnitude <= Self.tolerance * depth { break }
        }
        return depth
    }
}

/// A trapezoid that goes on upward.
struct TrapezoidLane<Scalar: RoutingScalar>: SectionLane {
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

    static var fieldCount: Int { 6 }

    init(_ reach: RoutedReach, step: Double) {
        let channel = reach.channel
        bottomWidth = Scalar(channel.bottomWidth)
        sideSlope = Scalar(channel.sideSlope)
        banks = Scalar(2 * (1 + channel.sideSlope * channel.sideSlope).squareRoot())
        resistance = Scalar(channel.manningN / channel.slope.squareRoot())
        pace = Scalar(step / reach.length)
        spread = Scalar(1 / (channel.slope * reach.length))
    }

    @inline(__always) init(_ memory: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int) {
        bottomWidth = memory[lane]
        sideSlope = memory[lane &+ width]
        banks = memory[lane &+ 2 &* width]
        resistance = memory[lane &+ 3 &* width]
        pace = memory[lane &+ 4 &* width]
        spread = memory[lane &+ 5 &* width]
    }

    @inline(__always) func write(_ memory: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int) {
        memory[lane] = bottomWidth
        memory[lane &+ width] = sideSlope
        memory[lane &+ 2 &* width] = banks
        memory[lane &+ 3 &* width] = resistance
        memory[lane &+ 4 &* width] = pace
        memory[lane &+ 5 &* width] = spread
    }

    /// The cube of Manning's right side, `(Q n / sqrt(S0))^3 = A^5 / P^2` in uniform flow: no fractional power is needed.
    @inline(__always) func target(_ flow: Scalar) -> Scalar {
        let q = flow * resistance
        return q * q * q
    }

    /// Newton's method on `ln(A^5 / (P^2 (Q n / sqrt(S0))^3)) = 0`, whose slope 5 B / A - 2 P' / P lies between 3 and 10 over the
    /// depth: no start can throw it below zero. The logarithm is replaced by 2 (r - 1) / (r + 1), equal to it up to the third
    /// power of the error.
    @inline(__always) func depthCorrection(_ y: Scalar, target: Scalar) -> Scalar {
        let slopeWidth = sideSlope * y
        let a = y * (bottomWidth + slopeWidth)
        let p = bottomWidth + banks * y
        let b = bottomWidth + 2 * slopeWidth
        let square = a * a
        let ratio = square * square * a / (p * p * target)
        let r = ratio < 1_000_000 ? ratio : 1_000_000
        return 2 * (1 - r) * (a * p) / ((1 + r) * (5 * b * p - 2 * banks * a))
    }

    /// With `c = (5/3)(Q/A)[1 - (4/5)(A/(B P)) sqrt(1 + z^2)]`.
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

/// A trapezoidal channel between flood plains: the channel goes on upward between upright walls without friction, the plains carry
/// water of their own (divided channel method; Chow 1959, chapter 6).
struct CompoundLane<Scalar: RoutingScalar>: SectionLane {
    var channel: TrapezoidLane<Scalar>
    /// m.
    var bankfullDepth: Scalar
    /// m of both plains, without the channel.
    var plainWidth: Scalar
    /// n of the channel over n of the plain.
    var smoothness: Scalar

    static var fieldCount: Int { TrapezoidLane<Scalar>.fieldCount + 3 }

    init(_ reach: RoutedReach, step: Double) {
        channel = TrapezoidLane(reach, step: step)
        let plain = reach.floodPlain
        bankfullDepth = Scalar(plain?.bankfullDepth ?? 1e6)
        let bankfullWidth =
            reach.channel.bottomWidth + 2 * reach.channel.sideSlope * (plain?.bankfullDepth ?? 0)
        plainWidth = Scalar(max(0, (plain?.width ?? bankfullWidth) - bankfullWidth))
        smoothness = Scalar(reach.channel.manningN / (plain?.manningN ?? reach.channel.manningN))
    }

    @inline(__always) init(_ memory: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int) {
        channel = TrapezoidLane(memory, lane, width: width)
        bankfullDepth = memory[lane &+ 6 &* width]
        plainWidth = memory[lane &+ 7 &* width]
        smoothness = memory[lane &+ 8 &* width]
    }

    @inline(__always) func write(_ memory: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int) {
        channel.write(memory, lane, width: width)
        memory[lane &+ 6 &* width] = bankfullDepth
        memory[lane &+ 7 &* width] = plainWidth
        memory[lane &+ 8 &* width] = smoothness
    }

    /// `Q n / sqrt(S0)`, with n of the channel.
    @inline(__always) func target(_ flow: Scalar) -> Scalar { flow * channel.resistance }

    /// Area, m2, surface width, m, and conveyance times n of the channel, with its slope over the depth.
    @inline(__always) private func hydraulics(
        _ y: Scalar
    ) -> (area: Scalar, width: Scalar, conveyance: Scalar, slope: Scalar) {
        let within = y < bankfullDepth ? y : bankfullDepth
        let above = y - within
        let isAbove: Scalar = above > 0 ? 1 : 0
        let slopeWidth = channel.sideSlope * within
        let b = channel.bottomWidth + 2 * slopeWidth
        let a = within * (channel.bottomWidth + slopeWidth) + b * above
        let p = channel.bottomWidth + channel.banks * within
        let radius = a / p
        let root = CompoundLane.cubeRoot(radius)
        let inChannel = root * root
        let plainArea = plainWidth * above
        let plainPerimeter = plainWidth + 2 * above + (1 - isAbove)
        let plainRadius = plainArea / plainPerimeter
        let plainRoot = CompoundLane.cubeRoot(plainRadius)
        let onPlain = smoothness * plainRoot * plainRoot
        let fiveThirds: Scalar = 5 / 3
        let twoThirds: Scalar = 2 / 3
        let slope =
            inChannel * (fiveThirds * b - twoThirds * radius * (channel.banks * (1 - isAbove)))
            + onPlain * (fiveThirds * plainWidth - twoThirds * plainRadius * 2)
        return (a + plainArea, b + plainWidth * isAbove, a * inChannel + plainArea * onPlain, slope)
    }

    /// Three turns of Halley's iteration from an estimate 4 % off; 0 of 0.
    @inline(__always) private static func cubeRoot(_ x: Scalar) -> Scalar {
        let least: Scalar = 1e-30
        let value = x > least ? x : least
        var root = value.cubeRootEstimate
        for _ in 0..<3 {
            let cube = root * root * root
            root = root * ((cube + 2 * value) / (2 * cube + value))
        }
        return x > least ? root : 0
    }

    /// As in a trapezoid, on the cube of the ratio of conveyances, so that no step takes away more than two thirds of a depth.
    @inline(__always) func depthCorrection(_ y: Scalar, target: Scalar) -> Scalar {
        let (_, _, conveyance, slope) = hydraulics(y)
        let ratio = conveyance / target
        let bounded = ratio < 100 ? ratio : 100
        let r = bounded * bounded * bounded
        let twoThirds: Scalar = 2 / 3
        return twoThirds * (1 - r) * conveyance / ((1 + r) * slope)
    }

    @inline(__always) func numbers(_ q: Scalar, _ y: Scalar) -> (courant: Scalar, reynolds: Scalar) {
        let (a, b, conveyance, slope) = hydraulics(y)
        // beta = (A / K) (dK/dy) / B
        let beta = a * slope / (conveyance * b)
        return (q * channel.pace / a, a * channel.spread / (b * beta * beta))
    }
}
