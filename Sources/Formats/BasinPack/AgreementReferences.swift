import Series
import Yams

/// The faults of the agreement beside a pack: its own, and what it names that the pack lacks.
func agreementFaults(_ folder: String, _ file: String, _ tables: PackFolder) -> [Fault] {
    guard let bytes = fileBytes(folder, file) else { return [] }
    let stations = Set(tables.records(.stations).compactMap { $0.id("id", StationID.self) })
    return readAgreement(bytes, file: file, stations: stations).faults
        + agreementReferenceFaults(folder, file, tables)
}

/// Parties and offices that the agreement names and the pack lacks, or that have ended.
private func agreementReferenceFaults(_ folder: String, _ file: String, _ tables: PackFolder) -> [Fault] {
    guard let bytes = fileBytes(folder, file), let text = String(validating: bytes, as: UTF8.self),
        let root = try? Yams.compose(yaml: text)
    else { return [] }
    return references(in: root).flatMap { reference -> [Fault] in
        let (schema, ended): (TableSchema, PackRule) =
            reference.key == "party" ? (.parties, .partyEnded) : (.authorities, .authorityEnded)
        func fault(_ rule: PackRule, _ message: String, advice: String) -> Fault {
            Fault(
                file: file, line: reference.mark?.line ?? 1, column: reference.mark?.column ?? 1, rule: rule.rawValue,
                message: message, advice: advice)
        }
        guard let row = tables.records(schema).first(where: { $0["id"] == reference.id }) else {
            let rule = PackRule.unknownReference
            return [fault(rule, "\(reference.id) is no row of \(schema.file)", advice: rule.advice)]
        }
        guard let end = row.date("valid_to") else { return [] }
        let advice = row["successor"].map { "name its successor \($0)" } ?? ended.advice
        return [fault(ended, "\(reference.id) ended on \(end)", advice: advice)]
    }
}

private struct NamedInDocument {
    let key: String
    let id: String
    let mark: Mark?
}

/// Every `party:` and `authority:` of a document, in its order.
private func references(in node: Node) -> [NamedInDocument] {
    switch node {
    case .mapping(let mapping):
        mapping.flatMap { key, value -> [NamedInDocument] in
            guard let name = key.string, ["party", "authority"].contains(name), let id = value.scalar?.string else {
                return references(in: value)
            }
            return [NamedInDocument(key: name, id: id, mark: value.mark)]
        }
    case .sequence(let sequence): sequence.flatMap { references(in: $0) }
    default: []
    }
}
