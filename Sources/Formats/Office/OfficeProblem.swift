/// Why values cannot become an office file: the limits of the formats, each named with its place.
public enum OfficeProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// A name that a zip file must not hold: empty, longer than 65,535 bytes, absolute, with `..`, a backslash or a control
    /// character.
    case entryName(String)
    /// Two entries of a zip file whose names are equal when the case of letters does not count.
    case entryTwice(String)
    /// More than 65,534 entries, or 4 GiB and more.
    case archiveTooLarge
    /// The bytes of a picture are no PNG with a width and a height.
    case notPNG
    /// A table of a paper has more columns than the 63 that word processors open.
    case tooManyTableColumns(count: Int)
    /// A workbook needs a sheet.
    case noSheet
    /// A sheet has more than 1,048,576 rows, its heading included, or more than 16,384 columns.
    case sheetTooLarge(sheet: String, rows: Int, columns: Int)
    /// A text of a cell is longer than 32,767 UTF-16 code units.
    case textTooLong(sheet: String, cell: String, length: Int)
    /// A number of a cell is not finite.
    case notFinite(sheet: String, cell: String)
    /// A day or a moment of a cell lies outside the years 0 to 9999.
    case timeOutOfRange(sheet: String, cell: String)

    /// The reason with its place, for a person.
    public var description: String {
        switch self {
        case .entryName(let name): "a zip file cannot hold an entry named '\(name.prefix(80))'"
        case .entryTwice(let name): "a zip file cannot hold two entries named '\(name.prefix(80))'"
        case .archiveTooLarge: "the file would have more than 65,534 parts or 4 GiB"
        case .notPNG: "the picture is no PNG"
        case .tooManyTableColumns(let count): "a table has \(count) columns, a word processor opens 63 at most"
        case .noSheet: "a workbook needs at least one sheet"
        case .sheetTooLarge(let sheet, let rows, let columns):
            "sheet '\(sheet)' has \(rows) rows and \(columns) columns, a workbook holds 1,048,576 and 16,384 at most"
        case .textTooLong(let sheet, let cell, let length):
            "the text in cell \(cell) of sheet '\(sheet)' has \(length) characters, a cell holds 32,767 at most"
        case .notFinite(let sheet, let cell): "the number in cell \(cell) of sheet '\(sheet)' is not finite"
        case .timeOutOfRange(let sheet, let cell):
            "the time in cell \(cell) of sheet '\(sheet)' lies outside the years 0 to 9999"
        }
    }
}
