import Formats
import NodeCore
import Series

/// The page on which people say what may leave: what waits, what holds from now on, and who has said what.
struct GatePage {
    struct Item {
        let id: String
        let series: String
        let place: String
        let observed: String
        let value: String
        let clause: String
        let readers: String
        let state: String
    }

    struct Choice {
        let value: String
        let text: String
    }

    struct Standing {
        let series: String
        let place: String
        let clause: String
        let readers: String
        let word: String
        let kind: String
    }

    struct Said {
        let id: String?
        let time: String
        let person: String
        let what: String
        let pattern: String
        let clause: String
        let state: String
        let endedBy: String?
    }

    let layout: Layout
    let heading: String
    let note: String
    let fault: String?
    let done: String?
    let address: String
    let canAnswer: Bool
    /// Why a person may only read here; nil where it may answer.
    let readOnly: String?
    let asksName: Bool
    let asksCode: Bool
    let codeLabel: String
    let personLabel: String
    let waitingHeading: String
    let waitingColumns: [String]
    let items: [Item]
    let hasItems: Bool
    let noItems: String?
    let more: String?
    let approve: String
    let hold: String
    let ruleHeading: String
    let ruleSeries: String
    let ruleWord: String
    let ruleButton: String
    let choices: [Choice]
    let words: [Choice]
    let standingHeading: String
    let standingColumns: [String]
    let standings: [Standing]
    let saidHeading: String
    let saidColumns: [String]
    let said: [Said]
    let hasSaid: Bool
    let noSaid: String?
    let takeBack: String

    /// Makes the page's model.
    ///
    /// - Parameters:
    ///   - done: how many items the last form concerned; nil where none was sent.
    ///   - fault: what was wrong with the last form; nil when nothing was.
    init(_ gate: GateBoard, board: DutyBoard, canAnswer: Bool, done: Int?, fault: String?, frame: PageFrame) {
        let context = frame.context
        let names = GateNames(context: context, board: board)
        heading = context.text("gate.title", ["party": board.partyName[context.language]])
        layout = Layout(title: heading, path: "/\(board.party)/gate", frame: frame, board: board)
        note = context.text("gate.note")
        self.fault = fault
        self.done = done.map { context.text("form.done", ["count": "\($0)"]) }
        address = frame.view.link("/\(board.party)/gate", keepsRefresh: false)
        self.canAnswer = canAnswer
        let person = frame.view.viewer.person
        readOnly = person != nil && !canAnswer ? context.text("gate.readOnly") : nil
        asksName = person == nil
        asksCode = person?.asksCode ?? false
        codeLabel = context.text("people.code")
        personLabel = context.text("form.person")
        waitingHeading = context.text("gate.waiting", ["count": "\(gate.waiting)"])
        let zone = ["zone": context.zone.name]
        waitingColumns = ["choose", "series", "observed", "value", "clause", "readers", "state"].map {
            context.text("gate." + $0, zone)
        }
        items = gate.items.map { GatePage.item($0, names: names) }
        hasItems = !items.isEmpty
        noItems = items.isEmpty ? context.text("gate.waiting.none") : nil
        more = gate.waiting > items.count ? context.text("gate.waiting.more", ["count": "\(items.count)"]) : nil
        approve = context.text("gate.approve")
        hold = context.text("gate.hold")
        ruleHeading = context.text("gate.rule")
        ruleSeries = context.text("gate.rule.series")
        ruleWord = context.text("gate.rule.word")
        ruleButton = context.text("gate.rule.button")
        choices =
            [Choice(value: "\(board.party)/*/*|", text: context.text("gate.rule.all"))]
            + gate.choices.map {
                Choice(value: "\($0.pattern)|\($0.clause)", text: "\($0.clause) · \(names.series($0.pattern))")
            }
        words = GateBoard.Word.allCases.map {
            Choice(value: $0.rawValue, text: context.text("gate.word." + $0.rawValue))
        }
        standingHeading = context.text("gate.standing")
        standingColumns = ["series", "clause", "readers", "rule.word"].map { context.text("gate." + $0) }
        standings = gate.choices.map { choice in
            Standing(
                series: names.series(choice.pattern), place: choice.pattern, clause: choice.clause,
                readers: names.readers(choice.readers), word: context.text("gate.word." + choice.word.rawValue),
                kind: choice.word.rawValue)
        }
        saidHeading = context.text("gate.said")
        saidColumns = ["choose", "when", "who", "what", "series", "clause", "state"].map {
            context.text($0 == "state" ? "history.state" : "gate." + $0)
        }
        said = gate.said.map { GatePage.said($0, names: names) }
        hasSaid = !said.isEmpty
        noSaid = said.isEmpty ? context.text("gate.said.none") : nil
        takeBack = context.text("gate.takeBack")
    }

    private static func item(_ item: GateBoard.Item, names: GateNames) -> Item {
        let context = names.context
        let observation = item.observation
        let property = observation.series.property
        let value = observation.value.map { "\(context.number($0, property)) \(context.unit(property))" }
        return Item(
            id: item.id, series: names.series(observation.series.description), place: observation.series.description,
            observed: context.format.shortTimeWithoutZone(observation.observed, in: context.zone), value: value ?? "–",
            clause: item.clause, readers: names.readers(item.readers),
            state: context.text("gate.state." + item.state, ["time": context.ownTime(item.due)]))
    }

    private static func said(_ said: GateBoard.Said, names: GateNames) -> Said {
        let context = names.context
        let canEnd = said.ended == nil && said.mode != "once"
        var state = said.mode == "once" ? "–" : context.text("gate.holds")
        if let ended = said.ended {
            state = context.text("gate.ended", ["time": context.ownTime(ended)])
        }
        return Said(
            id: canEnd ? "\(said.id)" : nil, time: context.ownTime(said.at), person: said.person,
            what: context.text("gate.word." + said.mode), pattern: names.series(said.pattern),
            clause: said.clause ?? context.text("gate.every"), state: state, endedBy: said.endedBy)
    }
}

/// Names what stands in patterns of series.
struct GateNames {
    let context: PageContext
    let board: DutyBoard

    /// `Lao Cai, stage` for one series, the words for all where a part is open.
    func series(_ pattern: String) -> String {
        let parts = pattern.split(separator: "/").map(String.init)
        guard parts.count == 3 else { return pattern }
        let station = StationID(parts[1]).flatMap { context.stationNames[$0]?[context.language] }
        let property = Property(rawValue: parts[2]).map { $0.standardName.name[context.language] }
        let place = parts[1] == "*" ? context.text("gate.any") : station ?? parts[1]
        return property.map { context.joined(place, $0) } ?? place
    }

    func readers(_ names: [LocalizedText]) -> String {
        names.isEmpty ? context.text("exchange.everybody") : context.list(names.map { $0[context.language] })
    }
}
