import Series

/// Writes the rows of a cascade, once for the problem itself and once with all limits movable.
struct ProgramBuilder {
    private let problem: ReleaseProblem
    private let order: VariableOrder
    private let sharedSteps: Int
    private let form: PlanForm
    private let widening: Double
    private(set) var scenario: CascadeRows
    private(set) var shared: CascadeRows
    private var generator = SeededGenerator(seed: 0)

    init(problem: ReleaseProblem, order: VariableOrder, sharedSteps: Int, form: PlanForm, widening: Double) {
        self.problem = problem
        self.order = order
        self.sharedSteps = sharedSteps
        self.form = form
        self.widening = widening
        scenario = CascadeRows(privateCount: order.privateCount, sharedCount: order.sharedCount)
        shared = CascadeRows(privateCount: 0, sharedCount: order.sharedCount, offset: order.privateCount)
    }

    /// The rows of the problem with its cost.
    mutating func build() {
        let scale = Double(problem.scenarios.count)
        for step in 0..<problem.steps {
            for place in problem.reservoirs.indices {
                addStorage(place, step)
                addRoom(place, step)
                if step < sharedSteps {
                    addChange(place, step, to: &shared, weight: problem.weights.ramp * scale)
                } else {
                    addChange(place, step, to: &scenario, weight: problem.weights.ramp)
                }
            }
        }
        guard let peak = order.peak else { return }
        scenario.addRow(label(.level, 0, 0), [(peak, 1)])
        scenario.charge(linear: problem.weights.peak)
        for step in 0..<problem.steps {
            scenario.addRow(label(.peak, 0, step), flowTerms(step) + [(peak, -1)])
            scenario.bound(1, limit: 0)
        }
    }

    private func label(_ meaning: CascadeRows.Meaning, _ reservoir: Int, _ step: Int) -> CascadeRows.Label {
        CascadeRows.Label(meaning: meaning, reservoir: reservoir, step: step)
    }

    private mutating func addStorage(_ place: Int, _ step: Int) {
        let reservoir = problem.reservoirs[place]
        scenario.addRow(label(.storage, place, step), storageTerms(place, step))
        scenario.bound(-1, limit: widening - reservoir.storageMin, as: .storageMin)
        scenario.bound(1, limit: widening + reservoir.storageMax, as: .storageMax)
        scenario.hinge(above: reservoir.storageFlood, slope: problem.weights.floodStorage)
        guard step == problem.steps - 1 else { return }
        // the size of a deviation: twice its positive part less itself
        scenario.charge(linear: -problem.weights.endStorage, from: reservoir.storageTarget)
        scenario.hinge(above: reservoir.storageTarget, slope: 2 * problem.weights.endStorage)
    }

    private mutating func addRoom(_ place: Int, _ step: Int) {
        scenario.addRow(label(.room, place, step), roomTerms(place, step))
        scenario.bound(1, limit: widening + problem.reservoirs[place].turbineMax, as: .releaseMax)
    }

    private func addChange(_ place: Int, _ step: Int, to rows: inout CascadeRows, weight: Double) {
        rows.addRow(label(.release, place, step), releaseTerms(place, step))
        rows.bound(-1, limit: 0, as: .releaseMin)
        let limit = problem.reservoirs[place].rampMax
        rows.addRow(label(.ramp, place, step), releaseTerms(place, step) + releaseTerms(place, step - 1, -1))
        rows.bound(-1, limit: widening + limit, as: .rampMax)
        rows.bound(1, limit: widening + limit, as: .rampMax)
        switch form {
        case .quadratic: rows.charge(quadratic: 2 * weight)
        case .linear:
            rows.charge(linear: -weight)
            rows.hinge(above: 0, slope: 2 * weight)
        }
    }

    // MARK: - Terms

    private func cumulative(_ place: Int, _ step: Int, _ factor: Double) -> [(Int, Double)] {
        step < 0 ? [] : [(order.variables[place][step], factor)]
    }

    private func releaseTerms(_ place: Int, _ step: Int, _ factor: Double = 1) -> [(Int, Double)] {
        step < 0 ? [] : cumulative(place, step, factor) + cumulative(place, step - 1, -factor)
    }

    private func storageTerms(_ place: Int, _ step: Int, _ factor: Double = 1) -> [(Int, Double)] {
        let unit = problem.storagePerFlowStep * factor
        var terms = cumulative(place, step, -unit)
        guard step >= 0 else { return terms }
        for link in problem.links where link.to == .reservoir(place) {
            for term in link.kernel { terms += cumulative(link.from, step - term.lag, unit * term.weight) }
        }
        return terms
    }

    private func roomTerms(_ place: Int, _ step: Int) -> [(Int, Double)] {
        releaseTerms(place, step) + storageTerms(place, step - 1, -problem.reservoirs[place].spillPerStorage)
    }

    private func flowTerms(_ step: Int) -> [(Int, Double)] {
        problem.links.filter { $0.to == .controlPoint }.flatMap { link in
            link.kernel.flatMap { releaseTerms(link.from, step - $0.lag, $0.weight) }
        }
    }

    // MARK: - Movable limits

    /// The rows in which every limit is moved by the relaxation times a scale of its own.
    mutating func relax(seed: UInt64) {
        guard let relaxation = order.relaxation else { return }
        generator = SeededGenerator(seed: seed)
        for step in 0..<problem.steps {
            for (place, reservoir) in problem.reservoirs.enumerated() {
                let held = max(reservoir.storageMax - reservoir.storageMin, problem.storagePerFlowStep)
                let flow = max(reservoir.turbineMax, reservoir.rampMax, 1e-3 * held / problem.storagePerFlowStep)
                let storage = storageTerms(place, step)
                addMovable(.storage, place, step, storage, -1, -reservoir.storageMin, .storageMin, held)
                addMovable(.storage, place, step, storage, 1, reservoir.storageMax, .storageMax, held)
                addMovable(.room, place, step, roomTerms(place, step), 1, reservoir.turbineMax, .releaseMax, flow)
                addMovable(.release, place, step, releaseTerms(place, step), -1, 0, .releaseMin, flow)
                let change = releaseTerms(place, step) + releaseTerms(place, step - 1, -1)
                addMovable(.ramp, place, step, change, -1, reservoir.rampMax, .rampMax, flow)
                addMovable(.ramp, place, step, change, 1, reservoir.rampMax, .rampMax, flow)
            }
        }
        shared.addRow(label(.level, 0, 0), [(relaxation, 1)])
        shared.charge(linear: 1)
        shared.bound(-1, limit: 1)
    }

    private mutating func addMovable(
        _ meaning: CascadeRows.Meaning, _ place: Int, _ step: Int, _ terms: [(Int, Double)], _ sign: Double,
        _ limit: Double, _ name: PlanLimit, _ scale: Double
    ) {
        guard let relaxation = order.relaxation else { return }
        let move = scale * (1 + generator.nextUnit())
        let row = terms + [(relaxation, -sign * move)]
        let isShared = step < sharedSteps && (meaning == .ramp || meaning == .release)
        if isShared {
            shared.addRow(label(meaning, place, step), row)
            shared.bound(sign, limit: limit, as: name)
        } else {
            scenario.addRow(label(meaning, place, step), row)
            scenario.bound(sign, limit: limit, as: name)
        }
    }
}
