import River
import Series

/// The times of a job.
struct RouteClock {
    /// Where the run begins.
    let start: Instant
    /// Routing steps.
    let steps: Int
    /// Routing steps of a row of lateral inflow.
    let stepsPerRow: Int
    /// Routing steps of a row of the output.
    let stepsPerOutput: Int
    private let routingStep: Int64
    /// s: a century.
    private static let longestInterval: Int64 = 3_200_000_000
    /// Two centuries of steps of five minutes.
    private static let mostSteps = 21_000_000

    init(_ job: RouteJob) throws(RoutingFileProblem) {
        guard job.routingStep > 0, job.step > 0, job.step % job.routingStep == 0 else {
            throw RouteClock.problem(
                job, "the step of \(job.step) s is no multiple of the routing step of \(job.routingStep) s",
                "choose a routing step that divides the step")
        }
        routingStep = job.routingStep
        stepsPerOutput = Int(job.step / job.routingStep)
        let end: Instant
        if let lateral = job.lateral {
            let interval = lateral.interval ?? job.step
            guard interval <= RouteClock.longestInterval, lateral.rowCount <= RouteClock.mostSteps else {
                throw RouteClock.problem(
                    job, "the rows of \(lateral.file) are \(interval) s apart, or more than \(RouteClock.mostSteps)",
                    "route the parts one by one")
            }
            guard interval % job.step == 0 else {
                throw RouteClock.problem(
                    job,
                    "the rows of \(lateral.file) are \(interval) s apart, no multiple of the step of \(job.step) s",
                    "choose a step that divides the spacing of the lateral inflow")
            }
            stepsPerRow = Int(interval / job.routingStep)
            start = lateral.first - interval
            end = start + interval * Int64(lateral.rowCount)
        } else if let given = job.given {
            stepsPerRow = stepsPerOutput
            start = given.first
            end = start + (given.last - start) / job.step * job.step
        } else {
            throw RouteClock.problem(job, "nothing flows into the network", "give --lateral or --inflow")
        }
        if let levels = job.heldDepths, levels.first > start || levels.last < end {
            throw RouteClock.problem(
                job, "the levels run from \(levels.first) to \(levels.last), the run from \(start) to \(end)",
                "levels begin where the first lateral step begins, and end not before the last")
        }
        if let openings = job.openings, openings.first > start || openings.last < end {
            throw RouteClock.problem(
                job, "the openings run from \(openings.first) to \(openings.last), the run from \(start) to \(end)",
                "openings begin where the first lateral step begins, and end not before the last")
        }
        if let given = job.given, given.first > start || given.last < end {
            throw RouteClock.problem(
                job, "the given inflow runs from \(given.first) to \(given.last), the run from \(start) to \(end)",
                "a hydrograph begins where the first lateral step begins, and ends not before the last")
        }
        steps = Int((end - start) / job.routingStep)
        guard steps > 0 else { throw RouteClock.problem(job, "the run has no step", "choose a smaller step") }
        guard steps <= RouteClock.mostSteps else {
            throw RouteClock.problem(
                job, "the run has \(steps) steps, more than \(RouteClock.mostSteps)",
                "choose a longer step, or route the parts one by one")
        }
    }

    func time(afterSteps count: Int) -> Instant { start + routingStep * Int64(count) }

    private static func problem(_ job: RouteJob, _ message: String, _ advice: String) -> RoutingFileProblem {
        RoutingFileProblem(job.lateral?.file ?? job.output, rule: "route-time", message, advice: advice)
    }
}

/// How many steps are computed at once.
struct BlockPlan {
    let steps: Int

    /// - Parameter byRuns: whether rows are all that is kept of a block; they are fewer then, so that they are filled while others are
    ///   read and written.
    init(_ job: RouteJob, _ clock: RouteClock, lanes: Int, byRuns: Bool) {
        let values = byRuns ? job.mostValues / 2 : job.mostValues
        var most = max(1, values / max(1, job.network.count * lanes))
        if most >= 4, clock.stepsPerRow == 1 { most -= most % 4 }
        if most >= clock.stepsPerRow {
            steps = min(
                clock.steps, most / clock.stepsPerRow * clock.stepsPerRow,
                max(96, clock.stepsPerRow) / clock.stepsPerRow * clock.stepsPerRow)
        } else {
            // a divisor of the row, so that no block straddles two
            steps = (1...most).last { clock.stepsPerRow % $0 == 0 } ?? 1
        }
    }
}

extension RouteWork {
    /// The memory of a block.
    struct Rooms {
        /// Lateral inflow as read, two of shape [row][member][column].
        let rows: [UnsafeMutablePointer<Scalar>]
        /// Shape [reach][step][lane].
        let lateral: UnsafeMutablePointer<Scalar>
        /// Shape [reach or column][step][lane].
        let flows: UnsafeMutablePointer<Scalar>
        /// Two of shape [row][member][column].
        let output: [UnsafeMutablePointer<Scalar>]
        /// Shape [given point][step].
        let given: UnsafeMutablePointer<Double>
        /// Shape [held outlet][step].
        let depths: UnsafeMutablePointer<Double>
        /// Whether flows of all reaches are kept.
        let isAll: Bool
        private let wanted: [Int32]

        /// - Parameters:
        ///   - byRuns: whether flows are not kept by reach.
        ///   - makesLateral: whether lateral inflow is not.
        init(
            _ job: RouteJob, _ plan: BlockPlan, lanes: Int, members: Int, byRuns: Bool, makesLateral: Bool, given: Int,
            held: Int
        ) {
            let columns = job.lateral?.networkRows.count ?? 0
            rows = (0..<2).map { _ in LargeMemory.allocate(capacity: columns * members * plan.steps) }
            lateral = LargeMemory.allocate(capacity: makesLateral ? 1 : job.network.count * plan.steps * lanes)
            // what no row fills stays so
            if !makesLateral, columns == 0 || lanes != members {
                lateral.initialize(repeating: 0, count: job.network.count * plan.steps * lanes)
            }
            isAll = byRuns || job.columns.count * 4 > job.network.count
            let kept = byRuns ? 0 : isAll ? job.network.count : job.columns.count
            flows = LargeMemory.allocate(capacity: kept * plan.steps * lanes)
            output = (0..<2).map { _ in LargeMemory.allocate(capacity: job.columns.count * members * plan.steps) }
            self.given = .allocate(capacity: max(1, given * plan.steps))
            depths = .allocate(capacity: max(1, held * plan.steps))
            var wanted = [Int32](repeating: -1, count: isAll ? 0 : job.network.count)
            if !isAll {
                for (column, row) in job.columns.enumerated() {
                    wanted[Int(job.network.reachOfRow[row])] = Int32(column)
                }
            }
            self.wanted = wanted
        }

        func flowTiles(steps: Int, lanes: Int) -> FlowTiles<Scalar> {
            isAll ? .all(flows, stride: steps * lanes) : .some(wanted, flows, stride: steps * lanes)
        }

        func deallocate() {
            for room in rows + output + [lateral, flows] { LargeMemory.free(room) }
            given.deallocate()
            depths.deallocate()
        }
    }
}
