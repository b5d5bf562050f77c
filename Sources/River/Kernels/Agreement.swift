/// How well a simulated series agrees with an observed one: the sums from which every score of pairs is made, in one place for
/// calibration and for verification.
public struct PairMoments: Hashable, Sendable {
    /// Number of pairs.
    public let count: Int
    /// Mean of the observed values.
    public let observedMean: Double
    /// Mean of the simulated values.
    public let simulatedMean: Double
    /// Sum of squared deviations of the observed values from their mean.
    public let observedSquares: Double
    /// Sum of squared deviations of the simulated values from their mean.
    public let simulatedSquares: Double
    /// Sum of products of both deviations.
    public let products: Double
    /// Sum of squared differences.
    public let errorSquares: Double

    /// Makes the sums; series of unequal length are a bug of the caller.
    public init(observed: [Double], simulated: [Double]) {
        precondition(observed.count == simulated.count, "pairs come in pairs")
        count = observed.count
        let number = Double(max(count, 1))
        observedMean = sum(observed) / number
        simulatedMean = sum(simulated) / number
        var sums = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
        let (o0, s0) = (observedMean, simulatedMean)
        observed.withUnsafeBufferPointer { observed in
            simulated.withUnsafeBufferPointer { simulated in
                let whole = observed.count / 4 * 4
                for place in stride(from: 0, to: whole, by: 4) {
                    let (o, s) = (four(observed, place), four(simulated, place))
                    let (a, b, error) = (o - o0, s - s0, s - o)
                    sums.0 += a * a
                    sums.1 += b * b
                    sums.2 += a * b
                    sums.3 += error * error
                }
                for place in whole..<observed.count {
                    let (o, s) = (observed[place], simulated[place])
                    let (a, b, error) = (o - o0, s - s0, s - o)
                    sums.0[place - whole] += a * a
                    sums.1[place - whole] += b * b
                    sums.2[place - whole] += a * b
                    sums.3[place - whole] += error * error
                }
            }
        }
        observedSquares = total(sums.0)
        simulatedSquares = total(sums.1)
        products = total(sums.2)
        errorSquares = total(sums.3)
    }

    /// Nash-Sutcliffe efficiency (1970); nil when the observed values do not vary.
    public var nashSutcliffe: Double? { observedSquares > 0 ? 1 - errorSquares / observedSquares : nil }

    /// Linear correlation; nil when one of the series does not vary.
    public var correlation: Double? {
        observedSquares > 0 && simulatedSquares > 0
            ? products / (observedSquares * simulatedSquares).squareRoot() : nil
    }

    /// Spread of the simulated over that of the observed values.
    public var spreadRatio: Double? {
        observedSquares > 0 ? (simulatedSquares / observedSquares).squareRoot() : nil
    }

    /// Mean of the simulated over that of the observed values.
    public var meanRatio: Double? { observedMean != 0 ? simulatedMean / observedMean : nil }

    /// Kling-Gupta efficiency of 2009; nil when a part of it does not exist.
    public var klingGupta: Double? {
        guard let r = correlation, let alpha = spreadRatio, let beta = meanRatio else { return nil }
        return PairMoments.distance(r, alpha, beta)
    }

    /// Kling-Gupta efficiency of 2012, with the ratio of the coefficients of variation.
    public var klingGupta2012: Double? {
        guard let r = correlation, let alpha = spreadRatio, let beta = meanRatio, beta != 0 else { return nil }
        return PairMoments.distance(r, alpha / beta, beta)
    }

    /// One minus the distance from the ideal point.
    public static func distance(_ r: Double, _ spread: Double, _ bias: Double) -> Double {
        1 - ((r - 1) * (r - 1) + (spread - 1) * (spread - 1) + (bias - 1) * (bias - 1)).squareRoot()
    }
}

/// Sum of a series in four running sums.
private func sum(_ values: [Double]) -> Double {
    var sums = SIMD4<Double>.zero
    values.withUnsafeBufferPointer { values in
        let whole = values.count / 4 * 4
        for place in stride(from: 0, to: whole, by: 4) { sums += four(values, place) }
        for place in whole..<values.count { sums[place - whole] += values[place] }
    }
    return total(sums)
}

@inline(__always)
private func four(_ values: UnsafeBufferPointer<Double>, _ place: Int) -> SIMD4<Double> {
    SIMD4(values[place], values[place + 1], values[place + 2], values[place + 3])
}

private func total(_ sums: SIMD4<Double>) -> Double { (sums[0] + sums[1]) + (sums[2] + sums[3]) }
