import Series

/// The faults of one table that need no other table: its form, its columns, its fields, its keys.
func formFaults(of table: CSVTable, _ schema: TableSchema) -> [Fault] {
    if table.faults.contains(where: { $0.rule == "csv-not-utf8" }) { return table.faults }
    return table.faults + headerFaults(of: table, schema) + fieldFaults(of: table, schema)
        + keyFaults(of: table, schema)
        + validityFaults(of: table)
}

private func headerFaults(of table: CSVTable, _ schema: TableSchema) -> [Fault] {
    guard !table.header.isEmpty else { return [] }
    let known = Set(schema.columns.map(\.name))
    var faults: [Fault] = []
    var column = 1
    for name in table.header {
        if !known.contains(name) {
            faults.append(
                table.headerFault(.unknownColumn, "the column \(name) is not one of \(schema.file)", column: column))
        }
        column += name.count + 1
    }
    for missing in schema.columns where missing.need != .optional && table.index(of: missing.name) == nil {
        faults.append(table.headerFault(.missingColumn, "the column \(missing.name) is missing"))
    }
    return faults
}

private func fieldFaults(of table: CSVTable, _ schema: TableSchema) -> [Fault] {
    let columns = schema.columns.filter { table.index(of: $0.name) != nil }
    return table.records.flatMap { row in columns.compactMap { fieldFault(row, $0) } }
}

private func fieldFault(_ row: TableRow, _ column: TableColumn) -> Fault? {
    guard let text = row[column.name] else {
        guard column.need == .filled else { return nil }
        switch column.kind {
        case .name, .chineseName:
            return row.fault(column.name, .missingName, "\(column.name) is empty")
        case .unit: return row.fault(column.name, .unitMissing, "the value has no unit")
        default: return row.fault(column.name, .emptyField, "\(column.name) is empty")
        }
    }
    guard let (rule, message) = misfit(of: text, column.kind) else { return nil }
    if rule == .coordinateRange, areSwapped(row) {
        guard column.kind == .latitude else { return nil }
        return row.fault(
            column.name, .coordinatesSwapped, "latitude \(text) and longitude \(row.text("longitude")) are swapped")
    }
    return row.fault(column.name, rule, "\(column.name): \(message)")
}

private func areSwapped(_ row: TableRow) -> Bool {
    guard let latitude = row.number("latitude"), let longitude = row.number("longitude") else { return false }
    return abs(latitude) > 90 && abs(latitude) <= 180 && abs(longitude) <= 90
}

private func keyFaults(of table: CSVTable, _ schema: TableSchema) -> [Fault] {
    guard let first = schema.key.first else { return [] }
    var lines: [[String]: Int] = [:]
    var faults: [Fault] = []
    for row in table.records {
        let key = schema.key.map { row.text($0) }
        if let line = lines[key] {
            faults.append(
                row.fault(first, .duplicateID, "\(key.joined(separator: ", ")) stands already in line \(line)"))
        } else {
            lines[key] = row.row.line
        }
    }
    return faults
}

private func validityFaults(of table: CSVTable) -> [Fault] {
    table.records.compactMap { row in
        guard let from = row.date("valid_from"), let until = row.date("valid_to"), until <= from else { return nil }
        return row.fault("valid_to", .endsBeforeItBegins, "it ends on \(until) and begins on \(from)")
    }
}

/// The faults of references: ids that the named table does not have.
///
/// - Parameter ids: the ids of every table, by file.
func referenceFaults(of table: CSVTable, _ schema: TableSchema, ids: [String: Set<String>]) -> [Fault] {
    var faults: [Fault] = []
    for column in schema.columns {
        guard case .reference(let file) = column.kind, let known = ids[file] else { continue }
        for row in table.records {
            guard let id = row[column.name], isTableIdentifier(id), !known.contains(id) else { continue }
            faults.append(row.fault(column.name, .unknownReference, "\(id) is no row of \(file)"))
        }
    }
    return faults
}
