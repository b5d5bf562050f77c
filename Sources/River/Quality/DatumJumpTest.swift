public import Series

/// A gauge zero that was moved: the record steps to another height between two values and stays there, quiet on both sides.
public struct DatumJumpTest: Hashable, Sendable {
    /// Unit: the least step.
    public let jump: Double
    /// Number of values on each side, at least 3.
    public let count: Int

    /// Makes a test.
    public init(jump: Double, count: Int = 12) {
        self.jump = jump
        self.count = max(3, count)
    }

    /// One flag a value: the values just behind a step are suspect. Water that rises fast moves before and after too; here both sides
    /// stay within a quarter of the step.
    public func flags(_ values: GappedValues) -> [Quality] {
        let x = values.storage
        var flags = values.flags()
        guard x.count >= 2 * count else { return flags }
        for place in count...(x.count - count) {
            guard (x[place] - x[place - 1]).magnitude >= jump else { continue }
            let before = x[place - count..<place].filter { !$0.isNaN }
            let after = x[place..<place + count].filter { !$0.isNaN }
            guard before.count >= 3, after.count >= 3, let a = median(before), let b = median(after) else { continue }
            let isQuiet = [before, after].allSatisfy { ($0.max() ?? 0) - ($0.min() ?? 0) <= jump / 4 }
            guard isQuiet, (b - a).magnitude >= jump else { continue }
            for later in place..<place + count where flags[later] == .good { flags[later] = .suspect }
        }
        return flags
    }
}
