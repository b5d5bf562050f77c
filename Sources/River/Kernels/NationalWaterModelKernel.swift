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
    /// sqrt(S0) / n of the channel, m^(1/3)/s.
    var smoothness: Scalar
    /// sqrt(S0) / n of the flood plain, m^(1/3)/s.
    var plainSmoothness: Scalar
    var bankfullDepth: Scalar
    /// m of the flood plain, channel included; 0 for none.
    var plainWidth: Scalar
    /// m
    var length: Scalar
    /// S0 length, m.
    var fall: Scalar
    /// s
    var step: Scalar

    static var fieldCount: Int { 13 }
    @inline(__always) static var leastDepth: Scalar { 1e-4 }
    /// The last correction of a depth, relative, after which the error of the secant is below what is asked for: it is about the
    /// product of the last two.
    @inline(__always) static var tolerance: Scalar { Scalar.significandBitCount < 30 ? 1e-4 : 1e-8 }

    init(_ reach: RoutedReach, step: Double) {
        let channel = reach.channel
        bottomWidth = Scalar(channel.bottomWidth)
        sideSlope = Scalar(channel.sideSlope)
        banks = Scalar(2 * (1 + channel.sideSlope * channel.sideSlope).squareRoot())
        manningN = Scalar(channel.manningN)
        plainN = Scalar(reach.floodPlain?.manningN ?? channel.manningN)
        rootSlope = Scalar(channel.slope.squareRoot())
        smoothness = rootSlope / manningN
        plainSmoothness = rootSlope / plainN
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
        smoothness = m[lane &+ 11 &* width]
        plainSmoothness = m[lane &+ 12 &* width]
    }

    func write(_ m: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int) {
        let fields = [
            bottomWidth, sideSlope, banks, manningN, plainN, rootSlope, bankfullDepth, plainWidth, length, fall, step,
            smoothness, plainSmoothness,
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

    /// What flows uniformly at a depth: area times speed, m3/s, width of the surface, m, and celerity, m/s.
    struct Uniform {
        var flow: Scalar
        var surface: Scalar
        var celerity: Scalar
    }

    /// In the channel alone, whatever stands above its banks.
    @inline(__always) func inChannel(_ h: Scalar) -> Uniform {
        let area = (bottomWidth + h * sideSlope) * h
        let radius = area / (bottomWidth + banks * h)
        let root = NationalWaterModelLane.cubeRoot(radius)
        let power = root * root
        let top = bottomWidth + 2 * sideSlope * h
        let (twoThirds, fiveThirds): (Scalar, Scalar) = (2 / 3, 5 / 3)
        return Uniform(
            flow: area * power * smoothness, surface: top,
            celerity: smoothness * (fiveThirds * power - twoThirds * radius * power * banks / top))
    }

    /// With the flood plain. Below the banks it is what ``inChannel(_:)`` gives, bit for bit.
    @inline(__always) func withPlain(_ h: Scalar) -> Uniform {
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
            smoothness * (fiveThirds * power - twoThirds * radius * power * banks / top)
        let plainRoot = NationalWaterModelLane.cubeRoot(above)
        let plainCelerity = plainSmoothness * fiveThirds * plainRoot * plainRoot
        let both = (channelCelerity * channelArea + plainCelerity * plainArea) / area
        let roughness = (channelPerimeter * manningN + plainPerimeter * plainN) / perimeter
        let smooth = rootSlope / roughness
        return Uniform(
            flow: area * power * (isAbove > 0 ? smooth : smoothness), surface: isAbove > 0 ? plainWidth : top,
            celerity: isAbove > 0 ? both : channelCelerity)
    }

    /// - Parameters:
    ///   - flows: lateral; upstream before and now; outflow before, m3/s.
    @inline(__always) func evaluate(
        _ uniform: Uniform, _ flows: (lateral: Scalar, before: Scalar, now: Scalar, outflow: Scalar)
    ) -> Evaluation {
        let celerity = uniform.celerity
        let least: Scalar = 1e-12
        let c = celerity > least ? celerity : least
        let manning = uniform.flow
        let travel = length / c
        let longer = travel > step ? travel : step
        let k = celerity > least ? longer : step
        let raw = 0.5 * (1 - manning / (2 * uniform.surface * fall * c))
        let bounded = raw > 0.25 ? raw : 0.25
        let x = bounded < 0.5 ? bounded : 0.5
        let half = step * 0.5
        let d = k * (1 - x) + half
        let weighted =
            (k * x + half) * flows.before + (half - k * x) * flows.now + (k * (1 - x) - half) * flows.outflow
        let outflow = (weighted + flows.lateral * step) / d
        return Evaluation(k: k, x: x, outflow: outflow, excess: outflow - manning, slope: c * uniform.surface)
    }

    /// Halley's iteration from an estimate 4 % off, which leaves 5e-5, 1e-13, then nothing; 0 of 0.
    @inline(__always) private static func cubeRoot(_ x: Scalar) -> Scalar {
        let least: Scalar = 1e-30
        let value = x > least ? x : least
        var root = value.cubeRootEstimate
        for _ in 0..<(Scalar.significandBitCount < 30 ? 2 : 3) {
            let cube = root * root * root
            root = root * ((cube + 2 * value) / (2 * cube + value))
        }
        return x > least ? root : 0
    }
}

/// A section of the National Water Model's lanes, known to the compiler, so that each has loops of its own.
protocol NationalWaterModelSection<Scalar> {
    associatedtype Scalar: RoutingScalar
    static func uniform(_ lane: NationalWaterModelLane<Scalar>, _ h: Scalar) -> NationalWaterModelLane<Scalar>.Uniform
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
        _ memory: UnsafeMutablePointer<Scalar>, hasPlain: Bool, width: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, row: Int, steps: Int
    ) {
        switch width {
        case 4: run(Lanes4.self, memory, hasPlain, lateral, inflow, outflow, row, steps)
        case 8: run(Lanes8.self, memory, hasPlain, lateral, inflow, outflow, row, steps)
        default: run(Lanes16.self, memory, hasPlain, lateral, inflow, outflow, row, steps)
        }
    }

    private static func run<Shape: LaneShape>(
        _ shape: Shape.Type, _ memory: UnsafeMutablePointer<Scalar>, _ hasPlain: Bool,
        _ lateral: UnsafePointer<Scalar>, _ inflow: UnsafePointer<Scalar>, _ outflow: UnsafeMutablePointer<Scalar>,
        _ row: Int, _ steps: Int
    ) {
        var step = 0
        while step < steps {
            let offset = step &* row
            advance(shape, memory, hasPlain, lateral + offset, inflow + offset, outflow + offset)
            step &+= 1
        }
    }

    private static func advance<Shape: LaneShape>(
        _ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>, _ hasPlain: Bool, _ lateral: UnsafePointer<Scalar>,
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
            open = hasPlain && isAbove(shape, m) ? turn(shape, m, WithPlain.self) : turn(shape, m, InChannel.self)
            turns &+= 1
        }
        if hasPlain && isAbove(shape, m) {
            finish(shape, m, outflow, WithPlain.self)
        } else {
            finish(shape, m, outflow, InChannel.self)
        }
    }

    /// Whether the water of any lane stands above its banks.
    @inline(__always) private static func isAbove<Shape: LaneShape>(
        _ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>
    ) -> Bool {
        let width = Shape.width
        var found: Int32 = 0
        var lane = 0
        while lane < width {
            found |= m[at(.depth, lane, width)] > m[lane &+ 6 &* width] ? 1 : 0
            lane &+= 1
        }
        return found != 0
    }

    /// Which of a lane's sections is asked.
    private enum InChannel: NationalWaterModelSection {
        @inline(__always) static func uniform(_ lane: Lane, _ h: Scalar) -> Lane.Uniform { lane.inChannel(h) }
    }
    private enum WithPlain: NationalWaterModelSection {
        @inline(__always) static func uniform(_ lane: Lane, _ h: Scalar) -> Lane.Uniform { lane.withPlain(h) }
    }

    private static func turn<Shape: LaneShape, Section: NationalWaterModelSection<Scalar>>(
        _ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>, _ section: Section.Type
    ) -> Int32 {
        let width = Shape.width
        var open: Int32 = 0
        var lane = 0
        while lane < width {
            let h = m[at(.depth, lane, width)]
            let isOpen = m[at(.isOpen, lane, width)]
            let found = evaluate(section, m, lane, width, h)
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

    @inline(__always) private static func evaluate<Section: NationalWaterModelSection<Scalar>>(
        _ section: Section.Type, _ m: UnsafeMutablePointer<Scalar>, _ lane: Int, _ width: Int, _ h: Scalar
    ) -> Lane.Evaluation {
        let own = Lane(m, lane, width: width)
        return own.evaluate(
            Section.uniform(own, h),
            (
                m[at(.lateral, lane, width)], m[at(.before, lane, width)], m[at(.now, lane, width)],
                m[at(.outflow, lane, width)]
            ))
    }

    /// Takes the flow of the depth found. Where it is below zero the model takes another: without the outflow before or
    /// without the inflow now, whichever is more; nothing where more is lost than flows.
    private static func finish<Shape: LaneShape, Section: NationalWaterModelSection<Scalar>>(
        _ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>, _ outflow: UnsafeMutablePointer<Scalar>,
        _ section: Section.Type
    ) {
        let width = Shape.width
        var lane = 0
        while lane < width {
            let found = evaluate(section, m, lane, width, m[at(.depth, lane, width)])
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
