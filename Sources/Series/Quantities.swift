/// A value of one physical kind with its unit in the type: what stands at the doors between rooms.
///
/// Inside loops the rooms use plain `Double` in SI with the unit in the declaration's comment.
public protocol Quantity: Hashable, Comparable, Sendable {
    /// The value in SI: m, m3/s, m3 or m of rain.
    var value: Double { get }
}

extension Quantity {
    /// Smaller values sort first.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// Water passing a section, m3/s.
public struct Discharge: Quantity {
    /// m3/s.
    public let value: Double
    /// Makes a discharge from m3/s.
    @inlinable public static func cubicMetresPerSecond(_ value: Double) -> Discharge { Discharge(value: value) }
    /// The value in m3/s.
    @inlinable public var cubicMetresPerSecond: Double { value }
    @usableFromInline init(value: Double) { self.value = value }
}

/// Height of the water above the zero of one gauge, m. It becomes an ``Elevation`` only with that gauge's datum.
public struct Stage: Quantity {
    /// m above the gauge's zero.
    public let value: Double
    /// Makes a stage from metres.
    @inlinable public static func metres(_ value: Double) -> Stage { Stage(value: value) }
    /// The value in metres.
    @inlinable public var metres: Double { value }
    @usableFromInline init(value: Double) { self.value = value }

    /// The elevation of the water when the gauge's zero is known.
    public func elevation(zeroAt zero: Elevation) -> Elevation {
        Elevation(metres: zero.metres + value, datum: zero.datum)
    }
}

/// A height above a named datum, m.
public struct Elevation: Hashable, Sendable {
    /// m above the datum.
    public let metres: Double
    /// The datum's name, for example `vn-hon-dau`; never empty.
    public let datum: String

    /// Makes an elevation; an empty datum is a bug of the caller.
    public init(metres: Double, datum: String) {
        precondition(!datum.isEmpty, "an elevation names its datum")
        self.metres = metres
        self.datum = datum
    }
}

/// A volume of water, m3.
public struct Volume: Quantity {
    /// m3.
    public let value: Double
    /// Makes a volume from m3.
    @inlinable public static func cubicMetres(_ value: Double) -> Volume { Volume(value: value) }
    /// The value in m3.
    @inlinable public var cubicMetres: Double { value }
    @usableFromInline init(value: Double) { self.value = value }
}

/// A depth of rain over a period, m, stamped at the end of the period.
public struct RainDepth: Quantity {
    /// m.
    public let value: Double
    /// Makes a depth from millimetres.
    @inlinable public static func millimetres(_ value: Double) -> RainDepth { RainDepth(value: value / 1000) }
    /// The value in millimetres.
    @inlinable public var millimetres: Double { value * 1000 }
    @usableFromInline init(value: Double) { self.value = value }
}
