/// Several scenarios side by side in one value: one arithmetic instruction serves all of them.
protocol Lanes: Sendable {
    /// Number of scenarios.
    static var width: Int { get }
    init(repeating value: Double)
    subscript(lane: Int) -> Double { get set }
    static func + (left: Self, right: Self) -> Self
    static func - (left: Self, right: Self) -> Self
    static func * (left: Self, right: Self) -> Self
    static func / (left: Self, right: Self) -> Self
    static func larger(_ left: Self, _ right: Self) -> Self
    /// Where a is positive `a`, elsewhere 0.
    var positivePart: Self { get }
    var squareRoot: Self { get }
    /// `yes` where the value is at least 0, `no` elsewhere.
    func choose(_ yes: Self, _ no: Self) -> Self
}

extension Lanes {
    @inline(__always) static func += (left: inout Self, right: Self) { left = left + right }
    @inline(__always) static func -= (left: inout Self, right: Self) { left = left - right }

    /// The sum over the lanes that `mask` marks with 1, in the order of the lanes.
    @inline(__always) func sum(_ mask: Self) -> Double {
        let product = self * mask
        var total = 0.0
        for lane in 0..<Self.width { total += product[lane] }
        return total
    }

    @inline(__always) var magnitude: Self { Self.larger(self, Self(repeating: 0) - self) }

    /// The largest lane.
    @inline(__always) var largest: Double {
        var most = self[0]
        for lane in 1..<max(Self.width, 1) { most = Swift.max(most, self[lane]) }
        return most
    }
}

/// One scenario.
struct OneLane: Lanes {
    var value: Double

    static var width: Int { 1 }
    @inline(__always) init(_ value: Double) { self.value = value }
    @inline(__always) init(repeating value: Double) { self.value = value }
    @inline(__always) subscript(lane: Int) -> Double {
        get { value }
        set { value = newValue }
    }
    @inline(__always) static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
    @inline(__always) static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
    @inline(__always) static func * (left: Self, right: Self) -> Self { Self(left.value * right.value) }
    @inline(__always) static func / (left: Self, right: Self) -> Self { Self(left.value / right.value) }
    @inline(__always) static func larger(_ left: Self, _ right: Self) -> Self {
        Self(left.value < right.value ? right.value : left.value)
    }
    @inline(__always) var positivePart: Self { Self(value > 0 ? value : 0) }
    @inline(__always) var squareRoot: Self { Self(value.squareRoot()) }
    @inline(__always) func choose(_ yes: Self, _ no: Self) -> Self { value >= 0 ? yes : no }
}

/// Four scenarios.
struct FourLanes: Lanes {
    var value: SIMD4<Double>

    static var width: Int { 4 }
    @inline(__always) init(_ value: SIMD4<Double>) { self.value = value }
    @inline(__always) init(repeating value: Double) { self.value = SIMD4(repeating: value) }
    @inline(__always) subscript(lane: Int) -> Double {
        get { value[lane] }
        set { value[lane] = newValue }
    }
    @inline(__always) static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
    @inline(__always) static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
    @inline(__always) static func * (left: Self, right: Self) -> Self { Self(left.value * right.value) }
    @inline(__always) static func / (left: Self, right: Self) -> Self { Self(left.value / right.value) }
    @inline(__always) static func larger(_ left: Self, _ right: Self) -> Self {
        Self(left.value.replacing(with: right.value, where: left.value .< right.value))
    }
    @inline(__always) var positivePart: Self {
        Self(SIMD4(repeating: 0).replacing(with: value, where: value .> SIMD4(repeating: 0)))
    }
    @inline(__always) var squareRoot: Self { Self(value.squareRoot()) }
    @inline(__always) func choose(_ yes: Self, _ no: Self) -> Self {
        Self(no.value.replacing(with: yes.value, where: value .>= SIMD4(repeating: 0)))
    }
}
