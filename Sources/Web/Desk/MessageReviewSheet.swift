import Accord
import Forecasting
import Formats
import NodeCore
import River
import Series

/// The page on which a party looks back: every warning beside what the river did, every message beside who has read it.
extension RegisterSheets {
    /// - Parameters:
    ///   - review: what was warned and told of, and what came of it.
    ///   - days: the days that it covers.
    func review(_ review: MessageReview, days: ClosedRange<CivilDate>) -> Sheet {
        let asking = ["from": "\(days.lowerBound)", "to": "\(days.upperBound)"]
        let exercises = review.judgesExercises ? " " + text("review.exercises") : ""
        var summary = SheetSection(text("review.summary"), id: "summary", remark: span(days) + "." + exercises)
        summary.filter = environment.filter(
            "/\(party)/warnings/review",
            fields: [
                FieldSpec("from", text("kept.from"), .day, value: asking["from"] ?? ""),
                FieldSpec("to", text("kept.to"), .day, value: asking["to"] ?? ""),
            ], values: FormValues(asking))
        for (label, cell) in tallyFacts(review.tally) { summary.add(label, cell) }
        summary.links = [
            SheetLink(text: text("review.table"), address: link("warnings/outcomes.csv", asking)),
            SheetLink(text: text("messages.table"), address: link("warnings/messages.csv", asking)),
        ]
        return sheet(
            path: "warnings/review", asking: asking, heading: text("review.heading"), note: text("review.note"),
            back: SheetLink(text: text("nav.warnings"), address: link("warnings")),
            sections: [summary, outcomes(review), ways(review), notices(review.notices)])
    }

    /// First and last day as words.
    func span(_ days: ClosedRange<CivilDate>) -> String {
        text("kept.span", ["from": "\(days.lowerBound)", "to": "\(days.upperBound)"])
    }

    /// What warnings came to, as the page and the year's report say it.
    func tallyFacts(_ tally: WarningTally) -> [(String, SheetCell)] {
        var facts = WarningOutcome.Verdict.allCases.map { verdict in
            (text("review.verdict." + verdict.rawValue), SheetCell("\(tally[verdict])"))
        }
        facts.append((text("review.detection"), SheetCell(share(tally.detection))))
        facts.append((text("review.falseAlarmRatio"), SheetCell(share(tally.falseAlarmRatio))))
        facts.append((text("review.medianLead"), SheetCell(tally.medianLead.map { hours($0) } ?? "–")))
        return facts
    }

    private func share(_ share: Double?) -> String { share.map { context.format.percent($0) + " %" } ?? "–" }

    private func hours(_ seconds: Int64) -> String {
        text("review.hours", ["hours": context.format.number(Double(seconds) / 3600, digits: 1)])
    }

    private func time(_ instant: Instant?) -> String {
        instant.map { context.format.time($0, in: context.zone) } ?? "–"
    }

    private func outcomes(_ review: MessageReview) -> SheetSection {
        var section = SheetSection(
            text("review.outcomes"), id: "outcomes",
            remark: text(
                "review.outcomes.note",
                ["stations": context.list(review.stations.map { stationName($0) })]))
        section.columns = ["station", "level", "warned", "reached", "lead", "verdict"].map { text("review." + $0) }
        section.rows = review.outcomes.map { outcome in
            SheetSection.Row(
                cells: [
                    SheetCell(
                        stationName(outcome.station),
                        address: link("station/\(outcome.station)"), isHead: true),
                    SheetCell(text("level.\(max(0, min(4, outcome.level)))")),
                    SheetCell(time(outcome.warned)),
                    SheetCell(
                        time(outcome.crossed),
                        lines: outcome.below.map { [text("review.below", ["time": time($0)])] } ?? []),
                    SheetCell(outcome.lead.map { hours($0) } ?? "–", isNumber: true),
                    SheetCell(text("review.verdict." + outcome.verdict.rawValue)),
                ], rowKind: [.missed, .late].contains(outcome.verdict) ? "overdue" : "")
        }
        section.empty = text("review.outcomes.none")
        return section
    }

    private func ways(_ review: MessageReview) -> SheetSection {
        var section = SheetSection(text("review.ways"), id: "ways", remark: text("review.ways.note"))
        section.columns = ["issued", "what", "offices", "taken", "read", "overdue", "escalations", "uncertain"].map {
            text("review.way." + $0)
        }
        section.rows = review.ways.map { way in
            let message = way.message
            let words = way.escalations.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                "\(text("messages.escalation." + $0.key.rawValue)) \($0.value)"
            }
            return SheetSection.Row(
                cells: [
                    SheetCell(
                        time(message.issued), address: link("warnings/\(message.number)"), isHead: true),
                    SheetCell(
                        message.card.texts[language.rawValue]?.headline ?? message.identifier,
                        lines: message.card.isExercise ? [text("messages.exercise")] : []),
                    SheetCell("\(message.card.addressees.count)", isNumber: true), delays(way.taken),
                    delays(way.read),
                    SheetCell(way.overdue == 0 ? "–" : "\(way.overdue)", isNumber: true),
                    SheetCell(words.isEmpty ? "–" : context.list(words)),
                    SheetCell(way.uncertain == 0 ? "–" : "\(way.uncertain)", isNumber: true),
                ], rowKind: way.overdue > 0 ? "overdue" : "")
        }
        section.empty = text("review.ways.none")
        return section
    }

    /// How many have it, and within what time half of them and 95 of 100 had.
    private func delays(_ delays: Delays) -> SheetCell {
        guard let half = delays.within(0.5), let most = delays.within(0.95) else {
            return SheetCell("0", isNumber: true)
        }
        return SheetCell(
            "\(delays.seconds.count)", isNumber: true,
            lines: [
                text(
                    "review.within",
                    ["half": context.duration(half), "most": context.duration(most)])
            ])
    }

    private func notices(_ tally: NoticeTally) -> SheetSection {
        var section = SheetSection(text("review.notices"), id: "notices")
        for (label, cell) in noticeFacts(tally) { section.add(label, cell) }
        section.links = [SheetLink(text: text("nav.notices"), address: link("notices"))]
        return section
    }

    /// What became of notices, as the page and the year's report say it.
    func noticeFacts(_ tally: NoticeTally) -> [(String, SheetCell)] {
        [
            ("sent", "\(tally.sent)"), ("inTime", "\(tally.inTime)"), ("late", "\(tally.late)"),
            ("incomplete", "\(tally.incomplete)"), ("withdrawn", "\(tally.withdrawn)"),
            ("lead", tally.medianLead.map { hours($0) } ?? "–"),
        ].map { (text("review.notices." + $0.0), SheetCell($0.1)) }
    }
}

/// The outcomes of a span as a table for programs: times in UTC, leads in hours; what is not known is empty.
struct OutcomeTable {
    let review: MessageReview

    /// CSV, as the page orders them.
    var text: String {
        let heading = "station,level,warned,crossed,last_below,lead_h,verdict"
        let lines = review.outcomes.map { outcome in
            [
                outcome.station.text, "\(outcome.level)", outcome.warned?.iso8601() ?? "",
                outcome.crossed?.iso8601() ?? "", outcome.below?.iso8601() ?? "",
                outcome.lead.map { fixedDecimal(Double($0) / 3600, digits: 2) } ?? "", outcome.verdict.rawValue,
            ].map { csvField($0) }.joined(separator: ",")
        }
        return ([heading] + lines).joined(separator: "\n") + "\n"
    }
}
