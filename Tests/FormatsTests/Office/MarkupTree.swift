/// An element of XML, or of HTML that is written as carefully, read strictly: everything closed, nothing raw that must not be.
struct MarkupTree {
    /// What is not well-formed, and at which byte.
    struct Fault: Error {
        let reason: String
        let place: Int
    }

    var name: String
    var attributes: [String: String] = [:]
    var children: [MarkupTree] = []
    /// The text directly inside, in front of, between and behind the children.
    var ownText = ""
    /// The text inside, with that of the children.
    var text = ""

    /// Reads a document with one element.
    ///
    /// - Parameter void: names of elements that HTML does not close.
    init(_ document: String, void: Set<String> = []) throws {
        var reader = MarkupReader(bytes: Array(document.utf8), void: void)
        self = try reader.document()
    }

    fileprivate init(name: String) { self.name = name }

    /// All elements of a name, in the order of the document.
    func all(_ wanted: String) -> [MarkupTree] {
        children.flatMap { ($0.name == wanted ? [$0] : []) + $0.all(wanted) }
    }

    /// The elements along a path, only the first of each name but the last.
    func callAsFunction(_ path: String...) -> [MarkupTree] {
        var places = [self]
        for name in path { places = places.flatMap { $0.children.filter { $0.name == name } } }
        return places
    }
}

private struct MarkupReader {
    let bytes: [UInt8]
    let void: Set<String>
    var place = 0

    func fault(_ reason: String) -> MarkupTree.Fault { MarkupTree.Fault(reason: reason, place: place) }

    func sees(_ text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

    mutating func until(_ text: String) throws -> String {
        let start = place
        while !sees(text) {
            guard place < bytes.count else { throw fault("'\(text)' is missing") }
            place += 1
        }
        defer { place += text.utf8.count }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    mutating func document() throws -> MarkupTree {
        if sees("<?") { _ = try until("?>") }
        if sees("<!DOCTYPE") { _ = try until(">") }
        while sees("\n") { place += 1 }
        let root = try element()
        while sees("\n") { place += 1 }
        guard place == bytes.count else { throw fault("something behind the document") }
        return root
    }

    mutating func element() throws -> MarkupTree {
        guard sees("<") else { throw fault("no element") }
        place += 1
        var head = try until(">")
        let isClosed = head.hasSuffix("/")
        if isClosed { head.removeLast() }
        var tree = MarkupTree(name: String(head.prefix { $0 != " " }))
        guard tree.name.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "<") }), !tree.name.isEmpty else {
            throw fault("a name '\(tree.name)'")
        }
        try readAttributes(head.dropFirst(tree.name.count), into: &tree)
        if isClosed || void.contains(tree.name) { return tree }
        while !sees("</") {
            if sees("<") {
                let child = try element()
                tree.text += child.text
                tree.children.append(child)
            } else {
                let start = place
                while place < bytes.count, !sees("<") { place += 1 }
                guard place < bytes.count else { throw fault("\(tree.name) is not closed") }
                let text = try plain(String(decoding: bytes[start..<place], as: UTF8.self))
                tree.text += text
                tree.ownText += text
            }
        }
        place += 2
        let name = try until(">")
        guard name == tree.name else { throw fault("\(tree.name) is closed by \(name)") }
        return tree
    }

    private func readAttributes(_ head: Substring, into tree: inout MarkupTree) throws {
        var rest = head.drop { $0 == " " }
        while !rest.isEmpty {
            let name = String(rest.prefix { $0 != "=" })
            rest = rest.dropFirst(name.count)
            guard rest.hasPrefix("=\"") else { throw fault("the attribute '\(name)' has no value") }
            let value = rest.dropFirst(2).prefix { $0 != "\"" }
            rest = rest.dropFirst(2 + value.count)
            guard rest.first == "\"", tree.attributes[name] == nil else { throw fault("the attribute '\(name)'") }
            tree.attributes[name] = try plain(String(value))
            rest = rest.dropFirst().drop { $0 == " " }
        }
    }

    /// A text without its references; what must not stand in a text is refused.
    private func plain(_ text: String) throws -> String {
        guard !text.contains("]]>"), !text.contains("<") else { throw fault("a raw mark") }
        let allowed: (Unicode.Scalar) -> Bool = {
            $0 == "\t" || $0 == "\n" || ($0.value >= 0x20 && $0.value & 0xFFFE != 0xFFFE) || $0.value > 0xFFFF
        }
        guard text.unicodeScalars.allSatisfy(allowed) else { throw fault("a character that XML forbids") }
        var output = ""
        var rest = text.unicodeScalars[...]
        while let mark = rest.firstIndex(of: "&") {
            output.unicodeScalars += rest[..<mark]
            guard let end = rest[mark...].firstIndex(of: ";") else { throw fault("a raw &") }
            switch String(rest[rest.index(after: mark)..<end]) {
            case "amp": output += "&"
            case "lt": output += "<"
            case "gt": output += ">"
            case "quot": output += "\""
            case "emsp": output += "\u{2003}"
            case let name: throw fault("an unknown reference \(name)")
            }
            rest = rest[rest.index(after: end)...]
        }
        output.unicodeScalars += rest
        return output
    }
}
