import River

/// What is added to a simulation at a gauge, lead by lead: the error at issue, damped, and the spread that is left.
///
/// Fitted to the simulation of the time before the issue with the rain that fell (``ErrorUpdate``): what the forecast of rain misses is
/// the members' matter, so that the spread here is that of the models alone.
struct LeadCorrection {
    /// The error at issue, root of m3/s.
    let error: Double
    /// Whether there was enough to fit to; otherwise damping and spread are judged.
    let isFitted: Bool
    /// [step after the issue]
    let damping: [Double]
    /// Standard deviation, root of m3/s, [step after the issue].
    let spread: [Double]

    /// Steps that are fitted; between them the line is straight.
    private static let leads = [1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 72, 96, 120, 168, 240]
    /// Steps after which an error has lost two thirds where nothing could be fitted; judged.
    private static let memory = 24.0
    /// Times without which nothing is fitted.
    private static let least = 72
    /// Steps for which the newest reading stands for the issue.
    private static let patience = 12

    /// Fits; nil where there is no reading shortly before the issue.
    ///
    /// - Parameters:
    ///   - simulated: m3/s, one a step up to the issue.
    ///   - observed: m3/s, one a step up to the issue; nil where nothing was read.
    ///   - horizon: steps after the issue.
    init?(simulated: [Double], observed: [Double?], horizon: Int) {
        let last = simulated.count - 1
        guard let newest = observed.lastIndex(where: { $0 != nil }), last - newest <= LeadCorrection.patience,
            let reading = observed[newest]
        else { return nil }
        let roots = simulated.map(\.flowRoot)
        let truth = observed.map { $0?.flowRoot ?? .nan }
        let age = last - newest
        var points: [(lead: Int, damping: Double, spread: Double)] = [(0, 1, 0)]
        var isFitted = true
        // Leads up to the first one that reaches the last step asked for.
        let reach = LeadCorrection.leads.firstIndex { $0 >= horizon + age } ?? LeadCorrection.leads.count - 1
        for lead in LeadCorrection.leads[...reach] {
            guard let fit = LeadCorrection.fit(roots, truth, lead) else {
                isFitted = points.count > 1
                break
            }
            points.append((lead, fit.damping, fit.spread))
        }
        if points.count == 1 {
            let typical = max(1, reading).squareRoot()
            points += LeadCorrection.leads.map { lead in
                let kept = Elementary.exp(-Double(lead) / LeadCorrection.memory)
                return (lead, kept, 0.15 * typical * (1 - kept))
            }
        }
        self.isFitted = isFitted
        error = reading.flowRoot - roots[newest]
        damping = (1...horizon).map { LeadCorrection.value(points, at: $0 + age, \.damping) }
        spread = (1...horizon).map { LeadCorrection.value(points, at: $0 + age, \.spread) }
    }

    private static func fit(_ roots: [Double], _ truth: [Double], _ lead: Int) -> (damping: Double, spread: Double)? {
        let count = roots.count
        guard count - lead >= least else { return nil }
        let later = roots[lead...] + [Double](repeating: .nan, count: lead)
        let outcome = truth[lead...] + [Double](repeating: .nan, count: lead)
        guard
            let update = ErrorUpdate(
                now: roots, later: Array(later), observed: truth, outcome: Array(outcome), times: Array(0..<count),
                least: least)
        else { return nil }
        var (squares, number) = (0.0, 0.0)
        for (root, came) in zip(update.roots, outcome) where !(root + came).isNaN {
            squares += (root - came) * (root - came)
            number += 1
        }
        return (update.damping, (squares / max(1, number)).squareRoot())
    }

    private static func value(
        _ points: [(lead: Int, damping: Double, spread: Double)], at lead: Int,
        _ part: KeyPath<(lead: Int, damping: Double, spread: Double), Double>
    ) -> Double {
        guard let upper = points.firstIndex(where: { $0.lead >= lead }), upper > 0 else {
            return points[lead <= 0 ? 0 : points.count - 1][keyPath: part]
        }
        let (low, high) = (points[upper - 1], points[upper])
        let share = Double(lead - low.lead) / Double(high.lead - low.lead)
        return low[keyPath: part] + share * (high[keyPath: part] - low[keyPath: part])
    }

    /// m3/s of a trace after the issue.
    ///
    /// - Parameter deviate: the member's standard normal number.
    func applied(to flows: [Double], deviate: Double) -> [Double] {
        zip(flows, zip(damping, spread)).map { flow, parts in
            let root = max(0, flow.flowRoot + parts.0 * error + parts.1 * deviate)
            return root * root
        }
    }
}
