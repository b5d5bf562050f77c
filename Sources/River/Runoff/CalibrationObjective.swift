/// What a calibration makes as large as it can; 1 is perfect agreement in each.
public enum CalibrationObjective: String, Sendable, CaseIterable, Hashable {
    /// Nash-Sutcliffe efficiency of discharge.
    case nashSutcliffe = "nse"
    /// Kling-Gupta efficiency (2009) of discharge.
    case klingGupta = "kge"
    /// Kling-Gupta efficiency (2009) of the square root of discharge: low flows count.
    case klingGuptaSquareRoot = "kge-sqrt"
    /// Nash-Sutcliffe efficiency with each step weighted by its observed discharge: floods count.
    case weightedNashSutcliffe = "nse-floods"
    /// 0.4 of `kge`, 0.4 of `kge-sqrt` and 0.2 of `nse-floods`: floods, recession and volume.
    case mixture

    /// The objective's value; minus infinity where it does not exist, so that no search keeps such parameters.
    ///
    /// - Parameters:
    ///   - observed: mm per step, >= 0.
    ///   - simulated: the same, of equal length.
    public func value(observed: [Double], simulated: [Double]) -> Double {
        switch self {
        case .nashSutcliffe: PairMoments(observed: observed, simulated: simulated).nashSutcliffe ?? -.infinity
        case .klingGupta: PairMoments(observed: observed, simulated: simulated).klingGupta ?? -.infinity
        case .klingGuptaSquareRoot:
            PairMoments(observed: observed.map { $0.squareRoot() }, simulated: simulated.map { $0.squareRoot() })
                .klingGupta ?? -.infinity
        case .weightedNashSutcliffe: CalibrationObjective.weighted(observed, simulated)
        case .mixture:
            0.4 * CalibrationObjective.klingGupta.value(observed: observed, simulated: simulated)
                + 0.4 * CalibrationObjective.klingGuptaSquareRoot.value(observed: observed, simulated: simulated)
                + 0.2 * CalibrationObjective.weightedNashSutcliffe.value(observed: observed, simulated: simulated)
        }
    }

    private static func weighted(_ observed: [Double], _ simulated: [Double]) -> Double {
        let mean = observed.reduce(0, +) / Double(max(observed.count, 1))
        var (error, spread) = (0.0, 0.0)
        for (o, s) in zip(observed, simulated) {
            error += o * (s - o) * (s - o)
            spread += o * (o - mean) * (o - mean)
        }
        return spread > 0 ? 1 - error / spread : -.infinity
    }
}
