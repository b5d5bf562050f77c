public import Forecasting
import Foundation
import River
public import Series
import Storage

/// How a node's own forecasts have done: scored once a day from what it issued and what came true, and kept until the next day.
extension Node {
    /// s of forecasts that are looked back on.
    private static let span: Int64 = 90 * 86_400
    /// s between the forecasts that count: those between them tell nearly the same.
    private static let spacing: Int64 = 6 * 3600
    /// s between readings between which the water is taken to run straight.
    private static let gap: Int64 = 3 * 3600
    private static let dayFact = "skill day"

    private static func fact(_ point: SeriesPoint) -> String { "skill \(point.station) \(point.property.rawValue)" }

    /// Scores the forecasts of the last ninety days; nothing where that has been done today.
    ///
    /// - Returns: the points that were scored.
    @discardableResult
    public nonisolated func scoreForecasts(at now: Instant) throws -> Int {
        let today = now.civil(in: .zero).date.description
        guard try database.fact(Node.dayFact) != today else { return 0 }
        let archive = try database.forecasts(issuedFrom: now - Node.span, every: Node.spacing)
        var readings: [SeriesPoint: PointSeries] = [:]
        for point in Set(archive.map { SeriesPoint($0.station, $0.property) }) {
            readings[point] = try usable(point, from: now - Node.span - 86_400, at: now)
        }
        let tables = skillByLead(
            archive, readings: readings, issued: (now - Node.span)...now, now: now, maximumGap: Node.gap)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for table in tables {
            let text = String(decoding: try encoder.encode(table), as: UTF8.self)
            try database.note(Node.fact(SeriesPoint(table.station, table.property)), text)
        }
        try database.note(Node.dayFact, today)
        return tables.count
    }

    /// How the forecasts of a point have done, as of the last day; nil where nothing could be scored.
    public nonisolated func skill(of point: SeriesPoint) throws -> SkillByLead? {
        try database.fact(Node.fact(point)).flatMap {
            try? JSONDecoder().decode(SkillByLead.self, from: Data($0.utf8))
        }
    }

    /// The current revisions of a point's readings that no check has failed.
    nonisolated func usable(
        _ point: SeriesPoint, from: Instant, until: Instant? = nil, at now: Instant
    ) throws -> PointSeries {
        guard let station = configuration.basin.stations[point.station] else { return PointSeries([]) }
        let series = SeriesID(provider: station.provider, station: point.station, property: point.property)
        var values: [Instant: Double] = [:]
        for reading in try database.observations(of: series, receivedBy: now, during: from...(until ?? now)) {
            // Later revisions of one time come later.
            values[reading.observed] = reading.quality == .fail ? nil : reading.value
        }
        return PointSeries(values.sorted { $0.key < $1.key }.map { PointSeries.Point(time: $0.key, value: $0.value) })
    }
}
