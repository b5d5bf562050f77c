public import Series

/// How a forecast at a station was made.
public enum ForecastMethod: String, Sendable, Codable, CaseIterable, Hashable {
    /// The tendency of the station's own readings, shrinking with time: nothing usable came from upstream.
    case tendency
    /// The upper gauge's stage shifted by the travel time through a stage correspondence, plus the fading residual.
    case correspondingStage = "corresponding-stage"
    /// The upper gauges' discharge routed down, plus the fading lateral inflow, turned into stage by the rating.
    case routedDischarge = "routed-discharge"
}

/// What a reader must know about a forecast beside its numbers; each case has one text in the catalogues.
public enum ForecastNote: Hashable, Sendable, Codable {
    /// No reading of this upstream point has been received: the forecast lacks it and is wide.
    case upstreamMissing(StationID)
    /// The newest reading used from this upstream point is that many hours old.
    case upstreamStale(StationID, hours: Int)
    /// The upstream series is estimated, for example the seeded series of a what-if.
    case upstreamEstimated(StationID)
    /// The bands come from a stated prior: too few errors of earlier issue times are known.
    case uncalibrated(errors: Int)
    /// A stage beyond the gauged range of a rating, or beyond the pairs of a correspondence, was used.
    case extrapolated
    /// The station's own newest reading is that many hours old.
    case ownReadingStale(hours: Int)
    /// This dam upstream may change its release; no intention has been received.
    case releaseUnknown(StationID)
    /// A party has announced a release of this dam upstream, m3/s; whether it is counted in the warning, for which the station needs
    /// a rating.
    case releaseNoticed(StationID, flow: Int, start: Instant, isCounted: Bool)
    /// A party has announced a release of this dam upstream and not said how much.
    case releaseWithoutFlow(StationID, start: Instant)
}

/// The forecast of one property at one station from one issue time: traces, bands and how they are known.
///
/// Shapes: `members` is [member, step]; the quantile arrays are [step] on ``axis``. Values in the property's unit.
public struct StationForecast: Hashable, Sendable, Codable {
    /// Where.
    public let station: StationID
    /// Of what.
    public let property: Property
    /// The cycle's time: nothing received later was used.
    public let issued: Instant
    /// The first valid time; step and number of valid times follow.
    public let firstValid: Instant
    /// s between valid times.
    public let step: Int64
    /// Equally likely traces.
    public let members: [[Double]]
    /// 50 % of members are below.
    public let median: [Double]
    /// 5 % of members are below.
    public let p05: [Double]
    /// 25 % of members are below.
    public let p25: [Double]
    /// 75 % of members are below.
    public let p75: [Double]
    /// 95 % of members are below.
    public let p95: [Double]
    /// How it was made.
    public let method: ForecastMethod
    /// `forecast`, or `estimated` when an input was itself estimated.
    public let known: Known
    /// The newest reading of the station that was used.
    public let lastReading: PointReading?
    /// What a reader must know.
    public let notes: [ForecastNote]

    /// A reading with its time, as stored with a forecast.
    public struct PointReading: Hashable, Sendable, Codable {
        /// When.
        public let time: Instant
        /// In the property's unit.
        public let value: Double

        /// Makes a reading.
        public init(time: Instant, value: Double) {
            self.time = time
            self.value = value
        }
    }

    /// Makes a forecast; arrays of unequal length are a bug of the caller.
    public init(
        station: StationID, property: Property, issued: Instant, axis: TimeAxis, members: [[Double]], median: [Double],
        p05: [Double], p25: [Double], p75: [Double], p95: [Double], method: ForecastMethod, known: Known,
        lastReading: PointReading?, notes: [ForecastNote]
    ) {
        precondition(
            [median, p05, p25, p75, p95].allSatisfy { $0.count == axis.count }
                && members.allSatisfy { $0.count == axis.count }, "the arrays of a forecast have the axis' length")
        self.station = station
        self.property = property
        self.issued = issued
        self.firstValid = axis.start
        self.step = axis.step
        self.members = members
        self.median = median
        self.p05 = p05
        self.p25 = p25
        self.p75 = p75
        self.p95 = p95
        self.method = method
        self.known = known
        self.lastReading = lastReading
        self.notes = notes
    }

    /// The forecast with further notes; what was not known of a dam's release is left out where something is now.
    func noting(_ further: [ForecastNote]) -> StationForecast {
        guard !further.isEmpty else { return self }
        let dams = further.compactMap { note -> StationID? in
            switch note {
            case .releaseNoticed(let dam, _, _, _), .releaseWithoutFlow(let dam, _): dam
            default: nil
            }
        }
        let kept = notes.filter { note in
            if case .releaseUnknown(let dam) = note { !dams.contains(dam) } else { true }
        }
        return StationForecast(
            station: station, property: property, issued: issued, axis: axis, members: members, median: median,
            p05: p05,
            p25: p25, p75: p75, p95: p95, method: method, known: known, lastReading: lastReading, notes: kept + further)
    }

    /// The valid times.
    public var axis: TimeAxis { TimeAxis(start: firstValid, step: step, count: median.count) }

    /// The highest value of the median and when it is reached.
    public var crest: (time: Instant, index: Int, median: Double)? {
        guard let top = median.indices.max(by: { (median[$0], -$0) < (median[$1], -$1) }) else { return nil }
        return (axis[top], top, median[top])
    }

    /// The share of members whose highest value reaches `threshold`, 0...1.
    public func probability(ofReaching threshold: Double) -> Double {
        guard !members.isEmpty else { return 0 }
        let reached = members.count { ($0.max() ?? -.infinity) >= threshold }
        return Double(reached) / Double(members.count)
    }

    /// The first valid time at which the median reaches `threshold`; nil when it does not.
    public func medianCrossing(of threshold: Double) -> Instant? {
        median.firstIndex { $0 >= threshold }.map { axis[$0] }
    }
}
