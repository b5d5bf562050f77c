import Series

/// What smaller or later releases of neighbours would be worth, each by planning again.
struct NeighbourQuestions: Sendable {
    private let cascade: PlannedCascade
    private let intentions: [ReleaseIntention]
    private let variants: [(intention: Int, change: ReleaseAdvice.CounterProposal.Change)]

    /// - Parameter cascade: without the announced releases.
    init(_ cascade: PlannedCascade, _ intentions: [ReleaseIntention], _ questions: AdviceMaker.Questions) {
        let count = min(cascade.members.count, max(0, questions.members))
        self.cascade = cascade.keeping(members: (0..<count).map { $0 * cascade.members.count / count })
        self.intentions = intentions
        variants = intentions.enumerated().flatMap { number, intention in
            let largest = intention.flow.max() ?? 0
            let less = questions.smaller.compactMap { share -> ReleaseAdvice.CounterProposal.Change? in
                let amount = min(largest, max(10, (share * largest / 10).rounded() * 10))
                return amount > 0 ? .less(amount) : nil
            }
            let later = questions.later.filter { $0 > 0 && largest > 0 }
                .map { ReleaseAdvice.CounterProposal.Change.later($0) }
            return (less + later).map { (number, $0) }
        }
    }

    func proposals(loop: @escaping ParallelLoop) -> [ReleaseAdvice.CounterProposal] {
        guard !variants.isEmpty, !cascade.members.isEmpty, let base = plan(intentions, loop: loop) else { return [] }
        let found = concurrentMap(variants.count, loop: loop) { [self] place in
            proposal(variants[place].intention, variants[place].change, base)
        }
        return found.compactMap { $0 }.sorted { $0.saving > $1.saving }
    }

    private func plan(
        _ intentions: [ReleaseIntention],
        loop: @escaping ParallelLoop = { count, body in for index in 0..<count { body(index) } }
    ) -> ReleasePlan? {
        let problem = cascade.adding(intentions).problem
        guard problem.firstFault == nil,
            case .solved(let plan) = ReleasePlanner(problem, form: .quadratic, loop: loop).plan()
        else { return nil }
        return plan
    }

    /// A change that helps by more than plans are proven to; nil otherwise.
    private func proposal(
        _ number: Int, _ change: ReleaseAdvice.CounterProposal.Change, _ base: ReleasePlan
    ) -> ReleaseAdvice.CounterProposal? {
        let intention = intentions[number]
        var others = intentions
        switch change {
        case .less(let amount): others[number] = intention.lowered(by: amount)
        case .later(let time): others[number] = intention.delayed(by: Int((time + cascade.step - 1) / cascade.step))
        }
        guard let plan = plan(others) else { return nil }
        let cost = max(base.objective.magnitude, ReleasePlan.leastUnit)
        let saving = (base.objective - plan.objective) / cost
        guard saving > 2 * ReleasePlanner.provenGap else { return nil }
        let begin = intention.flow.firstIndex { $0 > 0 } ?? 0
        let unit = PlannedCascade.flowUnit
        return ReleaseAdvice.CounterProposal(
            plant: intention.plant, party: intention.party, change: change, from: cascade.time(ofStep: begin),
            towns: cascade.towns.indices.map { place in
                Forecasting.change(
                    at: place, of: cascade, from: base.review.townPeaks[place].map { $0 * unit },
                    to: plan.review.townPeaks[place].map { $0 * unit })
            },
            saving: saving, priced: priced(number, others[number], change, base).map { $0 / cost })
    }

    /// What less water is worth by its price.
    private func priced(
        _ number: Int, _ other: ReleaseIntention, _ change: ReleaseAdvice.CounterProposal.Change, _ base: ReleasePlan
    ) -> Double? {
        let intention = intentions[number]
        guard case .less = change else { return nil }
        let less = zip(intention.flow, other.flow).map { $0 - $1 }
        var sum = 0.0
        for arrival in intention.arrivals {
            let water = arrival.arriving(less)
            for member in cascade.members.indices {
                let prices: [Double]
                switch arrival.at {
                case .plant(let place): prices = base.inflowPrices.reservoirs[member][place]
                // the control point comes before the towns
                case .town(let place): prices = base.inflowPrices.points[member][1 + place]
                }
                let share = cascade.share(of: intention, number: number, member: member) / PlannedCascade.flowUnit
                sum += zip(prices, water).reduce(0) { $0 + share * $1.0 * $1.1 }
            }
        }
        return sum
    }
}
