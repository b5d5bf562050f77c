/// A place where flows count: the control point first, then the towns.
struct FlowPoint {
    let destination: ReleaseProblem.Destination
    let peakWeight: Double
    let tailWeight: Double
    let thresholds: [ReleaseProblem.Town.Threshold]
}

extension ReleaseProblem {
    /// The places where flows count: the control point, then the towns.
    var flowPoints: [FlowPoint] {
        [
            FlowPoint(
                destination: .controlPoint, peakWeight: weights.peak, tailWeight: weights.tail, thresholds: [])
        ]
            + towns.enumerated().map { place, town in
                FlowPoint(
                    destination: .town(place), peakWeight: town.peakWeight, tailWeight: town.tailWeight,
                    thresholds: town.thresholds)
            }
    }

    /// What comes to a flow point past all reservoirs: [step].
    func inflow(toPoint point: Int, scenario: Int) -> [Double] {
        point == 0 ? scenarios[scenario].controlInflow : scenarios[scenario].townInflow[point - 1]
    }

    /// The mean of the largest values of a share of them: of equal shares of probability the worst, the last one in part.
    ///
    /// - Parameters:
    ///   - values: one of each scenario, at least one.
    ///   - share: above 0, at most 1.
    static func tailMean(_ values: [Double], share: Double) -> Double {
        let sorted = values.sorted(by: >)
        var left = share * Double(sorted.count)
        var sum = 0.0
        for value in sorted where left > 0 {
            sum += min(1, left) * value
            left -= 1
        }
        return sum / (share * Double(sorted.count))
    }
}
