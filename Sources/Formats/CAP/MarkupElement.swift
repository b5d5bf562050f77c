/// An XML element with either text or children: what the writers of XML documents build.
struct MarkupElement: Hashable, Sendable {
    /// The name, with its prefix if it has one.
    let name: String
    /// In the order of writing.
    let attributes: [(name: String, value: String)]
    /// The text; empty where there are children.
    let text: String
    /// The children; empty where there is text.
    let children: [MarkupElement]

    /// An element with text.
    init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
        attributes = []
        children = []
    }

    /// An element with children.
    init(_ name: String, attributes: [(name: String, value: String)] = [], children: [MarkupElement]) {
        self.name = name
        self.attributes = attributes
        self.children = children
        text = ""
    }

    /// The document: declaration, then the element indented by two blanks a level, or compact for signing.
    func document(indented: Bool) -> String {
        var output = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        write(into: &output, depth: 0, indented: indented)
        return output + "\n"
    }

    private func write(into output: inout String, depth: Int, indented: Bool) {
        output += "<" + name
        for attribute in attributes { output += " \(attribute.name)=\"\(MarkupElement.escaped(attribute.value))\"" }
        guard !children.isEmpty else {
            output += ">\(MarkupElement.escaped(text))</\(name)>"
            return
        }
        output += ">"
        for child in children {
            if indented { output += "\n" + String(repeating: "  ", count: depth + 1) }
            child.write(into: &output, depth: depth + 1, indented: indented)
        }
        if indented { output += "\n" + String(repeating: "  ", count: depth) }
        output += "</\(name)>"
    }

    /// A text with the characters that XML reserves written as references; characters that XML 1.0 forbids are replaced by
    /// U+FFFD.
    static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "\r": output += "&#13;"
            case "\t", "\n": output.unicodeScalars.append(scalar)
            default:
                let isForbidden = scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF
                output.unicodeScalars.append(isForbidden ? "\u{FFFD}" : scalar)
            }
        }
        return output
    }

    static func == (left: MarkupElement, right: MarkupElement) -> Bool {
        left.document(indented: false) == right.document(indented: false)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(document(indented: false)) }
}
