public import Series
import Foundation

/// A thing of the pack that a name leads to.
public struct NamedThing: Hashable, Sendable {
    /// What kinds of things have names, in the order of answers.
    public enum Kind: String, CaseIterable, Sendable {
        /// A party.
        case party
        /// An administrative unit.
        case unit
        /// An office.
        case authority
        /// A river.
        case river
        /// A gauge, junction or dam.
        case station
        /// A reservoir.
        case reservoir
    }

    /// What it is.
    public let kind: Kind
    /// Its id in the kind's table.
    public let id: String
    /// Its name.
    public let name: LocalizedText
    /// When it exists.
    public let validity: Validity
    /// The id, of the same kind, of what follows it.
    public let successor: String?
}

/// A thing with every spelling that leads to it, and where the spelling stands.
struct NameEntry: Sendable {
    let thing: NamedThing
    let spellings: [(text: String, column: String, row: TableRow)]
}

extension BasinPack {
    /// Everything that a name leads to: by any of its names, aliases or its id; upper and lower case, diacritics, đ and d,
    /// hyphens and blanks, NFC and NFD do not matter.
    ///
    /// - Parameter day: nil for everything that ever had the name. With a day, what begins later is left out, and what has
    ///   ended by then is followed by the successor that exists that day.
    /// - Returns: ordered by kind, then id; a successor stands right behind what it follows.
    public func resolve(_ name: String, on day: CivilDate? = nil) -> [NamedThing] {
        let wanted = foldedName(name)
        guard !wanted.isEmpty else { return [] }
        var found: [NamedThing] = []
        for entry in nameEntries where entry.spellings.contains(where: { foldedName($0.text) == wanted }) {
            if let day, let from = entry.thing.validity.from, day < from { continue }
            found.append(entry.thing)
            if let day { found += successors(of: entry.thing, on: day) }
        }
        var seen: Set<NamedThing> = []
        return found.filter { seen.insert($0).inserted }
    }

    private func successors(of thing: NamedThing, on day: CivilDate) -> [NamedThing] {
        var current = thing
        var visited: Set<String> = [thing.id]
        while !current.validity.contains(day), let next = current.successor, visited.insert(next).inserted,
            let entry = nameEntries.first(where: { $0.thing.kind == thing.kind && $0.thing.id == next })
        {
            current = entry.thing
        }
        return current.id != thing.id && current.validity.contains(day) ? [current] : []
    }
}

/// The form in which names are compared: decomposed, without marks, lower case, đ as d, words joined by one blank.
func foldedName(_ name: String) -> String {
    if name.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x27 && $0 != 0x2D && $0 != 0x5F }) {
        return name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    var folded = String.UnicodeScalarView()
    for scalar in name.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
        switch scalar {
        case "đ": folded.append("d")
        case "-", "_", "–", "’", "'": folded.append(" ")
        default: if scalar.properties.generalCategory != .nonspacingMark { folded.append(scalar) }
        }
    }
    return String(folded).split(whereSeparator: \.isWhitespace).joined(separator: " ")
}

/// Every thing of a pack with its spellings, by kind and id.
func nameEntries(_ tables: PackFolder) -> [NameEntry] {
    let sources: [(NamedThing.Kind, TableSchema)] = [
        (.party, .parties), (.unit, .units), (.authority, .authorities), (.river, .rivers), (.station, .stations),
        (.reservoir, .reservoirs),
    ]
    let aliases = tables.records(.aliases)
    return sources.flatMap { kind, schema in
        tables.records(schema).sorted { $0.text("id") < $1.text("id") }.map { row in
            entry(kind, row, aliases.filter { $0["kind"] == kind.rawValue && $0["id"] == row["id"] })
        }
    }
}

private func entry(_ kind: NamedThing.Kind, _ row: TableRow, _ aliases: [TableRow]) -> NameEntry {
    let thing = NamedThing(
        kind: kind, id: row.text("id"), name: row.name, validity: row.validity, successor: row["successor"])
    var spellings = ["id", "name_vi", "name_zh", "name_en"].map { (text: row.text($0), column: $0, row: row) }
    spellings += row.list("aliases").map { ($0, "aliases", row) }
    spellings += aliases.map { ($0.text("alias"), "alias", $0) }
    return NameEntry(thing: thing, spellings: spellings.filter { !$0.text.isEmpty })
}

/// Names that lead to two things of one kind on one day, and aliases of things that are not there.
func nameFaults(_ tables: PackFolder) -> [Fault] {
    let entries = nameEntries(tables)
    var owners: [String: [(entry: NameEntry, line: Int)]] = [:]
    var faults: [Fault] = []
    for entry in entries {
        for spelling in entry.spellings {
            let key = entry.thing.kind.rawValue + "|" + foldedName(spelling.text)
            let other = owners[key]?.first {
                $0.entry.thing.id != entry.thing.id && $0.entry.thing.validity.overlaps(entry.thing.validity)
            }
            if let other, spelling.column != "id" {
                faults.append(
                    spelling.row.fault(
                        spelling.column, .ambiguousAlias, "\(spelling.text) leads to \(other.entry.thing.id) as well"))
            }
            owners[key, default: []].append((entry, spelling.row.row.line))
        }
    }
    let known = Set(entries.map { $0.thing.kind.rawValue + "|" + $0.thing.id })
    for row in tables.records(.aliases) {
        guard let kind = row["kind"], NamedThing.Kind(rawValue: kind) != nil, let id = row["id"],
            !known.contains(kind + "|" + id)
        else { continue }
        faults.append(row.fault("id", .unknownReference, "there is no \(kind) \(id)"))
    }
    return faults
}
