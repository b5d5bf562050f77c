/// Texts on their way into an office file: cut where a line or a column ends, and escaped.
enum OfficeText {
    /// A stretch of a text.
    enum Piece: Hashable {
        case text(String)
        case lineBreak
        case tab
    }

    /// The stretches of a text; CR LF and CR end a line like LF.
    static func pieces(of text: String) -> [Piece] {
        guard text.utf8.contains(where: { $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) else {
            return text.isEmpty ? [] : [.text(text)]
        }
        var pieces: [Piece] = []
        var current = String.UnicodeScalarView()
        var wasReturn = false
        func close() {
            if !current.isEmpty { pieces.append(.text(String(current))) }
            current = String.UnicodeScalarView()
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where wasReturn: break
            case "\n", "\r":
                close()
                pieces.append(.lineBreak)
            case "\t":
                close()
                pieces.append(.tab)
            default: current.append(scalar)
            }
            wasReturn = scalar == "\r"
        }
        close()
        return pieces
    }

    /// The text with the characters that XML reserves written as references; those that it forbids become U+FFFD.
    static func escaped(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0..<0x20, UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), 0xEF: false
            default: true
            }
        }
        return isPlain ? text : MarkupElement.escaped(text)
    }

    /// The text on one line and escaped, for titles and attributes: line ends and tabs become blanks.
    static func line(_ text: String) -> String {
        pieces(of: text).map { if case .text(let text) = $0 { escaped(text) } else { " " } }.joined()
    }

    /// The declaration that begins every part.
    static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
}
