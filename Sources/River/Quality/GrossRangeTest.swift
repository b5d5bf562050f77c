public import Series

/// QARTOD test 4, gross range: outside the wider span a value fails, outside the narrower one it is suspect; bounds are inside.
public struct GrossRangeTest: Hashable, Sendable {
    /// What the sensor or the gauge can show.
    public let failSpan: ClosedRange<Double>
    /// What is usual, within ``failSpan``; nil: nothing is suspect.
    public let suspectSpan: ClosedRange<Double>?

    /// Makes a test.
    public init(failSpan: ClosedRange<Double>, suspectSpan: ClosedRange<Double>? = nil) {
        self.failSpan = failSpan
        self.suspectSpan = suspectSpan
    }

    /// The flag of one value.
    @inlinable
    public func flag(_ value: Double) -> Quality {
        if !failSpan.contains(value) { return .fail }
        return suspectSpan.map { $0.contains(value) } ?? true ? .good : .suspect
    }

    /// One flag a value.
    public func flags(_ values: GappedValues) -> [Quality] {
        let suspect = suspectSpan ?? failSpan
        return values.storage.map { value in
            if value.isNaN { return .missing }
            if value < failSpan.lowerBound || value > failSpan.upperBound { return .fail }
            return value < suspect.lowerBound || value > suspect.upperBound ? .suspect : .good
        }
    }
}
