import Formats
import Series
import Testing

/// Workbooks, read back part by part.
@Suite struct SpreadsheetDocumentTests {
    private func workbook(_ rows: [[SpreadsheetCell]], columns: [SpreadsheetColumn] = []) -> SpreadsheetDocument {
        SpreadsheetDocument(
            title: "t", language: .english, sheets: [SpreadsheetSheet(name: "s", columns: columns, rows: rows)])
    }

    private func named(_ names: String...) -> [String] {
        SpreadsheetDocument(
            title: "t", language: .english, sheets: names.map { SpreadsheetSheet(name: $0, columns: [], rows: []) }
        ).sheetNames
    }

    /// The cells of a sheet by place: type, number format and what they show.
    private func cells(_ parts: ZipReader, sheet: Int = 1) throws -> [String: String] {
        let strings = try MarkupTree(parts.text("xl/sharedStrings.xml"))("si").map(\.text)
        let styles = try MarkupTree(parts.text("xl/styles.xml"))
        let codes = Dictionary(
            uniqueKeysWithValues: styles("numFmts", "numFmt").map {
                ($0.attributes["numFmtId"] ?? "", $0.attributes["formatCode"] ?? "")
            })
        let looks = styles("cellXfs", "xf").map(\.attributes)
        var cells: [String: String] = [:]
        for cell in try MarkupTree(parts.text("xl/worksheets/sheet\(sheet).xml")).all("c") {
            let value = cell("v").first?.text ?? ""
            let look = looks[Int(cell.attributes["s"] ?? "") ?? 0]
            let mark = look["quotePrefix"] == "1" ? "'" : look["fontId"] == "1" ? "*" : ""
            let isText = cell.attributes["t"] == "s"
            #expect(cell("f").isEmpty)
            let shown = isText ? "\"" + strings[try #require(Int(value))] + "\"" : value
            cells[cell.attributes["r"] ?? ""] = mark + shown + (codes[look["numFmtId"] ?? ""].map { " " + $0 } ?? "")
        }
        return cells
    }

    @Test func `the parts are those of the specification, each well-formed, declared and pointed at`() throws {
        let parts = try ZipReader(OfficeSamples.workbook().bytes())
        let names = [
            "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "docProps/core.xml",
            "docProps/app.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/theme/theme1.xml",
            "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
        ]
        #expect(parts.entries.map(\.name) == names)
        for name in names { _ = try MarkupTree(parts.text(name)) }
        let types = try MarkupTree(parts.text("[Content_Types].xml"))("Override")
        #expect(
            Set(types.compactMap { $0.attributes["PartName"] })
                == Set(names.filter { $0.hasSuffix(".xml") && !$0.hasPrefix("[") }.map { "/" + $0 }))
        let arrows = try MarkupTree(parts.text("xl/_rels/workbook.xml.rels"))("Relationship")
        let targets = Dictionary(
            uniqueKeysWithValues: arrows.map { ($0.attributes["Id"] ?? "", $0.attributes["Target"] ?? "") })
        for target in targets.values { #expect(names.contains("xl/" + target)) }
        let sheets = try MarkupTree(parts.text("xl/workbook.xml"))("sheets", "sheet")
        #expect(sheets.compactMap { $0.attributes["name"] } == ["Lưu lượng- -m³-s-", "It's"])
        #expect(
            sheets.compactMap { targets[$0.attributes["r:id"] ?? ""] } == [
                "worksheets/sheet1.xml", "worksheets/sheet2.xml",
            ])
    }

    @Test func `cells keep their kind: texts that look like formulas stay texts, times are numbers of the 1900 system`()
        throws
    {
        let cells = try cells(ZipReader(OfficeSamples.workbook().bytes()))
        #expect(cells["A1"] == "*\"Trạm\"" && cells["E1"] == "*\"%\"" && cells["F1"] == "*")
        #expect(cells["A2"] == "'\"=SUM(A1)\"")
        #expect(cells["B2"] == "45544 yyyy\\-mm\\-dd")
        #expect(cells["C2"] == "45544.541666666664 yyyy\\-mm\\-dd\\ hh:mm")
        #expect(cells["D2"] == "1250.25 #,##0.00")
        #expect(cells["E2"] == "0.25 0%")
        #expect(cells["B3"] == nil && cells["D3"] == "0 #,##0.00" && cells["F3"] == "\"beyond\"")
        let forms = [cells["A4"], cells["A5"]].compactMap { $0.map { Array($0.utf8) } }
        #expect(forms == [Array("\"Ng\u{E1}y\"".utf8), Array("\"Nga\u{301}y\"".utf8)])
    }

    @Test func `characters that XML forbids are written as spreadsheets read them, and so is what looks alike`() throws
    {
        let cells = try cells(ZipReader(OfficeSamples.workbook().bytes()))
        #expect(
            cells["A3"]
                == "\"👩‍👩‍👧‍👦🌊 <b>&amp; ]]> --> \"q\" 'a' _x0000__x0007__xFFFE_ Ng\u{E1}y Nga\u{301}y 江水 😀\nsecond\tline _x005F_x0041_ </style>\""
        )
        let texts = ["_", "_x", "_x00", "_x004G_", "x_x00aF__x0041_", "a\rb\r\nc\n\rd"]
        let written = try self.cells(ZipReader(workbook(texts.map { [.text($0)] }).bytes()))
        let expected = ["_", "_x", "_x00", "_x004G_", "x_x005F_x00aF__x005F_x0041_", "a\nb\nc\n\nd"]
        #expect((0..<texts.count).map { written["A\($0 + 2)"] } == expected.map { "\"\($0)\"" })
    }

    @Test func `days count as in the 1900 system, with its leap day that never was`() throws {
        let days = [
            "1900-01-01": "1", "1900-02-28": "59", "1900-03-01": "61", "1970-01-01": "25569", "2024-02-29": "45351",
            "9999-12-31": "2958465",
        ]
        for (day, serial) in days {
            let date = try CivilDate(iso8601: day)
            let times = [[SpreadsheetCell.date(date), .time(Instant(date)), .time(Instant(date, secondOfDay: 1))]]
            let cells = try cells(ZipReader(workbook(times).bytes()))
            #expect(cells["A2"] == serial + " yyyy\\-mm\\-dd")
            #expect(cells["B2"] == serial + " yyyy\\-mm\\-dd\\ hh:mm")
            #expect(cells["C2"]?.hasSuffix("hh:mm:ss") == true)
        }
        let early = try CivilDate(iso8601: "1899-12-31")
        let cells = try cells(ZipReader(workbook([[.date(early), .time(Instant(early))]]).bytes()))
        #expect(cells["A2"] == "\"1899-12-31\"" && cells["B2"] == "\"1899-12-31T00:00:00Z\"")
        for outside in [Int64.min, -719_529, 2_932_897, .max] {
            let workbook = workbook([[.date(CivilDate(daysSinceEpoch: outside))]])
            #expect(throws: OfficeProblem.timeOutOfRange(sheet: "s", cell: "A2")) { try workbook.bytes() }
        }
        #expect(throws: OfficeProblem.timeOutOfRange(sheet: "s", cell: "B2")) {
            try workbook([[.empty, .time(Instant(secondsSinceEpoch: .max))]]).bytes()
        }
    }

    @Test func `numbers read back to the same value`() throws {
        let values = [
            0, 1, -1, 0.1, 1 / 3, 1e15, 1e15 - 1, 1e16, -1e-7, 123_456.789, .leastNonzeroMagnitude,
            .greatestFiniteMagnitude, 9_007_199_254_740_992,
        ]
        let cells = try cells(ZipReader(workbook([values.map { .number($0) }]).bytes()))
        #expect(cells.values.filter { $0 != "*" }.compactMap(Double.init).sorted() == values.sorted())
        for value in [Double.nan, .infinity, -.infinity] {
            for cell in [SpreadsheetCell.number(value), .percentage(value)] {
                #expect(throws: OfficeProblem.notFinite(sheet: "s", cell: "B3")) {
                    try workbook([[], [.empty, cell]]).bytes()
                }
            }
        }
        let format = SpreadsheetColumn("", format: .fixed(decimals: 99))
        let fixed = try self.cells(ZipReader(workbook([[.number(1)]], columns: [format]).bytes()))
        #expect(fixed["A2"] == "1 0.000000000000000")
    }

    @Test func `the heading is frozen, filtered and printed on every page`() throws {
        let parts = try ZipReader(OfficeSamples.workbook().bytes())
        let sheet = try MarkupTree(parts.text("xl/worksheets/sheet1.xml"))
        #expect(
            sheet.children.map(\.name) == [
                "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter", "pageMargins",
                "pageSetup", "headerFooter",
            ])
        let pane = sheet("sheetViews", "sheetView", "pane").first?.attributes
        #expect(pane?["state"] == "frozen" && pane?["ySplit"] == "1")
        #expect(sheet("autoFilter").map(\.attributes) == [["ref": "A1:F5"]])
        #expect(sheet("cols", "col").compactMap { $0.attributes["width"] }[2] == "20")
        let names = try MarkupTree(parts.text("xl/workbook.xml"))("definedNames", "definedName")
        #expect(names.map(\.text) == ["'Lưu lượng- -m³-s-'!$A$1:$F$5", "'Lưu lượng- -m³-s-'!$1:$1"])
        let empty = try MarkupTree(parts.text("xl/worksheets/sheet2.xml"))
        #expect(empty("sheetData").first?.children.isEmpty == true && empty("autoFilter").isEmpty)
    }

    @Test func `names of sheets follow the rules of spreadsheets and are unique`() {
        #expect(
            named("a:b/c\\d?e*f[g]", "", "'x'", "  ", "History", "\u{7}") == [
                "a-b-c-d-e-f-g-", "Sheet2", "x", "Sheet4", "History-", "Sheet6",
            ])
        #expect(named("Đo", "đo", "ĐO", "Sheet5", "") == ["Đo", "đo (2)", "ĐO (3)", "Sheet5", "Sheet5 (2)"])
        let long = String(repeating: "水", count: 40)
        let names = named(long, long, long + "x")
        #expect(names.map(\.utf16.count) == [31, 31, 31] && Set(names).count == 3)
        #expect(names[1].hasSuffix("水 (2)"))
        #expect(named(String(repeating: "👩‍👩‍👧‍👦", count: 5)).map(\.count) == [2])
        let marks = named("a" + String(repeating: "\u{301}", count: 50))[0]
        #expect(marks.utf16.count == 31)
        #expect(named(String(repeating: "a", count: 30) + "'b") == [String(repeating: "a", count: 30)])
    }

    @Test func `limits are named with their place`() throws {
        let longest = String(repeating: "😀", count: 16_383) + "a"
        _ = try workbook([[.text(longest)]]).bytes()
        let problem = OfficeProblem.textTooLong(sheet: "s", cell: "AB2", length: 32_768)
        let row = Array(repeating: SpreadsheetCell.empty, count: 27) + [.text(longest + "b")]
        #expect(throws: problem) { try workbook([row]).bytes() }
        #expect(
            problem.description == "the text in cell AB2 of sheet 's' has 32768 characters, a cell holds 32,767 at most"
        )
        #expect(throws: OfficeProblem.noSheet) {
            try SpreadsheetDocument(title: "t", language: .english, sheets: []).bytes()
        }
        let wide = Array(repeating: SpreadsheetCell.empty, count: 16_385)
        #expect(throws: OfficeProblem.sheetTooLarge(sheet: "s", rows: 2, columns: 16_385)) {
            try workbook([wide]).bytes()
        }
        let last = wide.dropFirst(2) + [SpreadsheetCell.number(1)]
        let full = try ZipReader(workbook([Array(last)]).bytes(packing: .stored))
        #expect(full.count("<c r=\"XFD2\"", in: "xl/worksheets/sheet1.xml") == 1)
        let many = Array(repeating: [SpreadsheetCell](), count: 1_048_576)
        #expect(throws: OfficeProblem.sheetTooLarge(sheet: "s", rows: 1_048_577, columns: 0)) {
            try workbook(many).bytes()
        }
    }

    @Test func `10,000 rows are written, their texts once each, and equal workbooks are equal bytes`() throws {
        let rows: [[SpreadsheetCell]] = (0..<10_000).map { [.text("Trạm \($0 % 7)"), .number(Double($0))] }
        let bytes = try workbook(rows).bytes(packing: .stored)
        #expect(try workbook(rows).bytes(packing: .stored) == bytes)
        #expect(try workbook(rows).bytes() == workbook(rows).bytes())
        let parts = try ZipReader(bytes)
        let strings = try MarkupTree(parts.text("xl/sharedStrings.xml"))
        #expect(strings("si").count == 7 && strings.attributes["count"] == "10000")
        #expect(parts.count("<row ", in: "xl/worksheets/sheet1.xml") == 10_001)
    }
}
