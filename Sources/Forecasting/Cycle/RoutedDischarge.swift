import River
import Series

extension CycleContext {
    /// The discharge of the rated gauges above, routed down, plus the lateral inflow of the newest reading that fades, turned
    /// into stage by the station's rating.
    ///
    /// - Returns: nil when the station has no rating, no rated gauge above has readings, or none of the station's readings is
    ///   late enough to compare with routed water.
    mutating func routedDischarge(at station: StationID, record: PointSeries, axis: TimeAxis) -> Estimate? {
        guard let rating = self.rating(of: station), let last = record.last else { return nil }
        let search = UpstreamSearch(from: station, in: basin) { traces[$0] != nil && self.rating(of: $0) != nil }
        guard !search.sources.isEmpty,
            let central = route(search.sources, to: station, through: axis, shift: 0),
            let upper = route(search.sources, to: station, through: axis, shift: 1)
        else { return nil }
        balances.merge(central.balances) { $1 }
        let laterals = PointSeries(
            record.points.compactMap { point in
                guard point.time >= central.firstComparable, let flow = rating.discharge(at: .metres(point.value))
                else { return nil }
                return PointSeries.Point(time: point.time, value: flow.value - central.value(at: point.time))
            })
        guard let lateral = Tendency(of: laterals, prior: basin.priors[station]), lateral.origin.time == last.time
        else { return nil }
        return estimate(central, upper, lateral, rating, station, axis, search)
    }

    private func estimate(
        _ central: RoutedRun, _ upper: RoutedRun, _ lateral: Tendency, _ rating: RatingCurve, _ station: StationID,
        _ axis: TimeAxis, _ search: UpstreamSearch
    ) -> Estimate? {
        var errors = ErrorParts(prior: basin.priors[station])
        var centre: [Double] = []
        for time in axis.instants {
            let hours = time.hours(since: axis.start)
            let fading = lateral.origin.value * Elementary.exp(-hours / errors.prior.residualMemory)
            let change = lateral.change(after: hours)
            let started = central.value(at: axis.start) + fading
            guard let stage = rating.stage(atLeast: central.value(at: time) + fading + change),
                let steady = rating.stage(atLeast: central.value(at: time) + fading),
                let shifted = rating.stage(atLeast: upper.value(at: time) + fading + change),
                let still = rating.stage(atLeast: started)
            else { return nil }
            centre.append(stage)
            errors.append(
                hours: hours, residualChange: stage - steady,
                unknownSpeed: lateral.isSpeedUnknown ? lateral.reach(after: hours) : 0, relationChange: steady - still,
                upstream: shifted - stage)
        }
        var notes = search.sources.flatMap { upstreamNotes($0.station, search) }
        if centre.contains(where: { !rating.gaugedRange.contains($0) }) { notes.append(.extrapolated) }
        return Estimate(
            method: .routedDischarge, centre: centre, deviation: errors.deviations, notes: notes.unique,
            isEstimated: search.sources.contains { traces[$0.station]?.isEstimated == true })
    }

    /// Routes every source down to the station, meeting where the rivers meet.
    ///
    /// - Parameter shift: standard deviations added to the sources' stages after their newest reading.
    private func route(
        _ sources: [UpstreamSearch.Source], to station: StationID, through axis: TimeAxis, shift: Double
    ) -> RoutedRun? {
        let starts = sources.compactMap { traces[$0.station]?.record.first?.time }
        let earliest = input.issued - CycleContext.routedHistory
        guard let latestStart = starts.max(), let end = axis.end else { return nil }
        let start = max(latestStart, earliest).roundedUp(toStep: StationTrace.step)
        let grid = StationTrace.axis(from: start, to: end + StationTrace.step)
        var flows: [StationID: [Double]] = [:]
        for source in sources {
            guard let flow = inflow(at: source.station, on: grid, shift: shift) else { return nil }
            flows[source.station] = flow
        }
        let wanted = Set(sources.flatMap { $0.path.map(\.id) })
        var balances: [ReachID: ReachBalance] = [:]
        for reach in basin.reaches where wanted.contains(reach.id) {
            guard let entering = flows[reach.upstream] else { return nil }
            let routed = reach.route(entering, step: Double(grid.step))
            balances[reach.id] = routed.balance
            let before = flows[reach.downstream] ?? Array(repeating: 0, count: grid.count)
            flows[reach.downstream] = zip(before, routed.outflow).map { $0 + $1 }
        }
        guard let flow = flows[station] else { return nil }
        let travel = sources.map(\.travelTime).max() ?? 0
        return RoutedRun(
            axis: grid, flow: flow, balances: balances, firstComparable: start + Int64(travel.rounded()))
    }

    private func inflow(at source: StationID, on grid: TimeAxis, shift: Double) -> [Double]? {
        guard let trace = traces[source], let rating = self.rating(of: source) else { return nil }
        var flow: [Double] = []
        for time in grid.instants {
            guard let stage = trace.value(at: time) else { return nil }
            let moved = stage + shift * trace.deviation(at: time)
            guard let discharge = rating.discharge(at: .metres(moved)) else { return nil }
            flow.append(discharge.value)
        }
        return flow
    }

    /// s of record that routing looks back on.
    static var routedHistory: Int64 { 96 * 3600 }
}

/// The outcome of routing to one station.
struct RoutedRun {
    let axis: TimeAxis
    /// m3/s, [step].
    let flow: [Double]
    let balances: [ReachID: ReachBalance]
    /// The first instant at which the routed water has come all the way.
    let firstComparable: Instant

    /// Straight between steps, the end values outside.
    func value(at time: Instant) -> Double {
        let position = max(0, Double(time - axis.start) / Double(axis.step))
        let low = min(Int(position), flow.count - 1)
        guard low + 1 < flow.count else { return flow[flow.count - 1] }
        return flow[low] + (position - Double(low)) * (flow[low + 1] - flow[low])
    }
}

extension RatingCurve {
    /// m at a flow of at least 1 m3/s; nil when the curve has no such stage.
    fileprivate func stage(atLeast flow: Double) -> Double? {
        stage(at: .cubicMetresPerSecond(max(1, flow)))?.metres
    }
}

extension Array where Element: Hashable {
    /// The elements without repetition, in order of first appearance.
    var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
