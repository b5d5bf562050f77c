import Series

/// The parts of a word processor's document beside its body and its styles.
enum WordParts {
    /// What the word processor is told about the document as a whole.
    static func settings(_ language: Language, asksForNumbers: Bool) -> String {
        "<w:settings \(WordMarkup.namespaces)><w:defaultTabStop w:val=\"567\"/>"
            + "<w:characterSpacingControl w:val=\"doNotCompress\"/>"
            + (asksForNumbers ? "<w:updateFields w:val=\"true\"/>" : "")
            + "<w:footnotePr><w:footnote w:id=\"-1\"/><w:footnote w:id=\"0\"/></w:footnotePr>"
            + "<w:compat><w:compatSetting w:name=\"compatibilityMode\""
            + " w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>"
            + "<w:themeFontLang w:val=\"\(language.alertLanguage)\""
            + " w:eastAsia=\"\(Language.chinese.alertLanguage)\"/></w:settings>"
    }

    /// The bullets of lists, three levels.
    static var numbering: String {
        var markup = "<w:numbering \(WordMarkup.namespaces)><w:abstractNum w:abstractNumId=\"0\">"
        markup += "<w:multiLevelType w:val=\"hybridMultilevel\"/>"
        for (level, bullet) in ["•", "–", "·"].enumerated() {
            markup += "<w:lvl w:ilvl=\"\(level)\"><w:start w:val=\"1\"/><w:numFmt w:val=\"bullet\"/>"
            markup += "<w:lvlText w:val=\"\(bullet)\"/><w:lvlJc w:val=\"left\"/><w:pPr>"
            markup += "<w:ind w:left=\"\(397 * (level + 1))\" w:hanging=\"284\"/></w:pPr><w:rPr>"
            markup += "<w:rFonts w:ascii=\"\(WordStyles.latinFont)\" w:hAnsi=\"\(WordStyles.latinFont)\""
            markup += " w:eastAsia=\"\(WordStyles.latinFont)\" w:cs=\"\(WordStyles.latinFont)\" w:hint=\"default\"/>"
            markup += "</w:rPr></w:lvl>"
        }
        return markup + "</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>"
    }

    /// The fonts, with what a machine without them looks for: the Chinese names and the kind of letters.
    static var fontTable: String {
        func font(_ name: String, other: String?, charset: String, family: String) -> String {
            "<w:font w:name=\"\(name)\">" + (other.map { "<w:altName w:val=\"\($0)\"/>" } ?? "")
                + "<w:charset w:val=\"\(charset)\"/><w:family w:val=\"\(family)\"/><w:pitch w:val=\"variable\"/></w:font>"
        }
        return "<w:fonts \(WordMarkup.namespaces)>"
            + font(WordStyles.latinFont, other: nil, charset: "00", family: "roman")
            + font(WordStyles.ideographicFont, other: "宋体", charset: "86", family: "auto")
            + font(WordStyles.ideographicHeadingFont, other: "黑体", charset: "86", family: "modern") + "</w:fonts>"
    }

    /// The line at the top of every sheet; empty without a rule where the document has none.
    static func header(_ document: PaperDocument) -> String {
        let text = WordMarkup.run(document.header ?? "", document.language)
        let style = text.isEmpty ? "Normal" : "Header"
        return "<w:hdr \(WordMarkup.namespaces)>\(WordMarkup.paragraph(style, text))</w:hdr>"
    }

    /// The line at the foot of every sheet: a text at the left, `page / pages` at the right.
    static func footer(_ document: PaperDocument) -> String {
        var content = WordMarkup.run(document.footer ?? "", document.language)
        if document.numbersPages {
            content += "<w:r><w:tab/></w:r>" + WordMarkup.field("PAGE", shown: "1")
            content += "<w:r><w:t xml:space=\"preserve\"> / </w:t></w:r>" + WordMarkup.field("NUMPAGES", shown: "1")
        }
        let style = content.isEmpty ? "Normal" : "Footer"
        return "<w:ftr \(WordMarkup.namespaces)>\(WordMarkup.paragraph(style, content))</w:ftr>"
    }

    /// The footnotes behind the two lines that set them apart.
    static func footnotes(_ notes: [WordBody.Footnote]) -> String {
        func rule(_ id: Int, _ type: String, _ element: String) -> String {
            "<w:footnote w:type=\"\(type)\" w:id=\"\(id)\"><w:p><w:pPr><w:spacing w:after=\"0\" w:line=\"240\""
                + " w:lineRule=\"auto\"/></w:pPr><w:r><w:\(element)/></w:r></w:p></w:footnote>"
        }
        var markup = "<w:footnotes \(WordMarkup.namespaces)>" + rule(-1, "separator", "separator")
        markup += rule(0, "continuationSeparator", "continuationSeparator")
        for (index, note) in notes.enumerated() {
            let number = "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteRef/></w:r>"
            let text = WordMarkup.paragraph(
                "FootnoteText", number + WordMarkup.run(" " + note.text, note.language))
            markup += "<w:footnote w:id=\"\(index + 1)\">\(text)</w:footnote>"
        }
        return markup + "</w:footnotes>"
    }
}
