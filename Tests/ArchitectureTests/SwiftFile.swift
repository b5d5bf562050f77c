/// One Swift file: its text, its code without comments and literals, and what it declares.
struct SwiftFile: Sendable {
    /// The text as it stands.
    let text: TextFile
    /// The same places with comments and string literals blanked.
    let code: TextFile
    /// Every declaration, in order.
    let declarations: [Declaration]
    /// Every function, initialiser and subscript with a body.
    let functions: [FunctionBody]
    /// Every import.
    let imports: [Import]
    /// Every word that begins with a capital letter, with the first line it stands on.
    let typeWords: [String: Int]
    /// The lines on which a comment begins.
    let commentLines: Set<Int>

    init(_ text: TextFile) {
        let lexer = SwiftLexer(text.bytes)
        self.text = text
        self.code = TextFile(path: text.path, bytes: lexer.code)
        self.commentLines = Set(lexer.comments.map { text.line(at: $0) })
        var scan = DeclarationScan()
        for number in 1...code.lineStarts.count {
            let end = number < code.lineStarts.count ? code.lineStarts[number] : code.bytes.count
            scan.read(WordCursor(code.bytes, code.lineStarts[number - 1], end), line: number)
        }
        self.declarations = scan.declarations
        self.functions = scan.functions
        self.imports = scan.imports
        self.typeWords = SwiftFile.typeWords(of: code)
    }

    /// From the root of the repository.
    var path: String { text.path }

    /// The target's folder: the second part of the path.
    var room: String { folders.count > 1 ? folders[1] : "" }

    /// The folder inside the room; empty for a file at its top.
    var folder: String { folders.count > 3 ? folders[2] : "" }

    private var folders: [String] { path.split(separator: "/").map(String.init) }

    /// The lines on which a text stands in the code, not as a part of a longer word.
    func lines(of needle: String) -> [Int] {
        let wanted = Array(needle.utf8)
        return TextFile.offsets(of: needle, in: code.bytes).compactMap { offset in
            let before = offset > 0 ? code.bytes[offset - 1] : 0
            let after = offset + wanted.count < code.bytes.count ? code.bytes[offset + wanted.count] : 0
            let joinsBefore = WordCursor.isWord(wanted[0]) && (WordCursor.isWord(before) || before == UInt8(ascii: "."))
            let joinsAfter = WordCursor.isWord(wanted[wanted.count - 1]) && WordCursor.isWord(after)
            return joinsBefore || joinsAfter ? nil : code.line(at: offset)
        }
    }

    /// Whether a comment stands on a line or begins on the line above.
    func isExplained(_ line: Int) -> Bool { commentLines.contains(line) || commentLines.contains(line - 1) }

    /// Whether `///` stands directly above a line; attributes may stand between.
    func isDocumented(_ line: Int) -> Bool {
        var above = line - 1
        while above >= 1 {
            let words = text.line(above).drop { $0 == " " }
            if words.hasPrefix("///") { return true }
            guard words.hasPrefix("@") else { return false }
            above -= 1
        }
        return false
    }

    private static func typeWords(of code: TextFile) -> [String: Int] {
        var found: [String: Int] = [:]
        var cursor = WordCursor(code.bytes, 0, code.bytes.count)
        while let (word, offset) = cursor.nextWord() {
            guard let first = word.utf8.first, first >= UInt8(ascii: "A"), first <= UInt8(ascii: "Z") else { continue }
            if found[word] == nil { found[word] = code.line(at: offset) }
        }
        return found
    }
}

/// One declaration.
struct Declaration: Sendable {
    /// From 1.
    let line: Int
    /// `func`, `struct` and so on.
    let keyword: String
    /// Empty for operators and initialisers.
    let name: String
    /// Whether another room can see it, by its own words or as a part of a type that it can see.
    let isSeenOutside: Bool
    /// Whether it stands in no other declaration.
    let isTopLevel: Bool

    /// Keyword and name.
    var title: String { name.isEmpty ? keyword : "\(keyword) \(name)" }

    /// Whether it declares a type.
    var isType: Bool { ["struct", "enum", "class", "actor", "protocol", "typealias"].contains(keyword) }
}

/// A function's place and length.
struct FunctionBody: Sendable {
    /// `func name`, `init` or `subscript`.
    let name: String
    /// From 1.
    let line: Int
    /// From the head to the closing brace.
    let lineCount: Int
}

/// An import of a module.
struct Import: Sendable {
    /// The module, without what was picked from it.
    let module: String
    /// From 1.
    let line: Int
}

/// Reads words from a part of a file's code.
struct WordCursor {
    /// The file's code.
    let bytes: [UInt8]
    /// Where reading goes on.
    private(set) var position: Int
    /// Where the part ends.
    let end: Int

    init(_ bytes: [UInt8], _ start: Int, _ end: Int) {
        self.bytes = bytes
        self.position = start
        self.end = end
    }

    /// Letters, digits, the underscore and everything beyond ASCII.
    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    /// The byte at the position; 0 at the end.
    var current: UInt8 { position < end ? bytes[position] : 0 }

    mutating func skipBlanks() {
        while current == UInt8(ascii: " ") { position += 1 }
    }

    /// Skips `byte` when it stands at the position.
    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    /// The word at the position; empty when none stands there.
    mutating func word() -> String {
        let start = position
        while position < end, WordCursor.isWord(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// The next word, wherever it stands, with its offset.
    mutating func nextWord() -> (String, Int)? {
        while position < end, !WordCursor.isWord(bytes[position]) { position += 1 }
        let start = position
        let found = word()
        return found.isEmpty ? nil : (found, start)
    }

    /// Skips a pair of parentheses and what stands in it, as far as the part goes.
    mutating func skipParentheses() {
        var depth = 0
        repeat {
            if current == UInt8(ascii: "(") { depth += 1 }
            if current == UInt8(ascii: ")") { depth -= 1 }
            position += 1
        } while depth > 0 && position < end
    }
}
