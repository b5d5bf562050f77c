public import Series

/// A dated stage-discharge relation: a power law `Q = a (h - h0)^b`, or points joined straight in ln Q over h.
public struct RatingCurve: Hashable, Sendable {
    /// The form of the relation.
    public enum Form: Hashable, Sendable {
        /// `Q = coefficient (h - zero)^exponent`, h in m, Q in m3/s.
        case powerLaw(coefficient: Double, zero: Double, exponent: Double)
        /// Points, strictly increasing in stage and discharge, at least two.
        case points([StageDischarge])
    }

    /// When it holds: beds move, so a rating without dates is not a rating.
    public let validity: Validity
    /// The relation.
    public let form: Form
    /// m: the stages that were gauged; beyond it a discharge is *estimated*.
    public let gaugedRange: ClosedRange<Double>
    /// Standard deviation of ln Q around the curve.
    public let logDeviation: Double
    /// How sure it is.
    public let quality: FactQuality
    /// Where it comes from.
    public let source: String
    /// What reads points; nil for a power law.
    let pointReader: RatingPoints?

    /// Makes a rating curve.
    public init(
        validity: Validity, form: Form, gaugedRange: ClosedRange<Double>, logDeviation: Double, quality: FactQuality,
        source: String
    ) {
        if case .points(let points) = form {
            pointReader = RatingPoints(points)
            precondition(points.count >= 2, "a rating has at least two points")
            for index in points.indices.dropFirst() {
                precondition(
                    points[index - 1].stage < points[index].stage
                        && points[index - 1].discharge < points[index].discharge,
                    "the points of a rating increase")
            }
        } else {
            pointReader = nil
        }
        self.validity = validity
        self.form = form
        self.gaugedRange = gaugedRange
        self.logDeviation = logDeviation
        self.quality = quality
        self.source = source
    }
}

/// One point of a rating.
public struct StageDischarge: Hashable, Sendable {
    /// m.
    public let stage: Double
    /// m3/s, > 0.
    public let discharge: Double

    /// Makes a point.
    public init(stage: Double, discharge: Double) {
        self.stage = stage
        self.discharge = discharge
    }
}
