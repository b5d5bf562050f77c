public import Forecasting
public import River
public import Series

/// A warning in the forms that are not read on a page: all from the same slots as the alert, none written freely.
public struct AlertShortForms: Hashable, Sendable {
    /// For a text message: at most 160 characters in English; 134 in Vietnamese and Chinese, whose letters take two bytes, so
    /// that two parts are enough.
    public let message: String
    /// For a loudspeaker: whole sentences, units and hours in words, the warning said twice.
    public let spoken: String
    /// For a chat: one fact a line.
    public let chat: String

    /// Fills the forms from a draft.
    ///
    /// - Parameters:
    ///   - draft: what the cycle proposes.
    ///   - station: the station it is about.
    ///   - riverName: its river.
    ///   - property: what the numbers are.
    ///   - zone: the zone of the times.
    ///   - exercise: what makes it an exercise; nil for the present.
    ///   - catalogue: the texts of the language.
    public init(
        _ draft: WarningDraft, station: Station, riverName: LocalizedText, property: Property = .stage, zone: UTCOffset,
        exercise: AlertExercise?, catalogue: Catalogue
    ) {
        let slots = ShortSlots(
            draft: draft, station: station, riverName: riverName, property: property, zone: zone, exercise: exercise,
            catalogue: catalogue)
        message = slots.message
        spoken = slots.spoken
        chat = slots.chat
    }
}

/// The slots of the short forms.
private struct ShortSlots {
    let draft: WarningDraft
    let station: Station
    let riverName: LocalizedText
    let property: Property
    let zone: UTCOffset
    let exercise: AlertExercise?
    let catalogue: Catalogue

    private var language: Language { catalogue.language }
    private var format: PeopleFormat { catalogue.format }
    private var level: Int { max(0, min(4, draft.level)) }
    private var gap: String { language == .chinese ? "" : " " }

    private var names: [String: String] {
        ["station": station.name[language], "river": riverName[language], "level": catalogue.text("level.\(level)")]
    }

    private var core: String {
        if draft.level <= 0 { return catalogue.text("alert.headline.end", names) }
        return catalogue.text(draft.isObserved ? "alert.headline.observed" : "alert.headline.may", names)
    }

    private var mark: String? { exercise.map { _ in catalogue.text("alert.exercise") } }

    private func crest(_ key: String, unit: String, time: String) -> String? {
        guard draft.level > 0, draft.crestTime != nil, let median = draft.crestMedian else { return nil }
        let value = format.number(median, digits: property.standardName.displayDigits)
        return catalogue.text(key, ["crest": value, "unit": unit, "time": time])
    }

    /// Parts are left out from the end where they do not fit; the first is cut in no case but for names beyond measure.
    var message: String {
        let limit = language == .english ? 160 : 134
        let time = draft.crestTime.map { format.shortTime($0, in: zone) } ?? ""
        let parts = [
            core, crest("alert.headline.crest", unit: format.unit(property.unit), time: time),
            catalogue.text("alert.sms.\(level)"),
        ].compactMap(\.self)
        var text = mark.map { catalogue.text("alert.marked", ["mark": $0, "text": parts[0]]) } ?? parts[0]
        if text.count > limit { return text.prefix(limit - 1) + "…" }
        for part in parts.dropFirst() {
            let longer = text + catalogue.text("alert.sms.stop") + part
            if longer.count <= limit { text = longer }
        }
        return text
    }

    var spoken: String {
        let crestTime = draft.crestTime.map { spokenTime($0) } ?? ""
        let unit = catalogue.text(property.unit.kind == .flow ? "alert.spoken.flow" : "alert.spoken.length")
        var sentences = [
            catalogue.text("alert.spoken.sentence", ["text": core]),
            crest("alert.spoken.crest", unit: unit, time: crestTime),
            catalogue.text("alert.instruction.\(level)"),
        ].compactMap(\.self)
        if exercise != nil { sentences.insert(catalogue.text("alert.spoken.exercise"), at: 0) }
        let once = sentences.joined(separator: gap)
        return [catalogue.text("alert.spoken.attention"), once, catalogue.text("alert.spoken.again"), once].joined(
            separator: gap)
    }

    private func spokenTime(_ time: Instant) -> String {
        let (date, second) = time.civil(in: zone)
        let minute = second / 60 % 60
        return catalogue.text(
            minute == 0 ? "alert.spoken.hour" : "alert.spoken.time",
            [
                "hour": "\(second / 3600)", "minute": "\(minute)", "day": "\(date.parts.day)",
                "month": catalogue.text("alert.spoken.month.\(date.parts.month)"),
            ])
    }

    var chat: String {
        let end = min(draft.expires, draft.issued + 86_400)
        let lines = [
            mark, core,
            draft.crestTime.flatMap {
                crest("alert.headline.crest", unit: format.unit(property.unit), time: format.allTimes($0, in: zone))
            },
            catalogue.text("alert.instruction.\(level)"),
            catalogue.text("alert.replaced", ["time": format.allTimes(end, in: zone)]),
        ]
        return lines.compactMap(\.self).joined(separator: "\n")
    }
}
