import River

/// Weights of several forecasts of one flow: not negative, of sum one.
///
/// Members that were clearly worse over the fitting times than the best one (by more than two standard errors of the difference,
/// one for persistence and a model alone, with as many cases as there are independent ones) get no weight; the others are weighed
/// by their inverse squared error of flow. Means of what cannot be told apart do better than the choice of one (Bates and Granger
/// 1969, Oper. Res. Q. 20, 451-468). The weights of least squared error (stacking: Breiman 1996, Machine Learning 24, 49-64) take
/// their place where they are better by more than one standard error, and a single member where the mean is worse than
/// persistence or than a model alone. Scores of what has been verified since may move weights: each is multiplied by a power of
/// the member's recent squared error in the space of roots. The power and how long it remembers are a half and 120 steps, unless
/// another choice, standing weights among them, did better in the fitting times.
struct MemberWeights {
    /// In the members' order.
    let first: [Double]
    /// The power of recent errors; 0: weights stand.
    let power: Double
    /// Steps after which a verified error counts e times less.
    let memory: Double
    /// What the mean of the members says, one an issue time; not a number where too few members speak.
    let flows: [Double]
    /// The spread of the members about it, in roots.
    let spread: [Double]
    /// The weights at the last issue time at which there is a forecast.
    let last: [Double]

    /// - Parameters:
    ///   - members: roots that members forecast, [member][issue time], not a number where a member is silent.
    ///   - floors: members that the mean may not be worse than.
    ///   - outcome: roots that came true, one an issue time.
    ///   - lead: steps from issue to outcome.
    ///   - times: fitting times; those at which a member or the outcome is missing do not count.
    init(_ members: [[Double]], floors: [Int], outcome: [Double], lead: Int, times: [Int]) {
        let rows = times.filter { row in !outcome[row].isNaN && !members.contains { $0[row].isNaN } }
        let errors = members.map { member in rows.map { member[$0] * member[$0] - outcome[$0] * outcome[$0] } }
        let parts = rows.indices.map { RidgeRegression.part($0, of: rows.count) }
        let mixes = MemberMixes(errors, parts)
        let choice = mixes.choice(floors: floors)
        first = choice.all
        // what is scored in the fitting times is weighted by fits that have not seen it
        var own = [[Double]](repeating: choice.all, count: outcome.count)
        for (place, row) in rows.enumerated() { own[row] = choice.parted[parts[place]] }
        var best: (error: Double, power: Double, memory: Double)?
        for (power, memory) in [(0.5, 120.0), (0, 120), (0.5, 30), (1, 30), (1, 120)] {
            let run = MemberWeights.run(members, outcome, lead, own, power, memory)
            let error = rows.reduce(0.0) { sum, row in
                let miss = run.flows[row] - outcome[row] * outcome[row]
                return sum + miss * miss
            }
            // a gain of less than a hundredth is no reason to leave the first
            if error < (best?.error ?? .infinity) * 0.99 { best = (error, power, memory) }
        }
        power = best?.power ?? 0
        memory = best?.memory ?? 30
        let run = MemberWeights.run(members, outcome, lead, own, power, memory)
        (flows, spread, last) = (run.flows, run.spread, run.last)
    }

    private static func run(
        _ members: [[Double]], _ outcome: [Double], _ lead: Int, _ weights: [[Double]], _ power: Double,
        _ memory: Double
    ) -> (flows: [Double], spread: [Double], last: [Double]) {
        let fading = Elementary.exp(-1 / memory)
        var recent = [(errors: Double, count: Double)](repeating: (0, 0), count: members.count)
        var flows = [Double](repeating: .nan, count: outcome.count)
        var spread = flows
        var last = weights.first ?? []
        for issue in outcome.indices {
            if issue >= lead, !outcome[issue - lead].isNaN {
                for (place, member) in members.enumerated() where !member[issue - lead].isNaN {
                    let miss = member[issue - lead] - outcome[issue - lead]
                    recent[place].errors = fading * recent[place].errors + miss * miss
                    recent[place].count = fading * recent[place].count + 1
                }
            }
            var moved = weights[issue]
            if power > 0, recent.allSatisfy({ $0.count > 5 }) {
                let sizes = recent.map { max($0.errors / $0.count, 1e-12) }
                let least = sizes.min() ?? 1
                for place in moved.indices {
                    moved[place] *= Elementary.power(least / sizes[place], power)
                }
            }
            var (sum, whole) = (0.0, 0.0)
            for place in moved.indices where !members[place][issue].isNaN {
                sum += moved[place] * members[place][issue] * members[place][issue]
                whole += moved[place]
            }
            // without the members that carry half of the weight there is no forecast
            guard whole > 0.5 * moved.reduce(0, +) else { continue }
            let root = (sum / whole).squareRoot()
            flows[issue] = sum / whole
            var squares = 0.0
            for place in moved.indices where !members[place][issue].isNaN {
                squares += moved[place] * (members[place][issue] - root) * (members[place][issue] - root)
            }
            spread[issue] = (squares / whole).squareRoot()
            let total = moved.reduce(0, +)
            last = moved.map { $0 / total }
        }
        return (flows, spread, last)
    }
}
