/// What the sheets of a workbook share: texts and looks, each entered once.
struct SpreadsheetBook {
    static let namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    static let partTypes = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    /// The arrows to the shared parts.
    static let arrows: [OfficePackage.Relationship] = [
        .init(type: "styles", target: "styles.xml"), .init(type: "sharedStrings", target: "sharedStrings.xml"),
        .init(type: "theme", target: "theme/theme1.xml"),
    ]

    private static let font = "Arial"

    private var strings: [[UInt8]: Int] = [:]
    private var stringMarkup = ""
    private var uses = 0
    private var styles: [SpreadsheetStyle] = [SpreadsheetStyle()]

    /// The number of a text. Texts are equal if their bytes are: letters with marks in other Unicode forms stay as they are.
    mutating func string(_ text: String) -> Int {
        uses += 1
        let key = Array(text.utf8)
        if let known = strings[key] { return known }
        strings[key] = strings.count
        let escaped = SpreadsheetText.escaped(text)
        stringMarkup += "<si><t xml:space=\"preserve\">\(escaped)</t></si>"
        return strings.count - 1
    }

    /// The number of a look.
    mutating func style(_ style: SpreadsheetStyle) -> Int {
        if let known = styles.firstIndex(of: style) { return known }
        styles.append(style)
        return styles.count - 1
    }

    /// The shared parts.
    var parts: [OfficePackage.Part] {
        let texts =
            "<sst xmlns=\"\(SpreadsheetBook.namespace)\" count=\"\(uses)\" uniqueCount=\"\(strings.count)\">"
            + stringMarkup + "</sst>"
        return [
            OfficePackage.Part("xl/styles.xml", type: SpreadsheetBook.partTypes + "styles+xml", markup: styleMarkup),
            OfficePackage.Part(
                "xl/sharedStrings.xml", type: SpreadsheetBook.partTypes + "sharedStrings+xml", markup: texts),
            OfficeTheme.part("xl/theme/theme1.xml", font: SpreadsheetBook.font),
        ]
    }

    private var styleMarkup: String {
        var formats: [String] = []
        for style in styles {
            if let format = style.format, !formats.contains(format) { formats.append(format) }
        }
        var markup = "<styleSheet xmlns=\"\(SpreadsheetBook.namespace)\">"
        if !formats.isEmpty {
            markup += "<numFmts count=\"\(formats.count)\">"
            for (index, format) in formats.enumerated() {
                markup += "<numFmt numFmtId=\"\(164 + index)\" formatCode=\"\(OfficeText.escaped(format))\"/>"
            }
            markup += "</numFmts>"
        }
        let font = "<sz val=\"10\"/><name val=\"\(SpreadsheetBook.font)\"/><family val=\"2\"/>"
        markup += "<fonts count=\"2\"><font>\(font)</font><font><b/>\(font)</font></fonts><fills count=\"3\">"
        markup += "<fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill>"
        markup += "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFE7E6E6\"/><bgColor indexed=\"64\"/>"
        markup += "</patternFill></fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/>"
        markup += "</border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\""
        markup += " borderId=\"0\"/></cellStyleXfs><cellXfs count=\"\(styles.count)\">"
        for style in styles {
            markup += style.markup(format: style.format.flatMap(formats.firstIndex(of:)).map { 164 + $0 } ?? 0)
        }
        markup +=
            "</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>"
        return markup + "</styleSheet>"
    }
}

/// The look of a cell.
struct SpreadsheetStyle: Hashable {
    /// The code of its number format; nil for the general one.
    var format: String?
    var isHeading = false
    /// Whether long lines are broken.
    var wraps = false
    /// Whether what is typed into the cell stays a text: set where a text looks like the beginning of a formula.
    var isQuoted = false

    /// A look.
    init(format: String? = nil, isHeading: Bool = false, wraps: Bool = false) {
        self.format = format == "General" ? nil : format
        self.isHeading = isHeading
        self.wraps = wraps
    }

    /// The look of a text.
    init(of text: String) {
        wraps = text.utf8.contains { $0 == 0x0A || $0 == 0x0D }
        isQuoted = text.utf8.first.map { "=+-@".utf8.contains($0) } ?? false
    }

    func markup(format number: Int) -> String {
        var markup = "<xf numFmtId=\"\(number)\" fontId=\"\(isHeading ? 1 : 0)\" fillId=\"\(isHeading ? 2 : 0)\""
        markup += " borderId=\"0\" xfId=\"0\""
        if isQuoted { markup += " quotePrefix=\"1\"" }
        if number > 0 { markup += " applyNumberFormat=\"1\"" }
        if isHeading { markup += " applyFont=\"1\" applyFill=\"1\"" }
        guard isHeading || wraps else { return markup + "/>" }
        let place = isHeading ? "vertical=\"center\"" : "vertical=\"top\""
        return markup + " applyAlignment=\"1\"><alignment \(place)\(wraps ? " wrapText=\"1\"" : "")/></xf>"
    }
}

extension SpreadsheetNumberFormat {
    /// The decimals; nil for as many as there are.
    var decimals: Int? {
        switch self {
        case .general: nil
        case .fixed(let decimals), .grouped(let decimals): min(max(decimals, 0), 15)
        }
    }

    /// The code of numbers.
    var code: String {
        switch self {
        case .general: "General"
        case .fixed: "0" + fraction(decimals ?? 0)
        case .grouped: "#,##0" + fraction(decimals ?? 0)
        }
    }

    /// The code of percentages.
    var percentageCode: String { "0" + fraction(decimals ?? 1) + "%" }

    private func fraction(_ count: Int) -> String { count == 0 ? "" : "." + String(repeating: "0", count: count) }
}

/// Texts of cells.
enum SpreadsheetText {
    /// The text as the file holds it: XML's own marks as references, line ends as line feeds, characters that XML forbids as
    /// `_xHHHH_`, and what already looks like that with its first mark written so.
    ///
    /// Source: ECMA-376 part 1 (2016), 22.9.2.19, ST_Xstring.
    static func escaped(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let isPlain = bytes.allSatisfy { byte in
            switch byte {
            case 0x0D, 0..<0x09, 0x0B..<0x20, UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), 0xEF,
                UInt8(ascii: "_"):
                false
            default: true
            }
        }
        if isPlain { return text }
        var output = String.UnicodeScalarView()
        var position = 0
        var wasReturn = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;".unicodeScalars
            case "<": output += "&lt;".unicodeScalars
            case ">": output += "&gt;".unicodeScalars
            case "\n" where wasReturn: break
            case "\r": output.append("\n")
            case "\t", "\n": output.append(scalar)
            case "_" where isEscape(bytes, at: position): output += "_x005F_".unicodeScalars
            case "\0"..<" ", "\u{FFFE}", "\u{FFFF}":
                let digits = String(scalar.value, radix: 16, uppercase: true)
                output += "_x\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)_".unicodeScalars
            default: output.append(scalar)
            }
            wasReturn = scalar == "\r"
            position += scalar.utf8.count
        }
        return String(output)
    }

    /// Whether `_xHHHH_` begins here.
    private static func isEscape(_ bytes: [UInt8], at start: Int) -> Bool {
        guard start + 7 <= bytes.count, bytes[start + 1] == UInt8(ascii: "x"), bytes[start + 6] == UInt8(ascii: "_")
        else {
            return false
        }
        return bytes[start + 2...start + 5].allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                true
            default: false
            }
        }
    }
}
