extension AlertRule {
    /// For whom a message is: scope, restriction and addresses.
    static let addressRules: [AlertRule] = [
        AlertRule(id: "CAP-restriction-required", level: .must, key: "cap.restrictionRequired") { context in
            guard let scope = context.message.field("scope"), scope.text == "Restricted",
                context.message.text("restriction") == nil
            else { return [] }
            return [Hit(scope.line)]
        },
        AlertRule(id: "CAP-restriction-scope", level: .must, key: "cap.restrictionScope") { context in
            guard let scope = context.message.field("scope"), scope.text != "Restricted",
                let restriction = context.message.field("restriction")
            else { return [] }
            return [Hit(restriction.line, ["value": scope.text])]
        },
        AlertRule(id: "CAP-addresses-required", level: .must, key: "cap.addressesRequired") { context in
            guard let scope = context.message.field("scope"), scope.text == "Private",
                context.message.text("addresses") == nil
            else { return [] }
            return [Hit(scope.line)]
        },
        AlertRule(id: "CAP-addresses-form", level: .must, key: "cap.addressesForm") { context in
            context.message.fields("addresses").filter { addresses($0.text) == nil }.map {
                Hit($0.line, ["value": $0.text])
            }
        },
    ]

    /// The addresses of a text, separated by blanks, those with blanks in double quotes; nil when a quote is not closed or
    /// stands within a word.
    static func addresses(_ text: String) -> [String]? {
        var found: [String] = []
        var rest = text[...]
        while true {
            rest = rest.drop { $0.isWhitespace }
            guard let first = rest.first else { return found }
            let word: Substring
            if first == "\"" {
                word = rest.dropFirst().prefix { $0 != "\"" }
                guard word.endIndex < rest.endIndex, !word.allSatisfy(\.isWhitespace) else { return nil }
                rest = rest[rest.index(after: word.endIndex)...]
                if let next = rest.first, !next.isWhitespace { return nil }
            } else {
                word = rest.prefix { !$0.isWhitespace }
                if word.contains("\"") { return nil }
                rest = rest[word.endIndex...]
            }
            found.append(String(word))
        }
    }
}
