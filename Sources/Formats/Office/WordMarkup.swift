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
    /// ideographic font; words with Latin letters beyond ASCII, such as Vietnamese names, are not, since that font would draw
    /// some of their letters and not others (ECMA-376 part 1, 17.3.2.26).
    static func run(_ text: String, _ language: Language, isBold: Bool = false, isItalic: Bool = false) -> String {
        var look = isBold ? "<w:b/><w:bCs/>" : ""
        if isItalic { look += "<w:i/><w:iCs/>" }
        look += WordMarkup.language(language)
        guard language == .chinese else { return run(text, look) }
        return stretches(of: text).map { isLatin, text in
            run(text, (isLatin ? "" : "<w:rFonts w:hint=\"eastAsia\"/>") + look)
        }.joined()
    }

    private static func run(_ text: String, _ look: String) -> String {
        let pieces = OfficeText.pieces(of: text)
        guard !pieces.isEmpty else { return "" }
        var markup = "<w:r><w:rPr>\(look)</w:rPr>"
        for piece in pieces {
            switch piece {
            case .text(let text): markup += "<w:t xml:space=\"preserve\">\(OfficeText.escaped(text))</w:t>"
            case .lineBreak: markup += "<w:br/>"
            case .tab: markup += "<w:tab/>"
            }
        }
        return markup + "</w:r>"
    }

    /// Words of Latin letters apart from the rest; the whole where no letter lies beyond ASCII.
    private static func stretches(of text: String) -> [(isLatin: Bool, text: String)] {
        func isExtended(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 0xD7, 0xF7: false
            case 0xC0...0x24F, 0x300...0x36F, 0x1E00...0x1EFF: true
            default: false
            }
        }
        guard text.unicodeScalars.contains(where: isExtended) else { return [(false, text)] }
        var stretches: [(isLatin: Bool, text: String)] = []
        for scalar in text.unicodeScalars {
            let isLatin = isExtended(scalar) || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
            if stretches.last?.isLatin != isLatin { stretches.append((isLatin, "")) }
            stretches[stretches.count - 1].text.unicodeScalars.append(scalar)
        }
        return stretches
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
