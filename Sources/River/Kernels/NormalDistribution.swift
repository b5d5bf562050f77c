extension Elementary {
    /// Density of the standard normal distribution.
    public static func normalDensity(_ z: Double) -> Double { 0.398942280401432678 * Elementary.exp(-z * z / 2) }

    /// The standard normal distribution at `z`; error below 1e-15.
    ///
    /// The series of Abramowitz and Stegun (1964) 26.2.11 up to 6, the continued fraction 26.2.14 beyond.
    public static func normalDistribution(_ z: Double) -> Double {
        let x = z.magnitude
        let tail: Double
        if x < 6 {
            var (term, sum, odd) = (x, x, 3.0)
            while term > 1e-18 * sum, odd < 400 {
                term *= x * x / odd
                sum += term
                odd += 2
            }
            tail = 0.5 - normalDensity(x) * sum
        } else {
            var fraction = x
            for level in stride(from: 60.0, through: 1, by: -1) { fraction = x + level / fraction }
            tail = x > 38 ? 0 : normalDensity(x) / fraction
        }
        return z < 0 ? max(0, tail) : 1 - max(0, tail)
    }
}
