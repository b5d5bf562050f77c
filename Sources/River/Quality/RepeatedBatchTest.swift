public import Series

/// A batch of telemetry that was sent twice: a run of values that equals the run just before it, value for value.
public struct RepeatedBatchTest: Hashable, Sendable {
    /// The fewest values of a batch, at least 3; shorter repetitions happen by chance.
    public let leastCount: Int
    /// The most values of a batch.
    public let mostCount: Int

    /// Makes a test.
    public init(leastCount: Int = 6, mostCount: Int = 288) {
        self.leastCount = max(3, leastCount)
        self.mostCount = max(self.leastCount, mostCount)
    }

    /// One flag a value: the second copy is suspect. A run whose values are all the same is a flat line, not a repetition.
    public func flags(_ values: GappedValues) -> [Quality] {
        let x = values.storage
        var flags = values.flags()
        // for each length of a batch: how long values have equalled those one batch before
        for length in leastCount...max(leastCount, min(mostCount, x.count / 2)) {
            var (equal, changes) = (0, 0)
            for place in stride(from: length, to: x.count, by: 1) {
                guard x[place] == x[place - length] else {
                    (equal, changes) = (0, 0)
                    continue
                }
                equal += 1
                if x[place] != x[place - 1] { changes += 1 }
                if equal >= length, changes >= 3 {
                    for copy in place - length + 1...place { flags[copy] = .suspect }
                }
            }
        }
        return flags
    }
}
