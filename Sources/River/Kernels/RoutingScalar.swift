/// The numbers that routing computes with: single precision for speed, double precision for reference.
public protocol RoutingScalar: BinaryFloatingPoint, Codable, SIMDScalar, Sendable {
    /// The same number in double precision.
    var inDouble: Double { get }
    /// A first approximation of the cube root, 4 % off at most, for normal numbers >= 0.
    var cubeRootEstimate: Self { get }
}

extension Float: RoutingScalar {
    /// The same number in double precision.
    @inlinable public var inDouble: Double { Double(self) }
    /// A third of the exponent and of the significand's bits (Kahan's start); the third by shifts, which every processor has for
    /// lanes.
    @inlinable public var cubeRootEstimate: Float {
        let quarter = (bitPattern &>> 2) &+ (bitPattern &>> 4)
        let sixteenth = quarter &+ (quarter &>> 4)
        let third = sixteenth &+ (sixteenth &>> 8)
        return Float(bitPattern: third &+ (third &>> 16) &+ 0x2A51_4067)
    }
}

extension Double: RoutingScalar {
    /// The number itself.
    @inlinable public var inDouble: Double { self }
    /// A third of the exponent and of the significand's bits, as in single precision.
    @inlinable public var cubeRootEstimate: Double {
        let quarter = (bitPattern &>> 2) &+ (bitPattern &>> 4)
        let sixteenth = quarter &+ (quarter &>> 4)
        let third = sixteenth &+ (sixteenth &>> 8)
        let most = third &+ (third &>> 16)
        return Double(bitPattern: most &+ (most &>> 32) &+ 0x2A9F_7893_0000_0000)
    }
}
