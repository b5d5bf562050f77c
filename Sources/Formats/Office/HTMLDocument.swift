import Foundation
import Series

/// Documents as one plain HTML file that a browser shows and prints on A4: its style inside, no script, no other file.
///
/// The lines at the top and the foot of every sheet and the numbers of pages are margin boxes of CSS Paged Media level 3, which
/// chromium prints; other browsers leave them out, and show the lines once, above and below the document.
public enum HTMLDocument {
    /// The file; equal documents make equal text.
    public static func text(of document: PaperDocument) -> String {
        var writer = HTMLWriter(document)
        writer.write()
        let language = document.language.rawValue
        return """
            <!DOCTYPE html>
            <html lang="\(language)">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(OfficeText.line(document.title))</title>

            """ + properties(of: document) + "<style>\n\(pageStyle(document))\(style)</style>\n</head>\n<body>\n"
                + writer.markup + "</body>\n</html>\n"
    }

    private static func properties(of document: PaperDocument) -> String {
        var markup = ""
        if let author = document.author {
            markup += "<meta name=\"author\" content=\"\(OfficeText.line(author))\">\n"
        }
        if let date = document.date, let known = Instant(foreign: date.secondsSinceEpoch) {
            markup += "<meta name=\"dcterms.created\" content=\"\(known)\">\n"
        }
        return markup
    }

    /// The sheet with its lines.
    private static func pageStyle(_ document: PaperDocument) -> String {
        var boxes: [String] = []
        if let header = document.header { boxes.append("@top-left { content: \(cascadingText(header)); }") }
        if let footer = document.footer { boxes.append("@bottom-left { content: \(cascadingText(footer)); }") }
        if document.numbersPages {
            boxes.append("@bottom-right { content: counter(page) \" / \" counter(pages); }")
        }
        let size = document.page == .landscape ? "A4 landscape" : "A4"
        let width = document.page == .landscape ? 247 : 160
        return """
            @page { size: \(size); margin: 20mm 20mm 20mm 30mm; font: 9pt "Times New Roman", serif; color: #404040; \
            \(boxes.joined(separator: " ")) }
            body { max-width: \(width)mm; }

            """
    }

    /// A string of CSS inside HTML: everything but letters, digits and blanks as an escape.
    static func cascadingText(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            let isPlain = scalar == " " || (scalar.value >= 0x80 && scalar.properties.isAlphabetic)
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9": output.unicodeScalars.append(scalar)
            case _ where isPlain: output.unicodeScalars.append(scalar)
            case "\n", "\r", "\t": output += " "
            case "\0": output += "\\FFFD "
            default: output += "\\" + String(scalar.value, radix: 16, uppercase: true) + " "
            }
        }
        return output + "\""
    }

    /// The look, in the measures of the word processor's styles.
    private static let style = """
        body { font: 12pt/1.4 "Times New Roman", "Tinos", "Liberation Serif", serif; color: #000; background: #fff;
          margin: 0 auto; padding: 6mm; }
        :lang(zh) { font-family: "Times New Roman", "SimSun", "Songti SC", "Noto Serif CJK SC", serif; }
        h1, h2, h3, h4 { line-height: 1.25; break-after: avoid; margin: 5mm 0 2mm; }
        h1:lang(zh), h2:lang(zh), h3:lang(zh), h4:lang(zh) {
          font-family: "Times New Roman", "SimHei", "Heiti SC", "Noto Sans CJK SC", sans-serif; }
        h1 { font-size: 18pt; text-align: center; margin-top: 2mm; } h2 { font-size: 15pt; } h3 { font-size: 13pt; }
        h4 { font-size: 12pt; } p { margin: 0 0 2mm; } .subtitle { font-size: 13pt; text-align: center; }
        .note { font-size: 10pt; color: #404040; }
        .mark { border: 1.5pt solid #7a4a00; background: #fff4df; padding: 1.5mm 2mm; font-weight: bold; margin: 2mm 0 3mm; }
        ul { margin: 0 0 2mm; padding-left: 7mm; } li { margin: 0 0 1mm; }
        nav ul { list-style: none; padding-left: 0; } nav ul ul { padding-left: 5mm; }
        nav a, sup a, .footnotes a { color: inherit; text-decoration: none; }
        nav .title { font-weight: bold; font-size: 13pt; }
        table { border-collapse: collapse; table-layout: fixed; width: 100%; font-size: 10pt; line-height: 1.25;
          margin: 0 0 4mm; }
        caption, figcaption { font-size: 11pt; font-weight: bold; text-align: left; margin: 2mm 0 1.5mm; }
        caption { break-after: avoid; } thead { display: table-header-group; } tr { break-inside: avoid; }
        th, td { border: 0.5pt solid #999; padding: 0.5mm 1.5mm; vertical-align: top; text-align: left;
          overflow-wrap: anywhere; }
        th { background: #e7e6e6; vertical-align: middle; } .group { background: #f5f5f5; font-weight: bold; }
        .centre { text-align: center; } .trailing { text-align: right; }
        figure { margin: 2mm 0; text-align: center; break-inside: avoid; } figure img { max-width: 100%; }
        .footnotes { border-top: 0.5pt solid #000; font-size: 10pt; margin-top: 8mm; } sup { line-height: 0; }
        .line { font-size: 9pt; color: #404040; } header.line { border-bottom: 0.5pt solid #808080; }
        footer.line { border-top: 0.5pt solid #808080; }
        .break { break-after: page; }
        @media screen { .break { border-top: 1px dashed #999; margin: 6mm 0; } }
        @media print { body { max-width: none; padding: 0; } .line { display: none; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }

        """
}

/// The body of an HTML file under construction.
private struct HTMLWriter {
    private let document: PaperDocument
    private(set) var markup = ""
    private var footnotes: [(text: String, language: Language)] = []
    private var headings = 0

    init(_ document: PaperDocument) { self.document = document }

    mutating func write() {
        if let header = document.header { markup += "<header class=\"line\">\(lines(of: header))</header>\n" }
        markup += "<main>\n<h1>\(lines(of: document.title))</h1>\n"
        for line in document.subtitle { write("p", line, type: "subtitle") }
        if let contents = document.contents { write(contents) }
        for block in document.blocks { write(block) }
        markup += "</main>\n"
        writeFootnotes()
        if let footer = document.footer { markup += "<footer class=\"line\">\(lines(of: footer))</footer>\n" }
    }

    private mutating func write(_ block: PaperBlock) {
        switch block {
        case .heading(let level, let text):
            headings += 1
            write("h\(level.rawValue + 1)", text, attributes: " id=\"heading-\(headings)\"")
        case .paragraph(let text, .body): write("p", text)
        case .paragraph(let text, .note): write("p", text, type: "note")
        case .paragraph(let text, .mark): write("p", text, type: "mark")
        case .list(let items): write(items)
        case .table(let table): write(table.even)
        case .picture(let picture): write(picture)
        case .drawing(let drawing): markup += "<figure>\(drawing.markup)</figure>\n"
        case .pageBreak: markup += "<div class=\"break\"></div>\n"
        }
    }

    /// An element with a text; the language is named where it is not the document's.
    private mutating func write(_ name: String, _ text: PaperText, type: String? = nil, attributes: String = "") {
        let content = runs(of: text)
        let type = type.map { " class=\"\($0)\"" } ?? ""
        markup += "<\(name)\(type)\(attributes)\(tag(text.language, in: document.language))>\(content)</\(name)>\n"
    }

    private func tag(_ language: Language?, in around: Language) -> String {
        if let language, language != around { " lang=\"\(language.rawValue)\"" } else { "" }
    }

    private func lines(of text: String) -> String {
        OfficeText.pieces(of: text).map { piece in
            switch piece {
            case .text(let text): OfficeText.escaped(text)
            case .lineBreak: "<br>"
            case .tab: "&emsp;"
            }
        }.joined()
    }

    private mutating func runs(of text: PaperText, withFootnotes: Bool = true) -> String {
        let around = text.language ?? document.language
        var content = ""
        for run in text.runs {
            var piece = lines(of: run.text)
            if run.isItalic { piece = "<em>\(piece)</em>" }
            if run.isBold { piece = "<strong>\(piece)</strong>" }
            let language = tag(run.language, in: around)
            content += language.isEmpty ? piece : "<span\(language)>\(piece)</span>"
            guard withFootnotes, let footnote = run.footnote else { continue }
            footnotes.append((footnote, run.language ?? around))
            let number = footnotes.count
            content += "<sup id=\"mark-\(number)\"><a href=\"#footnote-\(number)\">\(number)</a></sup>"
        }
        return content
    }

    private mutating func writeFootnotes() {
        guard !footnotes.isEmpty else { return }
        markup += "<section class=\"footnotes\" role=\"doc-endnotes\">\n"
        for (index, note) in footnotes.enumerated() {
            let number = index + 1
            markup += "<p id=\"footnote-\(number)\"\(tag(note.language, in: document.language))>"
            markup += "<a href=\"#mark-\(number)\"><sup>\(number)</sup></a> \(lines(of: note.text))</p>\n"
        }
        markup += "</section>\n"
    }

    private mutating func write(_ contents: PaperDocument.Contents) {
        var entries: [(level: Int, content: String)] = []
        for case .heading(let level, let text) in document.blocks {
            let link = "<a href=\"#heading-\(entries.count + 1)\"\(tag(text.language, in: document.language))>"
            entries.append((level.rawValue, link + runs(of: text, withFootnotes: false) + "</a>"))
        }
        guard !entries.isEmpty else { return }
        markup += "<nav>\n<p class=\"title\">\(lines(of: contents.heading))</p>\n"
        write(tree: entries)
        markup += "</nav>\n"
    }

    private mutating func write(_ items: [PaperListItem]) {
        let entries = items.map { item in
            let language = tag(item.text.language, in: document.language)
            let content = runs(of: item.text)
            return (min(max(item.level, 0), 2), language.isEmpty ? content : "<span\(language)>\(content)</span>")
        }
        write(tree: entries)
    }

    /// Lists inside lists; an entry that is set in by more than one level lies one level below the entry before it.
    private mutating func write(tree entries: [(level: Int, content: String)]) {
        var open: [Int] = []
        for entry in entries {
            while let last = open.last, last > entry.level, open.count > 1 {
                markup += "</li>\n</ul>\n"
                open.removeLast()
            }
            if let last = open.last, last >= entry.level {
                markup += "</li>\n"
                open[open.count - 1] = entry.level
            } else {
                markup += "<ul>\n"
                open.append(entry.level)
            }
            markup += "<li>\(entry.content)"
        }
        markup += String(repeating: "</li>\n</ul>\n", count: open.count)
    }

    private mutating func write(_ table: PaperTable) {
        guard table.isDrawn else {
            if let caption = table.caption { write("p", caption) }
            return
        }
        markup += "<table>\n"
        if let caption = table.caption { write("caption", caption) }
        markup += "<colgroup>"
        for width in table.widths(of: max(10_000, table.columns.count)) {
            let hundredths = width % 100
            markup += "<col style=\"width: \(width / 100).\(hundredths < 10 ? "0" : "")\(hundredths)%\">"
        }
        markup += "</colgroup>\n"
        if !table.heading.isEmpty {
            markup += "<thead>\n"
            writeRow("th", table.heading, table.columns, attributes: " scope=\"col\"")
            markup += "</thead>\n"
        }
        markup += "<tbody>\n"
        for row in table.rows {
            switch row {
            case .cells(let cells): writeRow("td", cells, table.columns)
            case .group(let text):
                markup += "<tr>\n"
                write("td", text, type: "group", attributes: " colspan=\"\(table.columns.count)\"")
                markup += "</tr>\n"
            }
        }
        markup += "</tbody>\n</table>\n"
    }

    private mutating func writeRow(
        _ name: String, _ cells: [PaperText], _ columns: [PaperTable.Column], attributes: String = ""
    ) {
        markup += "<tr>\n"
        for (cell, column) in zip(cells, columns) {
            switch column.alignment {
            case .leading: write(name, cell, attributes: attributes)
            case .centre: write(name, cell, type: "centre", attributes: attributes)
            case .trailing: write(name, cell, type: "trailing", attributes: attributes)
            }
        }
        markup += "</tr>\n"
    }

    private mutating func write(_ picture: PaperPicture) {
        let size = picture.size(inside: WordSheet(document.page).frame)
        let tenths = max(1, Int(size.width * 10))
        markup += "<figure>\n<img src=\"data:image/png;base64,\(Data(picture.png).base64EncodedString())\""
        markup += " alt=\"\(OfficeText.line(picture.alternative))\""
        markup += " style=\"width: \(tenths / 10).\(tenths % 10)mm\">\n"
        if let caption = picture.caption { write("figcaption", caption) }
        markup += "</figure>\n"
    }
}
