import Accord
import Formats
import NodeCore
import Series

/// Warnings that other parties have sent: what holds, and whether their signatures do.
extension RegisterSheets {
    /// Warnings that ended longer ago than this are no longer listed, s.
    private static let remembered: Int64 = 30 * 86_400

    /// Those that hold first, then the earlier ones of a month.
    func receivedList(_ all: [ReceivedWarning]) -> SheetSection {
        let now = environment.now
        var section = SheetSection(text("messages.received"), id: "received", remark: text("messages.received.note"))
        section.columns = ["issued", "what", "from", "signature", "holds"].map { text("messages." + $0) }
        let listed =
            all.filter { $0.holds(at: now) }
            + all.filter {
                !$0.holds(at: now) && now - $0.sent <= RegisterSheets.remembered
            }
        section.rows = listed.map { warning in
            let isDoubtful = warning.signature.state != .verified
            return SheetSection.Row(
                cells: [
                    SheetCell(
                        context.format.time(warning.sent, in: context.zone),
                        address: link("warnings/received/\(SiteRoutes.pathValue(warning.identifier))"), isHead: true),
                    SheetCell(
                        headline(warning).text, lines: warning.isExercise ? [text("messages.exercise.yes")] : []),
                    SheetCell(environment.name(of: warning.sender)),
                    SheetCell(text("cap.signature.short.\(warning.signature.state)")),
                    SheetCell(holding(warning)),
                ], rowKind: isDoubtful && warning.holds(at: now) ? "overdue" : "")
        }
        section.empty = text("messages.received.none")
        return section
    }

    /// One of them with its texts in every language that it has.
    func received(_ warning: ReceivedWarning) -> Sheet {
        var facts = SheetSection(text("register.facts"), id: "facts")
        facts.add(text("messages.from"), SheetCell(environment.name(of: warning.sender)))
        if let station = warning.station {
            facts.add(
                text("messages.station.name"), SheetCell(stationName(station), address: link("station/\(station)")))
        }
        if let level = warning.level { facts.add(text("messages.level"), SheetCell(text("level.\(level)"))) }
        facts.add(text("messages.holds"), SheetCell(holding(warning)))
        facts.add(
            text("messages.signature"), SheetCell(warning.signature.text(catalogues[language])))
        for (label, time) in [
            ("messages.issued", warning.sent), ("messages.arrived", warning.received),
            ("messages.expires", warning.expires),
        ] {
            facts.add(text(label), SheetCell(context.format.allTimes(time, in: context.zone, withYear: false)))
        }
        if warning.isExercise { facts.add(text("messages.exercise"), SheetCell(text("messages.exercise.yes"))) }
        facts.add(text("messages.clause"), SheetCell(warning.clause))
        facts.add(text("messages.identifier"), SheetCell(warning.identifier))
        if let successor = warning.successor {
            facts.links = [
                SheetLink(
                    text: text("messages.received.later"),
                    address: link("warnings/received/\(SiteRoutes.pathValue(successor))"))
            ]
        }
        let texts = Language.inOrder(first: language).compactMap { tongue -> SheetSection? in
            guard let words = warning.texts[tongue] else { return nil }
            var section = SheetSection(tongue.ownName, id: "text-\(tongue.key)")
            section.texts = [
                ("headline", words.headline), ("description", words.description), ("instruction", words.instruction),
            ].filter { !$0.1.isEmpty }.map {
                SheetText($0.1, label: text("messages.text." + $0.0), lang: tongue.rawValue)
            }
            return section
        }
        return sheet(
            path: "warnings/received/\(SiteRoutes.pathValue(warning.identifier))", heading: headline(warning).text,
            note: text("messages.received.note"),
            back: SheetLink(text: text("nav.warnings"), address: link("warnings")),
            sections: [facts] + texts)
    }

    /// Its headline in the page's language, else in one that it has.
    private func headline(_ warning: ReceivedWarning) -> (text: String, language: Language) {
        for tongue in Language.inOrder(first: language) {
            if let words = warning.texts[tongue], !words.headline.isEmpty { return (words.headline, tongue) }
        }
        return (warning.identifier, language)
    }

    private func holding(_ warning: ReceivedWarning) -> String {
        if warning.successor != nil { return text("messages.holds.replaced") }
        if warning.isEnd { return text("messages.holds.ended") }
        let end = context.format.time(warning.expires, in: context.zone)
        return warning.holds(at: environment.now)
            ? text("messages.holds.until", ["time": end]) : text("messages.holds.past", ["time": end])
    }
}
