import Series

/// The small pieces of WordprocessingML.
enum WordMarkup {
    /// The prefixes of the parts.
    static let namespaces =
        "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
        + " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
        + " xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\""
        + " xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\""
        + " xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\""

    /// A language as properties of a run name it: that of Latin letters and that of ideographs.
    static func language(_ language: Language) -> String {
        "<w:lang w:val=\"\(language.alertLanguage)\" w:eastAsia=\"\(Language.chinese.alertLanguage)\"/>"
    }

    /// A stretch of text. In Chinese, marks that both scripts share (quotation marks, dashes, dots) are taken from the
    /// ideographic font.
    static func run(_ text: String, _ language: Language, isBold: Bool = false, isItalic: Bool = false) -> String {
        let pieces = OfficeText.pieces(of: text)
        guard !pieces.isEmpty else { return "" }
        var markup = "<w:r><w:rPr>"
        if language == .chinese { markup += "<w:rFonts w:hint=\"eastAsia\"/>" }
        if isBold { markup += "<w:b/><w:bCs/>" }
        if isItalic { markup += "<w:i/><w:iCs/>" }
        markup += WordMarkup.language(language) + "</w:rPr>"
        for piece in pieces {
            switch piece {
            case .text(let text): markup += "<w:t xml:space=\"preserve\">\(OfficeText.escaped(text))</w:t>"
            case .lineBreak: markup += "<w:br/>"
            case .tab: markup += "<w:tab/>"
            }
        }
        return markup + "</w:r>"
    }

    /// A paragraph.
    static func paragraph(_ style: String, properties: String = "", _ content: String) -> String {
        "<w:p><w:pPr><w:pStyle w:val=\"\(style)\"/>\(properties)</w:pPr>\(content)</w:p>"
    }

    /// A number that the word processor fills in.
    static func field(_ instruction: String, shown: String) -> String {
        "<w:fldSimple w:instr=\" \(instruction) \"><w:r><w:t>\(shown)</w:t></w:r></w:fldSimple>"
    }
}
