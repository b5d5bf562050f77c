public import Series

/// A discharge read from a rating curve.
public struct RatedDischarge: Hashable, Sendable {
    /// m3/s.
    public let value: Double
    /// `derived` inside the gauged range, `estimated` beyond it.
    public let known: Known
}

extension RatingCurve {
    /// The discharge at a stage; nil at and below the zero of a power law.
    ///
    /// Between points ln Q is straight in h. Beyond the gauged range a power law fitted to the upper points carries on from
    /// the last one, and the value is marked *estimated*.
    public func discharge(at stage: Stage) -> RatedDischarge? {
        let h = stage.metres
        let known: Known = gaugedRange.contains(h) ? .derived : .estimated
        switch form {
        case .powerLaw(let coefficient, let zero, let exponent):
            guard h > zero else { return nil }
            return RatedDischarge(value: coefficient * Elementary.power(h - zero, exponent), known: known)
        case .points:
            guard let value = pointReader?.discharge(at: h) else { return nil }
            return RatedDischarge(value: value, known: known)
        }
    }

    /// The stage at a discharge > 0, found by bisection to 0.1 mm; nil when it lies beyond 50 m outside the gauged range.
    public func stage(at discharge: Discharge) -> Stage? {
        let q = discharge.cubicMetresPerSecond
        var low = gaugedRange.lowerBound - 50
        if case .powerLaw(_, let zero, _) = form { low = max(low, zero) }
        var high = gaugedRange.upperBound + 50
        guard q > 0, let top = self.discharge(at: .metres(high)), top.value >= q else { return nil }
        if let bottom = self.discharge(at: .metres(low)), bottom.value > q { return nil }
        while high - low > 1e-5 {
            let middle = (low + high) / 2
            if let value = self.discharge(at: .metres(middle))?.value, value >= q {
                high = middle
            } else {
                low = middle
            }
        }
        return .metres((low + high) / 2)
    }
}

/// Points of a rating with the power law that continues them upwards.
struct RatingPoints: Hashable, Sendable {
    private let points: [StageDischarge]
    private let logs: [Double]
    /// m, the zero of the fitted power law.
    let zero: Double
    let exponent: Double

    init(_ points: [StageDischarge]) {
        self.points = points
        logs = points.map { Elementary.log($0.discharge) }
        (zero, exponent) = RatingPoints.fit(points, logs)
    }

    func discharge(at h: Double) -> Double? {
        guard let first = points.first, let last = points.last else { return nil }
        if h >= last.stage {
            return last.discharge * Elementary.power((h - zero) / (last.stage - zero), exponent)
        }
        if h <= first.stage {
            guard h > zero else { return nil }
            return first.discharge * Elementary.power((h - zero) / (first.stage - zero), exponent)
        }
        let upper = points.firstIndex { $0.stage > h }!  // h lies below the last point
        let (a, b) = (points[upper - 1], points[upper])
        let share = (h - a.stage) / (b.stage - a.stage)
        let (logA, logB) = (logs[upper - 1], logs[upper])
        return Elementary.exp(logA + share * (logB - logA))
    }

    /// Least squares of ln Q against ln (h - h0), h0 scanned in 1 cm steps down to 10 m below the lowest point.
    private static func fit(_ points: [StageDischarge], _ logs: [Double]) -> (zero: Double, exponent: Double) {
        let meanLog = logs.reduce(0, +) / Double(logs.count)
        var best = (zero: points[0].stage - 1, exponent: 2.0, error: Double.infinity)
        for centimetres in 1...1000 {
            let zero = points[0].stage - Double(centimetres) / 100
            let x = points.map { Elementary.log($0.stage - zero) }
            let meanX = x.reduce(0, +) / Double(x.count)
            var (sxx, sxy) = (0.0, 0.0)
            for index in x.indices {
                sxx += (x[index] - meanX) * (x[index] - meanX)
                sxy += (x[index] - meanX) * (logs[index] - meanLog)
            }
            let exponent = sxy / sxx
            var error = 0.0
            for index in x.indices {
                let miss = logs[index] - meanLog - exponent * (x[index] - meanX)
                error += miss * miss
            }
            // beyond a wide flood plain no section grows faster than the third power of depth
            if error < best.error, exponent >= 1, exponent <= 3 { best = (zero, exponent, error) }
        }
        return (best.zero, best.exponent)
    }
}
