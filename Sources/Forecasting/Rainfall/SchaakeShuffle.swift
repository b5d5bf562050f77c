/// Puts the members of independently corrected ensembles in the order that past days had, so that neighbouring places and steps
/// go together again as they do in nature.
///
/// Each place and step keeps its values; only which member has which changes: the member that follows a past day gets, everywhere, the
/// rank that this day had there. Source: Clark et al. (2004), J. Hydrometeorol. 5, 243-262.
public enum SchaakeShuffle {
    /// The ensembles in the order of past days.
    ///
    /// - Parameters:
    ///   - ensembles: [variable][member]; a variable is one place at one step.
    ///   - history: [variable][day], as many days as there are members; equal values rank in the order of days.
    /// - Returns: [variable][member], each a permutation of what came in.
    public static func shuffled(_ ensembles: [[Double]], history: [[Double]]) -> [[Double]] {
        precondition(ensembles.count == history.count, "a history for each variable")
        return zip(ensembles, history).map { members, days in
            precondition(members.count == days.count, "a past day for each member")
            let sorted = members.sorted()
            let order = days.indices.sorted { (days[$0], $0) < (days[$1], $1) }
            var result = members
            for (rank, day) in order.enumerated() { result[day] = sorted[rank] }
            return result
        }
    }
}
