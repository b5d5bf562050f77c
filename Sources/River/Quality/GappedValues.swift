public import Series

/// Values in the order of time, some of which are missing: what a series test looks at.
public struct GappedValues: Hashable, Sendable {
    /// Missing values are NaN here, and nowhere else.
    let storage: [Double]

    /// Takes values; nil and what is no finite number is missing.
    public init(_ values: [Double?]) {
        storage = values.map { value in value.flatMap { $0.isFinite ? $0 : nil } ?? .nan }
    }

    /// Number of values, missing ones included.
    public var count: Int { storage.count }

    /// A value; nil where it is missing.
    public subscript(place: Int) -> Double? { storage[place].isNaN ? nil : storage[place] }

    /// The flags of a series on which nothing has been found: good, and missing where there is no value.
    func flags(_ flag: Quality = .good) -> [Quality] { storage.map { $0.isNaN ? .missing : flag } }
}

/// Times of a series, strictly increasing for the tests that need them.
public typealias SeriesTimes = [Int64]

extension Array where Element == Int64 {
    /// s between neighbours: the median, that of an even number being the mean of the middle two; nil with fewer than two times.
    var medianStep: Double? {
        guard count > 1 else { return nil }
        let steps = zip(self, dropFirst()).map { $1 - $0 }.sorted()
        let middle = steps.count / 2
        return steps.count % 2 == 1 ? Double(steps[middle]) : Double(steps[middle - 1] + steps[middle]) / 2
    }
}

extension Quality {
    /// Its place when flags of several tests become one: missing, not evaluated, good, suspect, fail.
    ///
    /// Source: QARTOD, Manual for Real-Time Quality Control of Water Level Data (U.S. IOOS 2021).
    public var priority: Int {
        switch self {
        case .missing: 0
        case .notEvaluated: 1
        case .good: 2
        case .suspect: 3
        case .fail: 4
        }
    }

    /// One flag a value out of those of several tests, the worst of each; empty without tests.
    public static func rolledUp(_ tests: [[Quality]]) -> [Quality] {
        guard var flags = tests.first else { return [] }
        for test in tests.dropFirst() {
            for place in flags.indices where test[place].priority > flags[place].priority {
                flags[place] = test[place]
            }
        }
        return flags
    }
}
