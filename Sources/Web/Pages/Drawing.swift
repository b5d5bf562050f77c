import Formats

/// Writes the elements of a drawing with presentation attributes, so that it prints and stands alone; classes are for the
/// theme of a page only. Lengths are in the drawing's units, written with one decimal.
struct Drawing {
    private(set) var markup = ""

    /// A number as coordinates write it.
    static func coordinate(_ value: Double) -> String { fixedDecimal(value, digits: 1) }

    static func escaped(_ text: String) -> String {
        var output = ""
        for character in text {
            switch character {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            default: output.append(character)
            }
        }
        return output
    }

    mutating func raw(_ text: String) { markup += text + "\n" }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ attributes: String) {
        let c = Drawing.coordinate
        raw("<line x1=\"\(c(x1))\" y1=\"\(c(y1))\" x2=\"\(c(x2))\" y2=\"\(c(y2))\" \(attributes)/>")
    }

    mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ attributes: String) {
        let c = Drawing.coordinate
        raw("<rect x=\"\(c(x))\" y=\"\(c(y))\" width=\"\(c(width))\" height=\"\(c(height))\" \(attributes)/>")
    }

    mutating func path(_ element: String, _ points: [(x: Double, y: Double)], _ attributes: String) {
        let text = points.map { Drawing.coordinate($0.x) + "," + Drawing.coordinate($0.y) }.joined(separator: " ")
        raw("<\(element) points=\"\(text)\" \(attributes)/>")
    }

    mutating func text(_ x: Double, _ y: Double, _ text: String, _ attributes: String) {
        let c = Drawing.coordinate
        raw("<text x=\"\(c(x))\" y=\"\(c(y))\" \(attributes)>\(Drawing.escaped(text))</text>")
    }

    /// A mark of a reading with its tooltip.
    mutating func mark(_ mark: ReadingMark, _ x: Double, _ y: Double, size: Double, title: String?) {
        let c = Drawing.coordinate
        let tooltip = title.map { "<title>\(Drawing.escaped($0))</title>" } ?? ""
        switch mark {
        case .observed:
            raw(
                "<circle class=\"h-obs\" cx=\"\(c(x))\" cy=\"\(c(y))\" r=\"\(c(size))\" fill=\"#0b3d66\">\(tooltip)</circle>"
            )
        case .other:
            let s = size + 1
            raw(
                "<path class=\"h-other\" d=\"M\(c(x)) \(c(y - s))L\(c(x + s)) \(c(y))L\(c(x)) \(c(y + s))L\(c(x - s)) \(c(y))Z\" fill=\"#ffffff\" stroke=\"#0b3d66\" stroke-width=\"1.4\">\(tooltip)</path>"
            )
        case .suspect:
            raw(
                "<circle class=\"h-suspect\" cx=\"\(c(x))\" cy=\"\(c(y))\" r=\"\(c(size))\" fill=\"#ffffff\" stroke=\"#b35900\" stroke-width=\"1.6\">\(tooltip)</circle>"
            )
        case .failed:
            let s = size
            raw(
                "<path class=\"h-failed\" d=\"M\(c(x - s)) \(c(y - s))L\(c(x + s)) \(c(y + s))M\(c(x - s)) \(c(y + s))L\(c(x + s)) \(c(y - s))\" fill=\"none\" stroke=\"#b3001b\" stroke-width=\"1.6\">\(tooltip)</path>"
            )
        }
    }
}
