/// How a search sees a parameter: Michel's search walks in transformed space from -9.99 to 9.99.
///
/// Source: the transformations of the GR models in airGR 1.7.6 (facts taken from its documentation), after Edijatno et al. (1999).
public enum ParameterTransform: Hashable, Sendable {
    /// exp(factor T).
    case exponential(factor: Double)
    /// sinh(T / divisor).
    case hyperbolic(divisor: Double)
    /// middle + (middle - low) (T - bound) / (2 bound): from `low` at -bound to `middle` at bound.
    case base(middle: Double, low: Double, bound: Double)
    /// T / divisor.
    case scaled(divisor: Double)
    /// (T + bound) / (2 bound): 0...1.
    case share(bound: Double)
    /// exp(T) / divisor.
    case exponentialOver(Double)
    /// From the lower to the upper end of the parameter's range.
    case linear

    /// The range of Michel's search in transformed space.
    public static let searchBound = 9.99

    /// The parameter's value at a transformed one.
    public func value(_ t: Double, in range: ClosedRange<Double>) -> Double {
        switch self {
        case .exponential(let factor): Elementary.exp(factor == 1 ? t : factor * t)
        case .hyperbolic(let divisor): ParameterTransform.sinh(divisor == 1 ? t : t / divisor)
        case .base(let middle, let low, let bound): middle + (middle - low) * (t - bound) / (2 * bound)
        case .scaled(let divisor): t / divisor
        case .share(let bound): (t + bound) / (2 * bound)
        case .exponentialOver(let divisor): Elementary.exp(t) / divisor
        case .linear:
            range.lowerBound + (range.upperBound - range.lowerBound) * (t + ParameterTransform.searchBound)
                / (2 * ParameterTransform.searchBound)
        }
    }

    /// The transformed value of a parameter.
    public func transformed(_ value: Double, in range: ClosedRange<Double>) -> Double {
        switch self {
        case .exponential(let factor): Elementary.log(value) / factor
        case .hyperbolic(let divisor): divisor * ParameterTransform.asinh(value)
        case .base(let middle, let low, let bound): bound + 2 * bound * (value - middle) / (middle - low)
        case .scaled(let divisor): value * divisor
        case .share(let bound): value * (2 * bound) - bound
        case .exponentialOver(let divisor): Elementary.log(value * divisor)
        case .linear:
            (value - range.lowerBound) / (range.upperBound - range.lowerBound) * (2 * ParameterTransform.searchBound)
                - ParameterTransform.searchBound
        }
    }

    /// A transformed value as it comes back from the parameter's value: what the reference program starts from. For the linear
    /// transformations it may differ in the last bits, on which hangs whether a step forth and back ends where it began; the
    /// others come back exactly when they are rounded well.
    func restored(_ t: Double) -> Double {
        switch self {
        case .base, .scaled, .share: transformed(value(t, in: 0...1), in: 0...1)
        default: t
        }
    }

    private static func sinh(_ x: Double) -> Double {
        let grown = Elementary.exp(x.magnitude)
        // near zero the difference loses digits: the series does not
        let size = x.magnitude < 0.3 ? series(x.magnitude) : (grown - 1 / grown) / 2
        return x < 0 ? -size : size
    }

    private static func series(_ x: Double) -> Double {
        let z = x * x
        return x * (1 + z / 6 * (1 + z / 20 * (1 + z / 42 * (1 + z / 72 * (1 + z / 110 * (1 + z / 156))))))
    }

    private static func asinh(_ x: Double) -> Double {
        let size = x.magnitude
        var t = Elementary.log(size + (size * size + 1).squareRoot())
        // one step of Newton restores the digits that the logarithm of a number near one loses
        t -= (sinh(t) - size) / (1 + size * size).squareRoot()
        return x < 0 ? -t : t
    }
}
