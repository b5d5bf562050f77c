import Accord
public import River
public import Series

/// Reads a table that somebody without a node has posted: through a mapping where its columns stand in the header, else in
/// the form of `levels.csv`, or of `releases.csv` where the header names `object` and `quantity`.
///
/// When a row was received is the reader's to say: what the table says of it is not read, and each reading carries the
/// time at which it was observed.
///
/// - Parameters:
///   - bytes: CSV in UTF-8.
///   - file: the name for messages and for the origin of the readings.
///   - mapping: what the columns mean, where a mapping has been agreed.
///   - basin: the stations that are known.
///   - zones: which zone a party's offices keep; a time written in another one is refused.
public func readUploadedTable(
    _ bytes: [UInt8], file: String, mapping: IntakeMapping? = nil, basin: Basin, zones: [PartyID: UTCOffset] = [:]
) -> MappedReading {
    let header = CSVTable(Array(bytes.prefix { $0 != UInt8(ascii: "\n") }), file: file).header
    if var mapping, mapping.isFor(header) {
        mapping.columns[.received] = nil
        mapping.constants[.received] = nil
        return readMappedTable(bytes, file: file, mapping: mapping, basin: basin, zones: zones, received: nil)
    }
    var judge = ReadingJudge(basin: basin)
    judge.zones = zones
    judge.readsReceived = false
    let isReleases = header.contains("object") && header.contains("quantity")
    let table = EventTable(
        file, path: file, bytes: bytes,
        required: isReleases ? EventTable.releaseColumns : EventTable.levelColumns,
        optional: isReleases ? EventTable.furtherReleaseColumns : EventTable.furtherLevelColumns)
    var rows: [EventRow]
    if isReleases {
        rows = table.releases(judge).rows.map { $0.observation == nil ? $0.refusedAsStatement : $0 }
    } else {
        rows = table.levels(judge)
    }
    settle(&rows)
    return MappedReading(rows: rows, faults: table.faults, advice: table.advice)
}

/// Reads rows that a program has posted: a JSON array of objects, or an object whose member `rows` is one.
///
/// The members of a row are `observed, station, property, value, unit, known, revision, source, note`; numbers may be
/// written as numbers or as texts. The line of a row is its place in the array, from 1.
///
/// - Parameters:
///   - bytes: JSON in UTF-8.
///   - file: the name for messages and for the origin of the readings.
///   - basin: the stations that are known.
public func readUploadedRows(json bytes: [UInt8], file: String, basin: Basin) -> MappedReading {
    let document: JSONValue
    do throws(JSONFault) { document = try JSONValue.reading(bytes) } catch {
        let fault = Fault(
            file: file, line: error.line, column: error.column, rule: "upload-json", message: error.what,
            advice: "send an array of objects, or {\"rows\": [...]}")
        return MappedReading(rows: [], faults: [fault], advice: [])
    }
    var list = document
    if case .object(let members) = document, let rows = members["rows"] { list = rows }
    guard case .array(let items) = list else {
        let fault = Fault(
            file: file, line: 1, rule: "upload-json", message: "the document holds no array of rows",
            advice: "send an array of objects, or {\"rows\": [...]}")
        return MappedReading(rows: [], faults: [fault], advice: [])
    }
    let judge = ReadingJudge(basin: basin)
    var rows = items.enumerated().map { place, item in
        do throws(RowRefusal) {
            return try eventRow(of: item, file: file, line: place + 1, judge)
        } catch {
            return EventRow(
                file: file, line: place + 1, verdict: .refused, reason: error.reason, fault: error.fault)
        }
    }
    settle(&rows)
    return MappedReading(rows: rows, faults: [], advice: [])
}

private func eventRow(
    of item: JSONValue, file: String, line: Int, _ judge: ReadingJudge
) throws(RowRefusal) -> EventRow {
    let keys = ["observed", "station", "property", "value", "unit", "known", "revision", "source", "note"]
    guard case .object(let members) = item else { throw RowRefusal("the row is no object", .form) }
    var texts: [String: String] = [:]
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
        guard keys.contains(key) else {
            throw RowRefusal("unknown member \(key): the members are \(keys.joined(separator: ", "))", .form)
        }
        switch value {
        case .null: continue
        case .string(let text): texts[key] = text.trimmed.isEmpty ? nil : text.trimmed
        case .number(let number) where key == "value" || key == "revision":
            texts[key] = JSONValue.text(of: number)
        default: throw RowRefusal("\(key) is no text: write it between double quotes", .form)
        }
    }
    var text = ReadingText(origin: "\(file):\(line)")
    text.observed = texts["observed"]
    text.station = texts["station"]
    text.property = texts["property"]
    text.value = texts["value"]
    text.unit = texts["unit"]
    text.known = texts["known"]
    text.revision = texts["revision"]
    text.source = texts["source"]
    let note = texts["note"] ?? ""
    let (observation, remark) = try judge.observation(text)
    return EventRow(
        file: file, line: line, verdict: .used, reason: remark ?? "read as given", observation: observation,
        statedDifference: StatedDifference(note: note), note: note)
}

extension EventRow {
    /// A statement without a number, refused: there is no reading to keep.
    fileprivate var refusedAsStatement: EventRow {
        guard verdict != .refused else { return self }
        var row = self
        row.verdict = .refused
        row.reason = "a statement without a number cannot be posted: send it to the duty desk"
        row.fault = .property
        return row
    }
}

extension IntakeMapping {
    /// Whether a header has the columns that the mapping needs.
    fileprivate func isFor(_ header: [String]) -> Bool {
        let needed = columns.filter { [.observed, .station, .value].contains($0.key) }.map(\.value)
        return (needed + values.map(\.column)).allSatisfy { header.contains($0) }
    }
}
