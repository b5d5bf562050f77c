import Accord
import Formats
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

    /// Where a browser gets what moves and enlarges a map.
    struct Library {
        let code: String
        let style: String
        let script: String
    }

    /// What a movable map is made from.
    struct Movable {
        let library: Library
        /// Where the lines of the rivers are.
        let lines: String
        /// The marks, as JSON that is safe inside a script element.
        let marks: String
        let label: String
        let nearer: String
        let farther: String
        let whole: String
        let open: String
    }

    let layout: Layout
    let heading: String
    let note: String
    let drawing: String?
    let noDrawing: String?
    let movable: Movable?
    let legend: [MarkLegend]
    let listHeading: String
    let columns: [String]
    let places: [Place]
    let credits: [String]
    let creditsLabel: String

    /// Makes the page's model.
    ///
    /// - Parameter movable: where the library of a movable map is; nil where this machine does not have it.
    init(_ board: DutyBoard, atlas: BasinAtlas, frame: PageFrame, movable library: Library?) {
        let context = frame.context
        heading = context.text("map.title", ["basin": atlas.pack.name[context.language]])
        layout = Layout(title: heading, path: "/\(board.party)/map", frame: frame, board: board)
        note = context.text("map.note")
        let drawn = MapSVG(board: board, atlas: atlas, frame: frame)?.markup
        drawing = drawn
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
        movable = library.flatMap { library in
            drawn == nil ? nil : MapPage.movable(library, marks: marks, board: board, frame: frame)
        }
    }

    private static func movable(
        _ library: Library, marks: [PlaceMark], board: DutyBoard, frame: PageFrame
    ) -> Movable {
        let context = frame.context
        let placed = PlaceMark.worstFirst(marks).compactMap { mark -> JSONValue? in
            guard let latitude = mark.station.latitude, let longitude = mark.station.longitude else { return nil }
            return [
                "at": [.finite(latitude), .finite(longitude)], "name": .string(mark.station.name[context.language]),
                "value": .optional(mark.value(context)), "says": .string(mark.sentence(context, now: board.now)),
                "mark": .string(mark.drawing), "page": .optional(mark.address(board, frame.view)),
            ]
        }
        return Movable(
            library: library, lines: frame.view.link("/\(board.party)/rivers.geojson", keepsRefresh: false),
            marks: JSONValue.array(placed).scriptText, label: context.text("map.drawing"),
            nearer: context.text("map.nearer"), farther: context.text("map.farther"), whole: context.text("map.whole"),
            open: context.text("map.open"))
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
