/// The error model of a simulation: what it missed at issue, in the space of square roots, is added to what it says for later,
/// damped by a factor that is fitted for each lead.
///
///     root(t + L) = root of simulation(t + L) + phi (root of observation(t) - root of simulation(t)),  0 <= phi <= 1
///
/// In the space of roots low and high water weigh alike, and no forecast is negative. An error that multiplies flow (logarithms) is
/// worse than persistence within hours on the rivers that were tried; one that is carried on unchanged is worse than the simulation
/// alone in the end. The factor is that of least squares (compare Lundberg 1982, Nordic Hydrology 13, 95-110).
public struct ErrorUpdate: Sendable {
    /// The factor from all fitting times, 0...1.
    public let damping: Double
    /// The forecast roots, one an issue time, those of fitting times by factors that have not seen them; not a number where one of
    /// the three is missing.
    public let roots: [Double]

    /// Fits; nil with fewer than so many complete times.
    ///
    /// - Parameters:
    ///   - now: roots of the simulation at the issue times.
    ///   - later: roots of the simulation at the times forecast, one an issue time.
    ///   - observed: roots of what was observed at the issue times.
    ///   - outcome: roots that came true.
    ///   - times: issue times to fit to, rising.
    public init?(
        now: [Double], later: [Double], observed: [Double], outcome: [Double], times: [Int], least: Int = 30
    ) {
        let rows = times.filter { !(now[$0] + later[$0] + observed[$0] + outcome[$0]).isNaN }
        guard rows.count >= least else { return nil }
        var products = [Double](repeating: 0, count: RidgeRegression.parts)
        var squares = products
        for (place, row) in rows.enumerated() {
            let error = observed[row] - now[row]
            let part = RidgeRegression.part(place, of: rows.count)
            products[part] += error * (outcome[row] - later[row])
            squares[part] += error * error
        }
        func factor(_ products: Double, _ squares: Double) -> Double {
            squares > 0 ? min(max(products / squares, 0), 1) : 0
        }
        let (allProducts, allSquares) = (products.reduce(0, +), squares.reduce(0, +))
        let damping = factor(allProducts, allSquares)
        self.damping = damping
        var roots = now.indices.map { max(0, later[$0] + damping * (observed[$0] - now[$0])) }
        // the larger of a number and what is none would be the number
        for place in roots.indices where (later[place] + observed[place] + now[place]).isNaN { roots[place] = .nan }
        for (place, row) in rows.enumerated() {
            let part = RidgeRegression.part(place, of: rows.count)
            let own = factor(allProducts - products[part], allSquares - squares[part])
            roots[row] = max(0, later[row] + own * (observed[row] - now[row]))
        }
        self.roots = roots
    }
}
