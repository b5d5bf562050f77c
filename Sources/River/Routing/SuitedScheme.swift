extension Reach {
    /// The rate of rise for which the scheme of a reach is chosen, m/s: 0.36 m an hour, a fast flood of a large river.
    public static let designRateOfRise = 1e-4
    /// The largest share of the bed slope that a wave may take for Muskingum-Cunge-Todini to be right to 0.5 % of the peak and a
    /// quarter of an hour.
    public static let mostWaveSlope = 0.1

    /// The slope of a passing wave's surface over that of the bed.
    ///
    /// Where a wave rises by dh/dt and moves with the celerity c its surface is steeper than the bed by `(dh/dt) / c`; this over S0
    /// is the number of Jones's formula (Jones 1916; Henderson 1966, section 9.4). Muskingum-Cunge takes the friction slope to be
    /// S0 but for a small correction, and errs where the number is not small.
    ///
    /// - Parameter rateOfRise: of the stage, m/s.
    public func waveSlope(rateOfRise: Double = Reach.designRateOfRise) -> Double { rateOfRise / (celerity * slope) }

    /// The scheme that suits a reach: Muskingum-Cunge-Todini where the wave of the design flood takes at most a tenth of the bed
    /// slope, that is, where celerity times slope is a millimetre a second or more; else the diffusive wave, which costs some
    /// ten times as much. The tenth is what the comparison with the full equations shows: Documentation/Routing.md.
    public var suitedScheme: RoutingSchemeName { waveSlope() <= Reach.mostWaveSlope * (1 + 1e-9) ? .mct : .diffusive }
}
