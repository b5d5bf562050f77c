import Formats
import NodeCore
import Series

/// Where the values of a point come from, revision by revision, newest first.
struct HistoryTable {
    struct Row {
        let observed: String
        let revision: String
        let value: String
        let received: String
        let state: String
        let way: String
        let lane: String?
        let checkpoint: String?
        let root: String?
        let clause: String
        let onward: String
        let kind: String
    }

    let heading: String
    let note: String
    let columns: [String]
    let rows: [Row]
    let isEmpty: Bool
    let table: String
    let tableLabel: String

    /// Makes the table's model; the flags of the checks are those of the board.
    init(_ history: SeriesHistory, point: DutyPoint, board: DutyBoard, frame: PageFrame) {
        let context = frame.context
        heading = context.text("history.heading")
        note = context.text("history.note")
        let unit = context.unit(point.property)
        let property = point.property.standardName.name[context.language]
        columns = [
            context.text("history.observed", ["zone": context.zone.name]), context.text("table.revision"),
            context.text("table.value", ["property": property, "unit": unit]),
            context.text("table.received", ["zone": context.zone.name]), context.text("history.state"),
            context.text("history.way"), context.text("history.checkpoint"), context.text("history.clause"),
            context.text("history.onward"),
        ]
        rows = history.rows.reversed().map { HistoryTable.row($0, context: context) }
        isEmpty = rows.isEmpty
        table = "/\(board.party)/series/\(history.series.description).csv"
        tableLabel = context.text("history.table")
    }

    private static func row(_ row: SeriesHistory.Row, context: PageContext) -> Row {
        let observation = row.observation
        let state: String
        if let withdrawn = row.withdrawn {
            state = context.text("history.withdrawn", ["time": context.format.shortTime(withdrawn, in: context.zone)])
        } else {
            state = context.text(row.isCurrent ? "history.current" : "history.replaced")
        }
        var proof: SeriesHistory.LaneProof?
        let way: String
        switch row.way {
        case .own: way = context.text("history.own")
        case .published: way = context.text("history.published")
        case .lane(let found):
            proof = found
            way = context.text("history.lane", ["index": "\(found.index).\(found.offset)"])
        }
        return Row(
            observed: context.format.shortTimeWithoutZone(observation.observed, in: context.zone),
            revision: "\(observation.revision)",
            value: observation.value.map { context.number($0, observation.series.property) } ?? "–",
            received: context.format.shortTimeWithoutZone(observation.received, in: context.zone), state: state,
            way: way, lane: proof?.lane,
            checkpoint: proof?.checkpoint.map { context.text("history.checkpoint.value", ["size": "\($0)"]) },
            root: proof?.root.map { String($0.prefix(12)) }, clause: row.clause ?? "–",
            onward: context.text("onward." + HistoryTable.name(row.onward)),
            kind: row.isCurrent ? "current" : "superseded")
    }

    /// The word of the catalogues and of the table file.
    static func name(_ onward: SeriesHistory.Onward) -> String {
        switch onward {
        case .own: "own"
        case .nobody: "nobody"
        case .signatories: "signatories"
        case .everybody: "everybody"
        case .unknown: "unknown"
        }
    }
}
