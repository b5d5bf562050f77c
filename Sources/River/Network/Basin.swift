public import Series

/// A basin as the pack describes it: the only door through which other rooms see the water.
public struct Basin: Sendable {
    /// The pack's id, for example `red-river`.
    public let id: String
    /// The basin's name.
    public let name: LocalizedText
    /// All points, by id.
    public let stations: [StationID: Station]
    /// All stretches, upstream before downstream.
    public let reaches: [Reach]
    /// Dated stage correspondences.
    public let correspondences: [StageCorrespondence]
    /// Reservoirs, by id.
    public let reservoirs: [StationID: Reservoir]
    /// What the forecast assumes at a station before it has errors of its own.
    public let priors: ForecastPriors
    /// The limits of the checks.
    public let checkLimits: CheckLimitTable
    /// The civil time in which the days of alarm levels and ratings count.
    public let zone: UTCOffset

    /// Makes a basin.
    ///
    /// - Parameter reaches: in any order; they are put in order here. A cycle or an end that is no station is a bug of the
    ///   caller: the pack reader refuses both with a message.
    public init(
        id: String, name: LocalizedText, stations: [Station], reaches: [Reach],
        correspondences: [StageCorrespondence] = [], reservoirs: [Reservoir] = [], priors: ForecastPriors = .init(),
        checkLimits: CheckLimitTable = .init(), zone: UTCOffset = .zero
    ) {
        self.id = id
        self.name = name
        self.stations = Dictionary(uniqueKeysWithValues: stations.map { ($0.id, $0) })
        guard let ordered = Basin.upstreamFirst(reaches) else { preconditionFailure("the reaches form a cycle") }
        self.reaches = ordered
        self.correspondences = correspondences
        self.reservoirs = Dictionary(uniqueKeysWithValues: reservoirs.map { ($0.id, $0) })
        self.priors = priors
        self.checkLimits = checkLimits
        self.zone = zone
        for reach in reaches {
            precondition(
                self.stations[reach.upstream] != nil && self.stations[reach.downstream] != nil,
                "reach \(reach.id) ends at a point that the basin does not know")
        }
    }

    /// The reaches ordered so that each stands after all that flow into it, ties by id; nil when they form a cycle.
    public static func upstreamFirst(_ reaches: [Reach]) -> [Reach]? {
        var waiting: [StationID: Int] = [:]
        for reach in reaches { waiting[reach.downstream, default: 0] += 1 }
        var ready = reaches.filter { waiting[$0.upstream, default: 0] == 0 }.sorted { $0.id < $1.id }
        let leaving = Dictionary(grouping: reaches) { $0.upstream }
        var ordered: [Reach] = []
        while !ready.isEmpty {
            let reach = ready.removeFirst()
            ordered.append(reach)
            waiting[reach.downstream]! -= 1  // counted above for every downstream end
            if waiting[reach.downstream] == 0 {
                ready += (leaving[reach.downstream] ?? []).sorted { $0.id < $1.id }
            }
        }
        return ordered.count == reaches.count ? ordered : nil
    }

    /// The stretches that end at a point.
    public func reaches(into station: StationID) -> [Reach] { reaches.filter { $0.downstream == station } }

    /// The stretch that begins at a point.
    public func reach(from station: StationID) -> Reach? { reaches.first { $0.upstream == station } }

    /// The stretches below a point, one after the other, each with the s that water needs from the point to its end; no more than there
    /// are, should they go round in a circle.
    public func path(from station: StationID) -> some Sequence<(reach: Reach, seconds: Double)> {
        sequence(state: (place: station, seconds: 0.0)) { state in
            guard let reach = reach(from: state.place) else { return nil }
            state = (reach.downstream, state.seconds + reach.travelTime)
            return (reach, state.seconds)
        }
        .prefix(reaches.count)
    }

    /// The day on which alarm levels and ratings are looked up for a moment.
    public func day(of time: Instant) -> CivilDate { time.civil(in: zone).date }

    /// A copy with further stations, for an event that brings its own; known ids are kept as they are.
    public func adding(_ more: [Station]) -> Basin {
        let added = more.filter { stations[$0.id] == nil }
        return Basin(
            id: id, name: name, stations: stations.values.sorted { $0.id < $1.id } + added, reaches: reaches,
            correspondences: correspondences, reservoirs: reservoirs.values.sorted { $0.id < $1.id }, priors: priors,
            checkLimits: checkLimits, zone: zone)
    }

    /// A copy with a further correspondence, which goes before those that it replaces.
    public func adding(correspondence: StageCorrespondence) -> Basin {
        Basin(
            id: id, name: name, stations: stations.values.sorted { $0.id < $1.id }, reaches: reaches,
            correspondences: [correspondence] + correspondences, reservoirs: reservoirs.values.sorted { $0.id < $1.id },
            priors: priors, checkLimits: checkLimits, zone: zone)
    }
}
