import Formats
import NodeCore
import River
import Series

/// The map of a basin as one SVG document: river lines, places with the shape of their level, names where there is room.
struct MapSVG {
    let board: DutyBoard
    let atlas: BasinAtlas
    let frame: PageFrame
    private let projection: MapProjection
    private let stations: [Station]

    /// nil when no place of the basin has coordinates.
    init?(board: DutyBoard, atlas: BasinAtlas, frame: PageFrame) {
        let day = board.now.civil(in: board.zone).date
        stations = atlas.basin.stations.values
            .filter { $0.latitude != nil && $0.longitude != nil && $0.validity.contains(day) }.sorted { $0.id < $1.id }
        guard let projection = MapProjection(stations, width: 1_000) else { return nil }
        self.projection = projection
        (self.board, self.atlas, self.frame) = (board, atlas, frame)
    }

    /// The document.
    var markup: String {
        let context = frame.context
        let (width, height) = (projection.width, projection.height)
        var drawing = Drawing()
        drawing.raw(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"map\" viewBox=\"0 0 \(Int(width)) \(Int(height.rounded(.up)))\" "
                + "role=\"group\" aria-label=\"\(Drawing.escaped(context.text("map.drawing")))\" "
                + "lang=\"\(context.language.rawValue)\" font-family=\"\(HydrographSVG.fonts)\" font-size=\"13\">")
        drawing.rectangle(0, 0, width, height, "class=\"h-paper\" fill=\"#ffffff\"")
        drawLines(into: &drawing)
        drawPlaces(into: &drawing)
        drawBar(into: &drawing)
        drawing.raw("</svg>")
        return drawing.markup
    }

    private func drawLines(into drawing: inout Drawing) {
        for line in atlas.lines.lines {
            for path in projection.paths(of: line) {
                drawing.path(
                    "polyline", path,
                    "class=\"r-water\" fill=\"none\" stroke=\"#6fa3cf\" stroke-width=\"1.6\" stroke-linejoin=\"round\"")
            }
        }
    }

    private func drawPlaces(into drawing: inout Drawing) {
        let seen = stations.map { PlaceMark($0, board: board) }.filter {
            $0.station.kind != .junction || $0.point != nil
        }
        let marks = PlaceMark.worstFirst(seen)
        var places = LabelPlaces()
        let points = marks.map {
            projection.point(latitude: $0.station.latitude ?? 0, longitude: $0.station.longitude ?? 0)
        }
        for point in points {
            places.block(.init(left: point.x - 8, top: point.y - 8, right: point.x + 8, bottom: point.y + 8))
        }
        var labels: [(PlaceMark, (x: Double, y: Double), LabelPlaces.Box?)] = []
        for (mark, point) in zip(marks, points) {
            let inside = boxes(for: mark, at: point)
            labels.append((mark, point, places.place(inside).map { inside[$0] }))
        }
        // the worst is drawn last and lies above the others
        for (mark, point, box) in labels.reversed() { draw(mark, at: point, label: box, into: &drawing) }
    }

    private func lines(of mark: PlaceMark) -> [String] {
        [mark.station.name[frame.context.language], mark.value(frame.context)].compactMap { $0 }
    }

    /// Where the label of a mark may stand, the best first, inside the drawing.
    private func boxes(for mark: PlaceMark, at point: (x: Double, y: Double)) -> [LabelPlaces.Box] {
        let lines = lines(of: mark)
        let width = lines.map { LabelPlaces.width(of: $0, size: 13) }.max() ?? 0
        let height = Double(lines.count) * 15
        let (x, y) = point
        let corners: [(left: Double, top: Double)] = [
            (x + 11, y - height / 2), (x - 11 - width, y - height / 2), (x - width / 2, y + 10),
            (x - width / 2, y - 10 - height), (x + 8, y + 6), (x - 8 - width, y + 6), (x + 8, y - 6 - height),
            (x - 8 - width, y - 6 - height),
        ]
        return corners.map {
            LabelPlaces.Box(left: $0.left, top: $0.top, right: $0.left + width, bottom: $0.top + height)
        }.filter {
            $0.left >= 0 && $0.right <= projection.width && $0.top >= 0 && $0.bottom <= projection.height
        }
    }

    private func draw(
        _ mark: PlaceMark, at point: (x: Double, y: Double), label box: LabelPlaces.Box?, into drawing: inout Drawing
    ) {
        let context = frame.context
        let (x, y) = point
        let address = mark.address(board, frame.view)
        drawing.raw(address.map { "<a href=\"\(Drawing.escaped($0))\">" } ?? "<g>")
        drawing.raw("<title>\(Drawing.escaped(mark.sentence(context, now: board.now)))</title>")
        if let box {
            for (number, line) in lines(of: mark).enumerated() {
                drawing.text(
                    box.left, box.top + 12 + Double(number) * 15, line,
                    "class=\"\(number == 0 ? "h-text" : "h-soft")\" fill=\"\(number == 0 ? "#16202a" : "#5a6570")\""
                        + (number == 0 && address != nil ? " font-weight=\"bold\"" : ""))
            }
        }
        mark.draw(into: &drawing, x: x, y: y, size: 6.5)
        drawing.raw(address == nil ? "</g>" : "</a>")
    }

    /// A bar of a round length in kilometres.
    private func drawBar(into drawing: inout Drawing) {
        let length = [10_000.0, 20_000, 50_000, 100_000, 200_000].last { $0 * projection.perMetre <= 220 } ?? 5_000
        let (width, y) = (length * projection.perMetre, projection.height - 16)
        drawing.line(20, y, 20 + width, y, "class=\"h-frame\" stroke=\"#33404d\" stroke-width=\"3\"")
        drawing.text(
            26 + width, y + 4, frame.context.format.number(length / 1_000, digits: 0) + " km",
            "class=\"h-text\" fill=\"#33404d\"")
    }
}
