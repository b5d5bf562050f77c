extension CascadeProgram {
    /// What one more unit of inflow would cost, from the multipliers of the rows in which inflow is a constant: storages from
    /// its step on, the largest releases after it, flows at the points during it.
    func inflowPrices(of result: InteriorPointResult) -> InflowPrices {
        let found = zip(result.multipliers, result.hingeMultipliers).map { inflowPrices($0, $1) }
        return InflowPrices(reservoirs: found.map(\.reservoirs), points: found.map(\.points))
    }

    private func inflowPrices(
        _ multipliers: [Double], _ hinges: [Double]
    ) -> (reservoirs: [[Double]], points: [[Double]]) {
        let empty = [Double](repeating: 0, count: problem.steps)
        var storages = problem.reservoirs.map { _ in empty }
        var rooms = storages
        var points = problem.flowPoints.map { _ in empty }
        let rows = scenarioRows
        let share = 1 / Double(problem.scenarios.count)
        for row in 0..<rows.count {
            var slope = rows.linear[row]
            for bound in Int(rows.boundStarts[row])..<Int(rows.boundStarts[row + 1]) {
                slope += rows.boundSigns[bound] * multipliers[bound]
            }
            for hinge in Int(rows.hingeStarts[row])..<Int(rows.hingeStarts[row + 1]) { slope += hinges[hinge] }
            let label = rows.labels[row]
            switch label.meaning {
            case .storage: storages[label.reservoir][label.step] += share * slope
            case .room:
                let piece = problem.reservoirs[label.reservoir].spillBounds[label.piece]
                rooms[label.reservoir][label.step] -= share * slope * piece.perStorage
            case .peak, .flow: points[label.reservoir][label.step] += share * slope
            case .release, .ramp, .tail, .level: break
            }
        }
        let reservoirs = problem.reservoirs.indices.map { place -> [Double] in
            var prices = empty
            var sum = 0.0
            for step in (0..<problem.steps).reversed() {
                // the room of a step is that at the storage before it
                if step + 1 < problem.steps { sum += rooms[place][step + 1] }
                sum += storages[place][step]
                prices[step] = problem.storagePerFlowStep * sum
            }
            return prices
        }
        return (reservoirs, points)
    }
}
