/// Skill of forecasts of one lead against persistence, and of crests.
public enum LeadSkill {
    /// Persistence index: 1 - MSE / MSE of the last known value (Kitanidis and Bras 1980); nil when persistence makes no error.
    ///
    /// - Parameters:
    ///   - observed: at the valid times.
    ///   - forecast: for the valid times.
    ///   - known: at the issue times.
    public static func persistenceIndex(observed: [Double], forecast: [Double], known: [Double]) -> Double? {
        precondition(observed.count == forecast.count && known.count == observed.count, "three of a kind")
        var (own, other) = (0.0, 0.0)
        for place in observed.indices {
            own += (forecast[place] - observed[place]) * (forecast[place] - observed[place])
            other += (known[place] - observed[place]) * (known[place] - observed[place])
        }
        return other > 0 ? 1 - own / other : nil
    }

    /// One flood in both series.
    public struct Peak: Hashable, Sendable {
        /// Place of the observed crest.
        public let place: Int
        /// The observed crest.
        public let observed: Double
        /// The largest simulated value within the window around it.
        public let simulated: Double
        /// Steps by which the simulated crest comes later.
        public let delay: Int

        /// Simulated minus observed in percent of observed.
        public var percentError: Double { 100 * (simulated - observed) / observed }
    }

    /// The crests of observed floods: runs above the threshold, those less than `gap` steps apart being one.
    ///
    /// - Parameter window: steps before and after the observed crest in which the simulated one is looked for.
    public static func peaks(
        observed: [Double], simulated: [Double], threshold: Double, gap: Int, window: Int
    ) -> [Peak] {
        precondition(observed.count == simulated.count && gap >= 0 && window >= 0, "pairs come in pairs")
        var crests: [Int] = []
        var last = Int.min
        for place in observed.indices where observed[place] > threshold {
            if let crest = crests.last, place - last <= gap {
                if observed[place] > observed[crest] { crests[crests.count - 1] = place }
            } else {
                crests.append(place)
            }
            last = place
        }
        return crests.map { crest in
            let near = max(0, crest - window)...min(observed.count - 1, crest + window)
            var best = near.lowerBound
            for place in near where simulated[place] > simulated[best] { best = place }
            return Peak(place: crest, observed: observed[crest], simulated: simulated[best], delay: best - crest)
        }
    }
}
