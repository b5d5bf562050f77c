/// How much a finding weighs.
public enum AlertFindingLevel: String, Sendable, CaseIterable, Codable, Hashable {
    /// Against the standard, its schema or the safety of reading: the message is rejected.
    case must
    /// The standard advises it: rejected only by a strict check.
    case should
    /// Against the profile that was asked for: rejected.
    case profile
    /// A person should look: rejected only by a strict check.
    case warn

    /// Whether a check that is not strict rejects.
    public var rejects: Bool { self == .must || self == .profile }
}

/// What a rule found.
public struct AlertFinding: Hashable, Sendable {
    /// The name of the rule.
    public let rule: String
    /// Its weight.
    public let level: AlertFindingLevel
    /// The line, from 1.
    public let line: Int
    /// The key of its text in the catalogues.
    public let key: String
    /// What stands in the slots of the text.
    public let arguments: [String: String]

    /// The finding in a language.
    public func message(_ catalogue: Catalogue) -> String { catalogue.text(key, arguments) }
}

/// What a rule looks at.
struct AlertContext {
    let message: AlertMessage
    /// Earlier messages that the reader has; references are held against them.
    let known: [AlertMessage]
}

/// One rule: its name as it is documented, its weight, its text and what it looks for.
struct AlertRule: Sendable {
    /// What a rule found in a message: where, and what stands in the slots of its text.
    struct Hit {
        let line: Int
        let arguments: [String: String]
        /// A name of its own where one rule has several, such as the two halves of the range of WGS 84.
        let rule: String?

        init(_ line: Int, _ arguments: [String: String] = [:], rule: String? = nil) {
            self.line = line
            self.arguments = arguments.mapValues { AlertRule.quoted($0) }
            self.rule = rule
        }
    }

    let id: String
    let level: AlertFindingLevel
    let key: String
    let check: @Sendable (AlertContext) -> [Hit]

    func findings(_ context: AlertContext) -> [AlertFinding] {
        check(context).map { hit in
            AlertFinding(rule: hit.rule ?? id, level: level, line: hit.line, key: key, arguments: hit.arguments)
        }
    }

    /// A word of the message as it is quoted: on one line, without control characters, at most `limit` characters.
    static func quoted(_ text: String, limit: Int = 80) -> String {
        let plain = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                    return isControl || (0x2028...0x202E).contains(scalar.value) ? " " : scalar
                }))
        return plain.count <= limit ? plain : plain.prefix(max(1, limit - 1)) + "…"
    }

    /// The rules of the standard beyond its schema; profiles add theirs.
    static let standard: [AlertRule] =
        timeRules + identityRules + referenceRules + addressRules + areaRules + contentRules
}
