import Foundation
import River
import Series

/// A job at work, in one precision.
struct RouteWork<Scalar: RoutingScalar> {
    private let job: RouteJob
    private let run_: RoutingRun<Scalar>
    private let clock: RouteClock
    private let members: Int
    /// Whether lateral inflow is brought to the run, and flows are taken from it, a few reaches at a time.
    private let goesByRuns: Bool
    /// Whether lateral inflow is brought to the run a few reaches at a time although flows are not: where every row holds for many
    /// steps.
    private let makesLateral: Bool
    /// The points that are fed by a series, ascending.
    private let given: [Feed]
    /// The same of each outlet whose depth is given.
    private let held: [Feed]

    /// A point and the series that is given for it.
    private struct Feed {
        /// Canonical number.
        let reach: Int
        let series: GivenHydrographs
        /// Which of the series.
        let index: Int
    }

    init(
        _ job: RouteJob, make: (RoutingSetup) throws(RoutingProblem) -> RoutingRun<Scalar>
    ) throws(RoutingFileProblem) {
        self.job = job
        clock = try RouteClock(job)
        members = job.lateral?.members ?? 1
        let reachOfRow = job.network.reachOfRow
        var points: [Int: PointKind] = [:]
        for (row, lake) in job.lakes { points[Int(reachOfRow[row])] = lake.point(opening: 0) }
        func feeds(_ series: GivenHydrographs?) -> [Feed] {
            guard let series else { return [] }
            return series.rows.enumerated().map {
                Feed(reach: Int(reachOfRow[$0.element]), series: series, index: $0.offset)
            }
        }
        let (flows, openings) = (feeds(job.given), feeds(job.openings))
        for feed in flows { points[feed.reach] = .given(start: feed.series.flow(feed.index, at: clock.start)) }
        for feed in openings {
            let opening = feed.series.flow(feed.index, at: clock.start)
            points[feed.reach] = job.lakes[feed.series.rows[feed.index]]?.point(opening: opening)
        }
        given = (flows + openings).sorted { $0.reach < $1.reach }
        var setup = RoutingSetup(
            network: job.network, parameters: job.parameters, scheme: job.scheme, step: Double(job.routingStep))
        setup.points = points
        held = feeds(job.heldDepths).sorted { $0.reach < $1.reach }
        for feed in held { setup.heldDepths[feed.reach] = feed.series.flow(feed.index, at: clock.start) }
        setup.members = members
        setup.hands = job.hands
        setup.parallelFor = job.parallelFor
        do {
            run_ = try make(setup)
        } catch {
            throw RoutingFileProblem(job.output, rule: "route-setup", error.message, advice: error.advice)
        }
        goesByRuns = run_.takesRuns && members == 1
        makesLateral = goesByRuns || members == 1 && clock.stepsPerRow >= 4 && job.scheme != .diffusive
    }

    /// Does the job; the output has its name only when it is whole.
    func run() throws(RoutingFileProblem) -> RouteSummary {
        let partial = job.output + ".part"
        do throws(RoutingFileProblem) {
            let summary = try route(to: partial)
            try FinishedFile(partial).take(job.output)
            return summary
        } catch {
            unlink(partial)
            throw error
        }
    }

    private func route(to partial: String) throws(RoutingFileProblem) -> RouteSummary {
        let plan = BlockPlan(job, clock, lanes: run_.lanes, byRuns: goesByRuns)
        let rooms = Rooms(
            job, plan, lanes: run_.lanes, members: members, byRuns: goesByRuns, makesLateral: makesLateral,
            given: given.count, held: held.count)
        defer { rooms.deallocate() }
        let stream = RouteStream<Scalar>(job.lateral, aside: job.aside)
        defer { stream.settle() }
        let blocks = RouteBlock.all(plan, clock)
        if job.lateral != nil { stream.read(blocks[0].rows.count, into: rooms.rows[0], 0) }
        let outputs = clock.steps / clock.stepsPerOutput
        let times = (1...max(1, outputs)).map { clock.time(afterSteps: $0 * clock.stepsPerOutput) }
        stream.open { [job, members] () throws(RoutingFileProblem) in
            try FlowTable.begin(
                partial, as: job.output, ids: job.ids, columns: job.columns, times: times, members: members,
                isDouble: job.isDouble)
        }
        let spread = job.lateral.map { LateralSpread($0, network: job.network) }
        let reachOfRow = job.network.reachOfRow
        let turn = FlowTurn<Scalar>(
            wanted: job.columns.map { reachOfRow[$0] }, reaches: rooms.isAll ? job.network.count : nil,
            members: members,
            lanes: run_.lanes)
        var (room, rows): (Int, LateralRows<Scalar>?) = (0, nil)
        let outside = reachesOutsideRange  // while the first rows are read
        let needsRows = spread != nil && job.initial == nil
        if !needsRows { try begin(nil) }
        for (index, block) in blocks.enumerated() {
            if spread != nil {
                if block.reads {
                    room = index == 0 ? 0 : 1 - room
                    rows = try stream.rows(room)
                    if index == 0, needsRows { try begin(rows) }
                }
                if index + 1 < blocks.count, blocks[index + 1].reads {
                    stream.read(blocks[index + 1].rows.count, into: rooms.rows[1 - room], 1 - room)
                }
            }
            try stream.wait(.flows(index % 2))
            let times = advance(rooms, block, spread, from: rows, turn, into: rooms.output[index % 2])
            if !times.isEmpty { stream.write(times, from: rooms.output[index % 2], index % 2) }
            job.progress(block.steps.upperBound, clock.steps)
        }
        let summary = summary(turn.peaks, reachesOutsideRange: outside)  // while the last rows are written
        try stream.close()
        return summary
    }

    /// Computes a block.
    ///
    /// - Returns: the times of the rows of the output that it filled.
    private func advance(
        _ rooms: Rooms, _ block: RouteBlock, _ spread: LateralSpread?, from rows: LateralRows<Scalar>?,
        _ turn: FlowTurn<Scalar>, into output: UnsafeMutablePointer<Scalar>
    ) -> [Instant] {
        let (steps, lanes) = (block.steps, run_.lanes)
        fill(rooms.given, given, from: steps.lowerBound, steps: steps.count)
        fill(rooms.depths, held, from: steps.lowerBound, steps: steps.count)
        let every = clock.stepsPerOutput
        let offsets = Array(stride(from: every - 1 - steps.lowerBound % every, to: steps.count, by: every))
        let (places, size) = (turn.places(offsets), steps.count * lanes)
        let span = LateralSpread.Span(steps: steps, perRow: clock.stepsPerRow, firstRow: block.rows.lowerBound)
        let lateral: LateralTiles<Scalar>
        if makesLateral {
            lateral = made(spread, from: rows, lines: spread?.lines(span, lanes: lanes) ?? [])
        } else {
            if let rows {
                spread?.fillAll(
                    rooms.lateral, from: rows, span, lanes: lanes, hands: job.hands, parallelFor: job.parallelFor)
            }
            lateral = .memory(UnsafePointer(rooms.lateral), stride: size)
        }
        let flows =
            goesByRuns
            ? taken(turn, places, into: output) : rooms.flowTiles(steps: steps.count, lanes: lanes)
        run_.advance(
            steps: steps.count, lateral: lateral, flows: flows, given: UnsafePointer(rooms.given),
            depths: UnsafePointer(rooms.depths))
        guard !offsets.isEmpty else { return [] }
        if !goesByRuns {
            turn.takeAll(
                rooms.flows, stride: size, places: places, into: output, hands: job.hands, parallelFor: job.parallelFor)
        }
        let times = offsets.map { clock.time(afterSteps: steps.lowerBound + $0 + 1) }
        turn.close(times)
        return times
    }

    /// Lateral inflow out of the rows when a few reaches need it.
    private func made(
        _ spread: LateralSpread?, from rows: LateralRows<Scalar>?, lines: [Int]
    ) -> LateralTiles<Scalar> {
        .made { reaches, steps, room in
            guard let spread, let rows else {
                return room.initialize(repeating: 0, count: reaches.count * steps.count)
            }
            spread.fill(room, stride: steps.count, reaches: reaches, from: rows, lines: lines[steps])
        }
    }

    /// Flows into the rows as soon as a few reaches have them.
    private func taken(
        _ turn: FlowTurn<Scalar>, _ places: [Int], into output: UnsafeMutablePointer<Scalar>
    ) -> FlowTiles<Scalar> {
        nonisolated(unsafe) let output = output  // every reach has columns of its own
        return .taken { reaches, steps, flows in
            guard let first = places.firstIndex(where: { $0 >= steps.lowerBound }) else { return }
            let end = places[first...].firstIndex { $0 >= steps.upperBound } ?? places.endIndex
            turn.take(
                flows - steps.lowerBound, stride: steps.count, of: reaches, places: places[first..<end], into: output)
        }
    }

    /// Writes series at the ends of some steps, shape [series][step].
    private func fill(_ room: UnsafeMutablePointer<Double>, _ feeds: [Feed], from step: Int, steps: Int) {
        for (row, feed) in feeds.enumerated() {
            for offset in 0..<steps {
                room[row * steps + offset] = feed.series.flow(
                    feed.index, at: clock.time(afterSteps: step + offset + 1))
            }
        }
    }

    // MARK: The start

    private func begin(_ rows: LateralRows<Scalar>?) throws(RoutingFileProblem) {
        switch job.initial {
        case .none:
            let lateral = firstLateral(rows)
            run_.start { reach, member in lateral[reach * members + member] }
        case .flows(let flows):
            let rowOfReach = job.network.rowOfReach
            var upstream = [Double](repeating: 0, count: job.network.count)
            for reach in 0..<job.network.count where job.network.downstream[reach] >= 0 {
                upstream[Int(job.network.downstream[reach])] += flows[Int(rowOfReach[reach])]
            }
            run_.start { reach, _ in flows[Int(rowOfReach[reach])] - upstream[reach] }
        case .state(let table): try restore(table)
        }
    }

    private func firstLateral(_ rows: LateralRows<Scalar>?) -> [Double] {
        var lateral = [Double](repeating: 0, count: job.network.count * members)
        guard let rows, let table = job.lateral else { return lateral }
        let columns = table.networkRows.count
        for member in 0..<members {
            for (column, row) in table.networkRows.enumerated() {
                let reach = Int(job.network.reachOfRow[Int(row)])
                lateral[reach * members + member] += rows[member * columns + column].inDouble
            }
        }
        return lateral
    }

    private func restore(_ table: StateTable) throws(RoutingFileProblem) {
        guard table.scheme == job.scheme.rawValue, table.step == job.routingStep else {
            throw RoutingFileProblem(
                job.output, rule: "initial-scheme",
                "the state is of the scheme \(table.scheme) with steps of \(table.step) s",
                advice: "go on with the same scheme and routing step, or start from flows (id, flow_m3s)")
        }
        guard table.time == clock.start else {
            throw RoutingFileProblem(
                job.output, rule: "initial-time", "the state is of \(table.time), the run begins at \(clock.start)",
                advice: "the first lateral row is the mean over the step that begins where the state was written")
        }
        var state = run_.state()
        let (width, lanes) = (state.names.count, run_.lanes)
        var (point, fits) = (0, table.members == members)
        for reach in 0..<job.network.count where fits {
            let isPoint = isPoint(reach)
            for member in 0..<members {
                let numbers = table.numbers[Int(job.network.rowOfReach[reach]) * members + member]
                guard numbers.count == (isPoint ? RoutingState.pointNames.count : width) else {
                    fits = false
                    break
                }
                for (index, value) in numbers.enumerated() {
                    if isPoint {
                        state.points[(point * numbers.count + index) * lanes + member] = value
                    } else {
                        state.reaches[(reach * width + index) * lanes + member] = value
                    }
                }
            }
            if isPoint { point += 1 }
        }
        guard fits, run_.restore(state) else {
            throw RoutingFileProblem(
                job.output, rule: "initial-shape", "the state does not fit the network",
                advice: "give the state of a run over the same network, with as many members")
        }
    }

    private func isPoint(_ reach: Int) -> Bool {
        let row = Int(job.network.rowOfReach[reach])
        return job.lakes[row] != nil || given.contains { $0.reach == reach }
    }

    // MARK: The end

    /// The numbers kept, by row; none where nobody asks for them.
    private func table() -> StateTable {
        let (lanes, end) = (run_.lanes, clock.time(afterSteps: clock.steps))
        guard job.keepsState else {
            return StateTable(
                time: end, scheme: job.scheme.rawValue, step: job.routingStep, members: members, numbers: [],
                points: [])
        }
        let kept = run_.state()
        var numbers = [[Double]](repeating: [], count: job.network.count * members)
        var (points, point) = (Set<Int>(), 0)
        for reach in 0..<job.network.count {
            let row = Int(job.network.rowOfReach[reach])
            let isPoint = isPoint(reach)
            let (place, width) =
                isPoint ? (point, RoutingState.pointNames.count) : (reach, kept.names.count)
            for member in 0..<members {
                numbers[row * members + member] = (0..<width).map { index in
                    let at = (place * width + index) * lanes + member
                    return isPoint ? kept.points[at] : kept.reaches[at]
                }
            }
            if isPoint {
                points.insert(row)
                point += 1
            }
        }
        return StateTable(
            time: end, scheme: job.scheme.rawValue, step: job.routingStep, members: members, numbers: numbers,
            points: points)
    }

    /// Reaches in which flows below zero can arise from flows above it.
    private var reachesOutsideRange: Int {
        let step = Double(job.routingStep)
        return switch job.parameters {
        case .muskingum(let k, let x):
            count(of: k.count) { !MuskingumCoefficients<Scalar>(k: k[$0], x: x[$0], step: step).keepsSign }
        case .lags(let lags): lags.count { $0.leastK < 0.5 * step }
        case .sections: 0
        }
    }

    /// How many rows are of a kind; bands of them are looked at at once.
    private func count(of rows: Int, where isOne: @escaping @Sendable (Int) -> Bool) -> Int {
        let bands = max(1, min(4 * job.hands, rows))
        let memory = UnsafeMutablePointer<Int>.allocate(capacity: bands)
        defer { memory.deallocate() }
        nonisolated(unsafe) let found = memory  // every band has a place of its own
        job.parallelFor(bands) { band in
            found[band] = ((rows * band / bands)..<(rows * (band + 1) / bands)).count { isOne($0) }
        }
        return UnsafeBufferPointer(start: memory, count: bands).reduce(0, +)
    }

    private func summary(_ peaks: Peaks<Scalar>, reachesOutsideRange: Int) -> RouteSummary {
        return RouteSummary(
            reaches: job.network.count, steps: clock.steps, members: members,
            times: (clock.start + job.step)...clock.time(afterSteps: clock.steps), balance: run_.balance(),
            tolerance: job.scheme.keepsVolume ? (job.isDouble ? 1e-11 : 1e-6) : nil,
            peak: peaks.largest.map { ($0.column, $0.flow.inDouble, $0.time) }, negativeValues: peaks.negative,
            reachesOutsideRange: reachesOutsideRange,
            state: table(), stateNames: run_.stateNames)
    }
}
