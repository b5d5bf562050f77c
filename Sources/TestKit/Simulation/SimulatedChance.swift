import Series

/// Chance from a seed, never the system's: equal seeds give equal worlds on every machine.
public struct SimulatedChance: RandomNumberGenerator, Sendable {
    private var generator: SeededGenerator

    /// Makes a source of chance.
    public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// The next 64 bits.
    public mutating func next() -> UInt64 { generator.next() }

    /// A whole number from 0 to `bound` - 1; `bound` is at least 1.
    public mutating func below(_ bound: Int) -> Int { Int(generator.next(below: UInt64(bound))) }

    /// Yes once in that many times on average.
    public mutating func isOne(in count: Int) -> Bool { below(count) == 0 }

    /// One of the items; nil when there is none.
    public mutating func pick<Items: RandomAccessCollection>(_ items: Items) -> Items.Element? {
        items.isEmpty ? nil : items[items.index(items.startIndex, offsetBy: below(items.count))]
    }

    /// A source of its own for a part of the world, so that what one part draws does not move the others.
    public mutating func branch() -> SimulatedChance { SimulatedChance(seed: next()) }
}
