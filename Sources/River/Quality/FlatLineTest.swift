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
        let starts = SpreadWindows.starts(values.storage, below: tolerance)
        for place in starts.indices where flags[place] != .missing {
            let length = place - starts[place]
            if length >= counts[0] { flags[place] = .suspect }
            if length >= counts[1] { flags[place] = .fail }
        }
        return flags
    }
}

/// The longest windows whose spread stays below a tolerance, one for each place at which they end, in linear time: two stacks, of
/// which the older one knows the extremes from each of its places to its end.
enum SpreadWindows {
    /// Where each window begins; it is empty (one past the place) where even one value is too much. Missing values (NaN) do not
    /// count.
    static func starts(_ values: [Double], below tolerance: Double) -> [Int] {
        let count = values.count
        var extremes = [SIMD2<Double>](repeating: .zero, count: count)
        return [Int](unsafeUninitializedCapacity: count) { starts, filled in
            values.withUnsafeBufferPointer { values in
                extremes.withUnsafeMutableBufferPointer { extremes in
                    // places before the boundary stand in the older stack
                    var (start, boundary) = (0, 0)
                    var (low, high) = (Double.infinity, -Double.infinity)
                    for place in 0..<count {
                        let value = values[place]
                        if tolerance > 0, place > 0, (value - values[place - 1]).magnitude >= tolerance {
                            // the step itself is too much: the window is this value alone
                            (start, boundary, low, high) = (place, place, value, value)
                            starts.initializeElement(at: place, to: place)
                            continue
                        }
                        if value < low { low = value }
                        if value > high { high = value }
                        while start <= place {
                            let isOld = start < boundary
                            let bottom = isOld ? min(low, extremes[start].x) : low
                            let top = isOld ? max(high, extremes[start].y) : high
                            if top < bottom || top - bottom < tolerance { break }
                            if !isOld {
                                turn(values, extremes, start...place)
                                boundary = place + 1
                                (low, high) = (.infinity, -.infinity)
                            }
                            start += 1
                        }
                        starts.initializeElement(at: place, to: start)
                    }
                }
            }
            filled = count
        }
    }

    /// Moves the newer stack over to the older one.
    @inline(__always)
    private static func turn(
        _ values: UnsafeBufferPointer<Double>, _ extremes: UnsafeMutableBufferPointer<SIMD2<Double>>,
        _ places: ClosedRange<Int>
    ) {
        var (low, high) = (Double.infinity, -Double.infinity)
        var place = places.upperBound
        while place >= places.lowerBound {
            if values[place] < low { low = values[place] }
            if values[place] > high { high = values[place] }
            extremes[place] = SIMD2(low, high)
            place -= 1
        }
    }
}
