public import River
public import Series

/// A cascade out of what a party knows at one moment: its own dams with their newest readings, the gauges below them, and what
/// neighbours have announced.
///
/// What may come is made by ``DamOutlook/members(from:hours:)``: the water at every dam, and what joins above every gauge, goes on
/// alike in each future. All of it is **estimated**. A release that a neighbour has not announced stays in what comes.
public struct CascadeOutlook: Sendable {
    /// An own dam.
    public struct Dam: Sendable {
        /// Its point of the basin.
        public let station: StationID
        /// What is known of it.
        public let outlook: DamOutlook
        /// How it stands.
        public let state: DamOutlook.State

        /// Makes a dam.
        public init(station: StationID, outlook: DamOutlook, state: DamOutlook.State) {
            self.station = station
            self.outlook = outlook
            self.state = state
        }
    }

    /// A gauge below.
    public struct Town: Hashable, Sendable {
        /// Its point of the basin.
        public let station: StationID
        /// Whose it is.
        public let party: PartyID
        /// m3/s now; nil where nobody knows: then the water of dams alone is counted there.
        public let flow: Double?
        /// m3/s from which each alarm counts; empty where no dated rating is known.
        public let alarms: [Double]
        /// m against m3/s; nil where no dated rating is known.
        public let rating: RatingTable?

        /// Makes a town.
        public init(station: StationID, party: PartyID, flow: Double?, alarms: [Double], rating: RatingTable?) {
            self.station = station
            self.party = party
            self.flow = flow
            self.alarms = alarms
            self.rating = rating
        }
    }

    /// A release that a neighbour has announced.
    public struct Announcement: Hashable, Sendable {
        /// The dam.
        public let dam: StationID
        /// Whose it is.
        public let party: PartyID
        /// m3/s at most.
        public let flow: Double
        /// m3/s that leave it before, as the notice or the newest reading has it; nil where nobody knows: then all of the
        /// announced water is counted beside what comes now.
        public let before: Double?
        /// When it begins.
        public let start: Instant
        /// When it ends; nil where nobody says: then it lasts.
        public let end: Instant?

        /// Makes one.
        public init(dam: StationID, party: PartyID, flow: Double, before: Double?, start: Instant, end: Instant?) {
            self.dam = dam
            self.party = party
            self.flow = flow
            self.before = before
            self.start = start
            self.end = end
        }
    }

    /// The least and the largest share of an announced release that is thought possible: judged.
    public static let band = 0.8...1.2

    private let basin: Basin
    private let dams: [Dam]
    private let towns: [Town]
    private let announced: [Announcement]
    private let start: Instant
    private let horizon: Int
    private static let step: Int64 = 3600

    /// Makes an outlook; nil without a dam, when a dam or town stands at no point of the basin or twice, or when the dams' terms
    /// differ in zone or hours.
    ///
    /// - Parameters:
    ///   - announced: those of dams that are not own ones count; of others nothing is done.
    ///   - start: when the first hour begins.
    public init?(of basin: Basin, dams: [Dam], towns: [Town], announced: [Announcement] = [], start: Instant) {
        let places = dams.map(\.station) + towns.map(\.station)
        guard let first = dams.first, Set(places).count == places.count,
            places.allSatisfy({ basin.stations[$0] != nil }),
            dams.allSatisfy({
                $0.outlook.terms.zone == first.outlook.terms.zone
                    && $0.outlook.terms.horizon == first.outlook.terms.horizon
            })
        else { return nil }
        self.basin = basin
        // upstream first, so that plans do not depend on the order of what is given
        self.dams = dams.sorted { basin.comesBefore($0.station, $1.station) }
        self.towns = towns.sorted { basin.comesBefore($0.station, $1.station) }
        let own = Set(dams.map(\.station))
        self.announced = announced.filter { !own.contains($0.dam) && basin.stations[$0.dam] != nil }
        self.start = start
        horizon = first.outlook.terms.horizon
    }

    /// The gauges below some dams, that water reaches within some hours, nearest first along each river.
    ///
    /// - Parameter most: of each dam.
    public static func gauges(below dams: [StationID], in basin: Basin, hours: Int, most: Int) -> [StationID] {
        var found: Set<StationID> = []
        for dam in dams {
            let below = basin.path(from: dam).prefix { $0.seconds <= Double(hours) * 3600 }.map(\.reach.downstream)
            found.formUnion(below.filter { basin.stations[$0]?.kind == .gauge }.prefix(most))
        }
        return found.sorted { basin.comesBefore($0, $1) }
    }

    /// The cascade, without what is announced.
    public var cascade: PlannedCascade {
        var reaches: [PlannedCascade.Reach] = []
        for (place, dam) in dams.enumerated() {
            for arrival in arrivals(from: dam.station, flow: dam.state.release) {
                reaches.append(.init(from: place, to: arrival.at, kernel: arrival.kernel))
            }
        }
        return PlannedCascade(
            of: dams.map { ($0.station.text, $0.outlook, $0.state) },
            towns: towns.map { town in
                (.init(id: town.station.text, party: town.party, alarms: town.alarms, rating: town.rating), town.flow)
            }, reaches: reaches, start: start)
    }

    /// What is announced, as it changes what comes.
    public var intentions: [ReleaseIntention] {
        announced.compactMap { notice in
            let more = max(0, notice.flow - (notice.before ?? 0))
            let arrivals = arrivals(from: notice.dam, flow: notice.flow)
            let flow = (0..<horizon).map { step in more * share(of: step, from: notice.start, to: notice.end) }
            guard !arrivals.isEmpty, flow.contains(where: { $0 > 0 }) else { return nil }
            return ReleaseIntention(
                plant: notice.dam.text, party: notice.party, arrivals: arrivals, flow: flow, band: CascadeOutlook.band)
        }
    }

    /// Which share of an hour lies between two times.
    private func share(of step: Int, from begin: Instant, to end: Instant?) -> Double {
        let first = start + Int64(step) * CascadeOutlook.step
        let low = max(first, begin)
        let high = min(first + CascadeOutlook.step, end ?? first + CascadeOutlook.step)
        return max(0, Double(high - low) / Double(CascadeOutlook.step))
    }

    /// Every town below a point until the first own dam, and that dam.
    private func arrivals(from point: StationID, flow: Double) -> [ReleaseIntention.Arrival] {
        var (path, found): ([Reach], [ReleaseIntention.Arrival]) = ([], [])
        for (reach, seconds) in basin.path(from: point) {
            guard seconds <= Double(horizon) * 3600 else { break }
            path.append(reach)
            let place = reach.downstream
            func arrival(_ at: PlannedCascade.Destination) -> ReleaseIntention.Arrival {
                .init(at: at, kernel: PathKernel.terms(path, flow: flow, step: CascadeOutlook.step))
            }
            if let dam = dams.firstIndex(where: { $0.station == place }) { return found + [arrival(.plant(dam))] }
            if let town = towns.firstIndex(where: { $0.station == place }) { found.append(arrival(.town(town))) }
        }
        return found
    }
}

extension PlannedCascade {
    /// Dams as they stand, with what may come to each and join above each town (``DamOutlook/members(from:hours:)``).
    ///
    /// - Parameters:
    ///   - dams: at least one, with the same zone and the same hours ahead.
    ///   - towns: with the m3/s that flow there now; nil where nobody knows: then the water of the dams alone is counted there.
    init(
        of dams: [(id: String, outlook: DamOutlook, state: DamOutlook.State)], towns: [(town: Town, flow: Double?)],
        reaches: [Reach], start: Instant
    ) {
        let terms = dams[0].outlook.terms
        // the longest: no dam's notice time is longer than the hours that it shares
        let shared = dams.map(\.outlook.terms.shared).max() ?? terms.shared
        func members(_ flow: Double) -> [[Double]] { DamOutlook.members(from: max(0, flow), hours: terms.horizon) }
        // what the dams send is planned, and no part of what comes by itself
        func sent(to place: Destination) -> Double {
            reaches.reduce(0) { $1.to == place ? $0 + dams[$1.from].state.release : $0 }
        }
        let courses = dams.enumerated().map { members($1.state.inflow - sent(to: .plant($0))) }
        let local = towns.enumerated().map { place, town in
            let planned = sent(to: .town(place))
            return members((town.flow ?? planned) - planned)
        }
        self.init(
            start: start, zone: terms.zone, steps: terms.horizon, sharedSteps: shared,
            plants: dams.map { $0.outlook.plant(id: $0.id, from: $0.state) }, towns: towns.map(\.town),
            reaches: reaches,
            members: DamOutlook.members(from: 0, hours: 1).indices.map { member in
                Member(toPlants: courses.map { $0[member] }, toTowns: local.map { $0[member] })
            })
    }
}
