/// A table of a document, whose heading stands again on every sheet.
///
/// Rows may be shorter than the table; what is missing is empty. A row that is longer makes the table wider, so that nothing is
/// lost.
public struct PaperTable: Hashable, Sendable {
    /// Where the text of a column stands.
    public enum Alignment: Hashable, Sendable {
        /// At the left.
        case leading
        /// In the middle.
        case centre
        /// At the right, as numbers do.
        case trailing
    }

    /// A column.
    public struct Column: Hashable, Sendable {
        /// Its share of the width of the sheet in relation to the others, > 0; anything else counts as 1.
        public var width: Double
        /// Where its texts stand.
        public var alignment: Alignment

        /// Makes a column.
        public init(width: Double = 1, alignment: Alignment = .leading) {
            self.width = width
            self.alignment = alignment
        }
    }

    /// A row.
    public enum Row: Hashable, Sendable, ExpressibleByArrayLiteral {
        /// A text for each column.
        case cells([PaperText])
        /// One text over the whole width, that names the rows below it.
        case group(PaperText)

        /// Makes a row of a text for each column.
        public init(arrayLiteral texts: PaperText...) { self = .cells(texts) }
    }

    /// The line above it; nil for none.
    public var caption: PaperText?
    /// The columns.
    public var columns: [Column]
    /// The row above the others; empty for none.
    public var heading: [PaperText]
    /// The rows.
    public var rows: [Row]

    /// Makes a table.
    public init(caption: PaperText? = nil, columns: [Column], heading: [PaperText] = [], rows: [Row]) {
        self.caption = caption
        self.columns = columns
        self.heading = heading
        self.rows = rows
    }
}

extension PaperTable {
    /// The table with as many columns as its longest row has, and every row as long as that.
    var even: PaperTable {
        var count = max(columns.count, heading.count)
        for case .cells(let cells) in rows { count = max(count, cells.count) }
        if count == 0, !rows.isEmpty { count = 1 }
        func filled(_ cells: [PaperText]) -> [PaperText] {
            cells + Array(repeating: PaperText([]), count: count - cells.count)
        }
        var table = self
        table.columns += Array(repeating: Column(), count: count - columns.count)
        if !heading.isEmpty { table.heading = filled(heading) }
        table.rows = rows.map { row in
            if case .cells(let cells) = row { .cells(filled(cells)) } else { row }
        }
        return table
    }

    /// Whether there is anything to draw.
    var isDrawn: Bool { !columns.isEmpty && !(heading.isEmpty && rows.isEmpty) }

    /// The widths of the columns as whole parts of a total, each at least 1, whose sum is the total.
    ///
    /// - Parameter total: at least the number of columns.
    func widths(of total: Int) -> [Int] {
        let shares = columns.map { $0.width > 0 && $0.width < 1e9 ? $0.width : 1 }
        let sum = shares.reduce(0, +)
        var widths: [Int] = []
        var passed = 0.0
        var given = 0
        for share in shares {
            passed += share
            let wanted = Int((Double(total) * passed / sum).rounded())
            let edge = min(max(wanted, given + 1), total - (columns.count - widths.count - 1))
            widths.append(edge - given)
            given = edge
        }
        return widths
    }
}
