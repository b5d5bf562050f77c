import River
import Series

extension EventTable {
    /// `stations.csv` of a folder.
    init(stationsIn folder: String) {
        self.init(
            "stations.csv", in: folder, required: ["id"],
            optional: [
                "name", "kind", "name_vi", "name_zh", "name_en", "river", "provider", "latitude", "longitude",
                "coordinate_quality", "datum", "catchment_km2", "valid_from", "valid_to", "aliases", "note", "source",
                "quality", "alarm1_m", "alarm2_m", "alarm3_m",
            ])
    }

    /// The stations that the event brings, and one verdict a row.
    func stations(for basin: Basin) -> (rows: [EventRow], stations: [Station]) {
        var stations: [Station] = []
        var lineByID: [StationID: Int] = [:]
        let national = PartyID("vn-national").flatMap { id in
            basin.stations.values.contains { $0.provider == id } ? id : nil
        }
        let rows = verdicts { (table, row) throws(RowRefusal) in
            let station = try read(row, of: table, provider: national)
            if let line = lineByID[station.id] {
                throw RowRefusal("the id \(station.id) stands already on line \(line)")
            }
            lineByID[station.id] = row.line
            guard basin.stations[station.id] == nil else {
                throw RowRefusal("the pack has a station \(station.id) already: the pack's own row is kept")
            }
            stations.append(station)
            return EventRow(file: name, line: row.line, verdict: .used, reason: "station added for this event")
        }
        return (rows, stations)
    }

    private func read(_ row: CSVTable.Row, of table: CSVTable, provider national: PartyID?) throws(RowRefusal)
        -> Station
    {
        func field(_ name: String) -> String? { table.field(name, of: row) }
        let word = field("id") ?? ""
        guard let id = StationID(word) else {
            throw RowRefusal("\(word) is not an id: write lower-case words joined by hyphens, such as bao-ha")
        }
        let name = field("name_en") ?? field("name") ?? field("name_vi") ?? field("name_zh") ?? id.text
        return Station(
            id: id, kind: try self.word(field("kind"), "kind", else: .gauge),
            name: LocalizedText(
                vi: field("name_vi") ?? field("name") ?? name, zh: field("name_zh") ?? field("name") ?? name, en: name),
            river: field("river") ?? "", provider: try self.provider(field("provider"), national),
            latitude: try number(field("latitude"), "latitude", within: -90...90),
            longitude: try number(field("longitude"), "longitude", within: -180...180),
            coordinateQuality: try self.word(field("coordinate_quality"), "coordinate_quality", else: .estimated),
            datum: field("datum"),
            catchmentArea: try number(field("catchment_km2"), "catchment_km2", within: 0...1e8).map { $0 * 1e6 },
            validity: Validity(
                from: try day(field("valid_from"), "valid_from"), until: try day(field("valid_to"), "valid_to")),
            alarms: try alarms(row, of: table))
    }

    private func provider(_ word: String?, _ national: PartyID?) throws(RowRefusal) -> PartyID {
        guard let word else {
            // Safe: the literal is a valid id.
            return national ?? PartyID("event")!
        }
        guard let id = PartyID(word) else { throw RowRefusal("provider \(word) is not the id of a party") }
        return id
    }

    private func alarms(_ row: CSVTable.Row, of table: CSVTable) throws(RowRefusal) -> [AlarmLevel] {
        var alarms: [AlarmLevel] = []
        for level in 1...3 {
            let column = "alarm\(level)_m"
            guard let value = try number(table.field(column, of: row), column, within: -20...3000) else { continue }
            if let last = alarms.last, last.value >= value {
                throw RowRefusal("alarm level \(level) is not above alarm level \(last.level): put them in order")
            }
            alarms.append(
                AlarmLevel(
                    level: level, value: value, scheme: "event", quality: .single,
                    source: table.field("source", of: row) ?? "\(name):\(row.line)"))
        }
        return alarms
    }

    private func word<Word: RawRepresentable & CaseIterable>(_ text: String?, _ column: String, else fallback: Word)
        throws(RowRefusal) -> Word where Word.RawValue == String
    {
        guard let text else { return fallback }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw RowRefusal("unknown word \(text) in \(column): the words are \(words)")
        }
        return word
    }

    private func number(_ text: String?, _ column: String, within range: ClosedRange<Double>) throws(RowRefusal)
        -> Double?
    {
        guard let text else { return nil }
        guard let value = decimalNumber(text) else {
            throw RowRefusal("malformed number \(text) in \(column): write digits with a decimal point")
        }
        guard range.contains(value) else { throw RowRefusal("\(column) \(text) outside its range") }
        return value
    }

    private func day(_ text: String?, _ column: String) throws(RowRefusal) -> CivilDate? {
        guard let text else { return nil }
        guard let day = try? CivilDate(iso8601: text) else {
            throw RowRefusal("malformed date \(text) in \(column): write YYYY-MM-DD")
        }
        return day
    }
}
