import Formats
import Foundation
import TestKit

/// A copy of the bundled pack in a folder of its own, with a small event, to plant faults in.
struct PackCopy {
    let folder: String

    /// The bundled pack.
    static let bundled = Repository.root.appending(path: "Packs/red-river").path(percentEncoded: false)

    init() throws {
        let target = FileManager.default.temporaryDirectory.appending(path: "riparian-pack-" + UUID().uuidString)
        try FileManager.default.copyItem(atPath: PackCopy.bundled, toPath: target.path(percentEncoded: false))
        folder = target.path(percentEncoded: false)
        try? FileManager.default.removeItem(atPath: folder + "/events")
        try FileManager.default.createDirectory(
            atPath: folder + "/events/small", withIntermediateDirectories: true)
        try replace("pack.yaml", "  - yagi-2024\n  - bualoi-2025\n  - da-2018\n", with: "  - small\n")
        for (file, text) in PackCopy.event { try write("events/small/" + file, text) }
    }

    /// Removes the folder.
    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ file: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder + "/" + file))
    }

    func text(_ file: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: folder + "/" + file)), as: UTF8.self)
    }

    func replace(_ file: String, _ old: String, with new: String) throws {
        let before = try text(file)
        guard before.contains(old) else { throw PlantProblem(what: "\(file) does not hold \(old)") }
        try write(file, before.replacingOccurrences(of: old, with: new))
    }

    func table(_ file: String) throws -> CSVTable { CSVTable(Array(try text(file).utf8), file: file) }

    /// The row in which every named column has the given text.
    func row(_ file: String, where key: [String: String]) throws -> (table: CSVTable, index: Int) {
        let table = try table(file)
        let index = table.rows.firstIndex { row in
            key.allSatisfy { column, text in table.index(of: column).map { row.fields[$0] == text } ?? false }
        }
        guard let index else { throw PlantProblem(what: "\(file) has no row \(key)") }
        return (table, index)
    }

    /// Writes fields of one row.
    func set(_ file: String, where key: [String: String], _ fields: [String: String]) throws {
        let (table, index) = try row(file, where: key)
        var rows = table.rows.map(\.fields)
        for (column, text) in fields { rows[index][try column.index(in: table)] = text }
        try write(file, PackCopy.csv([table.header] + rows))
    }

    /// Adds a copy of a row at the end, with some fields written anew; gives its line.
    func append(_ file: String, copyOf key: [String: String], _ fields: [String: String]) throws -> Int {
        let (table, index) = try row(file, where: key)
        var added = table.rows[index].fields
        for (column, text) in fields { added[try column.index(in: table)] = text }
        try write(file, PackCopy.csv([table.header] + table.rows.map(\.fields) + [added]))
        return table.rows.count + 2
    }

    private static func csv(_ rows: [[String]]) -> String {
        rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
    }

    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { ",\"\n".contains($0) }) else { return field }
        return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }

    private static let event = [
        "levels.csv": """
        observed,received,station,property,value,unit,known,revision,supersedes,source,note
        2024-09-08T20:00:00+07:00,,lao-cai,stage,80.65,m,observed,0,,made for a test,+0.65 I
        2024-09-08T20:00:00+07:00,,bao-ha,stage,58.13,m,observed,0,,made for a test,+1.13 III
        2024-09-09T00:00:00+07:00,2024-09-09T00:20:00+07:00,yen-bai,stage,33.38,m,observed,0,,made for a test,
        2024-09-08T19:00:00+07:00,,am-thuong,stage,26.00,m,observed,0,,made for a test,=III

        """,
        "forecasts.csv": """
        issued,valid,station,property,value,unit,source
        2024-09-08T22:00:00+07:00,2024-09-09T10:00:00+07:00,lao-cai,stage,83.50,m,made for a test

        """,
        "releases.csv": """
        observed,received,object,party,quantity,value,unit,zone_quality,revision,supersedes,source,note,authority
        2025-09-30T12:00:00+07:00,,malutang,cn-yunnan,release,300,m3/s,exact,0,,made for a test,,malipo-foreign-affairs

        """,
    ]
}

/// A plant that does not fit the pack any more.
struct PlantProblem: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
}

extension String {
    fileprivate func index(in table: CSVTable) throws -> Int {
        guard let index = table.index(of: self) else { throw PlantProblem(what: "\(table.file) has no column \(self)") }
        return index
    }
}
