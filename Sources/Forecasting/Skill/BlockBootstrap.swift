import Series

/// How sure a score is that was taken over a series whose values hang together: whole blocks are drawn again and again.
///
/// Source: Kuensch (1989), Ann. Stat. 17, 1217-1241.
public enum BlockBootstrap {
    /// 2.5 and 97.5 % of a score over draws of blocks; nil with fewer than two blocks.
    ///
    /// - Parameters:
    ///   - count: number of values.
    ///   - block: values a block, longer than they hang together.
    ///   - score: of the places that were drawn; nil is left out.
    public static func interval(
        count: Int, block: Int, draws: Int = 400, seed: UInt64, _ score: ([Int]) -> Double?
    ) -> (low: Double, high: Double)? {
        let starts = Array(stride(from: 0, to: count, by: max(1, block)))
        guard starts.count >= 2 else { return nil }
        var generator = SeededGenerator(seed: seed)
        var values: [Double] = []
        for _ in 0..<draws {
            var places: [Int] = []
            places.reserveCapacity(count + block)
            for _ in starts {
                let start = starts[Int(generator.next(below: UInt64(starts.count)))]
                places += start..<min(start + block, count)
            }
            if let value = score(places) { values.append(value) }
        }
        guard values.count >= draws / 2 else { return nil }
        values.sort()
        return (quantile(0.025, ofSorted: values), quantile(0.975, ofSorted: values))
    }
}
