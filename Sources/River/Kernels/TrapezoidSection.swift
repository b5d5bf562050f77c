/// A trapezoidal channel with uniform roughness: what a section of unknown shape is replaced by.
public struct TrapezoidSection: Hashable, Sendable {
    /// m.
    public let bottomWidth: Double
    /// Horizontal per vertical.
    public let sideSlope: Double
    /// s m^(-1/3).
    public let manningN: Double
    /// m/m.
    public let slope: Double

    /// Makes a section; non-positive width, roughness or slope is a bug of the caller.
    public init(bottomWidth: Double, sideSlope: Double, manningN: Double, slope: Double) {
        precondition(bottomWidth > 0 && sideSlope >= 0 && manningN > 0 && slope > 0, "a section is positive")
        self.bottomWidth = bottomWidth
        self.sideSlope = sideSlope
        self.manningN = manningN
        self.slope = slope
    }

    /// Flow area, m2, at a depth in m.
    func area(_ y: Double) -> Double { y * (bottomWidth + sideSlope * y) }
    /// Wetted perimeter, m.
    func perimeter(_ y: Double) -> Double { bottomWidth + 2 * y * (1 + sideSlope * sideSlope).squareRoot() }
    /// Width of the water surface, m.
    func topWidth(_ y: Double) -> Double { bottomWidth + 2 * sideSlope * y }

    /// Uniform flow at a depth, m3/s, by Manning.
    public func discharge(atDepth y: Double) -> Double {
        let hydraulicRadius = area(y) / perimeter(y)
        let root = Elementary.cubeRoot(hydraulicRadius)
        return area(y) * root * root * slope.squareRoot() / manningN
    }

    /// Depth of uniform flow, m, by Newton's method on Manning's equation to 1e-13 relative.
    ///
    /// - Parameters:
    ///   - q: m3/s, > 0.
    ///   - guess: m, a depth nearby, for example that of the step before; nil for the depth in a wide channel, which lies
    ///     above the root, where Newton falls monotonically.
    public func normalDepth(_ q: Double, near guess: Double? = nil) -> Double {
        var y = guess ?? Elementary.power(q * manningN / (slope.squareRoot() * bottomWidth), 0.6)
        for _ in 0..<50 {
            let flow = discharge(atDepth: y)
            let (a, p, b) = (area(y), perimeter(y), topWidth(y))
            let slopeOfWall = (1 + sideSlope * sideSlope).squareRoot()
            let derivative = flow * (5 / 3 * b / a - 2 / 3 * 2 * slopeOfWall / p)
            let next = y - (flow - q) / derivative
            let isClose = (next - y).magnitude <= 1e-13 * y
            y = next > 0 ? next : y / 2
            if isClose { break }
        }
        return y
    }
}
