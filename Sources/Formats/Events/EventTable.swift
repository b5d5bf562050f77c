import Foundation

/// A table of an event folder, or why it cannot be read.
struct EventTable {
    /// The name within the folder.
    let name: String
    /// The table; nil when the file is absent; not read further while there are ``faults``.
    let table: CSVTable?
    /// What makes the whole file unreadable.
    var faults: [Fault] = []
    /// What is only remarked.
    var advice: [Fault] = []
    /// Reasons of rows whose form is broken, by line.
    private(set) var brokenRows: [Int: String] = [:]
    /// Lines with the wrong number of fields, which the table leaves out.
    private(set) var missingRows: [Int] = []

    /// Reads a table of the folder.
    ///
    /// - Parameters:
    ///   - required: columns without which the file means nothing.
    ///   - optional: further columns that are known.
    ///   - isRequired: whether an absent file is a fault.
    init(_ name: String, in folder: String, required: [String], optional: [String], isRequired: Bool = false) {
        let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
        let bytes = FileManager.default.contents(atPath: path).map { [UInt8]($0) }
        self.init(name, path: path, bytes: bytes, required: required, optional: optional, isRequired: isRequired)
    }

    /// Reads a table from its bytes; nil bytes: the file is absent.
    init(
        _ name: String, path: String, bytes: [UInt8]?, required: [String], optional: [String]?, isRequired: Bool = true
    ) {
        self.name = name
        guard let bytes else {
            table = nil
            if isRequired || FileManager.default.fileExists(atPath: path) {
                faults.append(
                    Fault(
                        file: path, line: 1, rule: "event-file-unreadable", message: "\(name) is absent or unreadable",
                        advice: "an event folder holds at least levels.csv; give the folder that holds it"))
            }
            return
        }
        let read = CSVTable(bytes, file: path)
        table = read
        for fault in read.faults { sort(fault) }
        if !read.header.isEmpty { compareHeader(of: read, required: required, optional: optional) }
    }

    private mutating func sort(_ fault: Fault) {
        let line = fault.position.line
        switch fault.rule {
        case "csv-field-count" where line > 1:
            brokenRows[line] = fault.message + ": " + fault.advice + "; a decimal comma adds a field too"
            missingRows.append(line)
        case "csv-not-utf8" where line > 1: brokenRows[line] = fault.message + ": " + fault.advice
        default: faults.append(fault)
        }
    }

    private mutating func compareHeader(of table: CSVTable, required: [String], optional: [String]?) {
        let missing = required.filter { table.index(of: $0) == nil }
        if !missing.isEmpty {
            let isSemicolons = table.header.count == 1 && table.header[0].contains(";")
            let columns = (required + (optional ?? [])).joined(separator: ",")
            faults.append(
                Fault(
                    file: table.file, line: 1, rule: "event-missing-column",
                    message: "missing column \(missing.joined(separator: ", "))",
                    advice: isSemicolons
                        ? "separate the fields by commas, not semicolons"
                        : "the first line names the columns: \(columns)")
            )
        }
        guard let optional else { return }
        let known = Set(required + optional)
        let extra = table.header.filter { !known.contains($0) }
        if !extra.isEmpty {
            advice.append(
                Fault(
                    file: table.file, line: 1, rule: "event-unknown-column",
                    message: "unknown column \(extra.joined(separator: ", "))", advice: "it is not read"))
        }
    }

    /// One verdict a row in the order of lines; broken rows are refused, the others judged by `judge`.
    func verdicts(_ judge: (CSVTable, CSVTable.Row) throws(RowRefusal) -> EventRow) -> [EventRow] {
        guard let table, faults.isEmpty else { return [] }
        var rows: [EventRow] = []
        rows.reserveCapacity(table.rows.count + missingRows.count)
        for row in table.rows {
            if let reason = brokenRows[row.line] {
                rows.append(refused(row.line, reason))
                continue
            }
            do {
                rows.append(try judge(table, row))
            } catch {
                rows.append(
                    EventRow(
                        file: name, line: row.line, verdict: .refused, reason: error.reason,
                        supersedes: table.field("supersedes", of: row), note: table.field("note", of: row) ?? "",
                        fault: error.fault))
            }
        }
        guard !missingRows.isEmpty else { return rows }
        rows += missingRows.map { refused($0, brokenRows[$0] ?? "a row of another form") }
        return rows.sorted { $0.line < $1.line }
    }

    private func refused(_ line: Int, _ reason: String) -> EventRow {
        EventRow(file: name, line: line, verdict: .refused, reason: reason, fault: .form)
    }
}
