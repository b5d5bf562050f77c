/// Series of numbers by what they were made from, a limited count of them: what was asked for longest ago gives way.
///
/// A reference, so that a series can be written while another is read; whoever holds it uses it on one thread. The memory is one piece,
/// of which the system gives what is used: many small pieces would go back to it after each run and be asked for again.
final class SeriesShelf<Key: Hashable> {
    /// Numbers of each series.
    private let length: Int
    private let most: Int
    private let memory: UnsafeMutablePointer<Double>
    private var places: [Key: Int] = [:]
    private var keys: [Key] = []
    private var asked: [Int] = []
    private var round = 0

    /// - Parameters:
    ///   - length: numbers of each series; `most`: series that are kept, as many as are asked for in a round or more.
    init(length: Int, most: Int) {
        self.length = length
        self.most = most
        memory = UnsafeMutablePointer<Double>.allocate(capacity: max(length * most, 1))
    }

    deinit { memory.deallocate() }

    /// Begins a round: what is asked for until the next one stays.
    func begin() { round += 1 }

    /// The memory of a series, and whether it holds the series already; if not, the caller fills it before it reads it.
    func series(_ key: Key) -> (UnsafeMutablePointer<Double>, isKnown: Bool) {
        if let place = places[key] {
            asked[place] = round
            return (memory + place * length, true)
        }
        guard keys.count == most else {
            places[key] = keys.count
            keys.append(key)
            asked.append(round)
            return (memory + (keys.count - 1) * length, false)
        }
        let oldest = asked.indices.min { asked[$0] < asked[$1] } ?? 0
        precondition(asked[oldest] < round, "a round asks for no more series than are kept")
        places[keys[oldest]] = nil
        places[key] = oldest
        keys[oldest] = key
        asked[oldest] = round
        return (memory + oldest * length, false)
    }
}
