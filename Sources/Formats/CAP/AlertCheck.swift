/// What the check of a message says: the schema's verdict, and every rule that it breaks.
public struct AlertCheck: Hashable, Sendable {
    /// What the schema says.
    public enum SchemaVerdict: String, Sendable {
        /// The structure is that of CAP 1.2.
        case valid
        /// It is not.
        case invalid
        /// The bytes were not read as XML.
        case unparsed
    }

    /// The verdict of the schema.
    public let schema: SchemaVerdict
    /// What was found, by line, then by rule.
    public let findings: [AlertFinding]

    /// Whether the message is accepted: nothing of weight `must` or `profile`; with `strict` nothing at all.
    public func isAccepted(strict: Bool = false) -> Bool {
        schema == .valid && !findings.contains { strict || $0.level.rejects }
    }
}

/// Checks a message: safety of the bytes, schema, the rules of the standard, those of a profile.
///
/// - Parameters:
///   - bytes: the document.
///   - profile: what the parties ask beyond the standard.
///   - known: earlier messages; updates and cancellations must name those of their event that have not expired.
///   - bounds: how much is read.
public func checkAlert(
    _ bytes: [UInt8], profile: AlertProfile, known: [AlertMessage] = [], bounds: MarkupBounds = MarkupBounds()
) -> AlertCheck {
    let document: MarkupDocument
    do throws(MarkupRefusal) { document = try MarkupDocument(bytes, bounds: bounds) } catch {
        return AlertCheck(schema: .unparsed, findings: [error.finding])
    }
    var findings: [AlertFinding]
    if let schema = MarkupSchema.alert {
        findings = document.faults(against: schema).map(\.finding)
    } else {
        findings = [MarkupSchema.Finding.internalFault.finding]
    }
    let verdict: AlertCheck.SchemaVerdict = findings.isEmpty ? .valid : .invalid
    if let message = AlertMessage(document.root) {
        let context = AlertContext(message: message, known: known)
        findings += (AlertRule.standard + profile.checks).flatMap { $0.findings(context) }
    } else if verdict == .valid {
        // The schema declares a few inner elements globally: a document of such a root is valid, and no alert.
        let element = AlertRule.quoted(document.root.name)
        findings = [
            AlertFinding(
                rule: "CAP-root", level: .must, line: document.root.line, key: "cap.root",
                arguments: ["element": element])
        ]
    }
    findings.sort { ($0.line, $0.rule, $0.key) < ($1.line, $1.rule, $1.key) }
    return AlertCheck(schema: verdict, findings: findings)
}

extension MarkupRefusal {
    /// As the check reports it.
    var finding: AlertFinding {
        AlertFinding(
            rule: code.rawValue, level: .must, line: line, key: "cap.unreadable.\(code)",
            arguments: ["detail": AlertRule.quoted(detail, limit: 200)])
    }
}

extension MarkupSchema.Finding {
    /// As the check reports it: a sentence of ours, and behind it the words of the library as they are.
    var finding: AlertFinding {
        AlertFinding(
            rule: "XSD", level: .must, line: line, key: "cap.schema.\(kind.rawValue)",
            arguments: ["element": element, "detail": AlertRule.quoted(detail, limit: 200)])
    }
}
