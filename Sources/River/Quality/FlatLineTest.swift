public import Series

/// QARTOD test 8, flat line: a value that closes a window of count + 1 values whose spread is below the tolerance, where the count
/// is the threshold in seconds over the median step, rounded down. Values before the end of the first window are good, missing ones
/// inside a window do not count.
public struct FlatLineTest: Hashable, Sendable {
    /// s: standing still so long is suspect.
    public let suspect: Double
    /// s: standing still so long fails.
    public let fail: Double
    /// Unit: a spread below it is standing still; 0 never is.
    public let tolerance: Double

    /// Makes a test.
    public init(suspect: Double, fail: Double, tolerance: Double) {
        self.suspect = suspect
        self.fail = fail
        self.tolerance = tolerance
    }

    /// One flag a value; fewer than three values are good.
    ///
    /// - Parameter times: s; only their median step is used.
    public func flags(_ values: GappedValues, at times: SeriesTimes) -> [Quality] {
        var flags = values.flags()
        guard values.count >= 3, let step = times.medianStep, step > 0 else { return flags }
        let counts = [suspect, fail].map { Int(min(max($0 / step, 0), 1e15)) }
        var window = SpreadWindow(values.storage)
        for place in values.storage.indices {
            let start = window.extend(to: place, below: tolerance)
            guard flags[place] != .missing else { continue }
            if place - start >= counts[1] {
                flags[place] = .fail
            } else if place - start >= counts[0] {
                flags[place] = .suspect
            }
        }
        return flags
    }
}

/// The longest window that ends at a place and whose spread stays below a tolerance, found for all places in linear time: two
/// stacks, of which the older one knows the extremes of each of its ends.
struct SpreadWindow {
    private let values: [Double]
    private var lows: [Double]
    private var highs: [Double]
    private var start = 0
    /// Places before this one stand in the older stack.
    private var boundary = 0
    private var low = Double.infinity
    private var high = -Double.infinity

    init(_ values: [Double]) {
        self.values = values
        lows = [Double](repeating: 0, count: values.count)
        highs = lows
    }

    /// Takes in the next place and returns where the window begins; it is empty (`place + 1`) where even one value is too much.
    @inline(__always)
    mutating func extend(to place: Int, below tolerance: Double) -> Int {
        let value = values[place]
        if !value.isNaN {
            low = min(low, value)
            high = max(high, value)
        }
        while start <= place {
            let isOld = start < boundary
            let bottom = isOld ? min(low, lows[start]) : low
            let top = isOld ? max(high, highs[start]) : high
            if top < bottom || top - bottom < tolerance { break }
            if !isOld { turn(upTo: place) }
            start += 1
        }
        return start
    }

    /// Moves the newer stack over to the older one.
    private mutating func turn(upTo place: Int) {
        var (low, high) = (Double.infinity, -Double.infinity)
        for old in stride(from: place, through: start, by: -1) {
            if !values[old].isNaN {
                low = min(low, values[old])
                high = max(high, values[old])
            }
            lows[old] = low
            highs[old] = high
        }
        boundary = place + 1
        self.low = .infinity
        self.high = -.infinity
    }
}
