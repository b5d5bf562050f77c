extension AlertRule {
    /// CAP 1.2, section 3.3.2: the form of times, and how UTC is written.
    static let timeRules: [AlertRule] = [
        AlertRule(id: "CAP-3.3.2", level: .must, key: "cap.time") { context in
            times(of: context.message).filter { AlertTime($0.field.text) == nil }.map {
                Hit($0.field.line, ["element": $0.element, "value": $0.field.text])
            }
        },
        AlertRule(id: "CAP-3.3.2-UTC", level: .must, key: "cap.utc") { context in
            times(of: context.message).filter { AlertTime($0.field.text)?.isPositiveZero == true }.map {
                Hit($0.field.line, ["element": $0.element, "value": $0.field.text])
            }
        },
    ]

    /// Every time of a message with the name of its element.
    private static func times(of message: AlertMessage) -> [(element: String, field: AlertField)] {
        message.fields("sent").map { ("sent", $0) }
            + message.infos.flatMap { info in
                ["effective", "onset", "expires"].flatMap { name in info.fields(name).map { (name, $0) } }
            }
    }
}
