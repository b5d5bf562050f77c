import Accord
import NodeCore
import Series

/// A part of a series, for programs.
struct SeriesDocument {
    let party: PartyID
    let request: SeriesRequest
    let part: SeriesPart<[SeriesValue]>
    /// The address of the next part; nil when nothing follows.
    let next: String?

    var json: JSONValue {
        let unit = request.series.property.unit.rawValue
        return [
            "party": .string(party.text), "series": .string(request.series.description),
            "provider": .string(request.series.provider.text), "station": .string(request.series.station.text),
            "property": .string(request.series.property.rawValue), "unit": .string(unit),
            "as_of": .time(request.asOf), "next": .optional(next),
            "values": .array(part.content.map { SeriesDocument.value($0) }),
        ]
    }

    private static func value(_ value: SeriesValue) -> JSONValue {
        [
            "observed": .time(value.observed), "received": .time(value.received), "value": .finite(value.value),
            "quality": .string(PointDocument.word(value.quality)), "known": .string(value.known.rawValue),
            "status": .string(value.status.rawValue), "revision": .integer(value.revision),
            "source": .string(value.source), "lane": .optional(value.lane),
            "index": value.index.map { .integer($0) } ?? .null, "clause": .string(value.clause),
            "redistribution": .string(value.redistribution),
        ]
    }
}
