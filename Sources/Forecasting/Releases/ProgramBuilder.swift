import Series

/// Writes the rows of a cascade, once for the problem itself and once with all limits movable.
struct ProgramBuilder {
    private let problem: ReleaseProblem
    private let order: VariableOrder
    private let tree: StageTree
    private let form: PlanForm
    private let widening: Double
    private(set) var scenario: CascadeRows
    /// Rows of the shared variables of each level, with what they cost one scenario.
    private(set) var levels: [CascadeRows]
    private var generator = SeededGenerator(seed: 0)

    init(problem: ReleaseProblem, order: VariableOrder, tree: StageTree, form: PlanForm, widening: Double) {
        self.problem = problem
        self.order = order
        self.tree = tree
        self.form = form
        self.widening = widening
        scenario = CascadeRows(privateCount: order.privateCount, sharedCount: order.sharedCount)
        levels = tree.untils.map { until in
            let later = problem.reservoirs.count * (tree.sharedSteps - until)
            return CascadeRows(
                privateCount: 0, sharedCount: order.sharedCount - later, offset: order.privateCount + later)
        }
    }

    /// The rows of the problem with its cost.
    mutating func build() {
        for step in 0..<problem.steps {
            let level = tree.level(ofStep: step)
            for place in problem.reservoirs.indices {
                addStorage(place, step)
                addRoom(place, step)
                let change = change(place, step)
                if let level { levels[level].add(change, form) } else { scenario.add(change, form) }
            }
        }
        for (point, place) in problem.flowPoints.enumerated() { addFlows(point, place) }
    }

    /// What the flows at a point cost: the highest of them, that of the worst scenarios, and what goes beyond thresholds.
    private mutating func addFlows(_ point: Int, _ place: FlowPoint) {
        if let peak = order.peaks[point] {
            scenario.addRow(label(.level, 0, 0), [(peak, 1)])
            // without a tail of its own the only scenario is the worst
            scenario.charge(linear: place.peakWeight + (order.tails[point] == nil ? place.tailWeight : 0))
            for step in 0..<problem.steps {
                scenario.addRow(label(.peak, point, step), flowTerms(place, step) + [(peak, -1)])
                scenario.bound(1, limit: 0)
            }
            if let tail = order.tails[point] {
                // least over `tail` of: tail + mean of max(0, peak - tail) / share (Rockafellar and Uryasev 2000)
                scenario.addRow(label(.tail, point, 0), [(peak, 1), (tail, -1)])
                scenario.hinge(above: 0, slope: place.tailWeight / problem.tailShare)
                levels[0].addRow(label(.level, 0, 0), [(tail, 1)])
                levels[0].charge(linear: place.tailWeight)
            }
        }
        let thresholds = place.thresholds.filter { $0.weight > 0 }
        guard !thresholds.isEmpty else { return }
        for step in 0..<problem.steps {
            scenario.addRow(label(.flow, point, step), flowTerms(place, step))
            for threshold in thresholds { scenario.hinge(above: threshold.flow, slope: threshold.weight) }
        }
    }

    private func label(_ meaning: CascadeRows.Meaning, _ reservoir: Int, _ step: Int) -> CascadeRows.Label {
        CascadeRows.Label(meaning: meaning, reservoir: reservoir, step: step)
    }

    private func roomLabel(_ reservoir: Int, _ step: Int, _ piece: Int) -> CascadeRows.Label {
        CascadeRows.Label(meaning: .room, reservoir: reservoir, step: step, piece: piece)
    }

    private mutating func addStorage(_ place: Int, _ step: Int) {
        let reservoir = problem.reservoirs[place]
        scenario.addRow(label(.storage, place, step), storageTerms(place, step))
        let (lowest, highest) = reservoir.storageRange(step)
        scenario.bound(-1, limit: widening - lowest, as: .storageMin)
        scenario.bound(1, limit: widening + highest, as: .storageMax)
        scenario.hinge(above: reservoir.storageFlood, slope: problem.weights.floodStorage)
        if let safe = reservoir.storageSafe { scenario.hinge(above: safe, slope: problem.weights.safety) }
        guard step == problem.steps - 1 else { return }
        // the size of a deviation: twice its positive part less itself
        scenario.charge(linear: -problem.weights.endStorage, from: reservoir.storageTarget)
        scenario.hinge(above: reservoir.storageTarget, slope: 2 * problem.weights.endStorage)
    }

    private mutating func addRoom(_ place: Int, _ step: Int) {
        let reservoir = problem.reservoirs[place]
        for (piece, bound) in reservoir.spillBounds.enumerated() {
            scenario.addRow(roomLabel(place, step, piece), roomTerms(place, step, bound))
            scenario.bound(1, limit: widening + reservoir.flowMax(step), as: .releaseMax)
        }
    }

    private func change(_ place: Int, _ step: Int) -> CascadeRows.Change {
        let release = releaseTerms(place, step)
        return CascadeRows.Change(
            place: place, step: step, release: release, change: release + releaseTerms(place, step - 1, -1),
            least: problem.reservoirs[place].releaseMin, most: widening + problem.reservoirs[place].changeMax(step),
            weight: problem.weights.ramp)
    }

    // MARK: - Terms

    private func cumulative(_ place: Int, _ step: Int, _ factor: Double) -> [(variable: Int, coefficient: Double)] {
        step < 0 ? [] : [(order.variables[place][step], factor)]
    }

    private func releaseTerms(_ place: Int, _ step: Int, _ factor: Double = 1) -> [(variable: Int, coefficient: Double)]
    {
        step < 0 ? [] : cumulative(place, step, factor) + cumulative(place, step - 1, -factor)
    }

    private func storageTerms(_ place: Int, _ step: Int, _ factor: Double = 1) -> [(variable: Int, coefficient: Double)]
    {
        let unit = problem.storagePerFlowStep * factor
        var terms = cumulative(place, step, -unit)
        guard step >= 0 else { return terms }
        for link in problem.links where link.to == .reservoir(place) {
            for term in link.kernel { terms += cumulative(link.from, step - term.lag, unit * term.weight) }
        }
        return terms
    }

    private func roomTerms(_ place: Int, _ step: Int, _ piece: ReleaseProblem.SpillPiece) -> [(
        variable: Int, coefficient: Double
    )] {
        releaseTerms(place, step) + storageTerms(place, step - 1, -piece.perStorage)
    }

    private func flowTerms(_ place: FlowPoint, _ step: Int) -> [(variable: Int, coefficient: Double)] {
        problem.links.filter { $0.to == place.destination }.flatMap { link in
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
                let (lowest, highest) = reservoir.storageRange(step)
                addMovable(label(.storage, place, step), storage, -1, -lowest, .storageMin, held)
                addMovable(label(.storage, place, step), storage, 1, highest, .storageMax, held)
                for (piece, bound) in reservoir.spillBounds.enumerated() {
                    addMovable(
                        roomLabel(place, step, piece), roomTerms(place, step, bound), 1, reservoir.flowMax(step),
                        .releaseMax, flow)
                }
                addMovable(
                    label(.release, place, step), releaseTerms(place, step), -1, -reservoir.releaseMin, .releaseMin,
                    flow)
                let change = releaseTerms(place, step) + releaseTerms(place, step - 1, -1)
                addMovable(label(.ramp, place, step), change, -1, reservoir.changeMax(step), .rampMax, flow)
                addMovable(label(.ramp, place, step), change, 1, reservoir.changeMax(step), .rampMax, flow)
            }
        }
        levels[0].addRow(label(.level, 0, 0), [(relaxation, 1)])
        levels[0].charge(linear: 1)
        levels[0].bound(-1, limit: 1)
    }

    private mutating func addMovable(
        _ label: CascadeRows.Label, _ terms: [(Int, Double)], _ sign: Double, _ limit: Double, _ name: PlanLimit,
        _ scale: Double
    ) {
        guard let relaxation = order.relaxation else { return }
        let move = scale * (1 + generator.nextUnit())
        let row = terms + [(relaxation, -sign * move)]
        if label.meaning == .ramp || label.meaning == .release, let level = tree.level(ofStep: label.step) {
            levels[level].addRow(label, row)
            levels[level].bound(sign, limit: limit, as: name)
        } else {
            scenario.addRow(label, row)
            scenario.bound(sign, limit: limit, as: name)
        }
    }
}

extension ReleaseProblem.Reservoir {
    /// Lowest and highest storage at the end of a step, moved in as far as ``tightening`` says.
    func storageRange(_ step: Int) -> (lowest: Double, highest: Double) {
        (
            storageMin + ReleaseProblem.Tightening.amount(tightening.storageMin, step),
            storageMax - ReleaseProblem.Tightening.amount(tightening.storageMax, step)
        )
    }

    /// Largest change of the release at a step.
    func changeMax(_ step: Int) -> Double { rampMax - ReleaseProblem.Tightening.amount(tightening.rampMax, step) }

    /// What a release may be above the largest spill.
    func flowMax(_ step: Int) -> Double {
        turbineMax - ReleaseProblem.Tightening.amount(tightening.releaseMax, step)
    }
}
