public import River
public import Series

extension TableSchema {
    /// What alarm levels mean for people.
    static let impacts = TableSchema(
        "impacts.csv", isRequired: false, key: ["station", "scheme", "level"],
        "What a level means for people, in three languages: for one station, or for every station of a scheme.",
        [
            TableColumn("station", .reference("stations.csv"), .present, "empty: every station of the scheme"),
            TableColumn("scheme", .identifier, .filled, "of alarms.csv"),
            TableColumn("level", .word(["1", "2", "3", "4", "5"]), .filled, "1 is the lowest"),
            TableColumn("text_vi", .text), TableColumn("text_zh", .text), TableColumn("text_en", .text),
        ] + .provenance)
}

extension BasinPack {
    /// What a level means for people.
    public struct ImpactStatement: Hashable, Sendable {
        /// Where; nil for every station of the scheme.
        public let station: StationID?
        /// The legal act or scale.
        public let scheme: String
        /// 1 is the lowest.
        public let level: Int
        /// In three languages.
        public let text: LocalizedText
        /// How sure it is.
        public let quality: FactQuality
        /// Where it was read.
        public let source: String
    }

    /// What a level means at a station: its own statement, else that of the scheme; nil where the pack has neither.
    public func impact(of alarm: AlarmLevel, at station: StationID) -> ImpactStatement? {
        let all = impacts.filter { $0.scheme == alarm.scheme && $0.level == alarm.level }
        return all.first { $0.station == station } ?? all.first { $0.station == nil }
    }

    /// The communes that the river touches from a station to the next gauge or dam below it on the same river, in river order;
    /// none where coordinates are missing.
    public func communes(below station: Station) -> [RiversideCommune] {
        let own = communes.filter { $0.river == station.river }
        guard let first = nearest(to: station, in: own) else { return [] }
        let line = own[first].line
        var place = station.id
        var end: Int?
        for _ in 0..<basin.reaches.count {
            guard end == nil, let reach = basin.reach(from: place), reach.river == station.river else { break }
            place = reach.downstream
            guard let next = basin.stations[place], next.kind != .junction else { continue }
            end = nearest(to: next, in: own)
        }
        // A line of another name is another stretch: its chainage says nothing here.
        return own[first...].enumerated().prefix { offset, commune in
            commune.line == line && (end.map { first + offset <= $0 } ?? true)
        }.map(\.element)
    }

    private func nearest(to station: Station, in communes: [RiversideCommune]) -> Int? {
        guard let latitude = station.latitude, let longitude = station.longitude else { return nil }
        return communes.indices.min { left, right in
            func square(_ place: Int) -> Double {
                // Degrees of longitude are shorter; near enough for what is told apart here.
                let (north, east) = (communes[place].latitude - latitude, communes[place].longitude - longitude)
                return north * north + 0.87 * east * east
            }
            return square(left) < square(right)
        }
    }
}

extension BasinPack.ImpactStatement {
    init?(_ row: TableRow) {
        guard let scheme = row["scheme"], let level = row.whole("level"),
            let quality = row.word("quality", FactQuality.self)
        else { return nil }
        self.init(
            station: row.id("station", StationID.self), scheme: scheme, level: level,
            text: LocalizedText(vi: row.text("text_vi"), zh: row.text("text_zh"), en: row.text("text_en")),
            quality: quality, source: row.text("source"))
    }
}
