import River
import Series

/// The members of an ensemble: equally likely standard normal errors, one a member, the same at every station so that a
/// member is high everywhere or low everywhere.
struct EnsembleErrors {
    /// [member]
    let standardErrors: [Double]

    /// - Parameters:
    ///   - count: >= 1; 51 is the usual.
    ///   - seed: fixes the order of the members, stored with the run.
    init(count: Int, seed: UInt64) {
        precondition(count >= 1, "an ensemble has members")
        var generator = SeededGenerator(seed: seed)
        var errors = (0..<count).map { Elementary.normalQuantile((Double($0) + 0.5) / Double(count)) }
        for index in stride(from: count - 1, to: 0, by: -1) {
            errors.swapAt(index, Int(generator.next(below: UInt64(index + 1))))
        }
        standardErrors = errors
    }

    /// Traces around a centre: `centre[step] + error[member] * deviation[step]`, shape [member, step].
    func members(centre: [Double], deviation: [Double]) -> [[Double]] {
        standardErrors.map { error in centre.indices.map { centre[$0] + error * deviation[$0] } }
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, the same on every machine, never used for secrets.
public struct SeededGenerator: Sendable {
    private var state: UInt64

    /// Makes a generator.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A whole number below `bound` > 0.
    public mutating func next(below bound: UInt64) -> UInt64 {
        precondition(bound > 0, "a bound is positive")
        return next().multipliedFullWidth(by: bound).high
    }

    /// A number strictly between 0 and 1.
    public mutating func nextUnit() -> Double { (Double(next() >> 11) + 0.5) / 9_007_199_254_740_992 }

    /// A standard normal number.
    public mutating func nextNormal() -> Double { Elementary.normalQuantile(nextUnit()) }
}

/// The sample quantile of sorted values by linear interpolation at Hazen's plotting positions (Hyndman and Fan 1996, type 5),
/// the positions at which the members stand.
func quantile(_ p: Double, ofSorted values: [Double]) -> Double {
    let position = min(max(p * Double(values.count) - 0.5, 0), Double(values.count - 1))
    let low = Int(position)
    guard low + 1 < values.count else { return values[values.count - 1] }
    return values[low] + (position - Double(low)) * (values[low + 1] - values[low])
}
