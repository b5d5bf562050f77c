/// A unit as the tables write it, with its factor to the SI unit of its kind.
public enum Unit: String, CaseIterable, Sendable, Codable, Hashable {
    /// Metre.
    case metre = "m"
    /// Centimetre.
    case centimetre = "cm"
    /// Millimetre.
    case millimetre = "mm"
    /// Cubic metre per second.
    case cubicMetrePerSecond = "m3/s"
    /// Litre per second.
    case litrePerSecond = "l/s"
    /// Cubic metre.
    case cubicMetre = "m3"
    /// Million cubic metres.
    case cubicHectometre = "hm3"
    /// Degree Celsius.
    case degreeCelsius = "degC"
    /// A plain count.
    case count = "1"
    /// United States dollar.
    case dollar = "USD"

    /// What a unit measures; only units of one kind convert into each other.
    public enum Kind: String, Sendable {
        /// Length: stage, depth, rain.
        case length
        /// Volume over time.
        case flow
        /// Volume.
        case volume
        /// Temperature.
        case temperature
        /// Number of things.
        case number
        /// Money.
        case money
    }

    /// What the unit measures.
    public var kind: Kind {
        switch self {
        case .metre, .centimetre, .millimetre: .length
        case .cubicMetrePerSecond, .litrePerSecond: .flow
        case .cubicMetre, .cubicHectometre: .volume
        case .degreeCelsius: .temperature
        case .count: .number
        case .dollar: .money
        }
    }

    /// Multiplies a value in this unit into the base unit of its kind (m, m3/s, m3, degC, 1, USD).
    ///
    /// The factors are exact ratios so that 8691 cm becomes 86.91 m to the last bit.
    private var ratio: (numerator: Double, denominator: Double) {
        switch self {
        case .metre, .cubicMetrePerSecond, .cubicMetre, .degreeCelsius, .count, .dollar: (1, 1)
        case .centimetre: (1, 100)
        case .millimetre, .litrePerSecond: (1, 1000)
        case .cubicHectometre: (1_000_000, 1)
        }
    }

    /// A value in this unit expressed in `other`; nil when the two measure different things.
    public func convert(_ value: Double, to other: Unit) -> Double? {
        guard kind == other.kind else { return nil }
        if self == other { return value }
        let base = value * ratio.numerator / ratio.denominator
        return base * other.ratio.denominator / other.ratio.numerator
    }
}
