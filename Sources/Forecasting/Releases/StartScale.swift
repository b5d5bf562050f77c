/// Where the iteration of one scenario begins.
struct StartPoint {
    /// In the order of the program's variables.
    private(set) var values: [Double]

    init(_ program: CascadeProgram, from point: [[Double]]?) {
        values = [Double](repeating: 0, count: program.ranges.count)
        for (reservoir, places) in program.variables.enumerated() {
            let release = program.problem.reservoirs[reservoir].releaseBefore
            for (step, place) in places.enumerated() {
                values[place] = point?[reservoir][step] ?? release * Double(step + 1)
            }
        }
    }
}

/// Natural sizes of the quantities of a problem, for a start that is neither too near to a limit nor far from all.
struct StartScale {
    /// Flow at the control point.
    let flow: Double
    /// Product of slack and multiplier.
    let centre: Double
    private let problem: ReleaseProblem

    init(_ program: CascadeProgram) {
        problem = program.problem
        var highest = problem.scenarios.reduce(0.0) { highest, scenario in
            (scenario.townInflow + [scenario.controlInflow]).joined().reduce(highest) { max($0, $1.magnitude) }
        }
        for reservoir in problem.reservoirs { highest += reservoir.turbineMax + reservoir.rampMax }
        flow = max(highest, 1e-3)
        let steps = Double(problem.steps)
        let weights = problem.weights
        let storage = problem.reservoirs.reduce(0.0) { max($0, $1.storageMax - $1.storageMin) }
        centre =
            program.relaxation != nil
            ? 1 / steps
            : max(
                problem.flowPoints.reduce(0) { max($0, $1.peakWeight + $1.tailWeight) } * flow / steps,
                weights.endStorage * storage / steps,
                1e-3 * weights.floodStorage * storage, 1e-3 * weights.safety * storage,
                weights.ramp * flow / steps, 1e-9)
    }

    func leastSlacks(of rows: CascadeRows) -> [Double] {
        var result: [Double] = []
        for row in 0..<rows.count {
            let label = rows.labels[row]
            for _ in Int(rows.boundStarts[row])..<Int(rows.boundStarts[row + 1]) {
                // a row of a flow point has its place where others have that of a reservoir
                let reservoir = problem.reservoirs[label.meaning == .peak ? 0 : label.reservoir]
                let floor: Double
                switch label.meaning {
                case .storage: floor = 0.1 * (reservoir.storageMax - reservoir.storageMin)
                case .release, .room: floor = 0.1 * max(reservoir.turbineMax, reservoir.rampMax)
                case .ramp: floor = 0.5 * reservoir.rampMax
                case .peak: floor = 0.1 * flow
                case .level, .flow, .tail: floor = 1
                }
                result.append(max(floor, 1e-4 * flow))
            }
        }
        return result
    }
}
