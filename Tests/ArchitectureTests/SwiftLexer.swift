/// Blanks comments and the text of string literals, so that what remains is code, at its own place.
///
/// Code inside an interpolation stays. Regex literals are not known; none stand in this repository.
struct SwiftLexer {
    private enum Frame {
        case code(parentheses: Int)
        case text(isMultiline: Bool, pounds: Int)
    }

    /// As long as the source, line ends kept.
    private(set) var code: [UInt8]
    /// Where comments begin.
    private(set) var comments: [Int] = []
    private let source: [UInt8]
    private var frames: [Frame] = [.code(parentheses: 0)]
    private var position = 0

    init(_ source: [UInt8]) {
        self.source = source
        self.code = source
        while position < source.count {
            switch frames[frames.count - 1] {
            case .code(let parentheses): stepThroughCode(parentheses)
            case .text(let isMultiline, let pounds): stepThroughText(isMultiline, pounds)
            }
        }
    }

    private func at(_ offset: Int) -> UInt8 { offset < source.count ? source[offset] : 0 }

    /// How often a byte stands in a row from an offset.
    private func run(of byte: UInt8, from offset: Int) -> Int {
        var end = offset
        while at(end) == byte { end += 1 }
        return end - offset
    }

    private mutating func blank(_ count: Int) {
        for offset in position..<min(position + count, source.count) where source[offset] != UInt8(ascii: "\n") {
            code[offset] = UInt8(ascii: " ")
        }
        position += count
    }

    private mutating func stepThroughCode(_ parentheses: Int) {
        switch source[position] {
        case UInt8(ascii: "/") where at(position + 1) == UInt8(ascii: "/"): blankLineComment()
        case UInt8(ascii: "/") where at(position + 1) == UInt8(ascii: "*"): blankBlockComment()
        case UInt8(ascii: "\""), UInt8(ascii: "#"): openText()
        case UInt8(ascii: "`"):
            position += 1
            while position < source.count, source[position] != UInt8(ascii: "`"), source[position] != UInt8(ascii: "\n")
            {
                position += 1
            }
            position += 1
        case UInt8(ascii: "("):
            frames[frames.count - 1] = .code(parentheses: parentheses + 1)
            position += 1
        case UInt8(ascii: ")"):
            if parentheses == 0, frames.count > 1 {
                frames.removeLast()
            } else {
                frames[frames.count - 1] = .code(parentheses: parentheses - 1)
            }
            position += 1
        default: position += 1
        }
    }

    private mutating func blankLineComment() {
        comments.append(position)
        var end = position
        while end < source.count, source[end] != UInt8(ascii: "\n") { end += 1 }
        blank(end - position)
    }

    private mutating func blankBlockComment() {
        comments.append(position)
        var depth = 0
        var end = position
        repeat {
            if at(end) == UInt8(ascii: "/"), at(end + 1) == UInt8(ascii: "*") {
                depth += 1
                end += 2
            } else if at(end) == UInt8(ascii: "*"), at(end + 1) == UInt8(ascii: "/") {
                depth -= 1
                end += 2
            } else {
                end += 1
            }
        } while depth > 0 && end < source.count
        blank(end - position)
    }

    private mutating func openText() {
        let pounds = run(of: UInt8(ascii: "#"), from: position)
        let quotes = run(of: UInt8(ascii: "\""), from: position + pounds)
        guard quotes > 0 else { return position += pounds }
        let isMultiline = quotes >= 3
        frames.append(.text(isMultiline: isMultiline, pounds: pounds))
        position += pounds + (isMultiline ? 3 : 1)
    }

    private mutating func stepThroughText(_ isMultiline: Bool, _ pounds: Int) {
        let quotes = isMultiline ? 3 : 1
        switch source[position] {
        case UInt8(ascii: "\"")
        where run(of: UInt8(ascii: "\""), from: position) >= quotes
            && run(of: UInt8(ascii: "#"), from: position + quotes) >= pounds:
            frames.removeLast()
            position += quotes + pounds
        case UInt8(ascii: "\\") where run(of: UInt8(ascii: "#"), from: position + 1) >= pounds:
            if at(position + 1 + pounds) == UInt8(ascii: "(") {
                frames.append(.code(parentheses: 0))
                position += 2 + pounds
            } else {
                blank(2 + pounds)
            }
        case UInt8(ascii: "\n"):
            if !isMultiline { frames.removeLast() }
            position += 1
        default: blank(1)
        }
    }
}
