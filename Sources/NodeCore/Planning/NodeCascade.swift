import Accord
public import Forecasting
public import Formats
import River
public import Series

/// What may be planned at a node: its party's own dams with their newest readings, the gauges below, the releases that neighbours have
/// announced. Nothing that the party may not see goes in: it is made from its own board.
public struct NodeCascade: Sendable {
    /// What was left out, and why: a key of the catalogue group `advice`.
    public struct Missing: Error, Hashable, Sendable {
        /// The dam.
        public let place: StationID
        /// The key.
        public let key: String
        /// What the text has slots for.
        public let slots: [String: String]

        init(_ place: StationID, _ key: String, _ slots: [String: String] = [:]) {
            self.place = place
            self.key = key
            self.slots = slots
        }

        /// Why, in words.
        public func text(_ catalogues: Catalogues, _ language: Language) -> String {
            var slots = slots
            if let property = slots["property"].flatMap({ Property(rawValue: $0) }) {
                slots["property"] = property.standardName.name[language]
            }
            return catalogues[language].text(key, slots)
        }
    }

    /// The cascade; nil where no own dam can be planned.
    public let document: CascadeDocument?
    /// What was left out.
    public let missing: [Missing]

    /// s after which a reading says nothing any more of what to do now.
    public static let oldest: Int64 = 6 * 3600
    /// Gauges below each dam.
    private static let most = 6

    /// Looks at a board.
    ///
    /// - Parameters:
    ///   - releases: what is announced and not over.
    ///   - accepted: the newest plan that a person has accepted, whose moves ahead have been announced; nil where there is none.
    public init(
        _ board: DutyBoard, releases: [NoticedRelease], accepted: PlanSummary? = nil, pack: BasinPack
    ) {
        var (dams, qualities, missing): ([CascadeOutlook.Dam], [String: FactQuality], [Missing]) = ([], [:], [])
        for (station, reservoir) in pack.basin.reservoirs where reservoir.party == board.party {
            switch DamReading.newest(of: station, on: board, pack: pack) {
            case .success(let reading):
                var state = reading.state
                state.announced = NodeCascade.announced(at: station, from: state, by: accepted, reading.outlook)
                dams.append(.init(station: station, outlook: reading.outlook, state: state))
                qualities[station.text] = reading.quality
            case .failure(let why): missing.append(why)
            }
        }
        let basin = pack.basin
        let start = DamReading.start(of: board)
        let foreign = releases.filter { basin.reservoirs[$0.dam]?.party != board.party }
        let gauges = CascadeOutlook.gauges(
            below: dams.map(\.station) + foreign.map(\.dam), in: basin, hours: DamOutlook.Terms.usualHorizon,
            most: NodeCascade.most)
        let towns = gauges.compactMap { NodeCascade.town($0, board, basin) }
        let announced = foreign.compactMap { release -> CascadeOutlook.Announcement? in
            guard let dam = basin.stations[release.dam] else { return nil }
            guard let flow = release.flow else {
                missing.append(Missing(release.dam, "advice.missing.flow"))
                return nil
            }
            return .init(
                dam: release.dam, party: dam.provider, flow: flow,
                before: release.before ?? DamReading.latest(.release, of: release.dam, on: board)?.value,
                start: release.start, end: release.end)
        }
        let outlook = CascadeOutlook(of: basin, dams: dams, towns: towns, announced: announced, start: start)
        // Readings that make no sense, a flow of a river that is none: told, and never planned with.
        let isFaulty = outlook?.cascade.fault != nil
        if isFaulty { missing += dams.map { Missing($0.station, "advice.missing.readings") } }
        self.missing = missing.sorted { ($0.place, $0.key) < ($1.place, $1.key) }
        document =
            isFaulty
            ? nil
            : outlook.map { outlook in
                let cascade = outlook.cascade
                let ids = (dams.map(\.station) + gauges + announced.map(\.dam)).map {
                    ($0.text, basin.stations[$0]?.name)
                }
                let parties = cascade.towns.map(\.party).map { ($0.text, pack.register.parties[$0]?.name) }
                let names = (ids + parties).compactMap { id, name in name.map { (id, $0) } }
                return CascadeDocument(
                    cascade: cascade, intentions: outlook.intentions,
                    names: Dictionary(names) { first, _ in first }, quality: qualities,
                    ofDamsAlone: Set(towns.filter { $0.flow == nil }.map(\.station.text)))
            }
    }

    /// Gates open in each hour of the notice time by a plan that was accepted; empty where it moves none.
    private static func announced(
        at station: StationID, from state: DamOutlook.State, by plan: PlanSummary?, _ outlook: DamOutlook
    ) -> [Int] {
        let moves = plan?.plants.first { $0.id == station.text }?.gates.filter { $0.time >= state.time } ?? []
        guard !moves.isEmpty else { return [] }
        return (0..<outlook.noticeHours).map { hour in
            let time = state.time + Int64(hour) * 3600
            return max(0, moves.filter { $0.time <= time }.reduce(state.gatesOpen) { $0 + ($1.opens ? 1 : -1) })
        }
    }

    /// A gauge as it stands: its flow as it was read, or by its dated rating.
    private static func town(_ id: StationID, _ board: DutyBoard, _ basin: Basin) -> CascadeOutlook.Town? {
        guard let station = basin.stations[id] else { return nil }
        let rating = station.rating(on: basin.day(of: board.now))
        func fresh(_ property: Property) -> Double? {
            DamReading.latest(property, of: id, on: board).flatMap {
                board.now - $0.observed <= oldest ? $0.value : nil
            }
        }
        let rated = fresh(.stage).flatMap { rating?.discharge(at: .metres($0))?.value }
        let stages = station.alarms(for: .stage, on: basin.day(of: board.now))
        let alarms = stages.compactMap { rating?.discharge(at: .metres($0.value))?.value }
        return .init(
            station: id, party: station.provider, flow: fresh(.discharge) ?? rated,
            alarms: alarms.count == stages.count ? alarms.sorted() : [], rating: rating.flatMap { levels($0) })
    }

    /// A rating read the other way: m against m3/s.
    private static func levels(_ rating: RatingCurve) -> RatingTable? {
        let (low, high) = (rating.gaugedRange.lowerBound, rating.gaugedRange.upperBound + 3)
        let points = (0...64).compactMap { place -> (Double, Double)? in
            let stage = low + (high - low) * Double(place) / 64
            return rating.discharge(at: .metres(stage)).map { ($0.value, stage) }
        }
        return RatingTable(inputs: points.map(\.0), outputs: points.map(\.1))
    }
}
