/// One lane of the National Water Model's Muskingum-Cunge equations.
///
/// Source: WRF-Hydro technical description (Gochis et al. 2020), section 3.6.1, with the limits that the model's code sets (`K >= dt`,
/// `0.25 <= X <= 0.5`, a compound section with one hydraulic radius). The depth is the root of "Muskingum-Cunge flow equals
/// Manning flow", in which K and X follow from the depth itself.
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
    /// 1 / (4 S0 length), 1/m.
    var spread: Scalar
    /// s
    var step: Scalar

    private typealias Lane = NationalWaterModelLane<Scalar>
    static var fieldCount: Int { 13 }
    /// One of two numbers, both at hand: a branch around the reckoning of one would keep lanes from going side by side.
    @inline(__always) static func either(_ isFirst: Bool, _ first: Scalar, _ second: Scalar) -> Scalar {
        isFirst ? first : second
    }
    /// The first of two finite numbers where `share` is 1, the second where it is 0, to the bit.
    @inline(__always) static func blend(_ share: Scalar, _ first: Scalar, _ second: Scalar) -> Scalar {
        share * first + (1 - share) * second
    }
    @inline(__always) static var leastDepth: Scalar { 1e-4 }
    /// The last correction of a depth, relative, after which the error is below the last digit: Newton's method doubles them.
    @inline(__always) static var tolerance: Scalar { Scalar.significandBitCount < 30 ? 5e-4 : 1e-8 }

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
        spread = Scalar(0.25 / (channel.slope * reach.length))
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
        spread = m[lane &+ 9 &* width]
        step = m[lane &+ 10 &* width]
        smoothness = m[lane &+ 11 &* width]
        plainSmoothness = m[lane &+ 12 &* width]
    }

    func write(_ m: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int) {
        m[lane] = bottomWidth
        m[lane &+ width] = sideSlope
        m[lane &+ 2 &* width] = banks
        m[lane &+ 3 &* width] = manningN
        m[lane &+ 4 &* width] = plainN
        m[lane &+ 5 &* width] = rootSlope
        m[lane &+ 6 &* width] = bankfullDepth
        m[lane &+ 7 &* width] = plainWidth
        m[lane &+ 8 &* width] = length
        m[lane &+ 9 &* width] = spread
        m[lane &+ 10 &* width] = step
        m[lane &+ 11 &* width] = smoothness
        m[lane &+ 12 &* width] = plainSmoothness
    }

    /// What a depth means, and how it changes with the depth.
    struct Uniform {
        /// What flows uniformly, m3/s.
        var flow: Scalar
        /// m2/s.
        var flowGrowth: Scalar
        /// Length over celerity, s.
        var travel: Scalar
        /// s/m.
        var travelGrowth: Scalar
        /// How far X lies below a half: flow / (4 B S0 length c).
        var diffusion: Scalar
        /// 1/m.
        var diffusionGrowth: Scalar
    }

    /// In the channel alone, whatever stands above its banks.
    ///
    /// With `t = 5 B / 3 - 2 P' R / 3` and the speed V the flow grows by `V t`, the celerity is `V t / B`.
    @inline(__always) func inChannel(_ h: Scalar) -> Uniform {
        let area = (bottomWidth + h * sideSlope) * h
        let perimeter = bottomWidth + banks * h
        return inChannel(
            area: area, perimeter: perimeter, top: bottomWidth + 2 * sideSlope * h, inverse: 1 / (area * perimeter))
    }

    @inline(__always) private func inChannel(
        area: Scalar, perimeter: Scalar, top: Scalar, inverse: Scalar
    ) -> Uniform {
        let (twoThirds, fiveThirds): (Scalar, Scalar) = (2 / 3, 5 / 3)
        let radius = area * area * inverse
        let root = Lane.cubeRoot(radius)
        let speed = smoothness * (root * root)
        let t = fiveThirds * top - twoThirds * (banks * radius)
        let growth = speed * t
        let slowness = 1 / growth
        // R' / R and t' / t
        let widening = top * perimeter * inverse
        let ratio = widening - banks * area * inverse
        let bend = (2 * fiveThirds * sideSlope - twoThirds * (banks * radius) * ratio) * speed * slowness
        let flow = area * speed
        let travel = length * top * slowness
        let diffusion = flow * slowness * spread
        return Uniform(
            flow: flow, flowGrowth: growth, travel: travel,
            travelGrowth: 2 * sideSlope * length * slowness - travel * (twoThirds * ratio + bend),
            diffusion: diffusion, diffusionGrowth: diffusion * (widening - bend))
    }

    /// With the flood plain. Below the banks it is what ``inChannel(_:)`` gives, bit for bit.
    @inline(__always) func withPlain(_ h: Scalar) -> Uniform {
        let (twoThirds, fiveThirds): (Scalar, Scalar) = (2 / 3, 5 / 3)
        let within = h < bankfullDepth ? h : bankfullDepth
        let channelArea = (bottomWidth + within * sideSlope) * within
        let channelPerimeter = bottomWidth + banks * within
        let top = bottomWidth + 2 * sideSlope * within
        let channel = inChannel(
            area: channelArea, perimeter: channelPerimeter, top: top, inverse: 1 / (channelArea * channelPerimeter))

        let above = h - within
        let area = channelArea + plainWidth * above
        let perimeter = channelPerimeter + (plainWidth + 2 * above)
        let inverse = 1 / (area * perimeter)
        let radius = area * area * inverse
        let root = Lane.cubeRoot(radius)
        let power = root * root
        let (overArea, overPerimeter) = (perimeter * inverse, area * inverse)
        let weighted = channelPerimeter * manningN + (plainWidth + 2 * above) * plainN
        let overN = perimeter / weighted
        let flow = area * power * (rootSlope * overN)
        let ratio = plainWidth * overArea - 2 * overPerimeter
        let flowRatio = plainWidth * overArea + twoThirds * ratio - 2 * (plainN * overN - 1) * overPerimeter

        let shape = twoThirds * radius * banks / top
        let channelCelerity = smoothness * power * (fiveThirds - shape)
        let channelChange = ratio * (twoThirds * channelCelerity - smoothness * power * shape)
        let plainRoot = Lane.cubeRoot(above)
        let plainCelerity = plainSmoothness * fiveThirds * (plainRoot * plainRoot)
        let mean = (channelCelerity * channelArea + plainCelerity * (plainWidth * above)) * overArea
        let change =
            (channelChange * channelArea + (fiveThirds * plainCelerity - mean) * plainWidth) * overArea
        let least: Scalar = 1e-12
        let celerity = mean > least ? mean : least
        let slowness = 1 / celerity
        let travel = Lane.either(mean > least, length * slowness, 0)
        let safeWidth = plainWidth > top ? plainWidth : top
        let diffusion = flow * slowness * spread / safeWidth
        let isAbove = Lane.either(above > 0, 1, 0)
        let celerityRatio = change * slowness
        return Uniform(
            flow: Lane.blend(isAbove, flow, channel.flow),
            flowGrowth: Lane.blend(isAbove, flow * flowRatio, channel.flowGrowth),
            travel: Lane.blend(isAbove, travel, channel.travel),
            travelGrowth: Lane.blend(isAbove, 0 - travel * celerityRatio, channel.travelGrowth),
            diffusion: Lane.blend(isAbove, diffusion, channel.diffusion),
            diffusionGrowth: Lane.blend(isAbove, diffusion * (flowRatio - celerityRatio), channel.diffusionGrowth))
    }

    /// The two parts of K, `K X` and `K (1 - X)`, s, and their growth with the depth, s/m, within the limits of the model.
    @inline(__always) func weights(
        _ uniform: Uniform
    ) -> (upper: Scalar, lower: Scalar, upperGrowth: Scalar, lowerGrowth: Scalar) {
        // each comparison asks another number: two choices by one would become a branch
        let k = Lane.either(uniform.travel > step, uniform.travel, step)
        let growth = Lane.either(k > step, 1, 0) * uniform.travelGrowth
        let raw = 0.5 - uniform.diffusion
        let x = Lane.either(raw > 0.25, raw, 0.25)
        let xGrowth = Lane.either(x > 0.25, -1, 0) * uniform.diffusionGrowth
        let upper = k * x
        let upperGrowth = growth * x + k * xGrowth
        return (upper, k - upper, upperGrowth, growth - upperGrowth)
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
        return Lane.either(x > least, root, 0)
    }
}

/// A section of the National Water Model's lanes, known to the compiler, so that each has loops of its own.
protocol NationalWaterModelSection<Scalar> {
    associatedtype Scalar: RoutingScalar
    static func uniform(_ lane: NationalWaterModelLane<Scalar>, _ h: Scalar) -> NationalWaterModelLane<Scalar>.Uniform
}

/// The loops of the National Water Model's equations over lanes, each with its own search: Newton's method until the depth stands
/// still.
///
/// With I0 and I1 from upstream, O0 the outflow before, q lateral and M Manning's flow, the Muskingum outflow is
/// `O = O0 + E / D` with `D = K (1 - X) + dt/2` and `E = dt/2 (I0 + q - O0 + I1 + q - O0) + K X (I0 - I1)`: what flows steadily goes
/// on so to the last bit. The depth is the root of `E + D (O0 - M)`.
enum NationalWaterModelKernel<Scalar: RoutingScalar> {
    typealias Lane = NationalWaterModelLane<Scalar>

    /// Columns: reach, then inflow, outflow, stored m3, depth, then work.
    static var fieldCount: Int { Lane.fieldCount + 11 }
    static var stateBegin: Int { Lane.fieldCount }
    private enum Column: Int {
        case inflow, outflow, stored, depth, lateral, before, fall, gain, upper, lower, isOpen
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
            begin(shape, memory, lateral + offset, inflow + offset)
            search(shape, memory, hasPlain)
            finish(shape, memory, outflow + offset)
            step &+= 1
        }
    }

    private static func begin<Shape: LaneShape>(
        _ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>, _ lateral: UnsafePointer<Scalar>,
        _ inflow: UnsafePointer<Scalar>
    ) {
        let width = Shape.width
        var lane = 0
        while lane < width {
            let (before, now, side) = (m[at(.inflow, lane, width)], inflow[lane], lateral[lane])
            let o = m[at(.outflow, lane, width)]
            m[at(.inflow, lane, width)] = now
            m[at(.before, lane, width)] = before
            m[at(.lateral, lane, width)] = side
            m[at(.fall, lane, width)] = before - now
            m[at(.gain, lane, width)] = m[lane &+ 10 &* width] * 0.5 * (((before + side) - o) + ((now + side) - o))
            m[at(.isOpen, lane, width)] = 1
            lane &+= 1
        }
    }

    /// Turns after which corrections grow smaller, so that a search across a jump of the section's width ends.
    private static var freeTurns: Int { 16 }
    private static var mostTurns: Int { 60 }

    private static func search<Shape: LaneShape>(
        _ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>, _ hasPlain: Bool
    ) {
        var turns = 0
        var damping: Scalar = 1
        var open: Int32 = 1
        while open != 0, turns < mostTurns {
            open =
                hasPlain && isAbove(shape, m)
                ? turn(shape, m, damping, WithPlain.self) : turn(shape, m, damping, InChannel.self)
            turns &+= 1
            if turns > freeTurns { damping *= 0.75 }
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

    /// One correction of every depth that is still sought, and K X and K (1 - X) at the depth that it gives, by their tangents.
    private static func turn<Shape: LaneShape, Section: NationalWaterModelSection<Scalar>>(
        _ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>, _ damping: Scalar, _ section: Section.Type
    ) -> Int32 {
        let width = Shape.width
        var open: Int32 = 0
        var lane = 0
        while lane < width {
            let own = Lane(m, lane, width: width)
            let h = m[at(.depth, lane, width)]
            let isOpen = m[at(.isOpen, lane, width)]
            let (fall, gain) = (m[at(.fall, lane, width)], m[at(.gain, lane, width)])
            let uniform = Section.uniform(own, h)
            let weight = own.weights(uniform)
            let surplus = m[at(.outflow, lane, width)] - uniform.flow
            let d = weight.lower + own.step * 0.5
            let excess = gain + weight.upper * fall + d * surplus
            // Newton's method where the excess falls clearly, that on uniform flow alone where it does not
            let guarded = d * uniform.flowGrowth
            let descent = guarded - weight.upperGrowth * fall - weight.lowerGrowth * surplus
            let wanted = damping * excess / Lane.either(descent > 0.1 * guarded, descent, guarded)
            let least = -0.5 * h
            let bounded = wanted > least ? wanted : least
            let next = h + (bounded < h ? bounded : h)
            let floored = next > Lane.leastDepth ? next : Lane.leastDepth
            let change = floored - h
            let still = Lane.either(change.magnitude > Lane.tolerance * floored, isOpen, 0)
            // a lane that stands still keeps what it found, whatever the others do
            m[at(.depth, lane, width)] = Lane.blend(isOpen, floored, h)
            m[at(.upper, lane, width)] = Lane.blend(
                isOpen, weight.upper + weight.upperGrowth * change, m[at(.upper, lane, width)])
            m[at(.lower, lane, width)] = Lane.blend(
                isOpen, weight.lower + weight.lowerGrowth * change, m[at(.lower, lane, width)])
            m[at(.isOpen, lane, width)] = still
            open |= still != 0 ? 1 : 0
            lane &+= 1
        }
        return open
    }

    /// Takes the flow of the depth found. Where it is below zero the model takes another: without the outflow before or
    /// without the inflow now, whichever is more; nothing where more is lost than flows.
    private static func finish<Shape: LaneShape>(
        _ shape: Shape.Type, _ m: UnsafeMutablePointer<Scalar>, _ outflow: UnsafeMutablePointer<Scalar>
    ) {
        let width = Shape.width
        var lane = 0
        while lane < width {
            let (upper, lower) = (m[at(.upper, lane, width)], m[at(.lower, lane, width)])
            let half = m[lane &+ 10 &* width] * 0.5
            let (before, now) = (m[at(.before, lane, width)], m[at(.inflow, lane, width)])
            let o = m[at(.outflow, lane, width)]
            let inverse = 1 / (lower + half)
            let found = o + (m[at(.gain, lane, width)] + upper * m[at(.fall, lane, width)]) * inverse
            let first = (upper + half) * inverse * before
            let second = (half - upper) * inverse * now
            let third = (lower - half) * inverse * o
            let side = 2 * half * inverse * m[at(.lateral, lane, width)]
            let other = first + side + (second > third ? second : third)
            let drained = Lane.either(0 - side > first + second + third, 0, other)
            let lost = Lane.either(side < 0, drained, other)
            let flow = Lane.either(found < 0, lost, found)
            m[at(.outflow, lane, width)] = flow
            m[at(.stored, lane, width)] = upper * now + lower * flow
            outflow[lane] = flow
            lane &+= 1
        }
    }
}
