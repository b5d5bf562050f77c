/// What stands at a point of a network in the place of a reach.
public enum PointKind: Sendable {
    /// A lake or reservoir with a horizontal surface, and the level at which it starts; nil for the level at which as much
    /// leaves as enters.
    case pool(LevelPool, startLevel: Double?)
    /// A hydrograph from elsewhere: a gauge, another machine, a partner. Its first value belongs to the start of the run.
    case given(start: Double)
}

/// The points of a network that are no reaches, by canonical number.
struct SpecialPoints: Sendable {
    let kinds: [PointKind]
    /// Of each reach its point, -1 for none; empty where there are no points.
    private let pointOfReach: [Int32]
    /// Of each point its row among the given hydrographs; 0 for pools.
    private let rows: [Int]
    /// s
    let step: Double

    /// Numbers kept of each point: inflow from upstream, outflow, storage in m3, level in m.
    static var stateCount: Int { 4 }
    var count: Int { kinds.count }
    /// How many hydrographs are given.
    var givenCount: Int { kinds.reduce(0) { if case .given = $1 { $0 + 1 } else { $0 } } }

    /// - Parameter kinds: by canonical number; given hydrographs stand in ascending order of it.
    init(_ kinds: [Int: PointKind], reaches: Int, step: Double) {
        var pointOfReach = [Int32](repeating: -1, count: kinds.isEmpty ? 0 : reaches)
        var (list, rows, given): ([PointKind], [Int], Int) = ([], [], 0)
        for (reach, kind) in kinds.sorted(by: { $0.key < $1.key }) {
            pointOfReach[reach] = Int32(list.count)
            list.append(kind)
            rows.append(given)
            if case .given = kind { given += 1 }
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
        case .given(let flow): return [0, flow, 0, 0]
        }
    }

    /// Water at the point, m3.
    func storage(_ point: Int, _ state: UnsafePointer<Double>, stride: Int) -> Double { state[2 * stride] }

    /// Advances one member by some steps.
    ///
    /// - Parameters:
    ///   - lateral, inflow, flow: as in ``RoutingScheme``, `row` numbers from step to step.
    ///   - given: the hydrograph, where one is given.
    func route<Scalar: RoutingScalar>(
        _ point: Int, _ state: UnsafeMutablePointer<Double>, stride: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, flow: UnsafeMutablePointer<Scalar>, row: Int, given: UnsafePointer<Double>?,
        steps: Int, sums: inout FlowSums
    ) {
        switch kinds[point] {
        case .pool(let pool, _):
            var before = state[0]
            var now = LevelPool.State(level: state[3 * stride], storage: state[2 * stride], outflow: state[stride])
            for index in 0..<steps {
                let (side, next) = (lateral[index * row].inDouble, inflow[index * row].inDouble)
                now = pool.advance(now, inflow: (side + before, side + next), step: step)
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
            (state[0], state[stride], state[2 * stride], state[3 * stride]) = (
                before, now.outflow, now.storage, now.level
            )
        case .given:
            guard let given else { preconditionFailure("a given point needs its hydrograph") }
            for index in 0..<steps {
                flow[index * row] = Scalar(given[index])
                state[stride] = flow[index * row].inDouble
                sums.outflow += state[stride]
            }
        }
    }
}
