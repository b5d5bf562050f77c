public import Series

/// A workbook of tables, without the form of any file; ``bytes(packing:)`` writes it as `.xlsx`.
///
/// Texts stay texts: one that begins with `=` is never a formula.
public struct SpreadsheetDocument: Hashable, Sendable {
    /// The media type of such a file.
    public static let mediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    /// The title, for the properties of the file.
    public var title: String
    /// The language of its texts, for the properties of the file.
    public var language: Language
    /// Who made it; nil leaves it out.
    public var author: String?
    /// When it was made, for the properties of the file; nil leaves it out, so that equal workbooks are equal files on any day.
    public var date: Instant?
    /// The sheets, at least one.
    public var sheets: [SpreadsheetSheet]

    /// Makes a workbook.
    public init(
        title: String, language: Language, author: String? = nil, date: Instant? = nil, sheets: [SpreadsheetSheet]
    ) {
        self.title = title
        self.language = language
        self.author = author
        self.date = date
        self.sheets = sheets
    }
}

/// A sheet: a heading that stays in sight, can be filtered and is printed on every page, and rows below it.
public struct SpreadsheetSheet: Hashable, Sendable {
    /// Its name as it is wanted; ``SpreadsheetDocument/sheetNames`` is what it becomes.
    public var name: String
    /// The columns.
    public var columns: [SpreadsheetColumn]
    /// The rows; shorter ones are filled with empty cells, longer ones make columns without a heading.
    public var rows: [[SpreadsheetCell]]

    /// Makes a sheet.
    public init(name: String, columns: [SpreadsheetColumn], rows: [[SpreadsheetCell]]) {
        self.name = name
        self.columns = columns
        self.rows = rows
    }
}

/// A column of a sheet.
public struct SpreadsheetColumn: Hashable, Sendable {
    /// What stands above it.
    public var heading: String
    /// Its width in digits of the standard font, 1 to 255; nil, and anything else, stands for what its texts need, 60 at most.
    public var width: Double?
    /// How its numbers are shown.
    public var format: SpreadsheetNumberFormat

    /// Makes a column.
    public init(_ heading: String, width: Double? = nil, format: SpreadsheetNumberFormat = .general) {
        self.heading = heading
        self.width = width
        self.format = format
    }
}

/// How numbers are shown; their values are kept whole.
public enum SpreadsheetNumberFormat: Hashable, Sendable {
    /// As many digits as there are; percentages with one decimal.
    case general
    /// With this many decimals, 0 to 15; what lies outside counts as the nearest.
    case fixed(decimals: Int)
    /// The same, thousands set apart.
    case grouped(decimals: Int)
}

/// What stands in a cell.
public enum SpreadsheetCell: Hashable, Sendable {
    /// Nothing: unknown, or not asked.
    case empty
    /// A text, at most 32,767 UTF-16 code units; line feeds break the line.
    case text(String)
    /// A finite number.
    case number(Double)
    /// A share of one: 0.25 is shown as 25 %. Finite.
    case percentage(Double)
    /// A day, shown as `2024-09-09`. Days before 1900-01-01, which workbooks do not know, are written as text.
    case date(CivilDate)
    /// A moment, shown in UTC as `2024-09-09 13:00`; before 1900-01-01 as text.
    case time(Instant)
}

extension SpreadsheetDocument {
    /// The file, `.xlsx`; equal workbooks make equal bytes.
    ///
    /// Control characters, which XML forbids, are written `_xHHHH_` as ECMA-376 part 1, 22.9.2.19 says, and read back by
    /// spreadsheets. Source: ECMA-376 part 1 (2016), SpreadsheetML, clause 18, in the transitional form of part 4.
    ///
    /// - Parameter packing: ``ZipArchive/Packing/stored`` where the bytes must be equal on machines with other versions of zlib.
    /// - Throws: ``OfficeProblem/noSheet``, ``OfficeProblem/sheetTooLarge(sheet:rows:columns:)``,
    ///   ``OfficeProblem/textTooLong(sheet:cell:length:)``, ``OfficeProblem/notFinite(sheet:cell:)``,
    ///   ``OfficeProblem/timeOutOfRange(sheet:cell:)``, ``OfficeProblem/archiveTooLarge``.
    public func bytes(packing: ZipArchive.Packing = .deflated) throws(OfficeProblem) -> [UInt8] {
        guard !sheets.isEmpty else { throw .noSheet }
        let names = sheetNames
        var book = SpreadsheetBook()
        var parts: [OfficePackage.Part] = []
        for (index, sheet) in sheets.enumerated() {
            let markup = try SpreadsheetGrid(sheet, name: names[index], isFirst: index == 0).markup(in: &book)
            parts.append(
                OfficePackage.Part(
                    "xl/worksheets/sheet\(index + 1).xml", type: SpreadsheetBook.partTypes + "worksheet+xml",
                    markup: markup))
        }
        let package = OfficePackage(
            properties: OfficeProperties(title: title, language: language, author: author, date: date),
            main: mainPart(names), others: book.parts + parts)
        return try package.bytes(packing: packing)
    }

    private func mainPart(_ names: [String]) -> OfficePackage.Part {
        let sheetArrows = names.indices.map {
            OfficePackage.Relationship(type: "worksheet", target: "worksheets/sheet\($0 + 1).xml")
        }
        var markup = "<workbook xmlns=\"\(SpreadsheetBook.namespace)\""
        markup += " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
        markup += "<workbookPr date1904=\"0\"/><bookViews><workbookView activeTab=\"0\"/></bookViews><sheets>"
        for (index, name) in names.enumerated() {
            markup += "<sheet name=\"\(OfficeText.escaped(name))\" sheetId=\"\(index + 1)\" r:id=\"rId\(index + 1)\"/>"
        }
        markup += "</sheets>" + definedNames(names) + "</workbook>"
        return OfficePackage.Part(
            "xl/workbook.xml", type: SpreadsheetDocument.mediaType + ".main+xml", markup: markup,
            relationships: sheetArrows + SpreadsheetBook.arrows)
    }

    /// The area that is filtered and the row that is printed on every page, for each sheet that has any.
    private func definedNames(_ names: [String]) -> String {
        var filters = ""
        var titles = ""
        for (index, sheet) in sheets.enumerated() {
            guard let area = SpreadsheetGrid(sheet, name: names[index], isFirst: false).area else { continue }
            let quoted =
                "'\(names[index].split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'!"
            let place = "localSheetId=\"\(index)\""
            filters += "<definedName name=\"_xlnm._FilterDatabase\" \(place) hidden=\"1\">"
            filters += OfficeText.escaped(quoted) + area.absolute + "</definedName>"
            titles += "<definedName name=\"_xlnm.Print_Titles\" \(place)>"
            titles += OfficeText.escaped(quoted) + "$1:$1</definedName>"
        }
        return filters.isEmpty ? "" : "<definedNames>\(filters)\(titles)</definedNames>"
    }
}
