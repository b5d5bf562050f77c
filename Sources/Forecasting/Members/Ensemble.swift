import River
public import Series

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

extension SeededGenerator {
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
