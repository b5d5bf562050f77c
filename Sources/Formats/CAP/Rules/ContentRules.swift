import Foundation

extension AlertRule {
    /// Language, certainty, resources, texts.
    static let contentRules: [AlertRule] = [
        AlertRule(id: "CAP-language", level: .must, key: "cap.language") { context in
            context.message.infos.flatMap { $0.fields("language") }.filter { !$0.text.isEmpty && !isLanguage($0.text) }
                .map {
                    Hit($0.line, ["value": $0.text])
                }
        },
        AlertRule(id: "CAP-very-likely-deprecated", level: .must, key: "cap.veryLikely") { context in
            context.message.infos.flatMap { $0.fields("certainty") }.filter {
                $0.text.lowercased().split(separator: " ") == ["very", "likely"]
            }.map { Hit($0.line) }
        },
        AlertRule(id: "CAP-resource-uri", level: .must, key: "cap.resourceURI") { context in
            context.message.infos.flatMap(\.resources).compactMap { resource in
                guard resource.text("derefUri") == nil, let uri = resource.field("uri"), !isAbsolute(uri.text) else {
                    return nil
                }
                return Hit(uri.line, ["value": uri.text])
            }
        },
        AlertRule(id: "CAP-resource-mime", level: .must, key: "cap.resourceMIME") { context in
            context.message.infos.flatMap(\.resources).flatMap { $0.fields("mimeType") }.filter {
                !isMediaType($0.text)
            }.map { Hit($0.line, ["value": $0.text]) }
        },
        AlertRule(id: "CAP-text-markup", level: .warn, key: "cap.markup") { context in
            context.message.infos.flatMap { info in
                ["event", "headline", "description", "instruction", "contact", "audience"].flatMap { name in
                    info.fields(name).compactMap { field in
                        markup(in: field.text).map { Hit(field.line, ["element": name, "value": $0]) }
                    }
                }
            }
        },
    ]

    /// RFC 3066: words of 1...8 letters or digits with hyphens, the first of letters.
    static func isLanguage(_ text: String) -> Bool {
        let words = text.split(separator: "-", omittingEmptySubsequences: false)
        return words.enumerated().allSatisfy { index, word in
            (1...8).contains(word.count)
                && word.allSatisfy { $0.isASCII && ($0.isLetter || (index > 0 && $0.isNumber)) }
        }
    }

    /// RFC 3986: a scheme, a colon and something behind it.
    private static func isAbsolute(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":"), text.index(after: colon) < text.endIndex else { return false }
        let scheme = text[..<colon]
        return scheme.first.map { $0.isASCII && $0.isLetter } == true
            && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
            && !text.contains { $0.isWhitespace }
    }

    /// RFC 2046: `type/subtype`, parameters behind a semicolon.
    private static func isMediaType(_ text: String) -> Bool {
        let words = text.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
            .split(separator: "/", omittingEmptySubsequences: false)
        return words.count == 2
            && words.allSatisfy { word in
                !word.isEmpty
                    && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "!#$&-^_.+".contains($0)) }
            }
    }

    /// The first tag or entity of HTML in a text; nil when there is none.
    private static func markup(in text: String) -> String? {
        var rest = text[...]
        while let start = rest.firstIndex(where: { $0 == "<" || $0 == "&" }) {
            let tail = rest[rest.index(after: start)...]
            let end: Character = rest[start] == "<" ? ">" : ";"
            let inner = tail.prefix(40).prefix { $0 != end && $0 != "<" && $0 != "&" }
            let isClosed = inner.endIndex < tail.endIndex && tail[inner.endIndex] == end
            let name = inner.drop { $0 == "/" || $0 == "#" }
            let isName = name.first.map { $0.isASCII && ($0.isLetter || $0.isNumber) } == true
            let isWhole = end == ">" || name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            if isClosed, isName, isWhole, rest[start] == "&" || name.first?.isLetter == true {
                return String(rest[start...inner.endIndex])
            }
            rest = tail
        }
        return nil
    }
}
