import Forecasting
import River
public import Series

/// Advice on releases as a text for a person, in one language, with hours in the zones of all parties that it concerns.
public struct AdviceReport {
    private let record: PlanRecord
    private let words: AdviceWords
    private let catalogues: Catalogues
    private let language: Language
    /// The clocks of all zones, the reader's own first, with their names.
    private let clocks: [(words: AdviceWords, name: String)]

    /// - Parameters:
    ///   - zones: the reader's own first.
    ///   - catalogues: with the group `advice`.
    public init(_ record: PlanRecord, zones: [UTCOffset], language: Language, catalogues: Catalogues) {
        self.record = record
        self.language = language
        self.catalogues = catalogues
        words = AdviceWords(
            names: record.inputs.names, zone: Int64((zones.first ?? .zero).minutes) * 60)
        clocks = zones.map { (AdviceWords(names: [:], zone: Int64($0.minutes) * 60), $0.name) }
    }

    private var advice: ReleaseAdvice { record.advice }
    private var cascade: PlannedCascade { record.inputs.cascade }

    /// The text, with a line feed at the end of each line.
    public var text: String {
        var lines = [
            say(
                advice.plan.reason == nil ? "report.plan" : "report.rules",
                ["time": time(cascade.start), "members": "\(cascade.members.count)"])
        ]
        if let notice = advice.latestNotice { lines.append(say("report.notice", ["time": time(notice)])) }
        for plant in advice.plants { lines += [""] + self.plant(plant) }
        lines += ["", say("report.towns")] + advice.towns.map { "  " + town($0) }
        lines += section("report.why", words.reasons(advice, catalogues))
        lines += section("report.otherwise", words.rules(advice, catalogues) + [words.waiting(advice, catalogues)])
        lines += section("report.ask", words.proposals(advice, catalogues))
        return lines.joined(separator: "\n") + "\n"
    }

    private func say(_ key: String, _ slots: [String: String] = [:]) -> String {
        catalogues[language].text("advice." + key, slots)
    }

    private func section(_ heading: String, _ texts: [LocalizedText?]) -> [String] {
        let found = texts.compactMap { $0?[language] }
        return found.isEmpty ? [] : ["", say(heading)] + found.map { "  " + $0 }
    }

    /// A moment in every zone: `2025-09-30 14:00 (UTC+7), 15:00 (UTC+8)`.
    private func time(_ instant: Instant) -> String {
        clocks.enumerated().map { place, clock in
            let text = clock.words.time(instant)
            return (place == 0 ? text : String(text.suffix(5))) + " (\(clock.name))"
        }.joined(separator: ", ")
    }

    private func band(_ band: ReleaseAdvice.Band, digits: Int) -> [String: String] {
        [
            "low": words.number(band.low, digits: digits), "middle": words.number(band.middle, digits: digits),
            "high": words.number(band.high, digits: digits),
        ]
    }

    private func plant(_ plant: ReleaseAdvice.Plant) -> [String] {
        let cubic = 1e6
        var lines = [
            say("report.dam", ["name": words.name(plant.id, language)]),
            "  "
                + say(
                    "report.stands",
                    [
                        "level": words.number(level(of: plant.id), digits: 5),
                        "free": words.number(plant.freeStorage / cubic, digits: 4),
                    ]),
        ]
        if let hours = plant.hoursToHighest {
            lines.append("  " + say("report.full", ["hours": words.number(hours, digits: 3)]))
        }
        let rule = say("mode.\(plant.rule.mode.rawValue)")
        lines.append(
            "  "
                + (plant.rule.article.isEmpty
                    ? say("report.rule", ["rule": rule])
                    : say("report.article", ["rule": rule, "article": plant.rule.article])))
        lines += orders(plant).map { "  " + $0 }
        for step in plant.gateSteps {
            lines.append(
                "  "
                    + say(
                        step.opens ? "report.opens" : "report.closes",
                        ["gate": "\(step.gate)", "time": time(step.time), "notice": time(step.noticeBy)]))
        }
        if let place = plant.highestStep {
            lines.append(
                "  "
                    + say(
                        "report.highest",
                        band(plant.levels[place], digits: 5).merging(
                            ["time": time(cascade.time(ofStep: place + 1))]) { $1 }))
        }
        if let quality = record.inputs.quality[plant.id] {
            lines.append(
                "  " + say("report.quality", ["quality": catalogues[language].text("fact.\(quality.rawValue)")]))
        }
        return lines
    }

    private func level(of id: String) -> Double { cascade.plants.first { $0.id == id }?.level ?? 0 }

    /// What leaves while all futures share their orders: now, and where it changes.
    private func orders(_ plant: ReleaseAdvice.Plant) -> [String] {
        plant.changes.map { step in
            say(
                "report.release",
                band(plant.releases[step], digits: 3).merging(["time": time(cascade.time(ofStep: step))]) { $1 })
        }
    }

    private func town(_ town: ReleaseAdvice.Town) -> String {
        var slots = band(town.after, digits: 3)
        slots["name"] = words.name(town.id, language)
        slots["rules"] = words.number(town.before.middle, digits: 3)
        slots["time"] = time(town.peakTime)
        slots["party"] = words.name(town.party.text, language)
        let line = say(record.inputs.ofDamsAlone.contains(town.id) ? "report.dams" : "report.town", slots)
        let reached = town.alarmsAfter.enumerated().filter { max($0.element, town.alarmsBefore[$0.offset]) > 0 }
        return line
            + reached.map { place, share in
                " "
                    + say(
                        "report.alarm",
                        [
                            "number": "\(place + 1)", "percent": words.number(100 * share, digits: 2),
                            "rules": words.number(100 * town.alarmsBefore[place], digits: 2),
                        ])
            }.joined()
    }
}
