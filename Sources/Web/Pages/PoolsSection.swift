import NodeCore
import River
import Series

/// The reservoirs of which a party sees something, a line each, on its duty page.
struct PoolsSection {
    struct Row {
        let name: String
        let address: String
        let level: ReservoirsPage.Cell
        let rule: ReservoirsPage.RuleCell
        let inflow: ReservoirsPage.Cell
        let release: ReservoirsPage.Cell
        let announced: ReservoirsPage.Cell
        let proposal: ProposalCell?
    }

    let heading: String
    let address: String
    let columns: [String]
    let rows: [Row]

    /// nil where nothing of any reservoir is seen.
    ///
    /// - Parameters:
    ///   - advice: what is proposed for the party's own reservoirs.
    ///   - most: rows at most, those with the least room first; nil for all.
    init?(_ board: DutyBoard, atlas: BasinAtlas, advice: [StationID: DamAdvice], most: Int?, frame: PageFrame) {
        let (view, context) = (frame.view, frame.context)
        let seen = ReservoirState.all(on: board, atlas: atlas).filter { !$0.points.isEmpty }
        guard !seen.isEmpty else { return nil }
        heading = context.text("nav.reservoirs")
        address = view.link("/\(board.party)/reservoirs")
        columns = ["name", "level", "rule", "inflow", "release", "announced"].map {
            context.text("reservoirs.column." + $0)
        }
        rows = seen.prefix(most ?? seen.count).map { state in
            func cell(_ property: Property, _ column: String) -> ReservoirsPage.Cell {
                ReservoirsPage.cell(property, column, of: state, board: board, context: context)
            }
            return Row(
                name: state.station.name[context.language],
                address: state.shown.map { view.link(to: $0, on: board) } ?? "",
                level: cell(.poolLevel, "level"), rule: ReservoirsPage.rule(state, context: context),
                inflow: cell(.inflow, "inflow"), release: cell(.release, "release"),
                announced: cell(.releaseIntention, "announced"),
                proposal: advice[state.station.id].map {
                    ProposalCell($0, board: board, atlas: atlas, frame: frame)
                })
        }
    }
}
