import Accord
import Formats
import NodeCore
import River
import Series

/// The basin from its sources to the end of the network: every place on its course, what stands there, when a crest comes.
struct RiverPage {
    struct Course {
        let name: String
        let rows: [Row]
    }

    struct Row {
        let name: String
        let address: String?
        let kind: String
        let party: String
        let distance: String
        let travel: String
        let value: String?
        let age: String
        let none: String
        let chip: LevelChip?
        let crest: CrestCell?
    }

    let layout: Layout
    let heading: String
    let note: String
    let drawing: String
    let legend: [MarkLegend]
    let tableHeading: String
    let columns: [String]
    let courses: [Course]
    let crestLabel: String
    let empty: String?

    /// Makes the page's model.
    init(_ board: DutyBoard, atlas: BasinAtlas, frame: PageFrame) {
        let context = frame.context
        heading = context.text("river.title", ["basin": atlas.pack.name[context.language]])
        layout = Layout(title: heading, path: "/\(board.party)/river", frame: frame, board: board)
        note = context.text("river.note")
        let paths = RiverPaths(atlas.basin)
        drawing = paths.courses.isEmpty ? "" : RiverProfileSVG(board: board, atlas: atlas, frame: frame).markup
        legend = MarkLegend.all(context)
        tableHeading = context.text("river.table")
        columns = ["place", "party", "distance", "travel", "now", "level", "crest"].map {
            context.text("river.column." + $0)
        }
        crestLabel = context.text("river.column.crest")
        courses = paths.courses.map { RiverPage.course($0, board: board, atlas: atlas, frame: frame) }
        empty = paths.courses.isEmpty ? context.text("river.none") : nil
    }

    private static func course(
        _ course: RiverPaths.Course, board: DutyBoard, atlas: BasinAtlas, frame: PageFrame
    ) -> Course {
        let rows = course.stops.compactMap { row($0, board: board, atlas: atlas, frame: frame) }
        return Course(name: atlas.riverNames(of: course, in: frame.context.language), rows: rows)
    }

    private static func row(
        _ stop: RiverPaths.Stop, board: DutyBoard, atlas: BasinAtlas, frame: PageFrame
    ) -> Row? {
        guard let station = atlas.basin.stations[stop.station] else { return nil }
        let context = frame.context
        let mark = PlaceMark(station, board: board)
        // the wave comes from the nearest place upstream on any course that joins here
        let hours = atlas.basin.reaches(into: station.id).map { $0.travelTime / 3_600 }.min()
        return Row(
            name: station.name[context.language], address: mark.address(board, frame.view),
            kind: context.text("place.\(station.kind.word)"),
            party: atlas.register.name(of: station.provider)[context.language],
            distance: context.format.number(stop.distance / 1_000, digits: 0),
            travel: hours.map { context.text("river.hours", ["hours": context.format.number($0, digits: 1)]) } ?? "–",
            value: mark.value(context),
            age: mark.point?.latest.map { context.ageAndKnown($0, at: board.now) } ?? "",
            none: station.kind == .junction && mark.point == nil
                ? "–" : mark.absence(context),
            chip: mark.level.map { LevelChip($0, context: context) },
            crest: mark.point.flatMap { $0.forecast == nil ? nil : CrestCell($0, context: context) })
    }
}

/// What a mark of a drawing means.
struct MarkLegend {
    let mark: String
    let text: String

    static func all(_ context: PageContext) -> [MarkLegend] {
        let levels = (0...4).map { level in
            MarkLegend(
                mark: "<span class=\"level-\(level)\">\(LevelChip(level, context: context).shape)</span>",
                text: context.levelName(level))
        }
        let shape = { (points: String, dash: String) in
            "<svg class=\"shape\" viewBox=\"0 0 14 14\" width=\"12\" height=\"12\" aria-hidden=\"true\">"
                + "<polygon points=\"\(points)\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"\(dash)/></svg>"
        }
        let dam = "1,5 7,1 13,5 13,12 1,12"
        return levels + [
            MarkLegend(mark: shape(dam, ""), text: context.text("place.dam")),
            MarkLegend(
                mark: shape("2,2 12,2 12,12 2,12", " stroke-dasharray=\"2 2\""),
                text: context.text("reservoirs.notShared")),
        ]
    }
}

extension StationKind {
    /// The word of the catalogues.
    var word: String {
        switch self {
        case .gauge: "gauge"
        case .dam: "dam"
        case .junction: "junction"
        }
    }
}
