import River
import Series

extension EventTable {
    /// `releases.csv` of a folder.
    init(releasesIn folder: String) {
        self.init(
            "releases.csv", in: folder, required: EventTable.releaseColumns, optional: EventTable.furtherReleaseColumns)
    }

    /// The columns without which `releases.csv` means nothing.
    static let releaseColumns = ["observed", "object", "quantity", "value", "unit"]
    /// Its further columns.
    static let furtherReleaseColumns = [
        "received", "party", "zone_quality", "revision", "supersedes", "source", "note", "authority", "addressee",
    ]

    /// The readings and notices of reservoirs, the statements without a number, and one verdict a row.
    func releases(_ judge: ReadingJudge) -> (rows: [EventRow], statements: [ReleaseStatement]) {
        var statements: [ReleaseStatement] = []
        let rows = verdicts { (table, row) throws(RowRefusal) in
            func field(_ name: String) -> String? { table.field(name, of: row) }
            let zone = try zoneQuality(field("zone_quality"))
            let note = field("note") ?? ""
            guard let quantity = field("quantity") else {
                throw RowRefusal("no quantity: write level, inflow, release or statement", .property)
            }
            if isStatement(quantity) {
                statements.append(try statement(row, of: table, quantity: quantity, zone: zone, judge))
                return EventRow(
                    file: name, line: row.line, verdict: .used, reason: "statement kept as text", zoneQuality: zone,
                    supersedes: field("supersedes"), note: note)
            }
            let dam = try dam(field("object"), in: judge.basin)
            let text = ReadingText(
                observed: field("observed"), received: field("received"), station: dam.text,
                property: try property(of: quantity).rawValue, value: field("value"), unit: field("unit"),
                revision: field("revision"), source: field("source"), origin: "\(name):\(row.line)")
            let (observation, remark) = try judge.observation(text)
            return EventRow(
                file: name, line: row.line, verdict: .used, reason: remark ?? "read as given",
                observation: observation, zoneQuality: zone, supersedes: field("supersedes"), note: note)
        }
        return (rows, statements)
    }

    private func zoneQuality(_ word: String?) throws(RowRefusal) -> ZoneQuality? {
        guard let word else { return nil }
        guard let quality = ZoneQuality(rawValue: word) else {
            throw RowRefusal("unknown word \(word) in zone_quality: the words are exact, conflict, assumed")
        }
        return quality
    }

    private func dam(_ word: String?, in basin: Basin) throws(RowRefusal) -> StationID {
        guard let word else { throw RowRefusal("no object: give the dam's id", .station) }
        guard let id = StationID(word), let station = basin.stations[id] else {
            throw RowRefusal("unknown object \(word): no dam of the basin has this id", .station)
        }
        guard station.kind == .dam || basin.reservoirs[id] != nil else {
            throw RowRefusal(
                "object \(word) is no dam but a \(station.kind.rawValue): levels of gauges belong in levels.csv",
                .station)
        }
        return id
    }

    private func isStatement(_ quantity: String) -> Bool {
        ["statement", "order", "notice", "remark"].contains(quantity.lowercased())
    }

    private func property(of quantity: String) throws(RowRefusal) -> Property {
        if let property = Property(rawValue: quantity) { return property }
        let spelt = quantity.lowercased().replacing("-", with: " ").replacing("_", with: " ")
        guard let property = propertyByQuantity[spelt] else {
            throw RowRefusal(
                "unknown quantity \(quantity): write pool-level, inflow, release, spill, turbine-flow, tailwater, "
                    + "storage, gates-open, release-intention or statement", .property)
        }
        return property
    }

    private func statement(
        _ row: CSVTable.Row, of table: CSVTable, quantity: String, zone: ZoneQuality?, _ judge: ReadingJudge
    ) throws(RowRefusal) -> ReleaseStatement {
        func field(_ name: String) -> String? { table.field(name, of: row) }
        guard let text = field("value") ?? field("note") else {
            throw RowRefusal("a \(quantity) without a text: write it in the note")
        }
        let observed = try judge.clock.instant(field("observed"), column: "observed")
        var received = observed
        if let word = field("received") { received = try judge.clock.instant(word, column: "received") }
        guard received >= observed else {
            throw RowRefusal(
                "received \(received) before it was observed \(observed): check both times and their zones")
        }
        return ReleaseStatement(
            observed: observed, received: received, object: field("object") ?? "", party: field("party") ?? "",
            quantity: quantity, text: text, zoneQuality: zone, source: field("source") ?? "\(name):\(row.line)",
            line: row.line)
    }
}

/// The words of bulletins for the quantities of a reservoir.
private let propertyByQuantity: [String: Property] = [
    "level": .poolLevel, "pool level": .poolLevel, "upstream level": .poolLevel, "inflow": .inflow,
    "total release": .release, "total outflow": .release, "outflow": .release, "spill": .spill, "spillway flow": .spill,
    "turbine flow": .turbineFlow, "gates open": .gatesOpen, "gates": .gatesOpen, "tailwater": .tailwater,
    "downstream level": .tailwater, "announced release": .releaseIntention, "intended release": .releaseIntention,
    "planned release": .releaseIntention, "expected release": .releaseIntention, "release intention": .releaseIntention,
    "announced max release": .releaseIntention, "amended max release": .releaseIntention,
]
