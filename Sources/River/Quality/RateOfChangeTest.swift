public import Series

/// QARTOD test 7, rate of change: the change since the value before, per second. The first value and one after a missing value are
/// good.
public struct RateOfChangeTest: Hashable, Sendable {
    /// Unit per second: a faster change is suspect.
    public let suspect: Double
    /// Unit per second: a faster change fails; nil: none does.
    public let fail: Double?

    /// Makes a test.
    public init(suspect: Double, fail: Double? = nil) {
        self.suspect = suspect
        self.fail = fail
    }

    /// One flag a value.
    ///
    /// - Parameter times: s, as many as there are values.
    public func flags(_ values: GappedValues, at times: SeriesTimes) -> [Quality] {
        precondition(times.count >= values.count, "one time a value")
        let x = values.storage
        var flags = values.flags()
        let fail = fail ?? .infinity
        for place in x.indices.dropFirst() {
            let rate = ((x[place] - x[place - 1]) / Double(times[place] - times[place - 1])).magnitude
            if rate > fail {
                flags[place] = .fail
            } else if rate > suspect {
                flags[place] = .suspect
            }
        }
        return flags
    }
}
