import Foundation
import River
import Series

/// A job at work, in one precision.
struct RouteWork<Scalar: RoutingScalar> {
    private let job: RouteJob
    private let run_: RoutingRun<Scalar>
    private let clock: RouteClock
    private let members: Int
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
    }

    /// Does the job; the output has its name only when it is whole.
    func run() throws(RoutingFileProblem) -> RouteSummary {
        let partial = job.output + ".part"
        do throws(RoutingFileProblem) {
            let summary = try route(to: partial)
            guard rename(partial, job.output) == 0 else {
                throw RoutingFileProblem(
                    job.output, rule: "route-output", "the file cannot be put in its place",
                    advice: "check the folder and the permission")
            }
            return summary
        } catch {
            unlink(partial)
            throw error
        }
    }

    private func route(to partial: String) throws(RoutingFileProblem) -> RouteSummary {
        let plan = BlockPlan(job, clock, lanes: run_.lanes)
        let rooms = Rooms(job, plan, lanes: run_.lanes, members: members, given: given.count, held: held.count)
        defer { rooms.deallocate() }
        let spread = job.lateral.map { LateralSpread($0, network: job.network) }
        let outputs = clock.steps / clock.stepsPerOutput
        let output = try FlowTable.begin(
            partial, as: job.output, ids: job.ids, columns: job.columns,
            times: (1...max(1, outputs)).map { clock.time(afterSteps: $0 * clock.stepsPerOutput) }, members: members,
            isDouble: job.isDouble)
        let stream = RouteStream<Scalar>(job.lateral, output: output, aside: job.aside)
        defer { stream.settle() }
        var peaks = Peaks<Scalar>()
        let blocks = RouteBlock.all(plan, clock)
        var room = 0
        if spread != nil { stream.read(blocks[0].rows.count, into: rooms.rows[0], 0) } else { try begin(nil) }
        for (index, block) in blocks.enumerated() {
            if let spread {
                if block.reads {
                    room = index == 0 ? 0 : 1 - room
                    try stream.wait(.rows(room))
                    if index == 0 { try begin(rooms.rows[0]) }
                }
                if index + 1 < blocks.count, blocks[index + 1].reads {
                    stream.read(blocks[index + 1].rows.count, into: rooms.rows[1 - room], 1 - room)
                }
                spread.fill(
                    rooms.lateral, from: rooms.rows[room],
                    LateralSpread.Span(
                        steps: block.steps, perRow: clock.stepsPerRow, firstRow: block.rows.lowerBound),
                    lanes: run_.lanes, hands: job.hands, parallelFor: job.parallelFor)
            }
            advance(rooms, block.steps)
            try stream.wait(.flows(index % 2))
            let times = turn(rooms, rooms.output[index % 2], &peaks, block.steps)
            if !times.isEmpty { stream.write(times, from: rooms.output[index % 2], index % 2) }
            job.progress(block.steps.upperBound, clock.steps)
        }
        try stream.close()
        return summary(peaks)
    }

    private func advance(_ rooms: Rooms, _ steps: Range<Int>) {
        fill(rooms.given, given, from: steps.lowerBound, steps: steps.count)
        fill(rooms.depths, held, from: steps.lowerBound, steps: steps.count)
        run_.advance(
            steps: steps.count, lateral: .memory(UnsafePointer(rooms.lateral), stride: steps.count * run_.lanes),
            flows: rooms.flowTiles(steps: steps.count, lanes: run_.lanes), given: UnsafePointer(rooms.given),
            depths: UnsafePointer(rooms.depths))
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

    private func begin(_ rows: UnsafePointer<Scalar>?) throws(RoutingFileProblem) {
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

    private func firstLateral(_ rows: UnsafePointer<Scalar>?) -> [Double] {
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

    // MARK: From rows of time to tiles of reaches, and back

    /// Turns the flows of whole output steps into rows of time.
    ///
    /// - Returns: the times of the rows.
    private func turn(
        _ rooms: Rooms, _ room: UnsafeMutablePointer<Scalar>, _ peaks: inout Peaks<Scalar>, _ span: Range<Int>
    ) -> [Instant] {
        let every = clock.stepsPerOutput
        let steps = span.count
        let offsets = Array(stride(from: every - 1 - span.lowerBound % every, to: steps, by: every))
        guard !offsets.isEmpty else { return [] }
        let (lanes, columns) = (run_.lanes, job.columns.count)
        let reachOfRow = job.network.reachOfRow
        nonisolated(unsafe) let (source, target) = (rooms.flows, room)  // every column has memory of its own
        let bands = max(1, min(job.hands * 4, columns / 64))
        let (members, wanted, isAll) = (members, job.columns, rooms.isAll)
        var found = [Peaks<Scalar>](repeating: Peaks(), count: bands)
        found.withUnsafeMutableBufferPointer { room in
            nonisolated(unsafe) let found = room  // one a band
            job.parallelFor(bands) { band in
                var peaks = Peaks<Scalar>()
                for column in (columns * band / bands)..<(columns * (band + 1) / bands) {
                    let row = isAll ? Int(reachOfRow[wanted[column]]) : column
                    let tile = source + row * steps * lanes
                    for (index, offset) in offsets.enumerated() {
                        for member in 0..<members {
                            let flow = tile[offset * lanes + member]
                            target[(index * members + member) * columns + column] = flow
                            peaks.take(flow, column: column, row: index)
                        }
                    }
                }
                found[band] = peaks
            }
        }
        let times = offsets.map { clock.time(afterSteps: span.lowerBound + $0 + 1) }
        for band in found { peaks.take(band) }
        peaks.close(times)
        return times
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
            k.indices.count { !MuskingumCoefficients<Scalar>(k: k[$0], x: x[$0], step: step).keepsSign }
        case .lags(let lags): lags.count { $0.leastK < 0.5 * step }
        case .sections: 0
        }
    }

    private func summary(_ peaks: Peaks<Scalar>) -> RouteSummary {
        return RouteSummary(
            reaches: job.network.count, steps: clock.steps, members: members,
            times: (clock.start + job.step)...clock.time(afterSteps: clock.steps), balance: run_.balance(),
            tolerance: job.scheme.keepsVolume ? (job.isDouble ? 1e-11 : 1e-6) : nil,
            peak: peaks.largest.map { ($0.column, $0.flow.inDouble, $0.time) }, negativeValues: peaks.negative,
            reachesOutsideRange: reachesOutsideRange,
            state: table(), stateNames: run_.stateNames)
    }
}
