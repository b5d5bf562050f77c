import Formats
import NodeCore
import River
import Series

/// The reservoirs of the basin as one party may see them: level against the rule of the day, what comes in, what goes out.
struct ReservoirsPage {
    struct Row {
        let name: String
        let address: String?
        let river: String
        let access: String?
        let gauge: String
        let level: Cell
        let rule: RuleCell
        let inflow: Cell
        let release: Cell
        let announced: Cell
        let spark: String
        let proposal: ProposalCell?
    }

    /// A value with its unit and age, or what stands in its place.
    struct Cell {
        let label: String
        let value: String?
        let unit: String
        let soft: String
    }

    /// How the level stands against the level that holds on this day.
    struct RuleCell {
        let label: String
        let text: String
        let kind: String
        let soft: String?
        let more: [String]
        let moreLabel: String?
    }

    let layout: Layout
    let heading: String
    let note: String
    let columns: [String]
    let rows: [Row]
    let empty: String?
    /// The pages of plans; nil where nobody plans.
    let plans: SheetLink?

    /// Makes the page's model.
    ///
    /// - Parameters:
    ///   - advice: what is proposed for the party's own reservoirs.
    ///   - hasPlans: whether the site has pages of plans.
    init(
        _ board: DutyBoard, atlas: BasinAtlas, advice: [StationID: DamAdvice], hasPlans: Bool = false, frame: PageFrame
    ) {
        let context = frame.context
        heading = context.text("reservoirs.title", ["party": board.partyName[context.language]])
        layout = Layout(title: heading, path: "/\(board.party)/reservoirs", frame: frame, board: board)
        note = context.text("reservoirs.note")
        columns = ["name", "level", "rule", "inflow", "release", "announced", "course"].map {
            context.text("reservoirs.column." + $0)
        }
        let states = ReservoirState.all(on: board, atlas: atlas)
        rows = states.map { state in
            ReservoirsPage.row(
                state, advice[state.station.id].map { ProposalCell($0, board: board, atlas: atlas, frame: frame) },
                board: board, frame: frame)
        }
        plans =
            hasPlans
            ? SheetLink(text: context.text("plans.title"), address: frame.view.link("/\(board.party)/plans")) : nil
        empty = states.isEmpty ? context.text("reservoirs.none") : nil
    }

    private static func row(
        _ state: ReservoirState, _ proposal: ProposalCell?, board: DutyBoard, frame: PageFrame
    ) -> Row {
        let (view, context) = (frame.view, frame.context)
        let level = state.points[.poolLevel]
        return Row(
            name: state.station.name[context.language],
            address: state.shown.map { view.link(to: $0, on: board) },
            river: context.joined(state.riverName[context.language], state.providerName[context.language]),
            access: state.shown.map { context.access($0.access) },
            gauge: PoolGauge(state)?.markup(context: context) ?? "",
            level: cell(.poolLevel, "level", of: state, board: board, context: context),
            rule: rule(state, context: context),
            inflow: cell(.inflow, "inflow", of: state, board: board, context: context),
            release: cell(.release, "release", of: state, board: board, context: context),
            announced: cell(.releaseIntention, "announced", of: state, board: board, context: context),
            spark: (level ?? state.points[.release]).map { Sparkline(point: $0, now: board.now).markup } ?? "",
            proposal: proposal)
    }

    static func cell(
        _ property: Property, _ column: String, of state: ReservoirState, board: DutyBoard, context: PageContext
    ) -> Cell {
        let label = context.text("reservoirs.column." + column)
        guard let latest = state.points[property]?.latest, let value = latest.value else {
            // an announcement is no series that is owed: its absence says nothing
            let key =
                property == .releaseIntention
                ? "reservoirs.noneAnnounced"
                : state.granted.contains(property) ? "reservoirs.nothing" : "reservoirs.notShared"
            return Cell(label: label, value: nil, unit: "", soft: context.text(key))
        }
        return Cell(
            label: label, value: context.number(value, property), unit: context.unit(property),
            soft: context.ageAndKnown(latest, at: board.now))
    }

    static func rule(_ state: ReservoirState, context: PageContext) -> RuleCell {
        let label = context.text("reservoirs.column.rule")
        let more = state.levels.map { ReservoirsPage.line($0, context: context) }
        let moreLabel = more.isEmpty ? nil : context.text("reservoirs.rules", ["count": "\(more.count)"])
        guard let limit = state.limit else {
            return RuleCell(
                label: label, text: context.text("reservoirs.noRule"), kind: "none", soft: nil, more: more,
                moreLabel: moreLabel)
        }
        let name = context.text(limit.key, ["level": context.number(limit.level, .poolLevel)])
        guard let margin = state.margin else {
            return RuleCell(
                label: label, text: name, kind: "none", soft: limit.quality.map { context.text("fact." + $0.rawValue) },
                more: more, moreLabel: moreLabel)
        }
        let key = margin < 0 ? "reservoirs.above" : margin == 0 ? "reservoirs.at" : "reservoirs.below"
        let kind = margin < 0 ? "over" : margin <= 0.5 ? "near" : "below"
        return RuleCell(
            label: label, text: context.text(key, ["metres": context.number(margin.magnitude, .poolLevel)]), kind: kind,
            soft: limit.quality.map { context.joined(name, context.text("fact." + $0.rawValue)) } ?? name, more: more,
            moreLabel: moreLabel)
    }

    private static func line(_ level: BasinPack.ReservoirLevel, context: PageContext) -> String {
        let words = context.text(
            "reservoirs.kind." + level.kind, ["level": context.number(level.level, .poolLevel)])
        let season = "\(level.seasonFrom) – \(level.seasonTo)"
        return [words, season, level.article, level.condition, context.text("fact." + level.quality.rawValue)]
            .filter { !$0.isEmpty }.joined(separator: " · ")
    }
}
