import Series

/// The body of a word processor's document under construction, with what it collects on the way.
struct WordBody {
    /// A footnote.
    struct Footnote {
        let text: String
        let language: Language
    }

    private let document: PaperDocument
    private let sheet: WordSheet
    private(set) var markup = ""
    /// The footnotes in the order of their numbers, from 1.
    private(set) var footnotes: [Footnote] = []
    /// The pictures, each once.
    private(set) var pictures: [[UInt8]] = []
    /// The charts.
    private(set) var charts: [PaperChart] = []
    /// Arrows to pictures and charts, in the order of their ids after the fixed ones.
    private(set) var arrows: [OfficePackage.Relationship] = []
    private var arrowOfPicture: [Int] = []
    private var drawings = 0
    private var bookmarks = 0

    init(_ document: PaperDocument) {
        self.document = document
        sheet = WordSheet(document.page)
    }

    /// Whether there is a list of contents that wants numbers.
    var asksForNumbers: Bool { document.contents?.numbersPages == true && !headings.isEmpty }

    private var headings: [(level: PaperHeadingLevel, text: PaperText)] {
        document.blocks.compactMap { if case .heading(let level, let text) = $0 { (level, text) } else { nil } }
    }

    /// Writes everything.
    mutating func write() {
        markup += WordMarkup.paragraph("Title", WordMarkup.run(document.title, document.language))
        for line in document.subtitle { write(line, style: "Subtitle") }
        if let contents = document.contents, !headings.isEmpty { write(contents) }
        for block in document.blocks { write(block) }
    }

    private mutating func write(_ block: PaperBlock) {
        switch block {
        case .heading(let level, let text): write(text, level: level)
        case .paragraph(let text, let style):
            switch style {
            case .body: write(text, style: "BodyText")
            case .note: write(text, style: "Remark")
            case .mark: write(text, style: "Mark")
            }
        case .list(let items):
            for item in items {
                let level = min(max(item.level, 0), 2)
                let number = "<w:numPr><w:ilvl w:val=\"\(level)\"/><w:numId w:val=\"1\"/></w:numPr>"
                write(item.text, style: "ListBullet", properties: number)
            }
        case .table(let table): write(table.even)
        case .picture(let picture): write(picture)
        case .drawing(let drawing): write(drawing)
        case .pageBreak: markup += "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>"
        }
    }

    private mutating func write(_ text: PaperText, style: String, properties: String = "") {
        let runs = runs(of: text)
        markup += WordMarkup.paragraph(style, properties: properties, runs)
    }

    private mutating func write(_ text: PaperText, level: PaperHeadingLevel) {
        bookmarks += 1
        let runs = runs(of: text)
        markup += WordMarkup.paragraph(
            "Heading\(level.rawValue)",
            "<w:bookmarkStart w:id=\"\(bookmarks)\" w:name=\"_Toc\(bookmarks)\"/>\(runs)"
                + "<w:bookmarkEnd w:id=\"\(bookmarks)\"/>")
    }

    private mutating func runs(of text: PaperText) -> String {
        var markup = ""
        for run in text.runs {
            let language = run.language ?? text.language ?? document.language
            markup += WordMarkup.run(run.text, language, isBold: run.isBold, isItalic: run.isItalic)
            guard let footnote = run.footnote else { continue }
            footnotes.append(Footnote(text: footnote, language: language))
            markup += "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr>"
            markup += "<w:footnoteReference w:id=\"\(footnotes.count)\"/></w:r>"
        }
        return markup
    }
}

// The list of contents.
extension WordBody {
    private mutating func write(_ contents: PaperDocument.Contents) {
        let deepest = headings.map(\.level.rawValue).max() ?? 1
        let shallowest = headings.map(\.level.rawValue).min() ?? 1
        let lines = headings.enumerated().map { index, heading in
            line(heading.level, heading.text, bookmark: index + 1, isNumbered: contents.numbersPages)
        }
        let instruction = "TOC \\o \"\(shallowest)-\(deepest)\" \(contents.numbersPages ? "" : "\\n ")\\h \\z"
        let begin =
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
            + "<w:r><w:instrText xml:space=\"preserve\"> \(OfficeText.escaped(instruction)) </w:instrText></w:r>"
            + "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>"
        markup += "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val=\"Table of Contents\"/><w:docPartUnique/>"
        markup += "</w:docPartObj></w:sdtPr><w:sdtContent>"
        markup += WordMarkup.paragraph("TOCHeading", WordMarkup.run(contents.heading, document.language))
        for (index, line) in lines.enumerated() {
            markup += WordMarkup.paragraph("TOC\(headings[index].level.rawValue)", (index == 0 ? begin : "") + line)
        }
        markup += "<w:p><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p></w:sdtContent></w:sdt>"
    }

    private func line(
        _ level: PaperHeadingLevel, _ text: PaperText, bookmark: Int, isNumbered: Bool
    ) -> String {
        var markup = "<w:hyperlink w:anchor=\"_Toc\(bookmark)\" w:history=\"1\">"
        for run in text.runs {
            let language = run.language ?? text.language ?? document.language
            markup += WordMarkup.run(run.text, language, isItalic: run.isItalic)
        }
        if isNumbered {
            markup += "<w:r><w:tab/></w:r>" + WordMarkup.field("PAGEREF _Toc\(bookmark) \\h", shown: "")
        }
        return markup + "</w:hyperlink>"
    }
}

// Tables.
extension WordBody {
    private mutating func write(_ table: PaperTable) {
        if let caption = table.caption { write(caption, style: "Caption", properties: "<w:keepNext/>") }
        guard table.isDrawn else { return }
        let widths = table.widths(of: sheet.textWidth)
        markup += "<w:tbl><w:tblPr><w:tblStyle w:val=\"ReportTable\"/>"
        markup += "<w:tblW w:w=\"\(sheet.textWidth)\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/>"
        let look = table.heading.isEmpty ? "w:val=\"0600\" w:firstRow=\"0\"" : "w:val=\"0620\" w:firstRow=\"1\""
        markup += "<w:tblLook \(look) w:lastRow=\"0\""
        markup += " w:firstColumn=\"0\" w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/></w:tblPr><w:tblGrid>"
        for width in widths { markup += "<w:gridCol w:w=\"\(width)\"/>" }
        markup += "</w:tblGrid>"
        if !table.heading.isEmpty {
            markup += "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
            for (index, text) in table.heading.enumerated() {
                let shade = "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E7E6E6\"/><w:vAlign w:val=\"center\"/>"
                cell(
                    text, style: "TableHeading", width: widths[index], properties: shade,
                    table.columns[index].alignment)
            }
            markup += "</w:tr>"
        }
        for row in table.rows {
            markup += "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
            switch row {
            case .cells(let texts):
                for (index, text) in texts.enumerated() {
                    cell(text, style: "TableText", width: widths[index], table.columns[index].alignment)
                }
            case .group(let text):
                let shade = "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"F5F5F5\"/>"
                cell(
                    text, style: "TableHeading", width: sheet.textWidth, span: widths.count, properties: shade,
                    .leading)
            }
            markup += "</w:tr>"
        }
        markup += "</w:tbl>" + WordMarkup.paragraph("TableGap", "")
    }

    private mutating func cell(
        _ text: PaperText, style: String, width: Int, span: Int = 1, properties: String = "",
        _ alignment: PaperTable.Alignment
    ) {
        markup += "<w:tc><w:tcPr><w:tcW w:w=\"\(width)\" w:type=\"dxa\"/>"
        if span > 1 { markup += "<w:gridSpan w:val=\"\(span)\"/>" }
        markup += properties + "</w:tcPr>"
        switch alignment {
        case .leading: write(text, style: style)
        case .centre: write(text, style: style, properties: "<w:jc w:val=\"center\"/>")
        case .trailing: write(text, style: style, properties: "<w:jc w:val=\"right\"/>")
        }
        markup += "</w:tc>"
    }
}

// Pictures.
extension WordBody {
    /// The chart of its numbers, else its words.
    private mutating func write(_ drawing: PaperDrawing) {
        guard let chart = drawing.chart else { return write(PaperText(drawing.alternative), style: "Remark") }
        charts.append(chart)
        arrows.append(.init(type: "chart", target: "charts/chart\(charts.count).xml"))
        drawings += 1
        markup += WordMarkup.paragraph(
            "Figure",
            WordChart.place(
                chart, alternative: drawing.alternative, number: drawings,
                arrow: WordDocument.fixedArrows + arrows.count))
    }

    private mutating func write(_ picture: PaperPicture) {
        let number: Int
        if let known = pictures.firstIndex(of: picture.png) {
            number = arrowOfPicture[known]
        } else {
            pictures.append(picture.png)
            arrows.append(.init(type: "image", target: "media/image\(pictures.count).png"))
            number = arrows.count
            arrowOfPicture.append(number)
        }
        drawings += 1
        let size = picture.size(inside: sheet.frame)
        let extent = "cx=\"\(max(1, Int(size.width * 36_000)))\" cy=\"\(max(1, Int(size.height * 36_000)))\""
        let name = "name=\"Picture \(drawings)\" descr=\"\(OfficeText.line(picture.alternative))\""
        var drawing = "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">"
        drawing += "<wp:extent \(extent)/><wp:docPr id=\"\(drawings)\" \(name)/><wp:cNvGraphicFramePr>"
        drawing += "<a:graphicFrameLocks noChangeAspect=\"1\"/></wp:cNvGraphicFramePr><a:graphic>"
        drawing += "<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>"
        drawing += "<pic:nvPicPr><pic:cNvPr id=\"\(drawings)\" \(name)/><pic:cNvPicPr/></pic:nvPicPr>"
        drawing += "<pic:blipFill><a:blip r:embed=\"rId\(WordDocument.fixedArrows + number)\"/>"
        drawing += "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>"
        drawing += "<a:ext \(extent)/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr>"
        drawing += "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        let keep = picture.caption == nil ? "" : "<w:keepNext/>"
        markup += WordMarkup.paragraph("Figure", properties: keep, drawing)
        if let caption = picture.caption { write(caption, style: "Caption") }
    }
}
