public import Series

/// A value that no neighbour goes along with: its difference to each of them lies far from the usual one.
///
/// The usual difference is the median over the record, so that neighbours may stand at other heights. The nearest neighbour counts:
/// one that agrees is enough. Source: QARTOD test 10 (neighbour or forecast test) in the form that WMO-No. 168 describes for gauges.
public struct NeighbourTest: Hashable, Sendable {
    /// Unit: further from all neighbours is suspect.
    public let suspect: Double
    /// Unit: further from all neighbours fails; nil: nothing does.
    public let fail: Double?

    /// Makes a test.
    public init(suspect: Double, fail: Double? = nil) {
        self.suspect = suspect
        self.fail = fail
    }

    /// One flag a value; not evaluated where no neighbour has a value.
    public func flags(_ values: GappedValues, neighbours: [GappedValues]) -> [Quality] {
        var least = [Double](repeating: .infinity, count: values.count)
        for neighbour in neighbours {
            precondition(neighbour.count == values.count, "neighbours have the same times")
            let differences = zip(values.storage, neighbour.storage).map { $0 - $1 }
            guard let usual = median(differences.filter { !$0.isNaN }) else { continue }
            for (place, difference) in differences.enumerated() where !difference.isNaN {
                least[place] = min(least[place], (difference - usual).magnitude)
            }
        }
        return values.storage.indices.map { place in
            if values.storage[place].isNaN { return .missing }
            if least[place] == .infinity { return .notEvaluated }
            return least[place] > fail ?? .infinity ? .fail : least[place] > suspect ? .suspect : .good
        }
    }
}

/// The middle of numbers, that of an even count being the mean of the middle two; nil without any.
func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// A series at other times of its own axis.
struct ShiftedValues {
    let times: SeriesTimes
    let values: GappedValues
    private var place = 0

    init(_ values: GappedValues, at times: SeriesTimes) {
        self.values = values
        self.times = times
    }

    /// The value at a time, straight between neighbours at most `gap` s apart; NaN elsewhere. Times are asked in order.
    mutating func value(at time: Int64, gap: Int64) -> Double {
        while place > 0, times[place] > time { place -= 1 }
        while place + 1 < times.count, times[place + 1] <= time { place += 1 }
        guard !times.isEmpty, times[place] <= time else { return .nan }
        if times[place] == time { return values.storage[place] }
        guard place + 1 < times.count, times[place + 1] - times[place] <= gap else { return .nan }
        let share = Double(time - times[place]) / Double(times[place + 1] - times[place])
        return values.storage[place] + share * (values.storage[place + 1] - values.storage[place])
    }
}
