import Formats
import NodeCore
import River
import Series

/// The courses of a basin from source to end as lines over one scale of distance; tributaries hang where they join.
struct RiverProfileSVG {
    let board: DutyBoard
    let atlas: BasinAtlas
    let frame: PageFrame

    private static let (width, left, right) = (1200.0, 60.0, 50.0)
    private static let (rowHeight, top) = (132.0, 70.0)
    private static let fontSize = 12.0

    /// The document.
    var markup: String {
        let context = frame.context
        let paths = RiverPaths(atlas.basin)
        let height = RiverProfileSVG.top + Double(max(1, paths.courses.count)) * RiverProfileSVG.rowHeight + 24
        var drawing = Drawing()
        drawing.raw(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"profile\" viewBox=\"0 0 1200 \(Int(height))\" role=\"group\" "
                + "aria-label=\"\(Drawing.escaped(context.text("river.drawing")))\" lang=\"\(context.language.rawValue)\" "
                + "font-family=\"\(HydrographSVG.fonts)\" font-size=\"12\">")
        drawing.rectangle(0, 0, RiverProfileSVG.width, height, "class=\"h-paper\" fill=\"#ffffff\"")
        drawScale(paths.length, height: height, into: &drawing)
        var rows: [StationID: Double] = [:]
        for (index, course) in paths.courses.enumerated() {
            let y = RiverProfileSVG.top + (Double(index) + 0.5) * RiverProfileSVG.rowHeight
            for stop in course.stops { rows[stop.station] = y }
            draw(course, y: y, mouthY: course.mouth.flatMap { rows[$0.station] }, length: paths.length, into: &drawing)
        }
        drawing.raw("</svg>")
        return drawing.markup
    }

    private func x(_ distance: Double, _ length: Double) -> Double {
        let span = RiverProfileSVG.width - RiverProfileSVG.left - RiverProfileSVG.right
        return RiverProfileSVG.left + span * (1 - distance / max(1, length))
    }

    private func drawScale(_ length: Double, height: Double, into drawing: inout Drawing) {
        let step = [10_000.0, 20_000, 50_000, 100_000, 200_000, 500_000].first { length / $0 <= 12 } ?? 1_000_000
        for distance in stride(from: 0, through: length, by: step) {
            let x = x(distance, length)
            drawing.line(x, 30, x, height - 10, "class=\"h-grid\" stroke=\"#dfe4e8\" stroke-width=\"1\"")
            drawing.text(
                x, 22, frame.context.format.number(distance / 1_000, digits: 0) + " km",
                "class=\"h-soft\" fill=\"#5a6570\" text-anchor=\"middle\"")
        }
    }

    private func draw(
        _ course: RiverPaths.Course, y: Double, mouthY: Double?, length: Double, into drawing: inout Drawing
    ) {
        guard let first = course.stops.first, let last = course.stops.last else { return }
        let water = "class=\"r-water\" fill=\"none\" stroke=\"#6fa3cf\" stroke-width=\"4\" stroke-linecap=\"round\""
        drawing.line(x(first.distance, length), y, x(last.distance, length), y, water)
        if let mouth = course.mouth, let mouthY {
            let (from, to) = (x(last.distance, length), x(mouth.distance, length))
            let c = Drawing.coordinate
            drawing.raw(
                "<path d=\"M\(c(from)) \(c(y))C\(c(to)) \(c(y)) \(c(to)) \(c(y)) \(c(to)) \(c(mouthY))\" \(water)/>")
        }
        var places = LabelPlaces()
        for stop in course.stops {
            let x = x(stop.distance, length)
            places.block(.init(left: x - 9, top: y - 9, right: x + 9, bottom: y + 9))
        }
        for stop in course.stops {
            guard let station = atlas.basin.stations[stop.station] else { continue }
            draw(PlaceMark(station, board: board), x: x(stop.distance, length), y: y, places: &places, into: &drawing)
        }
        drawing.text(
            x(first.distance, length) - 12, y - 50, atlas.riverNames(of: course, in: frame.context.language),
            "class=\"h-text\" fill=\"#33404d\" font-weight=\"bold\" font-size=\"14\"")
    }

    private func draw(
        _ mark: PlaceMark, x: Double, y: Double, places: inout LabelPlaces, into drawing: inout Drawing
    ) {
        let context = frame.context
        let lines = [mark.station.name[context.language], mark.value(context)].compactMap { $0 }
        let width = lines.map { LabelPlaces.width(of: $0, size: RiverProfileSVG.fontSize) }.max() ?? 0
        let height = Double(lines.count) * 15
        let tops = [y + 12, y - 12 - height, y + 16 + 30, y - 16 - 30 - height, y + 50 + 15]
        let boxes = tops.map {
            LabelPlaces.Box(left: x - width / 2, top: $0, right: x + width / 2, bottom: $0 + height)
        }
        let address = mark.address(board, frame.view)
        drawing.raw(address.map { "<a href=\"\(Drawing.escaped($0))\">" } ?? "<g>")
        drawing.raw("<title>\(Drawing.escaped(mark.sentence(context, now: board.now)))</title>")
        if mark.station.kind != .junction || mark.point != nil, let index = places.place(boxes) {
            let box = boxes[index]
            if index > 1 {
                let end = box.top > y ? box.top : box.bottom
                drawing.line(x, y, x, end, "class=\"h-grid\" stroke=\"#8a96a3\" stroke-width=\"0.8\"")
            }
            for (number, line) in lines.enumerated() {
                drawing.text(
                    x, box.top + 12 + Double(number) * 15, line,
                    "class=\"\(number == 0 ? "h-text" : "h-soft")\" fill=\"\(number == 0 ? "#16202a" : "#5a6570")\" "
                        + "text-anchor=\"middle\"" + (number == 0 && address != nil ? " font-weight=\"bold\"" : ""))
            }
        }
        mark.draw(into: &drawing, x: x, y: y, size: 7)
        drawing.raw(address == nil ? "</g>" : "</a>")
    }
}
