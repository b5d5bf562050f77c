import Accord
import Formats
import NodeCore
import River
import Series

/// One reservoir as a party may see it at the time of a board.
struct ReservoirState {
    /// The level that the day's level is held against.
    struct Limit {
        /// m.
        let level: Double
        /// The key of its name in the catalogues.
        let key: String
        /// How sure the level is; nil for the pack's own normal level.
        let quality: FactQuality?
    }

    let station: Station
    let reservoir: Reservoir?
    let riverName: LocalizedText
    let providerName: LocalizedText
    /// The points of the board there, by property.
    let points: [Property: DutyPoint]
    /// What the agreement lets the party have.
    let granted: Set<Property>
    /// The levels that hold on the day, lowest first.
    let levels: [BasinPack.ReservoirLevel]

    /// The point that stands for the reservoir: its pool level, else the first of the others; nil when nothing is seen.
    var shown: DutyPoint? {
        points[.poolLevel] ?? points.values.min { $0.property.rawValue < $1.property.rawValue }
    }

    /// m above the datum; nil when none is known, or the newest reading is too old to say where the pool stands.
    var poolLevel: Double? { points[.poolLevel].flatMap { $0.isSilent ? nil : $0.latest?.value } }

    /// The lowest level that a rule sets for the season, else the normal level; nil when neither is known.
    var limit: Limit? {
        if let rule = levels.first(where: { $0.kind == "highest-before-flood" }) {
            return Limit(level: rule.level, key: "reservoirs.limit.rule", quality: rule.quality)
        }
        return reservoir?.normalLevel.map { Limit(level: $0, key: "reservoirs.limit.normal", quality: nil) }
    }

    /// m below the limit, negative above it; nil when level or limit is unknown.
    var margin: Double? {
        guard let level = poolLevel, let limit else { return nil }
        return ((limit.level - level) * 100).rounded() / 100
    }

    /// The reservoirs of a basin: those of which something is seen before the others, the least room first, then by name.
    static func all(on board: DutyBoard, atlas: BasinAtlas) -> [ReservoirState] {
        let day = board.now.civil(in: board.zone).date
        let states = atlas.basin.stations.values.filter { $0.kind == .dam && $0.validity.contains(day) }.map {
            station in
            let points = board.points.filter { $0.station.id == station.id }
            return ReservoirState(
                station: station, reservoir: atlas.basin.reservoirs[station.id],
                riverName: atlas.riverName(station.river), providerName: atlas.register.name(of: station.provider),
                points: Dictionary(points.map { ($0.property, $0) }) { first, _ in first },
                granted: Set(board.granted.keys.filter { $0.station == station.id }.map(\.property)),
                levels: atlas.levels(of: station.id, on: day))
        }
        return states.sorted { $0.order < $1.order }
    }

    private var order: (Int, Double, StationID) {
        (points.isEmpty ? (granted.isEmpty ? 2 : 1) : 0, margin ?? .infinity, station.id)
    }
}

/// How full a pool stands between its dead level and its highest known level, as a small upright bar.
struct PoolGauge {
    private let low: Double
    private let high: Double
    private let level: Double
    private let limit: Double?
    private let normal: Double?

    /// nil where the pool's level or one of the ends is unknown.
    init?(_ state: ReservoirState) {
        guard let level = state.poolLevel, let reservoir = state.reservoir, let low = reservoir.deadLevel,
            let high = [reservoir.checkLevel, reservoir.normalLevel].compactMap({ $0 }).max(), high > low
        else { return nil }
        (self.low, self.high, self.level) = (min(low, level), max(high, level), level)
        limit = state.limit?.level
        normal = reservoir.normalLevel
    }

    /// An SVG element of 30 x 48 units; the row beside it says everything in words.
    func markup(context: PageContext) -> String {
        var drawing = Drawing()
        let y = { (value: Double) in 46 - (value - low) / (high - low) * 44 }
        drawing.raw("<svg class=\"pool\" viewBox=\"0 0 30 48\" width=\"30\" height=\"48\" aria-hidden=\"true\">")
        drawing.rectangle(6, 2, 14, 44, "class=\"h-paper\" fill=\"#ffffff\"")
        drawing.rectangle(6, y(level), 14, 46 - y(level), "class=\"h-50\" fill=\"#93bfe0\"")
        drawing.rectangle(6, 2, 14, 44, "class=\"h-frame\" fill=\"none\" stroke=\"#8a96a3\" stroke-width=\"1\"")
        if let normal {
            drawing.line(3, y(normal), 23, y(normal), "class=\"h-frame\" stroke=\"#8a96a3\" stroke-width=\"1\"")
        }
        if let limit, limit >= low, limit <= high {
            drawing.line(2, y(limit), 28, y(limit), "class=\"h-alarm3\" stroke=\"#c2410c\" stroke-width=\"2\"")
        }
        drawing.raw("</svg>")
        return drawing.markup
    }
}
