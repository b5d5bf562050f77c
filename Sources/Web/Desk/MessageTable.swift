import Accord
import Forecasting
import Formats
import NodeCore
import Series

/// What was issued and what became of it at each office, a line an office: the evidence of a year.
struct MessageTable {
    /// Oldest first.
    let messages: [KeptMessage]
    let now: Instant

    /// What is said of a message, then of each office.
    private static let ofMessage = [
        "identifier", "kind", "exercise", "station", "level", "action", "forecast_of", "issued", "signed_by", "expires",
    ]
    private static let ofOffice = [
        "office", "sent", "delivered", "read", "reader", "minutes_to_read", "attempts_without_word", "overdue_since",
        "steps_taken",
    ]

    /// CSV, oldest message first; what is not known is empty.
    var text: String {
        var lines = [(MessageTable.ofMessage + MessageTable.ofOffice).joined(separator: ",")]
        for message in messages {
            let card = message.card
            let first = [
                message.identifier, message.kind.rawValue, card.isExercise ? "yes" : "no", card.station.text,
                "\(card.level)",
                card.action?.rawValue ?? "", card.forecast?.iso8601() ?? "", message.issued.iso8601(), message.person,
                message.expires.iso8601(),
            ]
            if card.addressees.isEmpty { lines.append(line(first + MessageTable.ofOffice.map { _ in "" })) }
            for addressee in card.addressees {
                guard let standing = message.delivery.standing(of: addressee.office, at: now) else { continue }
                lines.append(
                    line(
                        first + [
                            addressee.office, standing.sent?.iso8601() ?? "", standing.delivered?.iso8601() ?? "",
                            standing.read?.iso8601() ?? "", standing.reader ?? "",
                            standing.read.map { "\(($0 - message.issued) / 60)" } ?? "", "\(standing.uncertain)",
                            standing.overdueSince?.iso8601() ?? "",
                            message.delivery.stepsTaken(for: addressee.office).map(\.rawValue).joined(separator: " "),
                        ]))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ fields: [String]) -> String { fields.map { csvField($0) }.joined(separator: ",") }
}
