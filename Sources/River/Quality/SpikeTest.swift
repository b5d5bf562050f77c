public import Series

/// QARTOD test 6, spike: how far a value stands from its two neighbours, by their order and not by time. The first and the last
/// value, and the neighbours of a missing one, are not evaluated.
public struct SpikeTest: Hashable, Sendable {
    /// How the distance is measured.
    public enum Method: String, Sendable, CaseIterable, Hashable {
        /// From the mean of both neighbours; the neighbours of a large spike are found too.
        case average
        /// The smaller of both distances, and none unless the value stands above both or below both.
        case differential
    }

    /// A larger distance is suspect; nil: none is.
    public let suspect: Double?
    /// A larger distance fails; nil: none does.
    public let fail: Double?
    /// How the distance is measured.
    public let method: Method

    /// Makes a test; thresholds are >= 0 in the unit of the values.
    public init(suspect: Double?, fail: Double?, method: Method = .average) {
        self.suspect = suspect
        self.fail = fail
        self.method = method
    }

    /// The distance of a value from its neighbours.
    @inlinable
    public static func height(_ before: Double, _ value: Double, _ after: Double, _ method: Method) -> Double {
        switch method {
        case .average: return (value - (before + after) / 2).magnitude
        case .differential:
            let (rise, fall) = (value - before, after - value)
            return rise * fall >= 0 ? 0 : min(rise.magnitude, fall.magnitude)
        }
    }

    /// One flag a value.
    public func flags(_ values: GappedValues) -> [Quality] {
        let x = values.storage
        var flags = [Quality](repeating: .notEvaluated, count: x.count)
        let (suspect, fail) = (suspect ?? .infinity, fail ?? .infinity)
        for place in x.indices {
            if x[place].isNaN {
                flags[place] = .missing
            } else if place > 0, place + 1 < x.count {
                let height = SpikeTest.height(x[place - 1], x[place], x[place + 1], method)
                // a missing neighbour makes the distance no number; nothing is said then
                if !height.isNaN, !(x[place - 1] + x[place + 1]).isNaN {
                    flags[place] = height > fail ? .fail : height > suspect ? .suspect : .good
                }
            }
        }
        return flags
    }
}
