import Synchronization

/// Hands out whole numbers, each once.
final class NextIndex: Sendable {
    private let next = Atomic<Int>(0)

    /// The next number; nil when all below the bound are taken.
    func take(below bound: Int) -> Int? {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return index < bound ? index : nil
    }
}
