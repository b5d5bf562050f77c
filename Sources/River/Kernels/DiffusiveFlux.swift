/// The flow of the diffusive wave between two depths, `Q = K sqrt(S)` with S the fall of the water surface.
///
/// The full equations without inertia (Cunge, Holly and Verwey 1980, chapter 2): friction slope and slope of the surface are equal,
/// `S = S0 + (y1 - y2) / dx`. Water runs back where S is negative. K is a weighted mean of the conveyances of both ends, no more
/// than four times that of the end that the water comes from: a dry end gives nothing.
struct DiffusiveFlux {
    /// m3/s
    var flow: Double
    /// Growth with the depth at the upper end, m2/s.
    var overUpper: Double
    /// Growth with the depth at the lower end, m2/s.
    var overLower: Double

    /// The surface slope below which the square root is made straight.
    private static let flatness = 1e-7
    /// How much larger than at the end that the water comes from the conveyance may be.
    private static let mostGain = 4.0

    /// - Parameters:
    ///   - upper, lower: what the depths at the two ends mean in the section of the segment.
    ///   - surfaceSlope: S.
    ///   - share: of the far end in the conveyance, 0 (upwind) ... 1/2 (central).
    ///   - length: dx, m.
    ///   - isSteady: whether the growth over S is taken along the chord, which never runs past S = 0.
    @inline(__always) init(
        _ upper: ConveyanceSection.Hydraulics, _ lower: ConveyanceSection.Hydraulics, surfaceSlope s: Double,
        share: Double, length: Double, isSteady: Bool
    ) {
        let magnitude = (s * s + DiffusiveFlux.flatness * DiffusiveFlux.flatness).squareRoot()
        let root = magnitude.squareRoot()
        let speed = s / root
        // d/dS of S (S^2 + e^2)^(-1/4)
        let tangent = (1 - 0.5 * s * s / (magnitude * magnitude)) / root
        let growth = isSteady ? 1 / root : tangent
        let isForward = s >= 0
        let (near, far) = isForward ? (upper, lower) : (lower, upper)
        let most = DiffusiveFlux.mostGain * near.conveyance
        let isBounded = far.conveyance > most
        let farConveyance = isBounded ? most : far.conveyance
        let nearSlope = (1 - share) * near.slope + (isBounded ? share * DiffusiveFlux.mostGain * near.slope : 0)
        let farSlope = isBounded ? 0 : share * far.slope
        let conveyance = (1 - share) * near.conveyance + share * farConveyance
        let alongS = conveyance * growth / length
        flow = conveyance * speed
        overUpper = (isForward ? nearSlope : farSlope) * speed + alongS
        overLower = (isForward ? farSlope : nearSlope) * speed - alongS
    }

    /// The share of the far end: central where the wave is smooth or spreads faster than the grid is coarse (`c dx / D <= 2`), upwind
    /// where a steep front would else make waves of its own.
    ///
    /// - Parameter prefersUpwind: also where the wave is smooth.
    @inline(__always) static func share(
        _ upper: ConveyanceSection.Hydraulics, _ lower: ConveyanceSection.Hydraulics, depths: (Double, Double),
        surfaceSlope s: Double, length: Double, prefersUpwind: Bool
    ) -> Double {
        let near = s >= 0 ? upper : lower
        // c dx / D with c = (dK/dy) sqrt(S) / B and D = K sqrt(S) / (2 B S)
        let peclet = 2 * s.magnitude * length * near.evenSlope
        guard peclet > 2 * near.conveyance else { return 0.5 }
        let upwind = 1 - 2 * near.conveyance / peclet
        let sum = depths.0 + depths.1
        let jump = sum > 0 ? (depths.0 - depths.1).magnitude / sum : 0
        let front = prefersUpwind ? 1 : min(1, max(0, (jump - 0.01) / 0.04))
        return 0.5 * (1 - upwind * front)
    }
}
