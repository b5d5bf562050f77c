/// Finds declarations line by line; the code is formatted, so each begins its own line.
struct DeclarationScan {
    private enum Kind {
        case members(ofSeenType: Bool)
        case cases(ofSeenType: Bool)
        case body(name: String, line: Int)
        case other
    }

    private struct Scope {
        let kind: Kind
        let parentheses: Int
    }

    private(set) var declarations: [Declaration] = []
    private(set) var functions: [FunctionBody] = []
    private(set) var imports: [Import] = []
    private var scopes: [Scope] = []
    private var pending: Scope?
    private var parentheses = 0

    private static let modifiers: Set<String> = [
        "public", "package", "open", "internal", "private", "fileprivate", "static", "final", "override", "mutating",
        "nonmutating", "nonisolated", "isolated", "convenience", "required", "lazy", "weak", "unowned", "indirect",
        "dynamic", "optional", "consuming", "borrowing", "prefix", "postfix", "infix", "sending", "distributed",
    ]
    private static let keywords: Set<String> = [
        "func", "var", "let", "init", "struct", "enum", "class", "actor", "protocol", "typealias", "subscript", "case",
        "associatedtype", "extension", "import", "operator", "macro", "deinit",
    ]

    /// Reads one line of code.
    mutating func read(_ line: WordCursor, line number: Int) {
        if parentheses == scopes.last?.parentheses ?? 0 { readHead(line, number) }
        for position in line.position..<line.end {
            switch line.bytes[position] {
            case UInt8(ascii: "("), UInt8(ascii: "["): parentheses += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): parentheses -= 1
            case UInt8(ascii: "{"): open()
            case UInt8(ascii: "}"): close(number)
            default: continue
            }
        }
    }

    private mutating func open() {
        if let scope = pending, scope.parentheses == parentheses {
            scopes.append(scope)
            pending = nil
        } else {
            scopes.append(Scope(kind: .other, parentheses: parentheses))
        }
    }

    private mutating func close(_ line: Int) {
        if let head = pending, head.parentheses >= parentheses { pending = nil }
        guard let scope = scopes.popLast() else { return }
        if case .body(let name, let head) = scope.kind {
            functions.append(FunctionBody(name: name, line: head, lineCount: line - head + 1))
        }
    }

    private mutating func readHead(_ start: WordCursor, _ number: Int) {
        var line = start
        var access: Set<String> = []
        line.skipBlanks()
        while line.take(UInt8(ascii: "@")) {
            _ = line.word()
            if line.current == UInt8(ascii: "(") { line.skipParentheses() }
            line.skipBlanks()
        }
        var word = line.word()
        while true {
            var ahead = line
            ahead.skipBlanks()
            let isClassMember = word == "class" && ["func", "var", "subscript"].contains(ahead.word())
            guard DeclarationScan.modifiers.contains(word) || isClassMember else { break }
            if line.current == UInt8(ascii: "(") {
                line.skipParentheses()
            } else {
                access.insert(word)
            }
            line.skipBlanks()
            word = line.word()
        }
        guard DeclarationScan.keywords.contains(word) else { return }
        line.skipBlanks()
        declare(word, access, line, number)
    }

    private mutating func declare(_ keyword: String, _ access: Set<String>, _ rest: WordCursor, _ number: Int) {
        var line = rest
        if keyword == "import" { return readImport(line, number) }
        _ = line.take(UInt8(ascii: "`"))
        let name = line.word()
        let isTopLevel = scopes.isEmpty
        var isSeen = !access.isDisjoint(with: ["public", "package", "open"])
        switch (scopes.last?.kind, keyword) {
        case (.cases(let ofSeenType), "case"): isSeen = ofSeenType
        case (_, "case"): return
        case (.members(let ofSeenType), _): isSeen = isSeen || ofSeenType
        default: break
        }
        if keyword != "extension", keyword != "deinit" {
            declarations.append(
                Declaration(line: number, keyword: keyword, name: name, isSeenOutside: isSeen, isTopLevel: isTopLevel))
        }
        switch keyword {
        case "enum": pending = Scope(kind: .cases(ofSeenType: isSeen), parentheses: parentheses)
        case "protocol": pending = Scope(kind: .members(ofSeenType: isSeen), parentheses: parentheses)
        case "func", "init", "subscript", "deinit":
            let title = keyword == "func" ? "func \(name)" : keyword
            pending = Scope(kind: .body(name: title, line: number), parentheses: parentheses)
        default: pending = nil
        }
    }

    private mutating func readImport(_ rest: WordCursor, _ number: Int) {
        var line = rest
        var module = line.word()
        if ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"].contains(module) {
            line.skipBlanks()
            module = line.word()
        }
        imports.append(Import(module: module, line: number))
    }
}
