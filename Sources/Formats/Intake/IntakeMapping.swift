import River
public import Series

/// How the columns of somebody's table become readings: the rules of one kind of file, written in YAML.
///
/// See `Documentation/Intake.md`; the templates of a pack stand in its folder `intake/`.
public struct IntakeMapping: Hashable, Sendable {
    /// A column that holds values, for tables that give one property a column.
    public struct ValueColumn: Hashable, Sendable {
        /// The column's name.
        public let column: String
        /// What it holds.
        public let property: Property
        /// The unit that it is written in.
        public let unit: Unit
    }

    /// A column whose name is the mapping's, and whose meaning is ours.
    public enum Field: String, Hashable, Sendable, CaseIterable {
        /// When the water stood there, or the end of the period.
        case observed
        /// When it was received.
        case received
        /// The station's code or id.
        case station
        /// The word of the standard name.
        case property
        /// The number, for tables with one value a row.
        case value
        /// The unit.
        case unit
        /// How it is known.
        case known
        /// 0 for the first report.
        case revision
        /// Which row it replaces.
        case supersedes
        /// Where it was published.
        case source
        /// A remark.
        case note
    }

    /// The id of the mapping.
    public let id: String
    /// What it reads, for people.
    public let title: LocalizedText
    /// The column of each field that the table has.
    public internal(set) var columns: [Field: String]
    /// The columns of values; empty for tables with one value a row.
    public let values: [ValueColumn]
    /// The station of each code; a code that is not listed is read as an id.
    public let stationCodes: [String: StationID]
    /// What stands for a field that the table lacks or leaves empty.
    public internal(set) var constants: [Field: String]
    /// The zone and the form of the times.
    public let clock: ClockText
    /// Words that mean "no value", beside an empty field.
    public let missing: Set<String>
}

/// Reads a mapping.
///
/// - Parameters:
///   - bytes: YAML in UTF-8.
///   - file: the name for messages.
/// - Throws: ``EventFileProblem`` with the line of what is wrong.
public func readIntakeMapping(_ bytes: [UInt8], file: String) throws(EventFileProblem) -> IntakeMapping {
    let document = try YAMLDocument(bytes, file: file)
    let known = [
        "id", "title", "zone", "time_formats", "columns", "values", "station_codes", "constants", "missing",
    ]
    for (key, _) in try document.members() where !known.contains(key) {
        throw document.problem(at: key, "unknown key \(key)", "the keys are \(known.joined(separator: ", "))")
    }
    guard let id = document.text("id"), let title = try document.localizedText("title") else {
        throw document.problem(at: "id", "the mapping lacks an id or a title", "give both, the title in vi, zh and en")
    }
    let columns = try document.intakeFields("columns")
    let values = try document.valueColumns()
    guard columns[.observed] != nil, columns[.value] != nil || !values.isEmpty else {
        throw document.problem(
            at: "columns", "no column for observed, or none for a value",
            "name the time column under columns, and either columns.value or a list of values")
    }
    return IntakeMapping(
        id: id, title: title, columns: columns, values: values, stationCodes: try document.stationCodes(),
        constants: try document.intakeFields("constants"), clock: try document.clock(),
        missing: Set(document.words("missing")))
}

extension YAMLDocument {
    fileprivate func intakeFields(_ key: String) throws(EventFileProblem) -> [IntakeMapping.Field: String] {
        var fields: [IntakeMapping.Field: String] = [:]
        for (name, word) in try members(of: key) {
            guard let field = IntakeMapping.Field(rawValue: name) else {
                let words = IntakeMapping.Field.allCases.map(\.rawValue).joined(separator: ", ")
                throw problem(at: key, "unknown field \(name) in \(key)", "the fields are \(words)")
            }
            fields[field] = word
        }
        return fields
    }

    fileprivate func valueColumns() throws(EventFileProblem) -> [IntakeMapping.ValueColumn] {
        var columns: [IntakeMapping.ValueColumn] = []
        for node in list("values") {
            guard let column = text("column", of: node),
                let property = text("property", of: node).flatMap({ Property(rawValue: $0) }),
                let unit = text("unit", of: node).flatMap({ Unit(rawValue: $0) })
            else {
                throw problem(
                    node, "a value column lacks column, property or unit, or names an unknown one",
                    "write {column: Z, property: stage, unit: m}")
            }
            guard unit.kind == property.unit.kind else {
                throw problem(
                    node, "unit \(unit.rawValue) does not fit \(property.rawValue)",
                    "give it in \(property.unit.rawValue)")
            }
            columns.append(IntakeMapping.ValueColumn(column: column, property: property, unit: unit))
        }
        return columns
    }

    fileprivate func stationCodes() throws(EventFileProblem) -> [String: StationID] {
        var codes: [String: StationID] = [:]
        for (code, word) in try members(of: "station_codes") {
            guard let id = StationID(word) else {
                throw problem(at: "station_codes", "\(word) is not the id of a station", "write \"CODE\": station-id")
            }
            codes[code] = id
        }
        return codes
    }

    fileprivate func clock() throws(EventFileProblem) -> ClockText {
        var clock = ClockText(patterns: words("time_formats"))
        guard let word = text("zone") else { return clock }
        guard let zone = UTCOffset(iso8601: word) else {
            throw problem(at: "zone", "\(word) is no zone", "write \"+08:00\" between quotes")
        }
        clock.zone = zone
        return clock
    }
}
