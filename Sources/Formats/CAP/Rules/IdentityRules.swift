extension AlertRule {
    /// Who sends, and under which name: sections 3.2.1 of CAP 1.2.
    static let identityRules: [AlertRule] = [
        AlertRule(id: "CAP-identifier", level: .must, key: "cap.identifier") { context in
            notTokens("identifier", context.message)
        },
        AlertRule(id: "CAP-sender", level: .must, key: "cap.sender") { context in
            notTokens("sender", context.message)
        },
        AlertRule(id: "CAP-status-exercise-note(should)", level: .should, key: "cap.exerciseNote") { context in
            lacksNote(context.message, "status", "Exercise")
        },
        AlertRule(id: "CAP-msgType-error-note(should)", level: .should, key: "cap.errorNote") { context in
            lacksNote(context.message, "msgType", "Error")
        },
        AlertRule(id: "CAP-signature-enveloped", level: .must, key: "cap.envelopedSignature") { context in
            let message = context.message
            let all = message.node.count("Signature", in: MarkupDocument.signatures)
            let direct = message.node.children.filter {
                $0.name == "Signature" && $0.namespace == MarkupDocument.signatures
            }
            if all > direct.count { return [Hit(message.line)] }
            // The schema's place of a signature is behind the blocks; its judge in libxml2 takes it before them too.
            let last = message.node.children.lastIndex { $0.name == "info" }
            let early = message.node.children.prefix(last ?? 0).filter {
                $0.namespace == MarkupDocument.signatures
            }
            if let early = early.first { return [Hit(early.line)] }
            return direct.filter { !EnvelopedSignature.isEnveloped($0) }.map { Hit($0.line) }
        },
    ]

    /// The elements of a name whose text, blanks at its ends included, is no token.
    private static func notTokens(_ name: String, _ message: AlertMessage) -> [Hit] {
        message.node.all(name).filter { !isToken($0.text) }.map { Hit($0.line, ["value": $0.text.trimmingXMLBlanks]) }
    }

    /// Neither empty nor with a blank, a comma, `<` or `&`.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && !text.contains { $0.isWhitespace || ",<&".contains($0) }
    }

    private static func lacksNote(_ message: AlertMessage, _ element: String, _ value: String) -> [Hit] {
        guard let field = message.field(element), field.text == value, message.text("note") == nil else { return [] }
        return [Hit(field.line)]
    }
}
