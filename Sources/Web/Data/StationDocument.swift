import Accord
import Forecasting
import NodeCore
import River
import Series

/// One point in full, for programs: its readings, its forecast and the run before.
struct StationDocument {
    let point: DutyPoint
    let here: [DutyPoint]
    let board: DutyBoard
    let site: DutySite

    init(_ point: DutyPoint, beside here: [DutyPoint], board: DutyBoard, site: DutySite) {
        self.point = point
        self.here = here
        self.board = board
        self.site = site
    }

    var json: JSONValue {
        var members = BoardDocument.frame(board)
        var shown = PointDocument(point).members
        shown["readings"] = .array(point.readings.map { PointDocument.value($0, access: point.access) })
        shown["forecast"] = document(of: point.forecast)
        shown["previous_forecast"] = document(of: point.previousForecast)
        members["point"] = .object(shown)
        members["properties"] = .array(here.map { .string($0.property.rawValue) })
        members["series"] = .string("/\(board.party)/series/\(series)")
        return .object(members)
    }

    private func document(of forecast: StationForecast?) -> JSONValue {
        forecast.map { ForecastDocument($0, of: point, site: site).json(withSteps: true) } ?? .null
    }

    private var series: SeriesID {
        SeriesID(provider: point.station.provider, station: point.station.id, property: point.property)
    }
}

/// The same as a table: readings, then the steps of the forecast.
struct StationTable {
    static let header =
        "kind,time,received,issued,value,p05,p25,p75,p95,unit,known,quality,status,revision,source,clause\n"

    let point: DutyPoint

    init(_ point: DutyPoint) { self.point = point }

    var text: String {
        let unit = point.property.unit.rawValue
        let clause = StationTable.field(PointDocument.clause(point.access))
        var lines = point.readings.map { reading in
            [
                "reading", reading.observed.iso8601(), reading.received.iso8601(), "",
                StationTable.number(reading.value), "", "", "", "", unit, reading.known.rawValue,
                PointDocument.word(reading.quality), reading.status.rawValue, "\(reading.revision)",
                StationTable.field(reading.source), clause,
            ].joined(separator: ",")
        }
        if let forecast = point.forecast {
            lines += forecast.axis.instants.enumerated().map { index, time in
                [
                    "forecast", time.iso8601(), "", forecast.issued.iso8601(),
                    StationTable.number(forecast.median[index]), StationTable.number(forecast.p05[index]),
                    StationTable.number(forecast.p25[index]), StationTable.number(forecast.p75[index]),
                    StationTable.number(forecast.p95[index]), unit, forecast.known.rawValue, "", "", "", "", clause,
                ].joined(separator: ",")
            }
        }
        return StationTable.header + lines.map { $0 + "\n" }.joined()
    }

    private static func number(_ value: Double?) -> String { value.map { JSONValue.finite($0).canonicalText } ?? "" }

    /// A text as a field: in quotation marks where it would break the row, and never read as a formula by a spreadsheet.
    static func field(_ text: String) -> String {
        var text = text
        if let first = text.first, "=+-@\t".contains(first) { text = "'" + text }
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

/// In which form an address wants what it names: by its suffix.
struct PageForm {
    enum Kind: Hashable {
        case page
        case picture
        case document
        case table
    }

    let name: String
    let kind: Kind

    init(_ file: String) {
        for (suffix, kind) in [(".svg", Kind.picture), (".json", .document), (".csv", .table)]
        where file.hasSuffix(suffix) {
            (name, self.kind) = (String(file.dropLast(suffix.count)), kind)
            return
        }
        (name, kind) = (file, .page)
    }
}
