/// Elementary functions that give the same bits on every machine.
///
/// The platform's library picks other code on processors with fused multiply-add, so its last digit differs between
/// machines; two parties must get the same numbers. Only +, -, *, / and the square root are used here, all exactly rounded.
public enum Elementary {
    private static let ln2High = 0x1.62e42fee00000p-1  // upper 32 bits of ln 2: k * ln2High is exact for small k
    private static let ln2Low = 0x1.a39ef35793c76p-33

    /// e to the power `x`; relative error below 1e-15 for |x| <= 700; infinite above 709.78, zero below -745.
    public static func exp(_ x: Double) -> Double {
        if x > 709.78 { return .infinity }
        if x < -745 { return 0 }
        let power = (x * 0x1.71547652b82fep0).rounded()
        let rest = (x - power * ln2High) - power * ln2Low
        var sum = 1.0
        var divisor = 14.0
        while divisor >= 1 {
            sum = 1 + rest * sum / divisor
            divisor -= 1
        }
        let exponent = Int(power)
        if exponent < -1021 { return scaled(scaled(sum, by: exponent + 100), by: -100) }
        if exponent > 1023 { return scaled(sum, by: exponent - 1) * 2 }
        return scaled(sum, by: exponent)
    }

    private static func scaled(_ value: Double, by exponent: Int) -> Double {
        value * Double(sign: .plus, exponent: exponent, significand: 1)
    }

    /// Natural logarithm of `x` > 0; error below 1e-15 relative to max(1, |ln x|).
    public static func log(_ x: Double) -> Double {
        precondition(x > 0 && x.isFinite, "a logarithm needs a positive number")
        var mantissa = x.significand
        var exponent = Double(x.exponent)
        if mantissa > 1.4142135623730951 {
            mantissa /= 2
            exponent += 1
        }
        let s = (mantissa - 1) / (mantissa + 1)
        let square = s * s
        var sum = 0.0
        var odd = 25.0
        while odd >= 3 {
            sum = square * (1 / odd + sum)
            odd -= 2
        }
        let fraction = 2 * s + 2 * s * sum
        return exponent * ln2High + (fraction + exponent * ln2Low)
    }

    /// `base` to the power `exponent` for `base` >= 0.
    public static func power(_ base: Double, _ exponent: Double) -> Double {
        base == 0 ? (exponent == 0 ? 1 : 0) : exp(exponent * log(base))
    }

    /// The sine of an angle of at most a right one, rad; NaN beyond. The odd Taylor polynomial of degree 21, whose next term is below
    /// 2e-18.
    public static func sine(_ angle: Double) -> Double {
        guard angle.magnitude <= Double.pi / 2 else { return .nan }
        let square = angle * angle
        var (sum, degree) = (1.0, 20.0)
        while degree >= 2 {
            sum = 1 - square / (degree * (degree + 1)) * sum
            degree -= 2
        }
        return angle * sum
    }

    /// Cube root of `x` >= 0 to the last bit or its neighbour: a start from the exponent, then Halley's iteration.
    public static func cubeRoot(_ x: Double) -> Double {
        if x == 0 { return 0 }
        // a third of the exponent and of the significand's bits (Kahan's start, 5 % off at most)
        var root = Double(bitPattern: x.bitPattern / 3 + 0x2A9F_7893_0000_0000)
        for _ in 0..<4 {
            let cube = root * root * root
            root = root * ((cube + 2 * x) / (2 * cube + x))
        }
        return root
    }

    /// The standard normal quantile of `p` in 0..<1; relative error below 1.2e-9.
    ///
    /// Source: P. J. Acklam (2003), rational approximation of the inverse normal distribution function.
    public static func normalQuantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1, "a quantile lies between 0 and 1")
        if p < 0.02425 {
            let q = (-2 * log(p)).squareRoot()
            return tail(q)
        }
        if p > 1 - 0.02425 {
            let q = (-2 * log(1 - p)).squareRoot()
            return -tail(q)
        }
        let q = p - 0.5
        let r = q * q
        let a = [
            -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
            -3.066479806614716e+01, 2.506628277459239e+00,
        ]
        let b = [
            -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
            -1.328068155288572e+01, 1,
        ]
        return horner(a, r) * q / horner(b, r)
    }

    private static func tail(_ q: Double) -> Double {
        let c = [
            -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
            4.374664141464968e+00, 2.938163982698783e+00,
        ]
        let d = [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1]
        return horner(c, q) / horner(d, q)
    }

    private static func horner(_ coefficients: [Double], _ x: Double) -> Double {
        coefficients.reduce(0) { $0 * x + $1 }
    }
}
