public import Forecasting
import Foundation
public import River
public import Series

/// The Common Alerting Protocol 1.2 text of a warning that a person may sign, after the profile `riparian-cap-1`.
///
/// One info block a language (vi-VN, zh-CN, en-GB), equal but for their texts. The status is `Draft` until a person issues it, then
/// `Actual`; `Exercise` when the warning belongs to a replay or a drill. An update without predecessors in `references` is written as an `Alert`: a draft
/// that nobody issued cannot be updated.
///
/// Source: OASIS CAP 1.2 (2010); severity, certainty and urgency by the table of the project's warning practice.
///
/// - Parameters:
///   - draft: what the cycle proposes.
///   - station: the station it is about.
///   - riverName: its river.
///   - property: what the numbers are, m or m3/s.
///   - sender: a DNS name or address without blank, comma, `<` and `&`; such characters become hyphens.
///   - senderName: the office as people know it.
///   - zone: the zone of the times and of the party.
///   - exercise: what makes it an exercise; nil for the present.
///   - stationNames: names of the stations that the notes mention; without one the id stands.
///   - references: `sender,identifier,sent` of the messages that this one follows.
///   - issue: what a person adds who issues it; nil for a draft.
///   - indented: whether people will read it; a signed message is compact.
///   - catalogues: the texts.
public func capDraft(
    _ draft: WarningDraft, station: Station, riverName: LocalizedText, property: Property = .stage, sender: String,
    senderName: LocalizedText, zone: UTCOffset, exercise: AlertExercise?,
    stationNames: [StationID: LocalizedText] = [:],
    references: [String] = [], issue: AlertIssue? = nil, indented: Bool = true, catalogues: Catalogues
) -> String {
    let cleanSender = capToken(sender)
    let sent = issue?.sent ?? draft.issued
    let clock = sent.iso8601().filter { $0 != "-" && $0 != ":" && $0 != "Z" }
    let ending = issue.map { ".\($0.series)\($0.number)" } ?? ""
    var children = [
        MarkupElement("identifier", "\(cleanSender).\(clock).\(station.id)\(ending)"),
        MarkupElement("sender", cleanSender),
        MarkupElement("sent", sent.commonAlertingProtocolTime(in: zone)),
        MarkupElement("status", exercise != nil ? "Exercise" : issue == nil ? "Draft" : "Actual"),
        MarkupElement("msgType", capMessageType(draft.action, hasPredecessor: !references.isEmpty)),
        MarkupElement("scope", "Public"),
        MarkupElement("code", "riparian-cap-1"),
    ]
    if exercise != nil || issue == nil {
        children.append(MarkupElement("note", capNote(exercise: exercise, catalogues: catalogues)))
    }
    if !references.isEmpty { children.append(MarkupElement("references", references.joined(separator: " "))) }
    for language in [Language.vietnamese, .chinese, .english] {
        let texts = AlertTexts(
            draft: draft, station: station, riverName: riverName, property: property, zone: zone, exercise: exercise,
            stationNames: stationNames, issue: issue, catalogue: catalogues[language])
        children.append(
            capInfo(
                draft, sent: sent, texts: texts, station: station, property: property, zone: zone,
                senderName: senderName))
    }
    let root = MarkupElement(
        "alert", attributes: [("xmlns", AlertMessage.namespace)], children: children)
    return root.document(indented: indented)
}

/// What a person adds who issues a warning.
public struct AlertIssue: Hashable, Sendable {
    /// When.
    public let sent: Instant
    /// Tells messages of one moment apart, from 1.
    public let number: Int
    /// What stands before the number: empty for warnings, so that what has a count of its own meets none of them.
    public let series: String
    /// Sentences of the officer, in each language or in none.
    public let addition: LocalizedText?

    /// Makes an issue.
    public init(sent: Instant, number: Int, series: String = "", addition: LocalizedText? = nil) {
        self.sent = sent
        self.number = number
        self.series = series
        self.addition = addition
    }
}

/// Identifier and sender must hold no blank, comma, `<` or `&`.
func capToken(_ text: String) -> String {
    let cleaned = String(text.map { $0.isWhitespace || ",<&".contains($0) ? "-" : $0 })
    return cleaned.isEmpty ? "riparian" : cleaned
}

private func capMessageType(_ action: WarningAction, hasPredecessor: Bool) -> String {
    hasPredecessor ? (action.message ?? .update).rawValue : WarningMessageKind.alert.rawValue
}

/// One note in the three languages: the alert itself has no language.
private func capNote(exercise: AlertExercise?, catalogues: Catalogues) -> String {
    [Language.vietnamese, .chinese, .english].map { language in
        let catalogue = catalogues[language]
        return exercise?.sentence(catalogue) ?? catalogue.text("alert.draftText")
    }.joined(separator: " | ")
}

private func capInfo(
    _ draft: WarningDraft, sent: Instant, texts: AlertTexts, station: Station, property: Property, zone: UTCOffset,
    senderName: LocalizedText
) -> MarkupElement {
    let language = texts.catalogue.language
    let expires = min(draft.expires, sent + 86_400)
    var children = [
        MarkupElement("language", language.alertLanguage),
        MarkupElement("category", "Met"),
        MarkupElement("event", texts.catalogue.text("alert.event")),
    ]
    children += capResponses(draft.level).map { MarkupElement("responseType", $0) }
    children += [
        MarkupElement("urgency", capUrgency(draft)),
        MarkupElement("severity", capSeverity(draft.level)),
        MarkupElement("certainty", capCertainty(draft)),
        capValue("eventCode", "riparian:event", "river-flood"),
        MarkupElement("effective", sent.commonAlertingProtocolTime(in: zone)),
    ]
    if let onset = draft.isObserved ? sent : draft.crossing, onset <= expires {
        children.append(MarkupElement("onset", onset.commonAlertingProtocolTime(in: zone)))
    }
    children += [
        MarkupElement("expires", expires.commonAlertingProtocolTime(in: zone)),
        MarkupElement("senderName", senderName[language].precomposedStringWithCanonicalMapping),
        MarkupElement("headline", texts.headline.precomposedStringWithCanonicalMapping),
        MarkupElement("description", texts.description.precomposedStringWithCanonicalMapping),
        MarkupElement("instruction", texts.instruction),
    ]
    children += capParameters(
        draft, station: station, property: property, zone: zone, isAssumed: texts.exercise?.isAssumed ?? false)
    children.append(capArea(name: texts.area, station: station))
    return MarkupElement("info", children: children)
}

/// An element of a name with a value.
func capValue(_ element: String, _ name: String, _ value: String) -> MarkupElement {
    MarkupElement(element, children: [MarkupElement("valueName", name), MarkupElement("value", value)])
}

private func capResponses(_ level: Int) -> [String] {
    switch level {
    case ...0: ["AllClear"]
    case 1: ["Monitor"]
    case 2: ["Prepare"]
    default: ["Evacuate", "Avoid"]
    }
}

/// Immediate once it is reached, Expected within the hour, Future beyond, Past when the event is over.
private func capUrgency(_ draft: WarningDraft) -> String {
    if draft.level <= 0 || draft.action == .cancel { return "Past" }
    if draft.isObserved { return "Immediate" }
    guard let crossing = draft.crossing else { return "Future" }
    if crossing <= draft.issued { return "Immediate" }
    return crossing - draft.issued <= 3600 ? "Expected" : "Future"
}

private func capSeverity(_ level: Int) -> String {
    switch level {
    case ...1: "Minor"
    case 2: "Moderate"
    case 3: "Severe"
    default: "Extreme"
    }
}

private func capCertainty(_ draft: WarningDraft) -> String {
    if draft.isObserved || draft.action == .cancel { return "Observed" }
    if draft.probability >= 0.5 { return "Likely" }
    return draft.probability >= 0.1 ? "Possible" : "Unlikely"
}

/// Machine-readable values beside the texts: numbers with a point, times with the zone.
private func capParameters(
    _ draft: WarningDraft, station: Station, property: Property, zone: UTCOffset, isAssumed: Bool
) -> [MarkupElement] {
    let digits = property.standardName.displayDigits
    var values: [(String, String)] = [
        ("riparian:action", draft.action.rawValue),
        ("riparian:cause", "unknown"),
        ("riparian:level", "\(draft.level)"),
    ]
    if !isAssumed { values.append(("riparian:p", fixedDecimal(draft.probability, digits: 2))) }
    values.append(("riparian:station", station.id.text))
    if let threshold = draft.threshold {
        values.append(("riparian:threshold", fixedDecimal(threshold, digits: digits)))
    }
    if let time = draft.crestTime, let median = draft.crestMedian {
        values.append(("riparian:crestTime", time.commonAlertingProtocolTime(in: zone)))
        let name = property.unit.kind == .flow ? "riparian:crestFlow" : "riparian:crestStage"
        values.append((name, fixedDecimal(median, digits: digits)))
        if let low = draft.crestLow, let high = draft.crestHigh {
            values.append(("riparian:crestLow", fixedDecimal(low, digits: digits)))
            values.append(("riparian:crestHigh", fixedDecimal(high, digits: digits)))
        }
        values.append(("riparian:unit", property.unit.rawValue))
    }
    let known: Known = isAssumed ? .estimated : draft.isObserved ? .observed : .forecast
    values.append(("riparian:known", known.rawValue))
    return values.map { capValue("parameter", $0.0, $0.1) }
}

/// An octagon of 5 km around the station, marked as estimated by its description; without coordinates the description
/// alone.
func capArea(name: String, station: Station) -> MarkupElement {
    var children = [MarkupElement("areaDesc", name.precomposedStringWithCanonicalMapping)]
    if let latitude = station.latitude, let longitude = station.longitude {
        let northward = 5 / 110.574
        let eastward = 5 / (111.320 * max(0.1, cos(latitude * .pi / 180)))
        let corners = (0...8).map { index in
            let angle = Double(index % 8) * .pi / 4
            return fixedDecimal(latitude + northward * cos(angle), digits: 4) + ","
                + fixedDecimal(longitude + eastward * sin(angle), digits: 4)
        }
        children.append(MarkupElement("polygon", corners.joined(separator: " ")))
    }
    return MarkupElement("area", children: children)
}
