import Accord
import Series

/// Parties, units and offices that end: circles, gaps, missing successors, and rows that name a party after its end.
func successionFaults(_ tables: PackFolder) -> [Fault] {
    let parties = rowsByID(tables, .parties)
    let units = rowsByID(tables, .units)
    let authorities = rowsByID(tables, .authorities)
    var faults: [Fault] = []
    for rows in [parties, units, authorities] {
        faults += circleFaults(rows, next: "successor", at: "successor", rule: .successorCycle)
    }
    faults += tables.records(.parties).flatMap { successorFaults($0, rows: parties, mustHaveSuccessor: { _ in true }) }
    faults += tables.records(.units).flatMap { successorFaults($0, rows: units, mustHaveSuccessor: { _ in true }) }
    faults += tables.records(.authorities).flatMap { row in
        successorFaults(row, rows: authorities) { end in
            parties[row.text("party")]?.validity.contains(end) ?? false
        }
    }
    let users: [(TableSchema, String)] = [
        (.authorities, "party"), (.units, "party"), (.stations, "provider"), (.reservoirs, "party"),
        (.communes, "party"),
    ]
    for (schema, column) in users {
        faults += tables.records(schema).compactMap { endedPartyFault($0, column, parties) }
    }
    return faults
}

/// The rows of a table by id; the first where an id stands twice.
private func rowsByID(_ tables: PackFolder, _ schema: TableSchema) -> [String: TableRow] {
    Dictionary(tables.records(schema).map { ($0.text("id"), $0) }) { first, _ in first }
}

private func successorFaults(
    _ row: TableRow, rows: [String: TableRow], mustHaveSuccessor: (CivilDate) -> Bool
) -> [Fault] {
    guard let end = row.date("valid_to") else {
        guard let successor = row["successor"], row["valid_to"] == nil else { return [] }
        return [row.fault("valid_to", .successorGap, "\(row.text("id")) has the successor \(successor) and no end")]
    }
    guard let successor = row["successor"] else {
        guard mustHaveSuccessor(end) else { return [] }
        return [row.fault("successor", .noSuccessor, "\(row.text("id")) ends on \(end) and nobody follows")]
    }
    guard let follower = rows[successor], !follower.validity.contains(end) else { return [] }
    return [row.fault("successor", .successorGap, "\(successor) does not exist on \(end)")]
}

private func endedPartyFault(_ row: TableRow, _ column: String, _ parties: [String: TableRow]) -> Fault? {
    guard let party = row[column].flatMap({ parties[$0] }), let end = party.date("valid_to"),
        (row.date("valid_to") ?? .latest) > end
    else { return nil }
    let name = party.text("id")
    guard let successor = party["successor"] else {
        let rule = column == "provider" ? PackRule.providerEnded : .partyEnded
        return row.fault(column, rule, "\(name) ended on \(end) and nobody follows it")
    }
    return row.fault(
        column, .partyEnded, "\(name) ended on \(end)",
        advice: "name its successor \(successor), or end this row that day")
}
