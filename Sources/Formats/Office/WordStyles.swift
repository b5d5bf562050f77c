import Series

/// The styles of a word processor's document: one look, that a secretariat can change in one place.
///
/// Times New Roman is the font of Vietnam's administrative documents (decree 30/2020/ND-CP, annex I); ideographs are set in the
/// song and hei faces that every Chinese word processor has.
struct WordStyles {
    static let latinFont = "Times New Roman"
    static let ideographicFont = "SimSun"
    static let ideographicHeadingFont = "SimHei"

    /// The language of what names none.
    let language: Language
    /// The width of the text, twentieths of a point.
    let textWidth: Int

    /// A style of paragraphs.
    private struct Style {
        let id: String
        let name: String
        var base = "Normal"
        var next: String?
        /// Properties of the paragraph, in the order of the schema.
        var paragraph = ""
        /// Size of the letters, half points; nil as the base.
        var size: Int?
        var isBold = false
        var isHeading = false
        var colour: String?

        var markup: String {
            var run = ""
            if isHeading { run += "<w:rFonts w:eastAsia=\"\(WordStyles.ideographicHeadingFont)\"/>" }
            if isBold { run += "<w:b/><w:bCs/>" }
            if let colour { run += "<w:color w:val=\"\(colour)\"/>" }
            if let size { run += "<w:sz w:val=\"\(size)\"/><w:szCs w:val=\"\(size)\"/>" }
            return "<w:style w:type=\"paragraph\"\(WordStyles.isOwn(id) ? " w:customStyle=\"1\"" : "")"
                + " w:styleId=\"\(id)\"><w:name w:val=\"\(name)\"/><w:basedOn w:val=\"\(base)\"/>"
                + (next.map { "<w:next w:val=\"\($0)\"/>" } ?? "") + "<w:qFormat/>"
                + (paragraph.isEmpty ? "" : "<w:pPr>\(paragraph)</w:pPr>")
                + (run.isEmpty ? "" : "<w:rPr>\(run)</w:rPr>") + "</w:style>"
        }
    }

    /// The part.
    var markup: String {
        "<w:styles \(WordMarkup.namespaces)>" + defaults
            + "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/>"
            + "</w:style>" + (headings + texts + margins).map(\.markup).joined() + others + "</w:styles>"
    }

    private static func isOwn(_ id: String) -> Bool {
        ["Remark", "Mark", "Figure", "TableText", "TableHeading", "TableGap"].contains(id)
    }

    private var defaults: String {
        let font = WordStyles.latinFont
        return "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"\(font)\""
            + " w:hAnsi=\"\(font)\" w:eastAsia=\"\(WordStyles.ideographicFont)\" w:cs=\"\(font)\"/><w:sz w:val=\"24\"/>"
            + "<w:szCs w:val=\"24\"/>\(WordMarkup.language(language))</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
            + "<w:spacing w:after=\"0\" w:line=\"276\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>"
    }

    private var headings: [Style] {
        let sizes = [30, 26, 24]
        let levels = (1...3).map { level in
            Style(
                id: "Heading\(level)", name: "heading \(level)", next: "BodyText",
                paragraph: "<w:keepNext/><w:keepLines/><w:spacing w:before=\"\(400 - 80 * level)\" w:after=\"80\"/>"
                    + "<w:outlineLvl w:val=\"\(level - 1)\"/>",
                size: sizes[level - 1], isBold: true, isHeading: true)
        }
        return [
            Style(
                id: "Title", name: "Title", next: "BodyText",
                paragraph: "<w:keepNext/><w:spacing w:before=\"120\" w:after=\"120\"/><w:jc w:val=\"center\"/>",
                size: 36, isBold: true, isHeading: true),
            Style(
                id: "Subtitle", name: "Subtitle", next: "BodyText",
                paragraph: "<w:spacing w:after=\"80\"/><w:jc w:val=\"center\"/>", size: 26),
        ] + levels
    }

    private var texts: [Style] {
        let frame = ["top", "left", "bottom", "right"].map {
            "<w:\($0) w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"7A4A00\"/>"
        }
        return [
            Style(id: "BodyText", name: "Body Text", paragraph: "<w:spacing w:after=\"120\"/>"),
            Style(id: "Remark", name: "Remark", paragraph: "<w:spacing w:after=\"120\"/>", size: 20, colour: "404040"),
            Style(
                id: "Mark", name: "Mark",
                paragraph:
                    "<w:pBdr>\(frame.joined())</w:pBdr><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"FFF4DF\"/>"
                    + "<w:spacing w:before=\"120\" w:after=\"160\"/><w:ind w:left=\"113\" w:right=\"113\"/>",
                isBold: true),
            Style(
                id: "ListBullet", name: "List Bullet",
                paragraph: "<w:spacing w:after=\"60\"/><w:contextualSpacing/>"),
            Style(
                id: "Caption", name: "caption", paragraph: "<w:spacing w:before=\"120\" w:after=\"80\"/>", size: 22,
                isBold: true),
            Style(
                id: "Figure", name: "Figure", paragraph: "<w:spacing w:before=\"120\"/><w:jc w:val=\"center\"/>"),
            Style(
                id: "TableText", name: "Table Text",
                paragraph: "<w:spacing w:before=\"20\" w:after=\"20\" w:line=\"240\" w:lineRule=\"auto\"/>", size: 20),
            Style(
                id: "TableHeading", name: "Table Heading", base: "TableText", paragraph: "<w:keepNext/>", isBold: true),
            Style(
                id: "TableGap", name: "Table Gap",
                paragraph: "<w:spacing w:line=\"240\" w:lineRule=\"exact\"/>", size: 12),
        ]
    }

    private var margins: [Style] {
        let right = "<w:tab w:val=\"right\" w:pos=\"\(textWidth)\"/>"
        let dots = "<w:tab w:val=\"right\" w:leader=\"dot\" w:pos=\"\(textWidth)\"/>"
        func rule(_ side: String) -> String {
            "<w:pBdr><w:\(side) w:val=\"single\" w:sz=\"4\" w:space=\"4\" w:color=\"808080\"/></w:pBdr>"
        }
        let lines = (1...3).map { level in
            Style(
                id: "TOC\(level)", name: "toc \(level)", next: "Normal",
                paragraph: "<w:tabs>\(dots)</w:tabs><w:spacing w:after=\"40\"/><w:ind w:left=\"\(284 * (level - 1))\"/>"
            )
        }
        return [
            Style(
                id: "TOCHeading", name: "TOC Heading", next: "Normal",
                paragraph: "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"120\"/>", size: 26, isBold: true,
                isHeading: true)
        ] + lines + [
            Style(
                id: "Header", name: "header", paragraph: rule("bottom") + "<w:tabs>\(right)</w:tabs>", size: 18,
                colour: "404040"),
            Style(
                id: "Footer", name: "footer", paragraph: rule("top") + "<w:tabs>\(right)</w:tabs>", size: 18,
                colour: "404040"),
            Style(
                id: "FootnoteText", name: "footnote text",
                paragraph: "<w:spacing w:line=\"240\" w:lineRule=\"auto\"/>", size: 20),
        ]
    }

    private var others: String {
        let edges = ["top", "left", "bottom", "right", "insideH", "insideV"].map {
            "<w:\($0) w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"999999\"/>"
        }
        return "<w:style w:type=\"character\" w:default=\"1\" w:styleId=\"DefaultParagraphFont\">"
            + "<w:name w:val=\"Default Paragraph Font\"/></w:style>"
            + "<w:style w:type=\"character\" w:styleId=\"FootnoteReference\"><w:name w:val=\"footnote reference\"/>"
            + "<w:basedOn w:val=\"DefaultParagraphFont\"/><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr></w:style>"
            + "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/>"
            + "<w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar>"
            + "<w:top w:w=\"0\" w:type=\"dxa\"/><w:left w:w=\"85\" w:type=\"dxa\"/>"
            + "<w:bottom w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"85\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>"
            + "<w:style w:type=\"table\" w:customStyle=\"1\" w:styleId=\"ReportTable\">"
            + "<w:name w:val=\"Report Table\"/><w:basedOn w:val=\"TableNormal\"/><w:tblPr>"
            + "<w:tblBorders>\(edges.joined())</w:tblBorders></w:tblPr></w:style>"
            + "<w:style w:type=\"numbering\" w:default=\"1\" w:styleId=\"NoList\"><w:name w:val=\"No List\"/></w:style>"
    }
}
