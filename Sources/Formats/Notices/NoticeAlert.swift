public import Accord
import Foundation
public import River
public import Series

/// A notice of a release as a message of the Common Alerting Protocol 1.2 that only its addressees may read, after the profile
/// `riparian-cap-1`.
///
/// The scope is Restricted, the categories Infra and Met, the response Prepare, the onset the beginning of the release. What the
/// notice does not state is absent from it. A first version is an Alert, a later one an Update, a withdrawn one a Cancel.
///
/// - Parameters:
///   - notice: the notice; its newest version is written.
///   - dam: the reservoir or gate as a station, whose surroundings are the area.
///   - riverName: its river.
///   - identifier: of this message; blanks, commas, `<` and `&` become hyphens.
///   - sender: likewise.
///   - senderName: the office as people know it.
///   - zone: the zone of the times.
///   - references: `sender,identifier,sent` of the messages of earlier versions that have not expired.
///   - catalogues: the texts.
/// - Returns: nil for a version that was not sent: what nobody has signed does not go out.
public func noticeAlert(
    _ notice: AgreedNotice, dam: Station, riverName: LocalizedText, identifier: String, sender: String,
    senderName: LocalizedText, zone: UTCOffset, references: [String] = [], catalogues: Catalogues
) -> String? {
    // What is taken back is what was sent, whatever has been written since.
    guard let last = notice.lastSent, notice.withdrawal != nil || notice.sentAt != nil else { return nil }
    let sent = notice.withdrawal?.time ?? last.time
    let kind = notice.phase == .withdrawn ? "Cancel" : references.isEmpty ? "Alert" : "Update"
    let three = [Language.vietnamese, .chinese, .english].map { catalogues[$0] }
    func joined(_ key: String) -> String {
        three.map { $0.text(key, ["clause": notice.clause]) }.joined(separator: " | ")
    }
    var children = [
        MarkupElement("identifier", capToken(identifier)), MarkupElement("sender", capToken(sender)),
        MarkupElement("sent", sent.commonAlertingProtocolTime(in: zone)),
        MarkupElement("status", notice.isExercise ? "Exercise" : "Actual"), MarkupElement("msgType", kind),
        MarkupElement("scope", "Restricted"), MarkupElement("restriction", joined("notice.alert.restriction")),
        MarkupElement("code", "riparian-cap-1"),
    ]
    if notice.isExercise { children.append(MarkupElement("note", joined("notice.reply.exercise"))) }
    if !references.isEmpty { children.append(MarkupElement("references", references.joined(separator: " "))) }
    children += three.map { catalogue in
        NoticeBlock(
            notice, last.version, dam: dam, riverName: riverName, senderName: senderName, sent: sent, zone: zone,
            catalogue
        )
        .info
    }
    let root = MarkupElement("alert", attributes: [("xmlns", AlertMessage.namespace)], children: children)
    return root.document(indented: false)
}

/// The answer that a person has read a message: `Ack`, which refers to it.
///
/// - Parameters:
///   - reference: the message that was read.
///   - identifier: of the answer.
///   - sender: who answers.
///   - person: who has read it, as the office calls the post.
///   - sent: when.
///   - zone: the zone of the times.
///   - isExercise: whether the message was one of an exercise.
///   - catalogues: the texts.
public func noticeAcknowledgement(
    of reference: AlertReference, identifier: String, sender: String, person: String, sent: Instant, zone: UTCOffset,
    isExercise: Bool, catalogues: Catalogues
) -> String {
    let words = [Language.vietnamese, .chinese, .english].map {
        catalogues[$0].text("notice.alert.read", ["person": person])
    }.joined(separator: " | ")
    let root = MarkupElement(
        "alert", attributes: [("xmlns", AlertMessage.namespace)],
        children: [
            MarkupElement("identifier", capToken(identifier)), MarkupElement("sender", capToken(sender)),
            MarkupElement("sent", sent.commonAlertingProtocolTime(in: zone)),
            MarkupElement("status", isExercise ? "Exercise" : "Actual"), MarkupElement("msgType", "Ack"),
            MarkupElement("scope", "Private"), MarkupElement("addresses", reference.sender),
            MarkupElement("code", "riparian-cap-1"),
            MarkupElement("note", words.precomposedStringWithCanonicalMapping),
            MarkupElement("references", reference.description),
        ])
    return root.document(indented: false)
}

/// What an office asks of the sender of a notice, or the sender's word that it will not be: a signed answer to one party.
public struct NoticeAnswer: Sendable {
    /// What is said.
    public enum Word: Sendable {
        /// Less water, or at another time: an `Ack`, because who asks has read the notice.
        case asked(NoticeRequest)
        /// It stands as it was announced: an `Error`, which in the protocol rejects a message.
        case declined(reason: String, to: PartyID)
    }

    private let word: Word
    private let zone: UTCOffset
    private let catalogues: Catalogues

    /// - Parameter zone: the zone of the times.
    public init(_ word: Word, zone: UTCOffset, catalogues: Catalogues) {
        self.word = word
        self.zone = zone
        self.catalogues = catalogues
    }

    /// The message.
    ///
    /// - Parameters:
    ///   - reference: the message that it is about.
    ///   - identifier: its own.
    ///   - sender: who answers.
    ///   - person: who says so, as the office calls the post.
    ///   - addressee: the sender for whom it is.
    ///   - isExercise: whether the notice is one.
    public func message(
        to reference: AlertReference, identifier: String, sender: String, person: String, addressee: String,
        sent: Instant, isExercise: Bool
    ) -> String {
        let kind: String =
            switch word {
            case .asked: "Ack"
            case .declined: "Error"
            }
        let children =
            [
                MarkupElement("identifier", capToken(identifier)), MarkupElement("sender", capToken(sender)),
                MarkupElement("sent", sent.commonAlertingProtocolTime(in: zone)),
                MarkupElement("status", isExercise ? "Exercise" : "Actual"), MarkupElement("msgType", kind),
                MarkupElement("scope", "Private"), MarkupElement("addresses", addressee),
                MarkupElement("code", "riparian-cap-1"),
                MarkupElement("note", person.precomposedStringWithCanonicalMapping),
                MarkupElement("references", reference.description),
            ] + [Language.vietnamese, .chinese, .english].map { info(catalogues[$0]) }
        let root = MarkupElement("alert", attributes: [("xmlns", AlertMessage.namespace)], children: children)
        return root.document(indented: false)
    }

    private func info(_ catalogue: Catalogue) -> MarkupElement {
        let language = catalogue.language
        let (key, reason, parameters): (String, String, [(String, String)])
        switch word {
        case .asked(let request):
            let values = NoticeRequest.fields.compactMap { field in
                request.values[field].flatMap { NoticeParameter.text(of: $0, zone: zone) }.map {
                    (NoticeParameter.name(of: field), $0)
                }
            }
            (key, reason, parameters) = (
                "notice.alert.asked", request.reason,
                [(NoticeParameter.asked, "yes")] + values + NoticeParameter.parameters(request.worth)
            )
        case .declined(let why, let party):
            (key, reason, parameters) = ("notice.alert.declined", why, [(NoticeParameter.declined, party.text)])
        }
        let said = String(reason.prefix(NoticeParameter.limit)).precomposedStringWithCanonicalMapping
        return MarkupElement(
            "info",
            children: [
                MarkupElement("language", language.alertLanguage), MarkupElement("category", "Infra"),
                MarkupElement("event", catalogue.text(key).precomposedStringWithCanonicalMapping),
                MarkupElement("urgency", "Unknown"), MarkupElement("severity", "Unknown"),
                MarkupElement("certainty", "Unknown"),
            ] + (said.isEmpty ? [] : [MarkupElement("description", said)])
                + (parameters + (said.isEmpty ? [] : [(NoticeParameter.reason, said)])).map {
                    capValue("parameter", $0.0, $0.1)
                })
    }
}

/// One language of a notice.
private struct NoticeBlock {
    let notice: AgreedNotice
    let version: NoticeVersion
    let dam: Station
    let riverName: LocalizedText
    let senderName: LocalizedText
    let sent: Instant
    let zone: UTCOffset
    let catalogue: Catalogue

    init(
        _ notice: AgreedNotice, _ version: NoticeVersion, dam: Station, riverName: LocalizedText,
        senderName: LocalizedText, sent: Instant, zone: UTCOffset, _ catalogue: Catalogue
    ) {
        self.notice = notice
        self.version = version
        self.dam = dam
        self.riverName = riverName
        self.senderName = senderName
        self.sent = sent
        self.zone = zone
        self.catalogue = catalogue
    }

    private var language: Language { catalogue.language }
    private var names: [String: String] {
        [
            "station": dam.name[language], "river": riverName[language],
            "event": catalogue.text("notice.alert.event.\(notice.terms.event.rawValue)"),
        ]
    }

    /// A day after it was sent at the latest, as the profile asks; a longer release is said again.
    private var expires: Instant { sent + 86_400 }

    var info: MarkupElement {
        let isOver = notice.phase == .withdrawn
        var children =
            [MarkupElement("language", language.alertLanguage)]
            + notice.terms.event.alertCategories.map { MarkupElement("category", $0) } + [
                MarkupElement("event", names["event"] ?? ""),
                MarkupElement("responseType", isOver ? "AllClear" : "Prepare"),
                MarkupElement("urgency", isOver ? "Past" : notice.isUrgent ? "Immediate" : "Future"),
                MarkupElement("severity", "Unknown"), MarkupElement("certainty", isOver ? "Unlikely" : "Likely"),
            ]
        if let code = notice.terms.event.alertCode { children.append(capValue("eventCode", "riparian:event", code)) }
        if case .time(let start)? = version.values[.start], start <= expires {
            children.append(MarkupElement("onset", start.commonAlertingProtocolTime(in: zone)))
        }
        children += [
            MarkupElement("expires", expires.commonAlertingProtocolTime(in: zone)),
            MarkupElement("senderName", senderName[language].precomposedStringWithCanonicalMapping),
            MarkupElement("headline", headline.precomposedStringWithCanonicalMapping),
            MarkupElement("description", facts.precomposedStringWithCanonicalMapping),
            MarkupElement(
                "instruction",
                marked(
                    catalogue.text(
                        "notice.alert.instruction.\(isOver ? "withdrawn" : notice.terms.event.rawValue)"))),
            capValue("parameter", "riparian:cause", notice.terms.event.isRelease ? "DR" : "unknown"),
            capValue("parameter", "riparian:level", "0"),
            capValue("parameter", "riparian:station", dam.id.text),
            capValue("parameter", "riparian:clause", notice.clause),
            capValue("parameter", "riparian:version", "\(version.number)"),
        ]
        children += machineValues.map { capValue("parameter", $0.0, $0.1) }
        children.append(capArea(name: catalogue.text("alert.area", names), station: dam))
        return MarkupElement("info", children: children)
    }

    /// A text that begins with the word where the notice is an exercise.
    private func marked(_ text: String) -> String {
        guard notice.isExercise else { return text }
        return catalogue.text("alert.marked", ["mark": catalogue.text("alert.exercise"), "text": text])
    }

    private var headline: String {
        let key =
            notice.phase == .withdrawn
            ? "notice.alert.withdrawn" : "notice.alert.headline.\(notice.terms.event.rawValue)"
        let text = marked(catalogue.text(key, names))
        let limit = language == .chinese ? 60 : 160
        return text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }

    /// What is stated, one fact a sentence; what is not is named as missing.
    private var facts: String {
        let format = catalogue.format
        let stated = NoticeField.allCases.compactMap { field -> String? in
            guard let value = version.values[field] else { return nil }
            let text: String
            switch value {
            case .number(let number) where !number.isFinite || number.magnitude >= 1e15: return nil
            case .number(let number):
                text = format.stated(number, of: field) + unit(of: field)
            case .time(let time): text = format.allTimes(time, in: zone)
            case .day(let date, let offset): text = format.date(date, in: offset)
            case .text(let words): text = words
            }
            return catalogue.text(
                "notice.alert.fact", ["field": catalogue.text("notice.field.\(field.rawValue)"), "value": text])
        }
        let missing = notice.terms.mustState.filter { version.values[$0] == nil }.map {
            catalogue.text("notice.field.\($0.rawValue)")
        }
        let lack =
            missing.isEmpty
            ? []
            : [
                catalogue.text(
                    "notice.alert.lacks", ["fields": missing.joined(separator: catalogue.text("notice.comma"))])
            ]
        let why = reason.map { [catalogue.text("notice.alert.reason", ["reason": $0])] } ?? []
        let all = why + stated + lack
        return all.isEmpty ? headline : marked(all.joined(separator: language == .chinese ? "" : " "))
    }

    private func unit(of field: NoticeField) -> String {
        switch field {
        case .flowFrom, .flowTo: " m³/s"
        case .poolLevel: " m"
        default: ""
        }
    }

    /// Why it is taken back; nil where that is not said.
    private var reason: String? {
        notice.withdrawal.flatMap { NoticeParameter.text(of: .text($0.reason), zone: zone) }
    }

    private var machineValues: [(String, String)] {
        // CAP's urgency says how soon it begins; whether the sender calls on the shorter lead is a word of its own.
        (version.isUrgent ? [(NoticeParameter.urgent, "yes")] : [])
            + (reason.map { [(NoticeParameter.reason, $0)] } ?? [])
            + NoticeField.allCases.compactMap { field in
                version.values[field].flatMap { NoticeParameter.text(of: $0, zone: zone) }.map {
                    (NoticeParameter.name(of: field), $0)
                }
            }
    }
}

extension NoticeTerms.Event {
    /// The word of the profile for it; nil for what is no matter of water or data.
    var alertCode: String? {
        switch self {
        case .plannedRelease, .emergencyRelease: "reservoir-release"
        case .abnormalFlow, .flood: "river-flood"
        case .outage: "data-outage"
        case .health, .borderIncident, .disaster: nil
        }
    }

    /// The categories of the standard for it.
    var alertCategories: [String] {
        switch self {
        case .plannedRelease, .emergencyRelease: ["Infra", "Met"]
        case .abnormalFlow, .flood: ["Met"]
        case .outage: ["Infra"]
        case .health: ["Health"]
        case .borderIncident: ["Security"]
        case .disaster: ["Safety"]
        }
    }
}
