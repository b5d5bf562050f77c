/// The greatest of many numbers, and how many are below zero, in columns without a way between them: loops of which the compiler makes
/// vectors.
public struct FlowExtremes<Scalar: RoutingScalar> {
    /// How many columns there are.
    @usableFromInline static var width: Int { 64 }
    /// How many numbers of memory are needed.
    @inlinable public static var capacity: Int { 2 * width }
    @usableFromInline let most: UnsafeMutablePointer<Scalar>
    @usableFromInline let below: UnsafeMutablePointer<Scalar>

    /// Makes them in memory that the caller keeps, and begins.
    ///
    /// - Parameter memory: ``capacity`` numbers.
    @inlinable public init(_ memory: UnsafeMutablePointer<Scalar>) {
        most = memory
        below = memory + Self.width
        begin()
    }

    /// Begins anew; what is taken until the next time may be some millions of numbers.
    @inlinable public func begin() {
        most.update(repeating: -.infinity, count: Self.width)
        below.update(repeating: 0, count: Self.width)
    }

    /// Takes numbers that follow each other.
    @inline(never) public func take(_ numbers: UnsafePointer<Scalar>, count: Int) {
        let raw = UnsafeRawPointer(numbers)
        let (most, below) = (UnsafeMutableRawPointer(most), UnsafeMutableRawPointer(below))
        if Scalar.self == Float.self {
            ExtremeLoop.take(
                raw.assumingMemoryBound(to: Float.self), count, most.assumingMemoryBound(to: Float.self),
                below.assumingMemoryBound(to: Float.self), width: Self.width)
        } else {
            ExtremeLoop.take(
                raw.assumingMemoryBound(to: Double.self), count, most.assumingMemoryBound(to: Double.self),
                below.assumingMemoryBound(to: Double.self), width: Self.width)
        }
    }

    /// Of all that was taken.
    @inlinable public var result: (most: Scalar, negative: Int) {
        var (top, negative): (Scalar, Scalar) = (-.infinity, 0)
        for column in 0..<Self.width {
            top = most[column] > top ? most[column] : top
            negative += below[column]
        }
        return (top, Int(negative))
    }
}

/// The loop of ``FlowExtremes``.
private enum ExtremeLoop<Scalar: RoutingScalar> {
    @inline(__always) static func take(
        _ numbers: UnsafePointer<Scalar>, _ count: Int, _ most: UnsafeMutablePointer<Scalar>,
        _ below: UnsafeMutablePointer<Scalar>, width: Int
    ) {
        var first = 0
        while first < count {
            let (own, end) = (numbers + first, min(width, count &- first))
            var column = 0
            while column < end {
                let number = own[column]
                most[column] = number > most[column] ? number : most[column]
                below[column] += number < 0 ? 1 : 0
                column &+= 1
            }
            first &+= width
        }
    }
}
