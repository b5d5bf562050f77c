/// Mean distance of the members of many ensembles from their observation and from each other: the two parts of the continuous
/// ranked probability score.
///
/// Eight ensembles are sorted side by side by a network of exchanges whose order does not depend on the values (Batcher 1968, odd-even
/// merge sort), so that there is no branch and the same bits come out everywhere.
public enum EnsembleSorting {
    /// For each ensemble the mean of |x - y| and the sum over pairs of members of |x_i - x_j| / m^2.
    ///
    /// - Parameters:
    ///   - observed: one value an ensemble, finite.
    ///   - members: [ensemble, member], `count` times as many as there are observed values, finite.
    ///   - count: members of an ensemble, >= 1.
    public static func distances(
        observed: [Double], members: [Double], count: Int
    ) -> (fromObserved: [Double], amongMembers: [Double]) {
        precondition(count >= 1 && members.count == observed.count * count, "an ensemble for each observed value")
        let exchanges = network(count)
        let weights = (0..<count).map { Double(2 * $0 + 1 - count) / Double(count * count) }
        var from = [Double](repeating: 0, count: observed.count)
        var among = from
        var columns = [SIMD8<Double>](repeating: .zero, count: count)
        members.withUnsafeBufferPointer { members in
            columns.withUnsafeMutableBufferPointer { columns in
                for first in stride(from: 0, to: observed.count, by: 8) {
                    let lanes = min(8, observed.count - first)
                    var target = SIMD8<Double>.zero
                    for lane in 0..<lanes { target[lane] = observed[first + lane] }
                    load(members, from: first * count, lanes, count, into: columns)
                    var sum = SIMD8<Double>.zero
                    for member in 0..<count {
                        let difference = columns[member] - target
                        sum += difference.replacing(with: -difference, where: difference .< 0)
                    }
                    exchanges.withUnsafeBufferPointer { sort(columns, $0) }
                    var spread = SIMD8<Double>.zero
                    for member in 0..<count { spread += weights[member] * columns[member] }
                    for lane in 0..<lanes {
                        from[first + lane] = sum[lane] / Double(count)
                        among[first + lane] = spread[lane]
                    }
                }
            }
        }
        return (from, among)
    }

    @inline(__always)
    private static func load(
        _ members: UnsafeBufferPointer<Double>, from start: Int, _ lanes: Int, _ count: Int,
        into columns: UnsafeMutableBufferPointer<SIMD8<Double>>
    ) {
        if lanes == 8 {
            for member in 0..<count {
                let place = start + member
                columns[member] = SIMD8(
                    members[place], members[place + count], members[place + 2 * count], members[place + 3 * count],
                    members[place + 4 * count], members[place + 5 * count], members[place + 6 * count],
                    members[place + 7 * count])
            }
        } else {
            for member in 0..<count {
                var column = SIMD8<Double>.zero
                for lane in 0..<lanes { column[lane] = members[start + lane * count + member] }
                columns[member] = column
            }
        }
    }

    @inline(__always)
    private static func sort(
        _ columns: UnsafeMutableBufferPointer<SIMD8<Double>>, _ exchanges: UnsafeBufferPointer<(low: Int, high: Int)>
    ) {
        for exchange in exchanges {
            let (a, b) = (columns[exchange.low], columns[exchange.high])
            let lower = a.replacing(with: b, where: b .< a)
            columns[exchange.low] = lower
            // the bits of both without those of the lower are those of the higher
            let bits = unsafeBitCast(a, to: SIMD8<UInt64>.self) ^ unsafeBitCast(b, to: SIMD8<UInt64>.self)
            columns[exchange.high] = unsafeBitCast(
                bits ^ unsafeBitCast(lower, to: SIMD8<UInt64>.self), to: SIMD8<Double>.self)
        }
    }

    /// The exchanges that sort any values of that number (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M).
    static func network(_ count: Int) -> [(low: Int, high: Int)] {
        guard count > 1 else { return [] }
        var exchanges: [(low: Int, high: Int)] = []
        var top = 1
        while top * 2 < count { top *= 2 }
        var p = top
        while p > 0 {
            var (q, r, d) = (top, 0, p)
            while true {
                for place in 0..<(count - d) where place & p == r { exchanges.append((place, place + d)) }
                if q == p { break }
                (d, q, r) = (q - p, q / 2, p)
            }
            p /= 2
        }
        return exchanges
    }
}
