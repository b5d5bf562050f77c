import Foundation
public import River
import Series

/// Reads an event folder: `levels.csv`, and where they exist `forecasts.csv`, `releases.csv`, `deliveries.csv`,
/// `stations.csv` and `event.yaml`.
///
/// Linear in the number of rows. A bad row never stops the reading: it is refused with a reason.
///
/// - Parameters:
///   - folder: the path of the folder.
///   - basin: the basin of the pack; stations that the event brings are added while its rows are judged. Add
///     ``EventReading/stations`` with ``Basin/adding(_:)`` afterwards.
/// - Returns: every row with its verdict. Where ``EventReading/faults`` is not empty, a file could not be read at all.
public func readEvent(at folder: String, basin: Basin) -> EventReading {
    var rows: [EventRow] = []
    var faults: [Fault] = []
    var advice: [Fault] = []
    func note(_ table: EventTable) {
        faults += table.faults
        advice += table.advice
    }

    let stationTable = EventTable(stationsIn: folder)
    note(stationTable)
    let brought = stationTable.stations(for: basin)
    rows += brought.rows
    let judge = ReadingJudge(basin: basin.adding(brought.stations))

    let levelTable = EventTable(
        "levels.csv", in: folder, required: EventTable.levelColumns, optional: EventTable.furtherLevelColumns,
        isRequired: true)
    note(levelTable)
    var readings = levelTable.levels(judge)

    let forecastTable = EventTable(forecastsIn: folder)
    note(forecastTable)
    let official = forecastTable.officialForecasts(judge)

    let releaseTable = EventTable(releasesIn: folder)
    note(releaseTable)
    let released = releaseTable.releases(judge)

    let levelCount = readings.count
    readings += released.rows
    settle(&readings)
    rows += readings[..<levelCount]
    rows += official.rows
    rows += readings[levelCount...]

    let deliveryTable = EventTable(
        "deliveries.csv", in: folder, required: ["series", "observed", "delivered"], optional: ["note"])
    note(deliveryTable)
    let delivered = deliveryTable.deliveries(judge)
    rows += delivered.rows

    let description = readEventDescription(in: folder)
    faults += description.faults
    return EventReading(
        description: description.description, rows: rows, stations: brought.stations,
        officialForecasts: official.forecasts, statements: released.statements, deliveries: delivered.deliveries,
        faults: faults, advice: advice)
}

/// Settles duplicates, conflicts, corrections and replaced notices among rows that were judged one by one.
func settle(_ rows: inout [EventRow]) {
    var ledger = ReadingLedger()
    for index in rows.indices { ledger.enter(index, of: &rows) }
    ledger.markSuperseded(in: &rows)
    ReadingLedger.markReplacedNotices(in: &rows)
}

extension EventTable {
    /// The columns without which `levels.csv` means nothing.
    static let levelColumns = ["observed", "station", "property", "value", "unit"]
    /// Its further columns.
    static let furtherLevelColumns = [
        "received", "known", "revision", "supersedes", "source", "note", "time_quality",
    ]

    /// The rows of `levels.csv`.
    func levels(_ judge: ReadingJudge) -> [EventRow] {
        verdicts { (table, row) throws(RowRefusal) in
            func field(_ name: String) -> String? { table.field(name, of: row) }
            let text = ReadingText(
                observed: field("observed"), received: field("received"), station: field("station"),
                property: field("property"), value: field("value"), unit: field("unit"), known: field("known"),
                revision: field("revision"), source: field("source"), origin: "\(name):\(row.line)")
            let (observation, remark) = try judge.observation(text)
            let note = field("note") ?? ""
            return EventRow(
                file: name, line: row.line, verdict: .used, reason: remark ?? "read as given",
                observation: observation, statedDifference: StatedDifference(note: note),
                supersedes: field("supersedes"), note: note)
        }
    }

    /// The rows of `deliveries.csv`.
    fileprivate func deliveries(_ judge: ReadingJudge) -> (rows: [EventRow], deliveries: [SimulatedDelivery]) {
        var deliveries: [SimulatedDelivery] = []
        let rows = verdicts { (table, row) throws(RowRefusal) in
            let word = table.field("series", of: row) ?? ""
            guard let series = SeriesID(word) else {
                throw RowRefusal("\(word) is not a series: write party/station/property")
            }
            guard judge.basin.stations[series.station] != nil else {
                throw RowRefusal(
                    "unknown station \(series.station): neither the pack nor the event's stations.csv has it")
            }
            let observed = try judge.clock.instant(table.field("observed", of: row), column: "observed")
            let delivered = try judge.clock.instant(table.field("delivered", of: row), column: "delivered")
            guard delivered >= observed else {
                throw RowRefusal("delivered \(delivered) before it was observed \(observed)")
            }
            deliveries.append(
                SimulatedDelivery(series: series, observed: observed, delivered: delivered, line: row.line))
            return EventRow(file: name, line: row.line, verdict: .used, reason: "simulated delivery")
        }
        return (rows, deliveries)
    }
}
