import Series

extension ReleaseProblem {
    /// A made cascade for tests and benchmarks: 1 to 8 reservoirs, 1 to 51 scenarios, loose or tight, with limits that meet,
    /// with weights of zero, with too much water, with stages. Equal seeds make equal problems.
    public static func made(seed: UInt64) -> ReleaseProblem {
        var maker = CascadeMaker(seed: seed)
        return maker.make()
    }
}

/// Draws a cascade number by number.
private struct CascadeMaker {
    private var generator: SeededGenerator
    private let seed: UInt64
    /// Whether numbers are multiples of a quarter, which makes many limits meet.
    private var isCoarse = false

    init(seed: UInt64) {
        self.seed = seed
        generator = SeededGenerator(seed: seed)
    }

    private mutating func whole(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + min(range.count - 1, Int(generator.nextUnit() * Double(range.count)))
    }

    private mutating func chance(_ share: Double) -> Bool { generator.nextUnit() < share }

    private mutating func number(_ low: Double, _ high: Double) -> Double {
        let value = low + (high - low) * generator.nextUnit()
        return isCoarse ? (value * 4).rounded() / 4 : value
    }

    mutating func make() -> ReleaseProblem {
        isCoarse = chance(0.4)
        let reservoirs = whole(1...8)
        let scenarios = chance(0.4) ? 1 : chance(0.7) ? whole(2...8) : whole(9...51)
        let steps = whole(1...(scenarios > 8 ? 16 : 40))
        let shared = chance(0.2) ? 0 : chance(0.1) ? steps : whole(0...steps)
        let unit = isCoarse ? 2 : number(0.5, 4)
        let made = (0..<reservoirs).map { reservoir("R\($0 + 1)", unit) }
        let links = (0..<reservoirs).compactMap { link(from: $0, of: reservoirs) }
        var problem = ReleaseProblem(
            name: "made-\(seed)", steps: steps, sharedSteps: shared, storagePerFlowStep: unit, reservoirs: made,
            links: links, controlPoint: "D", weights: weights(),
            scenarios: futures(scenarios, reservoirs: made, steps: steps))
        if scenarios > 2, chance(0.4) { problem.stages = stages(of: problem) }
        return problem
    }

    /// One or two stages, in which every scenario joins one of a few groups.
    private mutating func stages(of problem: ReleaseProblem) -> [ReleaseProblem.Stage] {
        var stages: [ReleaseProblem.Stage] = []
        var (until, before) = (problem.sharedSteps, [Int](repeating: 0, count: problem.scenarios.count))
        for _ in 0..<whole(1...2) where until < problem.steps {
            until = whole(until + 1...problem.steps)
            let most = whole(1...4)
            before = before.map { $0 * 4 + whole(1...most) - 1 }
            stages.append(.init(until: until, groups: before))
        }
        return stages
    }

    private mutating func reservoir(_ id: String, _ unit: Double) -> ReleaseProblem.Reservoir {
        let isTight = chance(0.1)
        let low = number(0, 50)
        let height = chance(0.005) ? 0 : number(isTight ? 10 : 60, isTight ? 60 : 400)
        let start = chance(0.005) ? low + height + number(0, 5) : low + height * (0.2 + 0.6 * generator.nextUnit())
        let turbine = chance(0.02) ? 0 : number(2, 6)
        return ReleaseProblem.Reservoir(
            id: id, storageMin: low, storageFlood: low + height * (chance(0.1) ? 1.2 : generator.nextUnit()),
            storageMax: low + height, storageStart: start, storageTarget: low + height * generator.nextUnit(),
            turbineMax: turbine, spillPerStorage: chance(0.1) ? 0 : number(0.25, isCoarse ? 1 : 0.5) / (10 * unit),
            rampMax: chance(0.01) ? 0 : number(isTight ? 0.25 : 0.5, isTight ? 1 : 8),
            releaseBefore: number(0, chance(0.03) ? 4 : 0.8 * turbine))
    }

    private mutating func link(from place: Int, of count: Int) -> ReleaseProblem.Link? {
        if chance(0.05) { return nil }
        let goesOn = place + 1 < count && chance(0.7)
        let to: ReleaseProblem.Destination = goesOn ? .reservoir(whole(place + 1...count - 1)) : .controlPoint
        let terms = whole(1...4)
        let lag = whole(0...5)
        var weights = (0..<terms).map { _ in number(0.25, 1) }
        let sum = weights.reduce(0, +)
        weights = weights.map { $0 / sum }
        return ReleaseProblem.Link(
            from: place, to: to, kernel: weights.enumerated().map { .init(lag: lag + $0, weight: $1) })
    }

    private mutating func weights() -> ReleaseProblem.Weights {
        ReleaseProblem.Weights(
            peak: chance(0.1) ? 0 : number(1, 100), floodStorage: chance(0.2) ? 0 : generator.nextUnit() * 0.1,
            endStorage: chance(0.2) ? 0 : generator.nextUnit() * 0.5, ramp: chance(0.2) ? 0 : generator.nextUnit())
    }

    private mutating func futures(
        _ count: Int, reservoirs: [ReleaseProblem.Reservoir], steps: Int
    ) -> [ReleaseProblem.Scenario] {
        let isWet = chance(0.08)
        let bases = (0...reservoirs.count).map { _ in number(0, 1.5) }
        let peaks = (0...reservoirs.count).map { _ in number(0.5, isWet ? 15 : 4) }
        let times = (0...reservoirs.count).map { _ in 1 + generator.nextUnit() * Double(steps) }
        return (0..<count).map { _ in
            let factor = 0.6 + 0.8 * generator.nextUnit()
            let series = (0...reservoirs.count).map { site in
                (0..<steps).map { step in
                    let distance = (Double(step) - times[site]) / (2 + 0.2 * Double(steps))
                    let value = bases[site] + factor * peaks[site] / (1 + distance * distance)
                    return isCoarse ? (value * 4).rounded() / 4 : value
                }
            }
            return ReleaseProblem.Scenario(
                inflow: Array(series.dropLast()), controlInflow: series[reservoirs.count])
        }
    }
}
