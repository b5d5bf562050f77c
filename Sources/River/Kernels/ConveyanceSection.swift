/// A section as the diffusive wave sees it: a trapezoid that goes on upward, or a channel between flood plains (divided channel
/// method, as in ``CompoundLane``; Chow 1959, chapter 6), in double precision.
struct ConveyanceSection: Sendable {
    /// m
    private let bottomWidth: Double
    /// Horizontal per vertical.
    private let sideSlope: Double
    /// Both banks for each metre of depth: 2 sqrt(1 + z^2).
    private let banks: Double
    /// 1 / n of the channel, m^(1/3)/s.
    private let smoothness: Double
    /// m
    private let bankfullDepth: Double
    /// m of both plains, without the channel; 0 for none.
    private let plainWidth: Double
    /// 1 / n of the plains.
    private let plainSmoothness: Double

    /// What a depth means.
    struct Hydraulics {
        /// m2
        var area = 0.0
        /// m of the water surface.
        var width = 0.0
        /// Manning's K = A R^(2/3) / n, m3/s.
        var conveyance = 0.0
        /// dK/dy, m2/s; it jumps at the banks, above which the channel's walls have no friction.
        var slope = 0.0
        /// dK/dy with the jump spread over the first twentieth of the bankfull depth: what may choose between forms of a flow,
        /// so that the flow itself does not jump.
        var evenSlope = 0.0
    }

    init(_ reach: RoutedReach) {
        let channel = reach.channel
        bottomWidth = channel.bottomWidth
        sideSlope = channel.sideSlope
        banks = 2 * (1 + channel.sideSlope * channel.sideSlope).squareRoot()
        smoothness = 1 / channel.manningN
        bankfullDepth = reach.floodPlain?.bankfullDepth ?? .greatestFiniteMagnitude
        let bankfullWidth = channel.bottomWidth + 2 * channel.sideSlope * (reach.floodPlain?.bankfullDepth ?? 0)
        plainWidth = reach.floodPlain.map { max(0, $0.width - bankfullWidth) } ?? 0
        plainSmoothness = reach.floodPlain.map { 1 / $0.manningN } ?? 0
    }

    /// - Parameter y: m, >= 0.
    @inline(__always) func hydraulics(_ y: Double) -> Hydraulics {
        let within = y < bankfullDepth ? y : bankfullDepth
        let above = y - within
        let slopeWidth = sideSlope * within
        let b = bottomWidth + 2 * slopeWidth
        let a = within * (bottomWidth + slopeWidth) + b * above
        let radius = a / (bottomWidth + banks * within)
        let root = ConveyanceSection.cubeRoot(radius)
        let speed = smoothness * root * root
        guard above > 0 else {
            let slope = speed * (5.0 / 3 * b - 2.0 / 3 * radius * banks)
            return Hydraulics(area: a, width: b, conveyance: a * speed, slope: slope, evenSlope: slope)
        }
        let plainArea = plainWidth * above
        let plainRadius = plainArea / (plainWidth + 2 * above)
        let plainRoot = ConveyanceSection.cubeRoot(plainRadius)
        let plainSpeed = plainSmoothness * plainRoot * plainRoot
        let slope = speed * (5.0 / 3 * b) + plainSpeed * (5.0 / 3 * plainWidth - 2.0 / 3 * plainRadius * 2)
        let nearBanks = max(0, 1 - 20 * above / bankfullDepth)
        return Hydraulics(
            area: a + plainArea, width: b + plainWidth, conveyance: a * speed + plainArea * plainSpeed, slope: slope,
            evenSlope: slope - nearBanks * speed * (2.0 / 3 * radius * banks))
    }

    /// Three turns of Halley's iteration from an estimate 4 % off; 0 of 0.
    @inline(__always) private static func cubeRoot(_ x: Double) -> Double {
        let value = x > 1e-30 ? x : 1e-30
        var root = value.cubeRootEstimate
        for _ in 0..<3 {
            let cube = root * root * root
            root = root * ((cube + 2 * value) / (2 * cube + value))
        }
        return x > 1e-30 ? root : 0
    }
}
