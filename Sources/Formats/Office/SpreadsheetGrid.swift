import Series

/// One sheet on its way into the file.
struct SpreadsheetGrid {
    private let sheet: SpreadsheetSheet
    private let name: String
    private let isFirst: Bool
    private let columnCount: Int

    init(_ sheet: SpreadsheetSheet, name: String, isFirst: Bool) {
        self.sheet = sheet
        self.name = name
        self.isFirst = isFirst
        columnCount = max(sheet.columns.count, sheet.rows.map(\.count).max() ?? 0)
    }

    /// The cells from the heading to the last row; nil where there is no column.
    var area: (relative: String, absolute: String)? {
        guard columnCount > 0 else { return nil }
        let last = SpreadsheetName.column(columnCount - 1)
        return ("A1:\(last)\(sheet.rows.count + 1)", "$A$1:$\(last)$\(sheet.rows.count + 1)")
    }

    /// The part of the sheet; its texts and looks are entered into the book.
    func markup(in book: inout SpreadsheetBook) throws(OfficeProblem) -> String {
        guard sheet.rows.count < 1_048_576, columnCount <= 16_384 else {
            throw .sheetTooLarge(sheet: name, rows: sheet.rows.count + 1, columns: columnCount)
        }
        var markup = "<worksheet xmlns=\"\(SpreadsheetBook.namespace)\">"
        markup += "<sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr>"
        markup += "<dimension ref=\"\(area?.relative ?? "A1")\"/>"
        markup += "<sheetViews><sheetView\(isFirst ? " tabSelected=\"1\"" : "") workbookViewId=\"0\">"
        if area != nil {
            markup += "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"
            markup += "<selection pane=\"bottomLeft\" activeCell=\"A2\" sqref=\"A2\"/>"
        }
        markup += "</sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/>"
        if columnCount > 0 {
            markup += "<cols>"
            for index in 0..<columnCount {
                let width = width(of: index)
                markup += "<col min=\"\(index + 1)\" max=\"\(index + 1)\" width=\"\(SpreadsheetGrid.text(width))\""
                markup += " customWidth=\"1\"/>"
            }
            markup += "</cols>"
        }
        markup += "<sheetData>"
        try writeRows(into: &markup, &book)
        markup += "</sheetData>"
        if let area { markup += "<autoFilter ref=\"\(area.relative)\"/>" }
        markup += "<pageMargins left=\"0.6\" right=\"0.6\" top=\"0.7\" bottom=\"0.7\" header=\"0.3\" footer=\"0.3\"/>"
        markup += "<pageSetup paperSize=\"9\" orientation=\"landscape\" fitToWidth=\"1\" fitToHeight=\"0\"/>"
        return markup
            + "<headerFooter><oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
    }

    private func writeRows(into markup: inout String, _ book: inout SpreadsheetBook) throws(OfficeProblem) {
        guard columnCount > 0 else { return }
        let columns = (0..<columnCount).map(SpreadsheetName.column)
        markup += "<row r=\"1\">"
        for (index, column) in columns.enumerated() {
            let place = column + "1"
            let heading = sheet.columns.indices.contains(index) ? sheet.columns[index].heading : ""
            let style = book.style(SpreadsheetStyle(isHeading: true, wraps: true))
            markup += "<c r=\"\(place)\" s=\"\(style)\""
            guard !heading.isEmpty else {
                markup += "/>"
                continue
            }
            markup += " t=\"s\"><v>\(try shared(heading, at: place, in: &book))</v></c>"
        }
        markup += "</row>"
        for (number, row) in sheet.rows.enumerated() {
            markup += "<row r=\"\(number + 2)\">"
            for (index, cell) in row.enumerated() where cell != .empty {
                try write(cell, at: "\(columns[index])\(number + 2)", column: index, into: &markup, &book)
            }
            markup += "</row>"
        }
    }

    private func write(
        _ cell: SpreadsheetCell, at place: String, column: Int, into markup: inout String, _ book: inout SpreadsheetBook
    ) throws(OfficeProblem) {
        func number(_ value: Double, _ format: String) throws(OfficeProblem) {
            guard value.isFinite else { throw .notFinite(sheet: name, cell: place) }
            let style = book.style(SpreadsheetStyle(format: format))
            markup += "<c r=\"\(place)\" s=\"\(style)\"><v>\(SpreadsheetGrid.text(value))</v></c>"
        }
        func text(_ text: String) throws(OfficeProblem) {
            let string = try shared(text, at: place, in: &book)
            let style = book.style(SpreadsheetStyle(of: text))
            markup += "<c r=\"\(place)\" s=\"\(style)\" t=\"s\"><v>\(string)</v></c>"
        }
        let format = format(of: column)
        switch cell {
        case .empty: break
        case .text(let value): try text(value)
        case .number(let value): try number(value, format.code)
        case .percentage(let value): try number(value, format.percentageCode)
        case .date(let date):
            guard SpreadsheetGrid.knownDays.contains(date.daysSinceEpoch) else {
                throw .timeOutOfRange(sheet: name, cell: place)
            }
            guard let serial = SpreadsheetGrid.serial(date) else { return try text(date.description) }
            try number(Double(serial), "yyyy\\-mm\\-dd")
        case .time(let instant):
            guard Instant(foreign: instant.secondsSinceEpoch) != nil else {
                throw .timeOutOfRange(sheet: name, cell: place)
            }
            let (date, second) = instant.civil(in: .zero)
            guard let serial = SpreadsheetGrid.serial(date) else { return try text(instant.description) }
            let form = second % 60 == 0 ? "yyyy\\-mm\\-dd\\ hh:mm" : "yyyy\\-mm\\-dd\\ hh:mm:ss"
            try number(Double(serial) + Double(second) / 86_400, form)
        }
    }

    private func shared(
        _ text: String, at place: String, in book: inout SpreadsheetBook
    ) throws(OfficeProblem) -> Int {
        guard text.utf16.count <= 32_767 else {
            throw .textTooLong(sheet: name, cell: place, length: text.utf16.count)
        }
        return book.string(text)
    }

    private func format(of column: Int) -> SpreadsheetNumberFormat {
        sheet.columns.indices.contains(column) ? sheet.columns[column].format : .general
    }
}

// Numbers and widths.
extension SpreadsheetGrid {
    /// Days of the years 0 to 9999.
    static let knownDays: ClosedRange<Int64> = -719_528...2_932_896

    /// The number of a day in the 1900 system, in which 1900-01-01 is 1 and the year 1900 has a 29 February that never was; nil
    /// before it.
    ///
    /// Source: ECMA-376 part 1 (2016), 18.17.4.1.
    static func serial(_ date: CivilDate) -> Int64? {
        let serial = date.daysSinceEpoch + 25_568
        guard serial >= 1 else { return nil }
        return serial < 60 ? serial : serial + 1
    }

    /// A finite number in the shortest form that reads back to the same value.
    static func text(_ value: Double) -> String {
        if value.magnitude < 1e15, value == value.rounded(.towardZero) { return String(Int64(value)) }
        return value.description
    }

    /// The width of a column in digits.
    private func width(of index: Int) -> Double {
        if sheet.columns.indices.contains(index), let width = sheet.columns[index].width, (1...255).contains(width) {
            return width
        }
        // The arrow of the filter takes the room of three digits.
        var widest = sheet.columns.indices.contains(index) ? DisplayWidth.of(sheet.columns[index].heading) + 3 : 0
        for row in sheet.rows where row.indices.contains(index) {
            widest = max(widest, SpreadsheetGrid.displayWidth(row[index], format(of: index)))
            if widest >= 60 { break }
        }
        return Double(min(max(widest + 1, 8), 60))
    }

    private static func displayWidth(_ cell: SpreadsheetCell, _ format: SpreadsheetNumberFormat) -> Int {
        switch cell {
        case .empty: return 0
        case .text(let text): return DisplayWidth.of(text)
        case .date: return 10
        case .time: return 19
        case .number(let value), .percentage(let value):
            guard value.isFinite, value.magnitude < 1e15 else { return 12 }
            let decimals = format.decimals ?? 2
            return String(Int64(value)).utf8.count * 4 / 3 + (decimals > 0 ? decimals + 1 : 0) + 2
        }
    }
}

/// How much room a text takes in a table of equal characters, in which ideographs are twice as wide as digits.
enum DisplayWidth {
    /// The width of the longest line of a text.
    static func of(_ text: String) -> Int {
        var widest = 0
        var line = 0
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\r" { line = 0 } else { line += of(scalar) }
            widest = max(widest, line)
        }
        return widest
    }

    /// 0 for marks on other characters, 2 for ideographs and their marks, else 1.
    private static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case ..<0x300: return 1
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: return 0
            default: return 1
            }
        }
    }
}
