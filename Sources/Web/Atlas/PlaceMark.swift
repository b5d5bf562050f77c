import NodeCore
import River
import Series

/// A place of the basin with what a board shows of it.
struct PlaceMark {
    let station: Station
    /// The point that stands for the place: its stage, else its pool level, else whatever is seen; nil when nothing is.
    let point: DutyPoint?
    /// Whether the agreement lets the party have anything of the place.
    let isShared: Bool

    init(_ station: Station, board: DutyBoard) {
        self.station = station
        let points = board.points.filter { $0.station.id == station.id }
        point =
            [Property.stage, .poolLevel, .discharge, .release, .inflow]
            .lazy.compactMap { wanted in points.first { $0.property == wanted } }.first ?? points.first
        isShared = point != nil || board.granted.keys.contains { $0.station == station.id }
    }

    /// The higher of the level now and the warning that stands; nil where no alarm level is known or nothing is read.
    var level: Int? {
        guard let point, !point.alarms.isEmpty, !point.isSilent || point.warningLevel > 0,
            point.latest != nil || point.warningLevel > 0
        else { return nil }
        return max(0, min(4, max(point.levelNow, point.warningLevel)))
    }

    /// The value now with its unit and arrow; nil when there is none.
    func value(_ context: PageContext) -> String? {
        guard let point, let value = point.latest?.value else { return nil }
        let arrow = TrendText(point, context: context).arrow
        return "\(context.number(value, point.property)) \(context.unit(point.property)) \(arrow)"
            .trimmingEndingBlank
    }

    /// The worst first, those without a level last; ties by id.
    static func worstFirst(_ marks: [PlaceMark]) -> [PlaceMark] {
        marks.sorted { ($0.level ?? -1, $1.station.id) > ($1.level ?? -1, $0.station.id) }
    }

    /// Why nothing of the place is shown.
    func absence(_ context: PageContext) -> String {
        context.text(isShared ? "reservoirs.nothing" : "reservoirs.notShared")
    }

    /// Everything in a line, for a tooltip and a reader who hears the page.
    func sentence(_ context: PageContext, now: Instant) -> String {
        let name = station.name[context.language]
        guard let point else {
            return context.joined(name, absence(context))
        }
        var words = [name, point.property.standardName.name[context.language]]
        if let latest = point.latest, let value = value(context) {
            words += [value, context.age(of: latest.observed, at: now)]
        }
        if let level { words.append(context.levelName(level)) }
        return words.dropFirst().reduce(words[0], context.joined)
    }

    /// The page of the place; nil where nothing is seen.
    func address(_ board: DutyBoard, _ view: RequestView) -> String? {
        point.map { view.link(to: $0, on: board) }
    }

    /// Draws the mark: a gauge by the shape of its level, a dam as a house, a place without a gauge as a dot, and hollow and
    /// dashed where nothing is shared.
    func draw(into drawing: inout Drawing, x: Double, y: Double, size: Double) {
        let color = ["#52606d", "#1f6fb2", "#8a6800", "#c2410c", "#a3123f"]
        let attributes: String
        if let level {
            attributes =
                "class=\"m-\(level)\" fill=\"\(level == 0 ? "#ffffff" : color[level])\" stroke=\"\(color[level])\" stroke-width=\"2\""
        } else {
            attributes =
                "class=\"m-none\" fill=\"#ffffff\" stroke=\"#52606d\" stroke-width=\"1.4\""
                + (isShared ? "" : " stroke-dasharray=\"2 2\"")
        }
        drawing.path("polygon", shape.map { (x: x + $0.0 * size, y: y + $0.1 * size) }, attributes)
    }

    /// The mark alone, as a document of 20 by 20 units.
    var drawing: String {
        var drawing = Drawing()
        draw(into: &drawing, x: 10, y: 10, size: 6.5)
        let size = "viewBox=\"0 0 20 20\" width=\"20\" height=\"20\""
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) aria-hidden=\"true\">\(drawing.markup)</svg>"
    }

    private var shape: [(Double, Double)] {
        if station.kind == .dam { return [(-1, -0.3), (0, -1.1), (1, -0.3), (1, 0.9), (-1, 0.9)] }
        if station.kind == .junction, point == nil { return PlaceMark.circle.map { ($0.0 * 0.5, $0.1 * 0.5) } }
        switch level {
        case 1: return [(0, -1.1), (1.1, 0.9), (-1.1, 0.9)]
        case 2: return [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
        case 3: return [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)]
        case 4:
            return [
                (-0.5, -1.2), (0.5, -1.2), (1.2, -0.5), (1.2, 0.5), (0.5, 1.2), (-0.5, 1.2), (-1.2, 0.5), (-1.2, -0.5),
            ]
        default: return PlaceMark.circle
        }
    }

    private static let circle: [(Double, Double)] = [
        (1, 0), (0.87, 0.5), (0.5, 0.87), (0, 1), (-0.5, 0.87), (-0.87, 0.5), (-1, 0), (-0.87, -0.5), (-0.5, -0.87),
        (0, -1),
        (0.5, -0.87), (0.87, -0.5),
    ]
}

extension String {
    fileprivate var trimmingEndingBlank: String { hasSuffix(" ") ? String(dropLast()) : self }
}
