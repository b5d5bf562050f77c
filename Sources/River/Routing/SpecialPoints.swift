/// What stands at a point of a network in the place of a reach.
public enum PointKind: Sendable {
    /// A lake or reservoir with a horizontal surface, and the level at which it starts; nil for the level at which as much
    /// leaves as enters.
    case pool(LevelPool, startLevel: Double?)
    /// The same with gates, whose openings in m are given as a hydrograph; the first belongs to the start of the run.
    case gated(GatedPool, startLevel: Double?, startOpening: Double)
    /// A hydrograph from elsewhere: a gauge, another machine, a partner. Its first value belongs to the start of the run.
    case given(start: Double)

    /// Whether a series is given for it.
    var isFed: Bool { if case .pool = self { false } else { true } }
}

/// The points of a network that are no reaches, by canonical number.
struct SpecialPoints: Sendable {
    let kinds: [PointKind]
    /// Of each reach its point, -1 for none; empty where there are no points.
    private let pointOfReach: [Int32]
    /// Of each point its row among the given series; 0 for pools without gates.
    private let rows: [Int]
    /// s
    let step: Double

    /// Numbers kept of each point: inflow from upstream, outflow, storage in m3, level in m.
    static var stateCount: Int { 4 }
    var count: Int { kinds.count }
    /// How many series are given.
    var givenCount: Int { kinds.count { $0.isFed } }

    /// - Parameter kinds: by canonical number; given series stand in ascending order of it.
    init(_ kinds: [Int: PointKind], reaches: Int, step: Double) {
        var pointOfReach = [Int32](repeating: -1, count: kinds.isEmpty ? 0 : reaches)
        var (list, rows, given): ([PointKind], [Int], Int) = ([], [], 0)
        for (reach, kind) in kinds.sorted(by: { $0.key < $1.key }) {
            pointOfReach[reach] = Int32(list.count)
            list.append(kind)
            rows.append(given)
            if kind.isFed { given += 1 }
        }
        self.kinds = list
        self.rows = rows
        self.pointOfReach = pointOfReach
        self.step = step
    }

    @inline(__always) func index(of reach: Int) -> Int? {
        guard !pointOfReach.isEmpty, pointOfReach[reach] >= 0 else { return nil }
        return Int(pointOfReach[reach])
    }

    func givenRow(_ point: Int) -> Int { rows[point] }

    /// The state at the start.
    func start(_ point: Int, inflow: Double, lateral: Double) -> [Double] {
        switch kinds[point] {
        case .pool(let pool, let level):
            let state = level.map { pool.state(atLevel: $0) } ?? pool.state(atOutflow: inflow + lateral)
            return [inflow, state.outflow, state.storage, state.level]
        case .gated(let pool, let level, let opening):
            let state =
                level.map { pool.state(atLevel: $0, opening: opening) }
                ?? pool.state(atOutflow: inflow + lateral, opening: opening)
            return [inflow, state.outflow, state.storage, state.level]
        case .given(let flow): return [0, flow, 0, 0]
        }
    }

    /// Water at the point, m3.
    func storage(_ point: Int, _ state: UnsafePointer<Double>, stride: Int) -> Double { state[2 * stride] }

    /// Advances one member by some steps.
    ///
    /// - Parameters:
    ///   - lateral, inflow, flow: as in ``RoutingScheme``, `row` numbers from step to step.
    ///   - given: the series, where one is given.
    func route<Scalar: RoutingScalar>(
        _ point: Int, _ state: UnsafeMutablePointer<Double>, stride: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, flow: UnsafeMutablePointer<Scalar>, row: Int, given: UnsafePointer<Double>?,
        steps: Int, sums: inout FlowSums
    ) {
        switch kinds[point] {
        case .pool(let pool, _):
            routePool(
                state, stride: stride, lateral: lateral, inflow: inflow, flow: flow, row: row, steps: steps, sums: &sums
            ) { now, entering, _ in pool.advance(now, inflow: entering, step: step) }
        case .gated(let pool, _, _):
            guard let given else { preconditionFailure("a gated point needs its openings") }
            routePool(
                state, stride: stride, lateral: lateral, inflow: inflow, flow: flow, row: row, steps: steps, sums: &sums
            ) { now, entering, index in
                pool.advance(now, inflow: entering, opening: given[index], step: step)
            }
        case .given:
            guard let given else { preconditionFailure("a given point needs its hydrograph") }
            for index in 0..<steps {
                flow[index * row] = Scalar(given[index])
                state[stride] = flow[index * row].inDouble
                sums.outflow += state[stride]
            }
        }
    }
    /// Advances a pool by a rule from one state to the next.
    @inline(__always)
    private func routePool<Scalar: RoutingScalar>(
        _ state: UnsafeMutablePointer<Double>, stride: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, flow: UnsafeMutablePointer<Scalar>, row: Int, steps: Int, sums: inout FlowSums,
        advance: (LevelPool.State, (Double, Double), Int) -> LevelPool.State
    ) {
        var before = state[0]
        var now = LevelPool.State(level: state[3 * stride], storage: state[2 * stride], outflow: state[stride])
        for index in 0..<steps {
            let (side, next) = (lateral[index * row].inDouble, inflow[index * row].inDouble)
            now = advance(now, (side + before, side + next), index)
            before = next
            // the flow that the reach below sees is the one that is taken from the pool
            let leaving = Scalar(now.outflow)
            flow[index * row] = leaving
            now = LevelPool.State(
                level: now.level, storage: now.storage + step / 2 * (now.outflow - leaving.inDouble),
                outflow: leaving.inDouble)
            sums.lateral += side
            sums.outflow += leaving.inDouble
        }
        (state[0], state[stride], state[2 * stride], state[3 * stride]) = (before, now.outflow, now.storage, now.level)
    }
}
