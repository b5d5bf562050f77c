import Series

/// Uniform and normal numbers of a search.
struct SearchNumbers {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// Between 0 and 1.
    mutating func unit() -> Double { generator.nextUnit() }

    /// Of mean 0 and variance 1.
    mutating func normal() -> Double { Elementary.normalQuantile(generator.nextUnit()) }
}
