extension AlertRule {
    /// What a message says about earlier ones.
    static let referenceRules: [AlertRule] = [
        AlertRule(id: "CAP-references-required", level: .must, key: "cap.referencesRequired") { context in
            guard let type = context.message.field("msgType"),
                ["Update", "Cancel", "Ack", "Error"].contains(type.text), context.message.referenceTokens.isEmpty
            else { return [] }
            return [Hit(type.line, ["type": type.text])]
        },
        AlertRule(id: "CAP-references-form", level: .must, key: "cap.referencesForm") { context in
            let line = context.message.field("references")?.line ?? context.message.line
            return context.message.referenceTokens.filter { AlertReference($0) == nil }.map { Hit(line, ["value": $0]) }
        },
        AlertRule(id: "CAP-references-self", level: .must, key: "cap.referencesSelf") { context in
            let message = context.message
            return references(of: message).filter {
                $0.0.identifier == message.text("identifier") && $0.0.sender == message.text("sender")
            }.map { Hit($0.1, ["value": $0.0.description]) }
        },
        AlertRule(id: "CAP-references-postdated", level: .must, key: "cap.referencesPostdated") { context in
            guard let sent = context.message.time("sent") else { return [] }
            return references(of: context.message).filter { $0.0.time > sent.instant }.map {
                Hit($0.1, ["value": $0.0.description])
            }
        },
        AlertRule(id: "CAP-references-complete", level: .must, key: "cap.referencesComplete") { context in
            let message = context.message
            guard let type = message.field("msgType"), type.text == "Update" || type.text == "Cancel" else { return [] }
            let line = message.field("references")?.line ?? type.line
            return missing(message, context.known).map { Hit(line, ["value": $0.description]) }
        },
    ]

    private static func references(of message: AlertMessage) -> [(AlertReference, Int)] {
        let line = message.field("references")?.line ?? message.line
        return message.references.map { ($0, line) }
    }

    /// The messages among the known ones that belong to the same event, have not expired when the message is sent, and are not
    /// named by it. Messages of one sender belong to one event when a chain of references joins them; an update or cancellation
    /// must name all of them that have not expired (CAP 1.2, section 3.2.1, `references`).
    private static func missing(_ message: AlertMessage, _ known: [AlertMessage]) -> [AlertReference] {
        guard let sent = message.time("sent"), let own = message.reference else { return [] }
        let others = known.filter { $0.reference.map { !$0.isSame(as: own) && $0.time <= sent.instant } ?? false }
        var chain = message.references
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for other in others {
                guard let reference = other.reference, !chain.contains(where: { $0.isSame(as: reference) }) else {
                    continue
                }
                let joins = other.references.contains { named in chain.contains { $0.isSame(as: named) } }
                if joins {
                    chain.append(reference)
                    isGrowing = true
                }
            }
            for other in others {
                guard let reference = other.reference, chain.contains(where: { $0.isSame(as: reference) }) else {
                    continue
                }
                for named in other.references where !chain.contains(where: { $0.isSame(as: named) }) {
                    chain.append(named)
                    isGrowing = true
                }
            }
        }
        let named = message.references
        return others.compactMap { other in
            guard let reference = other.reference, reference.sender == own.sender,
                other.text("msgType") == "Alert" || other.text("msgType") == "Update",
                chain.contains(where: { $0.isSame(as: reference) }),
                !named.contains(where: { $0.isSame(as: reference) })
            else { return nil }
            let expires = other.infos.compactMap { $0.time("expires")?.instant }.max()
            return expires.map { $0 <= sent.instant } == true ? nil : reference
        }
    }
}
