public import River
public import Series

/// One forecast of discharge from rain: every sub-basin by every model with every member of the rain, routed through the basin, corrected
/// at the gauges. Pure: no clock, no random beyond the seed; the same input gives the same bits on any number of threads.
///
/// What the reaches carry at the issue comes from the readings: where a gauge is, what was read enters the reaches below, and what the
/// models say only between readings. At a gauge the error at issue goes into the forecast, damped by lead, and goes on downstream.
/// The models are weighed at each gauge by the inverse root of their recent squared error. A dam lets through what comes, unless its
/// release is given.
public struct RainCycle: Sendable {
    private let basin: Basin
    private let subBasins: [SubBasin]
    private let weather: [SubBasinWeather]
    private let observed: [StationID: [Double?]]
    private let thresholds: [StationID: [FlowThreshold]]
    private let releases: [StationID: [Double]]
    private let inflows: [StationID: [Double]]
    private let issued: Instant
    private let deviates: [Double]
    private let step: Int64
    private let pastSteps: Int
    private let horizon: Int

    /// Steps of the past from which a reach is filled before the issue.
    private static let filling = 120
    /// Members that are routed at once.
    private static let sideBySide = 16
    /// Steps of the past by which models are weighed.
    private static let weighed = 120

    /// Puts a forecast together.
    ///
    /// - Parameters:
    ///   - subBasins: each with as many models as the others; their outlets are points of the basin.
    ///   - weather: one a sub-basin, all of the same steps and members.
    ///   - observed: m3/s at points of the basin, one a step up to the issue.
    ///   - thresholds: flows at points of the basin.
    ///   - releases: m3/s that leave a point, a dam, whatever comes to it; one a step after the issue.
    ///   - inflows: m3/s from outside that join at a point, as another forecast has them; one a past step and one a later one. What
    ///     stands below is estimated.
    ///   - issued: the end of the last past step.
    public init(
        of basin: Basin, subBasins: [SubBasin], weather: [SubBasinWeather], observed: [StationID: [Double?]],
        thresholds: [StationID: [FlowThreshold]] = [:], releases: [StationID: [Double]] = [:],
        inflows: [StationID: [Double]] = [:], issued: Instant,
        seed: UInt64
    ) {
        precondition(!subBasins.isEmpty && subBasins.count == weather.count, "weather for each sub-basin")
        let first = weather[0]
        pastSteps = first.past.count
        horizon = first.evaporation.count
        step = first.past.step
        for (part, own) in zip(subBasins, weather) {
            precondition(basin.stations[part.outlet] != nil, "\(part.name) ends at a point of the basin")
            precondition(part.models.count == subBasins[0].models.count, "the same number of models everywhere")
            precondition(
                part.models.allSatisfy { $0.model.step ?? own.past.step == own.past.step }, "models of this step")
            precondition(
                own.past.count == first.past.count && own.past.step == first.past.step
                    && own.rain.count == first.rain.count && own.evaporation.count == first.evaporation.count,
                "the same steps and members everywhere")
        }
        precondition(pastSteps >= 1 && horizon >= 1, "a forecast has a past and a future")
        precondition(observed.values.allSatisfy { [pastSteps] in $0.count == pastSteps }, "readings of the past steps")
        precondition(releases.values.allSatisfy { [horizon] in $0.count == horizon }, "releases of the later steps")
        precondition(
            Set(basin.reaches.map(\.upstream)).count == basin.reaches.count,
            "one reach leaves a point: no fork is divided")
        precondition(
            inflows.values.allSatisfy { [pastSteps, horizon] in $0.count == pastSteps + horizon }, "inflow of all steps"
        )
        self.releases = releases
        self.inflows = inflows
        self.basin = basin
        self.subBasins = subBasins
        self.weather = weather
        self.observed = observed
        self.thresholds = thresholds
        self.issued = issued
        deviates = EnsembleErrors(count: first.rain.count, seed: seed).standardErrors
    }

    /// Runs it. Points without water from a sub-basin or a reach have no forecast.
    public func run(loop: ParallelLoop) -> [DischargeForecast] {
        let models = subBasins[0].models.count
        let members = deviates.count
        let pasts = concurrentMap(models * subBasins.count, loop: loop) { place in
            local(subBasins[place % subBasins.count], place % subBasins.count, model: place / subBasins.count)
        }
        let histories = concurrentMap(models, loop: loop) { model in
            history(pasts[(model * subBasins.count)..<((model + 1) * subBasins.count)].map(\.flow))
        }
        let groups = stride(from: 0, to: members, by: RainCycle.sideBySide).map {
            $0..<min($0 + RainCycle.sideBySide, members)
        }
        let parts = concurrentMap(models * groups.count, loop: loop) { place in
            let model = place / groups.count
            let ends = pasts[(model * subBasins.count)..<((model + 1) * subBasins.count)].map(\.end)
            return future(histories[model], ends, model: model, members: groups[place % groups.count])
        }
        let axis = TimeAxis(start: issued + step, step: step, count: horizon)
        let estimated = belowOutside
        return basin.stations.keys.sorted { basin.comesBefore($0, $1) }.compactMap { station in
            let own = parts.flatMap { $0[station] ?? [] }
            guard own.count == models * members else { return nil }
            let corrections = histories.compactMap { $0.corrections[station] }
            return DischargeForecast(
                station, axis: axis, traces: own, weights: weights(at: station, histories),
                thresholds: thresholds[station] ?? [], known: estimated.contains(station) ? .estimated : .forecast,
                isUpdated: !corrections.isEmpty,
                isFitted: !corrections.isEmpty && corrections.allSatisfy(\.isFitted))
        }
    }

    /// The points that water from outside comes to.
    private var belowOutside: Set<StationID> {
        basin.reaches.reduce(into: Set(inflows.keys)) { points, reach in
            if points.contains(reach.upstream) { points.insert(reach.downstream) }
        }
    }

    private func local(_ part: SubBasin, _ place: Int, model: Int) -> (flow: [Double], end: RunoffState) {
        let (own, forcing) = (part.models[model], weather[place].past)
        let run = own.model.run(forcing, own.parameters, from: own.model.start(own.parameters, forcing))
        return (flow(ofDepths: run.discharge, part), run.end)
    }

    private func flow(ofDepths depths: [Double], _ part: SubBasin) -> [Double] {
        depths.map { max(0, RunoffForcing.discharge(ofDepth: $0, area: part.area, step: step)) }
    }

    /// The flows of some members after the issue, [member][step].
    private func future(
        _ history: History, _ ends: [RunoffState], model: Int, members: Range<Int>
    ) -> [StationID: [[Double]]] {
        var flows: [StationID: [[Double]]] = [:]
        for (place, part) in subBasins.enumerated() {
            let own = part.models[model]
            let local = members.map { member in
                let forcing = RunoffForcing(
                    precipitation: weather[place].rain[member], evaporation: weather[place].evaporation, step: step)
                return flow(ofDepths: own.model.run(forcing, own.parameters, from: ends[place]).discharge, part)
            }
            add(local, to: &flows, at: part.outlet)
        }
        for (station, flow) in inflows {
            add(members.map { _ in Array(flow[pastSteps...]) }, to: &flows, at: station)
        }
        carry(&flows) { station, flows in
            let tail = (history.left[station] ?? []).suffix(RainCycle.filling)
            let corrected = zip(members, flows).map { member, flow in
                releases[station] ?? history.corrections[station]?.applied(to: flow, deviate: deviates[member]) ?? flow
            }
            return Leaving(flows: corrected, entering: { corrected.map { tail + $0 } }, before: tail.count)
        }
        return flows
    }

    private func add(_ more: [[Double]], to flows: inout [StationID: [[Double]]], at station: StationID) {
        guard let before = flows[station] else { return flows[station] = more }
        flows[station] = zip(before, more).map { zip($0, $1).map { $0 + $1 } }
    }

    /// What becomes of the flows of a point.
    private struct Leaving {
        /// m3/s, what stays as its flows, [member][step].
        let flows: [[Double]]
        /// m3/s, what enters the reach below, where there is one.
        let entering: () -> [[Double]]
        /// How many steps of that come before the flows.
        let before: Int
    }

    /// Carries flows through the reaches, upstream first.
    private func carry(
        _ flows: inout [StationID: [[Double]]], leaving: (StationID, [[Double]]) -> Leaving
    ) {
        var done: Set<StationID> = []
        for reach in basin.reaches {
            guard let own = flows[reach.upstream] else { continue }
            let left = leaving(reach.upstream, own)
            flows[reach.upstream] = left.flows
            done.insert(reach.upstream)
            let routed = reach.route(ensemble: left.entering(), step: Double(step))
            add(routed.map { Array($0[left.before...]) }, to: &flows, at: reach.downstream)
        }
        for (station, own) in flows where !done.contains(station) { flows[station] = leaving(station, own).flows }
    }

    private func weights(at station: StationID, _ histories: [History]) -> [Double] {
        let errors = histories.map { $0.recent[station] }
        let known = errors.compactMap { $0 }
        guard known.count == errors.count, let least = known.min() else {
            return [Double](repeating: 1 / Double(errors.count), count: errors.count)
        }
        let raw = known.map { (max(least, 1e-9) / max($0, 1e-9)).squareRoot() }
        let whole = raw.reduce(0, +)
        return raw.map { $0 / whole }
    }

    /// What a model says of the time before the issue, from the flow of its sub-basins.
    private func history(_ local: [[Double]]) -> History {
        var flows: [StationID: [[Double]]] = [:]
        for (part, flow) in zip(subBasins, local) { add([flow], to: &flows, at: part.outlet) }
        for (station, flow) in inflows { add([Array(flow[..<pastSteps])], to: &flows, at: station) }
        var history = History()
        carry(&flows) { station, flows in
            let flow = flows[0]
            guard let readings = observed[station] else {
                history.left[station] = flow
                return Leaving(flows: flows, entering: { flows }, before: 0)
            }
            history.corrections[station] = LeadCorrection(simulated: flow, observed: readings, horizon: horizon)
            history.recent[station] = History.error(of: flow, readings)
            let merged = History.merged(flow, readings)
            history.left[station] = merged
            return Leaving(flows: flows, entering: { [merged] }, before: 0)
        }
        return history
    }

    /// What one model says of the time before the issue.
    private struct History: Sendable {
        /// What left each point: what was read, and between readings the model with the newest error.
        var left: [StationID: [Double]] = [:]
        var corrections: [StationID: LeadCorrection] = [:]
        /// The mean squared error of the last steps, in roots.
        var recent: [StationID: Double] = [:]

        static func error(of flow: [Double], _ readings: [Double?]) -> Double? {
            var (squares, count) = (0.0, 0)
            for place in flow.indices.suffix(RainCycle.weighed) {
                guard let reading = readings[place] else { continue }
                let miss = reading.flowRoot - flow[place].flowRoot
                squares += miss * miss
                count += 1
            }
            return count >= 12 ? squares / Double(count) : nil
        }

        static func merged(_ flow: [Double], _ readings: [Double?]) -> [Double] {
            var error = 0.0
            return zip(flow, readings).map { flow, reading in
                let root = flow.flowRoot
                if let reading {
                    error = reading.flowRoot - root
                    return max(0, reading)
                }
                error *= 0.96
                let filled = max(0, root + error)
                return filled * filled
            }
        }
    }
}
