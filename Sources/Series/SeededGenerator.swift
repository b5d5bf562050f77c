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
}
