public import River
public import Series

/// A table that was taken in through a mapping: every row with its verdict.
public struct MappedReading: Sendable {
    /// One verdict a value, in the order of lines; a line with several value columns has several.
    public let rows: [EventRow]
    /// What makes the file unreadable; nothing is taken in then.
    public let faults: [Fault]
    /// What is remarked and does no harm.
    public let advice: [Fault]

    /// The readings of the rows that are not refused, in the order of lines: nothing about them has been believed yet.
    public var observations: [ReceivedObservation] {
        rows.filter { $0.verdict != .refused }.compactMap { row in
            row.observation.map { ReceivedObservation($0, origin: row.origin) }
        }
    }
}

/// Reads a table whose columns a mapping explains.
///
/// Linear in the number of rows. A bad row never stops the reading: it is refused with a reason.
///
/// - Parameters:
///   - bytes: CSV in UTF-8.
///   - file: the name for messages and for the origin of the readings.
///   - mapping: what the columns mean.
///   - basin: the stations that are known.
///   - zones: which zone a party's offices keep; a time written in another one is refused.
///   - received: when this party had the file, for tables that do not say it a row; nil: when each was observed.
public func readMappedTable(
    _ bytes: [UInt8], file: String, mapping: IntakeMapping, basin: Basin, zones: [PartyID: UTCOffset] = [:],
    received: Instant?
) -> MappedReading {
    let required = mapping.columns.sorted { $0.key.rawValue < $1.key.rawValue }
        .filter { [.observed, .station, .value].contains($0.key) }.map(\.value)
    let columns = required + mapping.values.map(\.column)
    let table = EventTable(file, path: file, bytes: bytes, required: columns, optional: nil)
    var judge = ReadingJudge(basin: basin, clock: mapping.clock, defaultReceived: received)
    judge.zones = zones
    var rows = table.mappedRows(mapping, judge)
    settle(&rows)
    return MappedReading(rows: rows, faults: table.faults, advice: table.advice)
}

extension EventTable {
    fileprivate func mappedRows(_ mapping: IntakeMapping, _ judge: ReadingJudge) -> [EventRow] {
        guard !mapping.values.isEmpty else {
            return verdicts { (table, row) throws(RowRefusal) in
                try mappedRow(
                    MappedRow(mapping: mapping, table: table, row: row).text(origin: "\(name):\(row.line)"), row, judge)
            }
        }
        var further: [EventRow] = []
        var rows = verdicts { (table, row) throws(RowRefusal) in
            let mapped = MappedRow(mapping: mapping, table: table, row: row)
            let texts = mapped.texts(origin: "\(name):\(row.line)")
            guard let first = texts.first else {
                let names = mapping.values.map(\.column).joined(separator: ", ")
                throw RowRefusal("no value: the row reports none in \(names)", .value)
            }
            for text in texts.dropFirst() { further.append(verdict(text, row, judge)) }
            return verdict(first, row, judge)
        }
        guard !further.isEmpty else { return rows }
        // Stable: values of one line stand in the order of the mapping's columns.
        rows += further
        return rows.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(\.element)
    }

    private func verdict(_ text: ReadingText, _ row: CSVTable.Row, _ judge: ReadingJudge) -> EventRow {
        do {
            return try mappedRow(text, row, judge)
        } catch {
            return EventRow(
                file: name, line: row.line, verdict: .refused, reason: "\(text.property ?? ""): \(error.reason)",
                fault: error.fault)
        }
    }

    private func mappedRow(_ text: ReadingText, _ row: CSVTable.Row, _ judge: ReadingJudge) throws(RowRefusal)
        -> EventRow
    {
        let (observation, remark) = try judge.observation(text)
        return EventRow(
            file: name, line: row.line, verdict: .used, reason: remark ?? "read as given", observation: observation,
            statedDifference: text.note.flatMap { StatedDifference(note: $0) }, supersedes: text.supersedes,
            note: text.note ?? "")
    }
}

/// A row seen through a mapping.
private struct MappedRow {
    let mapping: IntakeMapping
    let table: CSVTable
    let row: CSVTable.Row

    /// The reading of a table with one value a row.
    func text(origin: String) -> ReadingText {
        var text = ReadingText(origin: origin)
        text.observed = field(.observed)
        text.received = field(.received)
        text.station = field(.station).map { mapping.stationCodes[$0]?.text ?? $0 }
        text.property = field(.property)
        text.value = field(.value).flatMap { mapping.missing.contains($0) ? nil : $0 }
        text.unit = field(.unit)
        text.known = field(.known)
        text.revision = field(.revision)
        text.source = field(.source)
        text.supersedes = field(.supersedes)
        text.note = field(.note)
        return text
    }

    /// The readings of a table with one property a column; columns without a value give none.
    func texts(origin: String) -> [ReadingText] {
        let shared = text(origin: origin)
        return mapping.values.compactMap { column in
            guard let word = table.field(column.column, of: row), !mapping.missing.contains(word) else { return nil }
            var text = shared
            text.property = column.property.rawValue
            text.value = word
            text.unit = column.unit.rawValue
            return text
        }
    }

    private func field(_ field: IntakeMapping.Field) -> String? {
        mapping.columns[field].flatMap { table.field($0, of: row) } ?? mapping.constants[field]
    }
}
