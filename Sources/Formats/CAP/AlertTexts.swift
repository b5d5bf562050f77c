import Forecasting
import River
import Series

/// The texts of one info block: slots of the catalogue, filled from the draft.
struct AlertTexts {
    let draft: WarningDraft
    let station: Station
    let riverName: LocalizedText
    let property: Property
    let zone: UTCOffset
    let exercise: AlertExercise?
    let stationNames: [StationID: LocalizedText]
    var issue: AlertIssue?
    let catalogue: Catalogue

    private var language: Language { catalogue.language }
    private var isAssumed: Bool { exercise?.isAssumed ?? false }
    private var format: PeopleFormat { catalogue.format }
    private var unit: String { format.unit(property.unit) }
    private var names: [String: String] { ["station": station.name[language], "river": riverName[language]] }

    /// At most 160 characters, 60 in Chinese: the crest is left out where it does not fit, then names are cut with an
    /// ellipsis.
    var headline: String {
        let limit = language == .chinese ? 60 : 160
        let mark =
            exercise != nil ? catalogue.text("alert.exercise") : issue == nil ? catalogue.text("alert.draft") : nil
        var candidates: [String] = []
        if let crest {
            candidates.append(catalogue.text("alert.headline.join", ["first": core(names), "second": crest]))
        }
        candidates.append(core(names))
        candidates.append(core(names.mapValues { shortened($0, to: limit / 6) }))
        let marked = candidates.map { text in
            mark.map { catalogue.text("alert.marked", ["mark": $0, "text": text]) } ?? text
        }
        return marked.first { $0.count <= limit } ?? shortened(marked[marked.count - 1], to: limit)
    }

    /// Now, trend, crest with its band, alarm level, what is missing, how sure, and what replaces it.
    var description: String {
        var sentences = [opening, now]
        if draft.level > 0 { sentences += isAssumed ? [crestSentence] : [trend, crestSentence] }
        sentences += [level]
        if let crossing = draft.crossing, !draft.isObserved, draft.level > 0 {
            sentences.append(catalogue.text("alert.crossing", ["time": format.allTimes(crossing, in: zone)]))
        }
        sentences += draft.notes.map { note in
            forecastNoteText(note, catalogue: catalogue, stationNames: stationNames, isShort: false)
        }
        if draft.crestMedian != nil, !isAssumed { sentences.append(catalogue.text("alert.uncertainty")) }
        if let addition = issue?.addition?[language] { sentences.append(addition) }
        let expires = min(draft.expires, (issue?.sent ?? draft.issued) + 86_400)
        sentences.append(catalogue.text("alert.replaced", ["time": format.allTimes(expires, in: zone)]))
        return sentences.filter { !$0.isEmpty }.joined(separator: language == .chinese ? "" : " ")
    }

    /// What people should do at this level.
    var instruction: String { catalogue.text("alert.instruction.\(max(0, min(4, draft.level)))") }

    /// The area in words.
    var area: String { catalogue.text("alert.area", names) }

    private var opening: String {
        exercise?.sentence(catalogue) ?? (issue == nil ? catalogue.text("alert.draftText") : "")
    }

    private func core(_ names: [String: String]) -> String {
        var arguments = names
        arguments["level"] = catalogue.text("level.\(max(0, min(4, draft.level)))")
        if draft.level <= 0 { return catalogue.text("alert.headline.end", arguments) }
        return catalogue.text(draft.isObserved ? "alert.headline.observed" : "alert.headline.may", arguments)
    }

    private var crest: String? {
        guard draft.level > 0, let time = draft.crestTime, let median = draft.crestMedian else { return nil }
        let arguments = ["crest": number(median), "unit": unit, "time": format.shortTime(time, in: zone)]
        return catalogue.text("alert.headline.crest", arguments)
    }

    private var now: String {
        guard let latest = draft.latest else {
            return isAssumed ? "" : catalogue.text("alert.noReading", names)
        }
        var arguments = names
        arguments["property"] = property.standardName.name[language]
        arguments["time"] = format.allTimes(latest.time, in: zone)
        arguments["value"] = number(latest.value)
        arguments["unit"] = unit
        let sentence = catalogue.text("alert.now", arguments)
        return sentence.prefix(1).uppercased() + sentence.dropFirst()
    }

    private var trend: String {
        guard let latest = draft.latest, let crest = draft.crestMedian else { return "" }
        let change = crest - latest.value
        let least = property.unit.kind == .length ? 0.05 : latest.value.magnitude * 0.02
        if change > least {
            return catalogue.text("alert.trend.rising", ["change": number(change), "unit": unit])
        }
        return catalogue.text(change < -least ? "alert.trend.falling" : "alert.trend.steady")
    }

    private var crestSentence: String {
        if isAssumed, let time = draft.crestTime, let median = draft.crestMedian {
            return catalogue.text(
                "alert.crestAssumed",
                ["median": number(median), "unit": unit, "time": format.allTimes(time, in: zone)])
        }
        guard let time = draft.crestTime, let median = draft.crestMedian, let low = draft.crestLow,
            let high = draft.crestHigh
        else { return catalogue.text("alert.noCrest") }
        return catalogue.text(
            "alert.crest",
            [
                "median": number(median), "low": number(low), "high": number(high), "unit": unit,
                "time": format.allTimes(time, in: zone),
            ])
    }

    private var level: String {
        guard draft.level > 0 else {
            return catalogue.text(
                "alert.level.end", ["level": catalogue.text("level.\(max(0, min(4, draft.previousLevel)))")])
        }
        guard let threshold = draft.threshold else { return "" }
        return catalogue.text(
            isAssumed ? "alert.level.assumed" : draft.isObserved ? "alert.level.observed" : "alert.level.may",
            [
                "level": catalogue.text("level.\(min(4, draft.level))"), "threshold": number(threshold), "unit": unit,
                "percent": format.percent(draft.probability),
            ])
    }

    private func number(_ value: Double) -> String {
        format.number(value, digits: property.standardName.displayDigits)
    }

    private func shortened(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : text.prefix(max(1, limit - 1)) + "…"
    }
}
