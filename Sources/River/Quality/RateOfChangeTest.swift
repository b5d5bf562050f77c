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
        var flags = values.flags()
        let (suspect, fail) = (suspect, fail ?? .infinity)
        values.storage.withUnsafeBufferPointer { x in
            times.withUnsafeBufferPointer { times in
                flags.withUnsafeMutableBufferPointer { flags in
                    for place in stride(from: 1, to: x.count, by: 1) {
                        let rate = ((x[place] - x[place - 1]) / Double(times[place] - times[place - 1])).magnitude
                        // comparisons with what is no number are false, so that gaps stay as they are
                        if rate > suspect { flags[place] = rate > fail ? .fail : .suspect }
                        if rate > fail { flags[place] = .fail }
                    }
                }
            }
        }
        return flags
    }
}
