import Series

/// Documents as word processors open them: `.docx`.
///
/// Source: ECMA-376 part 1 (2016), WordprocessingML, clause 17, in the transitional form of part 4, which every word processor
/// since 2007 writes.
public enum WordDocument {
    /// The media type of such a file.
    public static let mediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    /// The file.
    ///
    /// - Parameters:
    ///   - document: what it says; equal documents make equal bytes.
    ///   - packing: ``ZipArchive/Packing/stored`` where the bytes must be equal on machines with other versions of zlib.
    /// - Throws: ``OfficeProblem/tooManyTableColumns(count:)``, ``OfficeProblem/archiveTooLarge``.
    public static func bytes(
        of document: PaperDocument, packing: ZipArchive.Packing = .deflated
    ) throws(OfficeProblem) -> [UInt8] {
        for case .table(let table) in document.blocks where table.even.columns.count > 63 {
            throw .tooManyTableColumns(count: table.even.columns.count)
        }
        var body = WordBody(document)
        body.write()
        let package = OfficePackage(
            properties: OfficeProperties(
                title: document.title, language: document.language, author: document.author, date: document.date),
            main: mainPart(document, body), others: otherParts(document, body))
        return try package.bytes(packing: packing)
    }

    static let partTypes = "application/vnd.openxmlformats-officedocument.wordprocessingml."

    /// Arrows of the main part that every document has, from `rId1` on; those to pictures and charts follow.
    private static let arrows: [OfficePackage.Relationship] = [
        .init(type: "styles", target: "styles.xml"), .init(type: "settings", target: "settings.xml"),
        .init(type: "numbering", target: "numbering.xml"), .init(type: "fontTable", target: "fontTable.xml"),
        .init(type: "header", target: "header1.xml"), .init(type: "footer", target: "footer1.xml"),
        .init(type: "footnotes", target: "footnotes.xml"), .init(type: "theme", target: "theme/theme1.xml"),
    ]
    /// The id of the arrow to the first picture less one.
    static var fixedArrows: Int { arrows.count }

    private static func mainPart(_ document: PaperDocument, _ body: WordBody) -> OfficePackage.Part {
        let sheet = WordSheet(document.page)
        var markup = "<w:document \(WordMarkup.namespaces)><w:body>" + body.markup
        markup += "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId5\"/>"
        markup += "<w:footerReference w:type=\"default\" r:id=\"rId6\"/>\(sheet.markup)</w:sectPr>"
        markup += "</w:body></w:document>"
        return OfficePackage.Part(
            "word/document.xml", type: mediaType + ".main+xml", markup: markup, relationships: arrows + body.arrows)
    }

    private static func otherParts(_ document: PaperDocument, _ body: WordBody) -> [OfficePackage.Part] {
        let language = document.language
        let texts: [(String, String)] = [
            ("styles", WordStyles(language: language, textWidth: WordSheet(document.page).textWidth).markup),
            ("settings", WordParts.settings(language, asksForNumbers: body.asksForNumbers)),
            ("numbering", WordParts.numbering), ("fontTable", WordParts.fontTable),
            ("header", WordParts.header(document)), ("footer", WordParts.footer(document)),
            ("footnotes", WordParts.footnotes(body.footnotes)),
        ]
        var parts = texts.map { name, markup in
            let file = ["header", "footer"].contains(name) ? name + "1" : name
            return OfficePackage.Part("word/\(file).xml", type: "\(partTypes)\(name)+xml", markup: markup)
        }
        parts.append(OfficeTheme.part("word/theme/theme1.xml", font: WordStyles.latinFont))
        for (index, picture) in body.pictures.enumerated() {
            parts.append(OfficePackage.Part("word/media/image\(index + 1).png", picture: picture))
        }
        for (index, chart) in body.charts.enumerated() {
            parts.append(
                OfficePackage.Part(
                    "word/charts/chart\(index + 1).xml", type: WordChart.type, markup: WordChart.markup(chart)))
        }
        return parts
    }
}

/// The measures of a sheet in twentieths of a point.
///
/// The margins, 30 mm at the binding and 20 mm elsewhere, are those of Vietnam's administrative documents (decree
/// 30/2020/ND-CP, annex I).
struct WordSheet {
    private let width: Int
    private let height: Int
    private let isLandscape: Bool
    private static let margin = 1_134  // 20 mm
    private static let binding = 1_701  // 30 mm

    init(_ page: PaperDocument.Page) {
        isLandscape = page == .landscape
        (width, height) = isLandscape ? (16_838, 11_906) : (11_906, 16_838)
    }

    /// The width of the text.
    var textWidth: Int { width - WordSheet.margin - WordSheet.binding }

    /// The room for a picture with its caption, mm.
    var frame: (width: Double, height: Double) {
        let twips = 1_440 / 25.4
        return (Double(textWidth) / twips, Double(height - 2 * WordSheet.margin) / twips - 25)
    }

    /// As a section says it.
    var markup: String {
        let side = WordSheet.margin
        return "<w:pgSz w:w=\"\(width)\" w:h=\"\(height)\"\(isLandscape ? " w:orient=\"landscape\"" : "")/>"
            + "<w:pgMar w:top=\"\(side)\" w:right=\"\(side)\" w:bottom=\"\(side)\" w:left=\"\(WordSheet.binding)\""
            + " w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>"
    }
}
