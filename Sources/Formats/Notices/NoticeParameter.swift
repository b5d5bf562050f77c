public import Accord
import Foundation
import Series

/// What a notice states, as parameters of its alert: what one side writes the other reads back, whatever it is.
public enum NoticeParameter {
    /// The name of a field's parameter. The cause in words is none of the codes that `riparian:cause` holds.
    static func name(of field: NoticeField) -> String {
        "riparian:" + (field == .cause ? "cause-text" : field.rawValue)
    }

    /// The name of the parameter by which a sender calls a notice urgent.
    static let urgent = "riparian:urgent"

    /// Whether the sender of an alert calls on the lead of urgent notices.
    public static func isUrgent(_ parameters: [AlertNamedValue]) -> Bool {
        parameters.contains { $0.name == urgent && $0.value == "yes" }
    }

    /// The name of the parameter that says why a notice is taken back.
    static let reason = "riparian:reason"

    /// Why an alert takes a notice back; empty where it does not say.
    public static func reason(_ parameters: [AlertNamedValue]) -> String {
        String((parameters.first { $0.name == reason }?.value ?? "").prefix(limit))
    }

    /// The name of the parameter that makes an answer a request.
    static let asked = "riparian:asked"
    /// The name of the parameter that says whose request is declined.
    static let declined = "riparian:declined"

    /// What an answer asks for; nil where it only says that the message was read.
    public static func request(_ parameters: [AlertNamedValue]) -> NoticeRequest? {
        guard parameters.contains(where: { $0.name == asked && $0.value == "yes" }) else { return nil }
        return NoticeRequest(values: values(parameters), reason: reason(parameters), worth: worth(parameters))
    }

    /// The name of the parameters that say what a request would be worth: a station and m3/s, `ha-giang 120`.
    private static let worthName = "riparian:worth"

    /// What a request would be worth, as parameters.
    static func parameters(_ worth: [NoticeRequest.Worth]) -> [(String, String)] {
        worth.map { (worthName, $0.place.text + " " + trimmed(fixedDecimal($0.less, digits: 3))) }
    }

    private static func worth(_ parameters: [AlertNamedValue]) -> [NoticeRequest.Worth] {
        parameters.filter { $0.name == worthName }.compactMap { parameter in
            let parts = parameter.value.split(separator: " ")
            guard parts.count == 2, let place = StationID(String(parts[0])) else { return nil }
            return decimalNumber(String(parts[1])).flatMap { NoticeRequest.Worth(place: place, less: $0) }
        }
    }

    /// The party whose request a message declines; nil for any other message.
    public static func declinedParty(_ parameters: [AlertNamedValue]) -> String? {
        parameters.first { $0.name == declined }?.value
    }

    /// Characters of a text at most.
    public static let limit = 600

    /// A value for machines: a number with a point, a time or a day with its zone, words.
    static func text(of value: NoticeValue, zone: UTCOffset) -> String? {
        switch value {
        case .number(let number):
            guard number.isFinite, number.magnitude < 1e15 else { return nil }
            return trimmed(fixedDecimal(number, digits: 3))
        case .time(let time): return time.commonAlertingProtocolTime(in: zone)
        case .day(let day, let offset): return "\(day)\(offset.minutes == 0 ? "-00:00" : offset.description)"
        case .text(let words):
            let kept = String(words.prefix(limit)).precomposedStringWithCanonicalMapping
            return kept.isEmpty ? nil : kept
        }
    }

    private static func trimmed(_ number: String) -> String {
        guard number.contains(".") else { return number }
        let digits = number.reversed().drop { $0 == "0" }
        return String((digits.first == "." ? digits.dropFirst() : digits).reversed())
    }

    /// What the parameters of an alert state; what does not fit its field is left out.
    public static func values(_ parameters: [AlertNamedValue]) -> [NoticeField: NoticeValue] {
        var values: [NoticeField: NoticeValue] = [:]
        for field in NoticeField.allCases {
            guard let text = parameters.first(where: { $0.name == name(of: field) })?.value else { continue }
            values[field] = value(text, of: field)
        }
        return values
    }

    private static func value(_ text: String, of field: NoticeField) -> NoticeValue? {
        switch field {
        case .flowFrom, .flowTo, .gates, .poolLevel, .number:
            decimalNumber(text).flatMap { number in
                field.range?.contains(number) == true ? .number(number) : nil
            }
        case .start, .end: AlertTime(text).map { .time($0.instant) } ?? day(text)
        case .place, .cause, .measures: text.isEmpty ? nil : .text(String(text.prefix(limit)))
        }
    }

    /// `2020-08-20+08:00`, the form of a day in XML Schema.
    private static func day(_ text: String) -> NoticeValue? {
        guard text.utf8.count == 16, let day = try? CivilDate(iso8601: String(text.prefix(10))) else { return nil }
        let zone = String(text.suffix(6))
        return UTCOffset(iso8601: zone == "-00:00" ? "+00:00" : zone).map { .day(day, $0) }
    }
}
