public import River

/// When which gate is opened or closed, so that whole gates release about what a plan wants.
public struct GatePlan: Hashable, Sendable {
    /// One order.
    public struct Move: Hashable, Sendable {
        /// The step at whose beginning the gate moves, from 0.
        public let step: Int
        /// The number of the gate, from 1.
        public let gate: Int
        /// Whether it is opened; otherwise it is closed.
        public let opens: Bool
    }

    /// Gates open during each step.
    public let open: [Int]
    /// The orders in their order.
    public let moves: [Move]
    /// m3/s through the gates in each step at the levels given.
    public let discharge: [Double]

    /// What gates are moved for.
    public struct Wish: Hashable, Sendable {
        /// m expected in each step.
        public var levels: [Double]
        /// m3/s wanted through the gates in each step, as many as levels.
        public var discharge: [Double]
        /// Gates open before the first step.
        public var open: Int
        /// s of a step, > 0.
        public var step: Int64
        /// s since the last move before the first step.
        public var sinceMove: Int64
        /// s before the first order can be carried out: the notice time.
        public var notice: Int64
        /// Gates open in each of the first steps before the notice time, by orders of which notice has been given; after the last of
        /// them, and where there are none, gates stand as they do.
        public var announced: [Int] = []
        /// (m3/s)2 in one step that a move is worth, >= 0: the larger, the fewer moves.
        public var moveCost: Double
        /// m3/s that the turbines take in each step; empty for none. They give way where gates pass too much.
        public var turbines: [Double] = []
        /// m3/s that the turbines could take in each step; empty for no more than they do.
        public var turbineCapacity: [Double] = []

        /// Makes a wish.
        public init(
            levels: [Double], discharge: [Double], open: Int, step: Int64 = 3600, sinceMove: Int64 = .max,
            notice: Int64 = 0, moveCost: Double = 0
        ) {
            self.levels = levels
            self.discharge = discharge
            self.open = open
            self.step = step
            self.sinceMove = sinceMove
            self.notice = notice
            self.moveCost = moveCost
        }
    }

    /// The plan of least cost: the squared misses that turbines cannot make up for of all steps and the price of the moves, by dynamic programming over steps,
    /// gates open and steps since the last move (Bellman 1957). One gate moves at a time, in the order of the group, with its
    /// least spacing, none before the notice time but those of which notice has been given.
    public init(_ wish: Wish, of gates: GateGroup) {
        precondition(
            wish.levels.count == wish.discharge.count && wish.step > 0 && wish.moveCost >= 0,
            "a wish has a level for each step")
        let steps = wish.levels.count
        let spacing = Int(max(1, min((gates.leastSpacing + wish.step - 1) / wish.step, Int64(max(steps, 1)))))
        let rested = Int(min(max(0, wish.sinceMove) / wish.step, Int64(spacing)))
        let start = min(max(wish.open, 0), gates.count)
        let first = Int(min((max(0, wish.notice) + wish.step - 1) / wish.step, Int64(steps)))
        var table = GateTable(gates: gates.count, spacing: spacing, steps: steps)
        table.start(open: start, rested: rested)
        for step in 0..<steps {
            let flows = (0...gates.count).map { gates.discharge(atLevel: wish.levels[step], open: Double($0)) }
            table.advance(
                step, misses: flows.map { wish.miss(of: $0, step) },
                ordered: step < first ? wish.announced(step, of: gates.count) ?? start : nil, moveCost: wish.moveCost)
        }
        let path = table.path()
        open = path
        discharge = zip(path, wish.levels).map { gates.discharge(atLevel: $1, open: Double($0)) }
        var moves: [Move] = []
        var before = start
        for (step, count) in path.enumerated() where count != before {
            moves.append(
                Move(step: step, gate: gates.order[max(count, before) - 1], opens: count > before))
            before = count
        }
        self.moves = moves
    }
}

extension GatePlan.Wish {
    /// Gates open in a step before the notice time; nil where nothing has been announced.
    fileprivate func announced(_ step: Int, of count: Int) -> Int? {
        announced.isEmpty ? nil : max(0, min(count, announced[min(step, announced.count - 1)]))
    }

    /// What a flow through the gates costs in a step: the square of what the turbines cannot make up for, and a ten-thousandth
    /// of the square of what they can.
    fileprivate func miss(of flow: Double, _ step: Int) -> Double {
        let lack = discharge[step] - flow
        let used = turbines.indices.contains(step) ? turbines[step] : 0
        let most = turbineCapacity.indices.contains(step) ? max(used, turbineCapacity[step]) : used
        let left = lack > 0 ? max(0, lack - (most - used)) : max(0, -lack - used)
        return left * left + (used > 0 || most > 0 ? 1e-4 * lack * lack : 0)
    }
}

/// Least costs by gates open and steps since the last move, with the way back.
private struct GateTable {
    private let gates: Int
    private let spacing: Int
    private var costs: [Double]
    /// [step][state]: the state before.
    private var origins: [[Int32]] = []

    init(gates: Int, spacing: Int, steps: Int) {
        self.gates = gates
        self.spacing = spacing
        costs = Array(repeating: .infinity, count: (gates + 1) * (spacing + 1))
        origins.reserveCapacity(steps)
    }

    private func state(_ open: Int, _ rested: Int) -> Int { open * (spacing + 1) + rested }

    mutating func start(open: Int, rested: Int) { costs[state(open, rested)] = 0 }

    /// - Parameter ordered: gates open in this step, where that has been ordered before; nil where any move may be chosen.
    mutating func advance(_ step: Int, misses: [Double], ordered: Int?, moveCost: Double) {
        var next = [Double](repeating: .infinity, count: costs.count)
        var origin = [Int32](repeating: -1, count: costs.count)
        func offer(_ target: Int, _ cost: Double, from place: Int) {
            guard cost < next[target] else { return }
            next[target] = cost
            origin[target] = Int32(place)
        }
        for open in 0...gates {
            for rested in 0...spacing {
                let place = state(open, rested)
                guard costs[place].isFinite else { continue }
                if let ordered {
                    let rest = ordered == open ? min(rested + 1, spacing) : min(1, spacing)
                    offer(state(ordered, rest), costs[place] + misses[ordered], from: place)
                    continue
                }
                offer(state(open, min(rested + 1, spacing)), costs[place] + misses[open], from: place)
                guard rested >= spacing else { continue }
                for other in [open - 1, open + 1] where (0...gates).contains(other) {
                    // the step of the move counts as the first of rest
                    offer(state(other, min(1, spacing)), costs[place] + misses[other] + moveCost, from: place)
                }
            }
        }
        costs = next
        origins.append(origin)
    }

    func path() -> [Int] {
        guard !origins.isEmpty, var place = costs.indices.min(by: { costs[$0] < costs[$1] }) else { return [] }
        var path: [Int] = []
        for origin in origins.reversed() {
            path.append(place / (spacing + 1))
            place = Int(origin[place])
        }
        return path.reversed()
    }
}
