/// One lane of the National Water Model's Muskingum-Cunge equations.
///
/// Source: WRF-Hydro technical description (Gochis et al. 2020), section 3.6.1, with the limits that the model's code sets (`K >= dt`,
/// `0.25 <= X <= 0.5`, a compound section with one hydraulic radius). The depth is the root of "Muskingum-Cunge flow equals
/// Manning flow", in which X follows from the flow itself.
struct NationalWaterModelLane<Scalar: RoutingScalar> {
    var bottomWidth: Scalar
    var sideSlope: Scalar
    /// 2 sqrt(1 + z^2)
    var banks: Scalar
    var manningN: Scalar
    /// Of the flood plain.
    var plainN: Scalar
    var rootSlope: Scalar
    var bankfullDepth: Scalar
    /// m of the flood plain, channel included; 0 for none.
    var plainWidth: Scalar
    /// m
    var length: Scalar
    /// S0 length, m.
    var fall: Scalar
    /// s
    var step: Scalar

    static var fieldCount: Int { 11 }
    @inline(__always) static var leastDepth: Scalar { 1e-4 }
    @inline(__always) static var tolerance: Scalar { Scalar.significandBitCount < 30 ? 1e-5 : 1e-9 }

    init(_ reach: RoutedReach, step: Double) {
        let channel = reach.channel
        bottomWidth = Scalar(channel.bottomWidth)
        sideSlope = Scalar(channel.sideSlope)
        banks = Scalar(2 * (1 + channel.sideSlope * channel.sideSlope).squareRoot())
        manningN = Scalar(channel.manningN)
        plainN = Scalar(reach.floodPlain?.manningN ?? channel.manningN)
        rootSlope = Scalar(channel.slope.squareRoot())
        bankfullDepth = Scalar(reach.floodPlain?.bankfullDepth ?? 1e6)
        plainWidth = Scalar(reach.floodPlain?.width ?? 0)
        length = Scalar(reach.length)
        fall = Scalar(channel.slope * reach.length)
        self.step = Scalar(step)
    }

    @inline(__always) init(_ m: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int) {
        bottomWidth = m[lane]
        sideSlope = m[lane &+ width]
        banks = m[lane &+ 2 &* width]
        manningN = m[lane &+ 3 &* width]
        plainN = m[lane &+ 4 &* width]
        rootSlope = m[lane &+ 5 &* width]
        bankfullDepth = m[lane &+ 6 &* width]
        plainWidth = m[lane &+ 7 &* width]
        length = m[lane &+ 8 &* width]
        fall = m[lane &+ 9 &* width]
        step = m[lane &+ 10 &* width]
    }

    func write(_ m: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int) {
        let fields = [
            bottomWidth, sideSlope, banks, manningN, plainN, rootSlope, bankfullDepth, plainWidth, length, fall, step,
        ]
        for (index, value) in fields.enumerated() { m[lane &+ index &* width] = value }
    }

    /// What a depth means.
    struct Evaluation {
        /// s
        var k: Scalar
        var x: Scalar
        /// Outflow by Muskingum, m3/s.
        var outflow: Scalar
        /// Minus the outflow of uniform flow, m3/s.
        var excess: Scalar
        /// Growth of uniform flow with the depth, m2/s.
        var slope: Scalar
    }

    /// - Parameters:
    ///   - flows: lateral; upstream before and now; outflow before, m3/s.
    @inline(__always) func evaluate(
        _ h: Scalar, _ flows: (lateral: Scalar, before: Scalar, now: Scalar, outflow: Scalar)
    ) -> Evaluation {
        let within = h < bankfullDepth ? h : bankfullDepth
        let above = h - within
        let isAbove: Scalar = above > 0 ? 1 : 0
        let channelArea = (bottomWidth + within * sideSlope) * within
        let channelPerimeter = bottomWidth + banks * within
        let plainArea = plainWidth * above
        let plainPerimeter = isAbove * (plainWidth + 2 * above)
        let area = channelArea + plainArea
        let perimeter = channelPerimeter + plainPerimeter
        let radius = area / perimeter
        let root = NationalWaterModelLane.cubeRoot(radius)
        let power = root * root
        let (twoThirds, fiveThirds): (Scalar, Scalar) = (2 / 3, 5 / 3)
        let top = bottomWidth + 2 * sideSlope * within
        let channelCelerity =
            rootSlope / manningN * (fiveThirds * power - twoThirds * radius * power * banks / top)
        let plainRoot = NationalWaterModelLane.cubeRoot(above)
        let plainCelerity = rootSlope / plainN * fiveThirds * plainRoot * plainRoot
        let both = (channelCelerity * channelArea + plainCelerity * plainArea) / area
        let celerity = isAbove > 0 ? both : channelCelerity
        let roughness = (channelPerimeter * manningN + plainPerimeter * plainN) / perimeter
        let surface = isAbove > 0 ? plainWidth : top
        let least: Scalar = 1e-12
        let c = celerity > least ? celerity : least
        let manning = area * power * rootSlope / roughness
        let travel = length / c
        let longer = travel > step ? travel : step
        let k = celerity > least ? longer : step
        let raw = 0.5 * (1 - manning / (2 * surface * fall * c))
        let bounded = raw > 0.25 ? raw : 0.25
        let x = bounded < 0.5 ? bounded : 0.5
        let half = step * 0.5
        let d = k * (1 - x) + half
        let weighted =
            (k * x + half) * flows.before + (half - k * x) * flows.now + (k * (1 - x) - half) * flows.outflow
        let outflow = (weighted + flows.lateral * step) / d
        return Evaluation(k: k, x: x, outflow: outflow, excess: outflow - manning, slope: c * surface)
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
}

/// The loops of the National Water Model's equations over lanes, each with its own search: secants, from the second turn on, guarded by
/// the growth of uniform flow with the depth, until the depth stands still.
enum NationalWaterModelKernel<Scalar: RoutingScalar> {
    typealias Lane = NationalWaterModelLane<Scalar>

    /// Columns: reach, then inflow, outflow, stored m3, depth, then work.
    static var fieldCount: Int { Lane.fieldCount + 11 }
    static var stateBegin: Int { Lane.fieldCount }
    private enum Column: Int {
        case inflow, outflow, stored, depth, lateral, now, before, lastDepth, lastExcess, isOpen, result
    }

    @inline(__always) private static func at(_ column: Column, _ lane: Int, _ width: Int) -> Int {
        lane &+ (Lane.fieldCount &+ column.rawValue) &* width
    }

    /// Advances all lanes by some steps; see ``RoutingScheme``.
    static func route(
        _ memory: UnsafeMutablePointer<Scalar>, width: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, row: Int, steps: Int
    ) {
        switch width {
        case 4: run(Lanes4.self, memory, lateral, inflow, outflow, row, steps)
        case 8: run(Lanes8.self, memory, lateral, inflow, outflow, row, steps)
        default: run(Lanes16.self, memory, lateral, inflow, outflow, row, steps)
        }
    }

    private static func run<Shape: LaneShape>(
        _ shape: Shape.Type, _ memory: UnsafeMutablePointer<Scalar>, _ lateral: UnsafePointer<Scalar>,
        _ inflow: UnsafePointer<Scalar>, _ outflow: UnsafeMutablePointer<Scalar>, _ row: Int, _ steps: Int
    ) {
        var step = 0
        while step < steps {
            let offset = step &* row
            advance(shape, memory, lateral + offset, inflow + offset, outflow + offset)
            step &+= 1
        }
    }

    private static func advance<Shape: LaneShape>(
        _ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>, _ lateral: UnsafePointer<Scalar>,
        _ inflow: UnsafePointer<Scalar>, _ outflow: UnsafeMutablePointer<Scalar>
    ) {
        let width = Shape.width
        var lane = 0
        while lane < width {
            m[at(.before, lane, width)] = m[at(.inflow, lane, width)]
            m[at(.now, lane, width)] = inflow[lane]
            m[at(.inflow, lane, width)] = inflow[lane]
            m[at(.lateral, lane, width)] = lateral[lane]
            m[at(.lastDepth, lane, width)] = 0
            m[at(.lastExcess, lane, width)] = 0
            m[at(.isOpen, lane, width)] = 1
            lane &+= 1
        }
        var turns = 0
        var open: Int32 = 1
        while open != 0, turns < 60 {
            open = turn(shape, m)
            turns &+= 1
        }
        finish(shape, m, outflow)
    }

    private static func turn<Shape: LaneShape>(_ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>) -> Int32 {
        let width = Shape.width
        var open: Int32 = 0
        var lane = 0
        while lane < width {
            let h = m[at(.depth, lane, width)]
            let isOpen = m[at(.isOpen, lane, width)]
            let found = evaluate(m, lane, width, h)
            let run = h - m[at(.lastDepth, lane, width)]
            let rise = found.excess - m[at(.lastExcess, lane, width)]
            let guarded = -0.2 * found.slope
            // the secant where it falls clearly, Newton's method on uniform flow where it does not
            let safeRun: Scalar = run != 0 ? run : 1
            let secant = rise / safeRun
            let clear = secant < guarded ? secant : -found.slope
            let slope = m[at(.lastDepth, lane, width)] > 0 ? clear : -found.slope
            let wanted = -found.excess / slope
            let least = -0.5 * h
            let bounded = wanted > least ? wanted : least
            let change = bounded < h ? bounded : h
            let next = h + isOpen * change
            let floored = next > Lane.leastDepth ? next : Lane.leastDepth
            let moved = (floored - h).magnitude
            let still: Scalar = moved > Lane.tolerance * floored ? isOpen : 0
            // a lane that stands still keeps its depth; what it remembers is not asked for again
            m[at(.lastDepth, lane, width)] = h
            m[at(.lastExcess, lane, width)] = found.excess
            m[at(.depth, lane, width)] = isOpen > 0 ? floored : h
            m[at(.isOpen, lane, width)] = still
            open |= still != 0 ? 1 : 0
            lane &+= 1
        }
        return open
    }

    @inline(__always) private static func evaluate(
        _ m: UnsafeMutablePointer<Scalar>, _ lane: Int, _ width: Int, _ h: Scalar
    ) -> Lane.Evaluation {
        Lane(m, lane, width: width).evaluate(
            h,
            (
                m[at(.lateral, lane, width)], m[at(.before, lane, width)], m[at(.now, lane, width)],
                m[at(.outflow, lane, width)]
            ))
    }

    /// Takes the flow of the depth found. Where it is below zero the model takes another: without the outflow before or
    /// without the inflow now, whichever is more; nothing where more is lost than flows.
    private static func finish<Shape: LaneShape>(
        _ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>, _ outflow: UnsafeMutablePointer<Scalar>
    ) {
        let width = Shape.width
        var lane = 0
        while lane < width {
            let found = evaluate(m, lane, width, m[at(.depth, lane, width)])
            let half = m[lane &+ 10 &* width] * 0.5
            let d = found.k * (1 - found.x) + half
            let first = (found.k * found.x + half) / d * m[at(.before, lane, width)]
            let second = (half - found.k * found.x) / d * m[at(.now, lane, width)]
            let third = (found.k * (1 - found.x) - half) / d * m[at(.outflow, lane, width)]
            let side = 2 * half / d * m[at(.lateral, lane, width)]
            let other = first + side + (second > third ? second : third)
            let drained: Scalar = -side > first + second + third ? 0 : other
            let lost = side < 0 ? drained : other
            let flow = found.outflow < 0 ? lost : found.outflow
            m[at(.outflow, lane, width)] = flow
            m[at(.stored, lane, width)] =
                found.k * (found.x * m[at(.now, lane, width)] + (1 - found.x) * flow)
            outflow[lane] = flow
            lane &+= 1
        }
    }
}
