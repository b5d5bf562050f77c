import Foundation
import Series

/// The tables of a pack as they stand in its folder.
struct PackFolder {
    /// The folder as the caller named it.
    let path: String
    /// By file name; a table that is not there is empty.
    private let tables: [String: CSVTable]
    /// Required tables that are not there.
    let faults: [Fault]

    /// Reads every table of the schema.
    init(at path: String) {
        var tables: [String: CSVTable] = [:]
        var faults: [Fault] = []
        for schema in TableSchema.pack {
            if let bytes = fileBytes(path, schema.file) {
                tables[schema.file] = CSVTable(bytes, file: schema.file)
            } else if schema.isRequired {
                faults.append(
                    Fault(
                        file: schema.file, line: 1, rule: PackRule.missingFile.rawValue,
                        message: "\(schema.file) is missing", advice: PackRule.missingFile.advice))
            }
        }
        self.path = path
        self.tables = tables
        self.faults = faults
    }

    /// The records of a table; none when the file is missing.
    func records(_ schema: TableSchema) -> [TableRow] { tables[schema.file]?.records ?? [] }

    /// A table; nil when the file is missing.
    func table(_ schema: TableSchema) -> CSVTable? { tables[schema.file] }

    /// The ids of the tables that have an `id` column, by file.
    var ids: [String: Set<String>] {
        tables.mapValues { table in Set(table.records.compactMap { $0["id"] }) }.filter { !$0.value.isEmpty }
    }
}

/// The bytes of a file in a folder; nil when it cannot be read.
func fileBytes(_ folder: String, _ file: String) -> [UInt8]? {
    FileManager.default.contents(atPath: folder + "/" + file).map { [UInt8]($0) }
}

/// Whether a file or folder exists.
func exists(_ folder: String, _ file: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/" + file)
}
