import Accord
import Formats
import NodeCore
import River
import Series

/// The reservoirs as the page of reservoirs shows them, for programs.
struct ReservoirsDocument {
    let board: DutyBoard
    let atlas: BasinAtlas
    let advice: [StationID: DamAdvice]

    var json: JSONValue {
        var members = BoardDocument.frame(board)
        members["reservoirs"] = .array(ReservoirState.all(on: board, atlas: atlas).map { reservoir($0) })
        return .object(members)
    }

    private func reservoir(_ state: ReservoirState) -> JSONValue {
        let shown: [Property] = [.poolLevel, .inflow, .release, .releaseIntention]
        let values = shown.map { property in (property.rawValue, ReservoirsDocument.value(property, of: state)) }
        return [
            "station": .string(state.station.id.text), "name": JSONValue(state.station.name),
            "river": .string(state.station.river), "river_name": JSONValue(state.riverName),
            "provider": .string(state.station.provider.text), "provider_name": JSONValue(state.providerName),
            "values": .object(Dictionary(uniqueKeysWithValues: values)),
            "limit": state.limit.map {
                [
                    "level": .finite($0.level), "unit": "m",
                    "kind": .string($0.quality == nil ? "normal-level" : "highest-before-flood"),
                    "quality": .optional($0.quality?.rawValue),
                ]
            } ?? .null,
            "below_limit_m": .finite(state.margin),
            "levels": .array(state.levels.map { ReservoirsDocument.level($0) }),
            "proposal": advice[state.station.id].map { ProposalDocument.json($0) } ?? .null,
        ]
    }

    /// A value, or why there is none: nothing has come, or nothing is shared.
    private static func value(_ property: Property, of state: ReservoirState) -> JSONValue {
        guard let point = state.points[property], let latest = point.latest else {
            let isOwed = state.granted.contains(property) && property != .releaseIntention
            return [
                "value": .null, "unit": .string(property.unit.rawValue),
                "absent": isOwed ? "nothing-yet" : "not-shared",
            ]
        }
        return PointDocument.value(latest, access: point.access)
    }

    private static func level(_ level: BasinPack.ReservoirLevel) -> JSONValue {
        [
            "kind": .string(level.kind), "level": .finite(level.level), "unit": "m", "season": .string(level.season),
            "season_from": .string(level.seasonFrom), "season_to": .string(level.seasonTo),
            "article": .string(level.article), "condition": .string(level.condition),
            "quality": .string(level.quality.rawValue),
        ]
    }
}

/// The places of the map as GeoJSON (RFC 7946), in the order of the page's list.
struct MapDocument {
    let board: DutyBoard
    let atlas: BasinAtlas

    var json: JSONValue {
        let day = board.now.civil(in: board.zone).date
        let marks = atlas.basin.stations.values.filter { $0.validity.contains(day) && $0.kind != .junction }
            .map { PlaceMark($0, board: board) }
            .sorted { ($0.level ?? -1, $1.station.id) > ($1.level ?? -1, $0.station.id) }
        var members = BoardDocument.frame(board)
        members["type"] = "FeatureCollection"
        members["features"] = .array(marks.map { feature($0) })
        members["credits"] = .array(atlas.pack.credits.map { .string($0) })
        return .object(members)
    }

    private func feature(_ mark: PlaceMark) -> JSONValue {
        let station = mark.station
        var geometry = JSONValue.null
        if let longitude = station.longitude, let latitude = station.latitude {
            geometry = ["type": "Point", "coordinates": [.finite(longitude), .finite(latitude)]]
        }
        return [
            "type": "Feature", "id": .string(station.id.text), "geometry": geometry,
            "properties": [
                "station": .string(station.id.text), "name": JSONValue(station.name),
                "kind": .string(station.kind.rawValue), "river": .string(station.river),
                "river_name": JSONValue(atlas.riverName(station.river)), "provider": .string(station.provider.text),
                "provider_name": JSONValue(atlas.register.name(of: station.provider)),
                "coordinate_quality": .string(station.coordinateQuality.rawValue),
                "level": mark.level.map { .integer($0) } ?? .null, "shared": .bool(mark.isShared),
                "property": .optional(mark.point?.property.rawValue),
                "latest": mark.point.flatMap { point in
                    point.latest.map { PointDocument.value($0, access: point.access) }
                } ?? .null,
            ],
        ]
    }
}

/// The lines of the rivers as GeoJSON (RFC 7946), as the pack has them.
struct RiversDocument {
    let atlas: BasinAtlas

    var json: JSONValue {
        [
            "type": "FeatureCollection",
            "features": .array(
                atlas.lines.lines.map { line in
                    [
                        "type": "Feature", "properties": [:],
                        "geometry": [
                            "type": "LineString",
                            "coordinates": .array(line.map { [.finite($0.longitude), .finite($0.latitude)] }),
                        ],
                    ]
                }),
            "credits": .array(atlas.pack.credits.map { .string($0) }),
        ]
    }
}
