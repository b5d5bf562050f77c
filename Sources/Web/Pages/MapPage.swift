import Accord
import NodeCore
import River
import Series

/// The places of the basin on a map; the same places as a list for whoever reads rather than looks.
struct MapPage {
    struct Place {
        let name: String
        let address: String?
        let river: String
        let party: String
        let value: String?
        let soft: String
        let chip: LevelChip?
    }

    let layout: Layout
    let heading: String
    let note: String
    let drawing: String?
    let noDrawing: String?
    let legend: [MarkLegend]
    let listHeading: String
    let columns: [String]
    let places: [Place]
    let credits: [String]
    let creditsLabel: String

    /// Makes the page's model.
    init(_ board: DutyBoard, atlas: BasinAtlas, frame: PageFrame) {
        let context = frame.context
        heading = context.text("map.title", ["basin": atlas.pack.name[context.language]])
        layout = Layout(title: heading, path: "/\(board.party)/map", frame: frame, board: board)
        note = context.text("map.note")
        drawing = MapSVG(board: board, atlas: atlas, frame: frame)?.markup
        noDrawing = drawing == nil ? context.text("map.none") : nil
        legend = MarkLegend.all(context)
        listHeading = context.text("map.list")
        columns = ["place", "party", "now", "level"].map { context.text("river.column." + $0) }
        let day = board.now.civil(in: board.zone).date
        let marks = atlas.basin.stations.values
            .filter { $0.validity.contains(day) && $0.kind != .junction }.map { PlaceMark($0, board: board) }
        places = PlaceMark.worstFirst(marks)
            .map { MapPage.place($0, board: board, atlas: atlas, frame: frame) }
        creditsLabel = context.text("map.credits")
        credits = atlas.pack.credits
    }

    private static func place(
        _ mark: PlaceMark, board: DutyBoard, atlas: BasinAtlas, frame: PageFrame
    ) -> Place {
        let context = frame.context
        let soft: String
        if let latest = mark.point?.latest {
            soft = context.ageAndKnown(latest, at: board.now)
        } else {
            soft = mark.absence(context)
        }
        return Place(
            name: mark.station.name[context.language], address: mark.address(board, frame.view),
            river: atlas.riverName(mark.station.river)[context.language],
            party: atlas.register.name(of: mark.station.provider)[context.language], value: mark.value(context),
            soft: soft, chip: mark.level.map { LevelChip($0, context: context) })
    }
}
