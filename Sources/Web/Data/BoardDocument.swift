import Accord
import Forecasting
import Formats
import NodeCore
import River
import Series

/// What the duty page shows, for programs.
struct BoardDocument {
    let board: DutyBoard
    let site: DutySite
    var standing: PartyStanding?

    var json: JSONValue {
        var members = BoardDocument.frame(board)
        members["points"] = .array(board.points.map { point($0) })
        members["warnings"] = .array(board.drafts.map { warning($0) })
        members["partners"] = .array(board.partners.map { partner($0) })
        return .object(members)
    }

    /// What every document of a board begins with: whose it is, when, under which agreement, and whether it is a replay.
    static func frame(_ board: DutyBoard) -> [String: JSONValue] {
        [
            "party": .string(board.party.text), "name": JSONValue(board.partyName), "now": .time(board.now),
            "last_cycle": .time(board.lastCycle),
            "agreement": [
                "id": .string(board.agreement.id), "title": JSONValue(board.agreement.title),
                "illustrative": .bool(board.agreement.isIllustrative),
            ],
            "replay": board.replay.map {
                [
                    "event": .string($0.event), "title": JSONValue($0.title),
                    "remarks": .array($0.remarks.map { JSONValue($0) }),
                ]
            } ?? .null,
        ]
    }

    private func point(_ point: DutyPoint) -> JSONValue {
        var members = PointDocument(point).members
        members["forecast"] =
            point.forecast.map {
                ForecastDocument($0, of: point, site: site).json(withSteps: true)
            } ?? .null
        return .object(members)
    }

    private func warning(_ draft: WarningDraft) -> JSONValue {
        let point = board.points.first { $0.station.id == draft.station && !$0.alarms.isEmpty }
        let property = point?.property ?? .stage
        return [
            "station": .string(draft.station.text), "property": .string(property.rawValue),
            "unit": .string(property.unit.rawValue), "issued": .time(draft.issued), "level": .integer(draft.level),
            "previous_level": .integer(draft.previousLevel), "action": .string(draft.action.rawValue),
            "threshold": .finite(draft.threshold), "probability": .finite(draft.probability),
            "observed": .bool(draft.isObserved), "crossing": .time(draft.crossing),
            "crest": draft.crestTime.map {
                [
                    "time": .time($0), "median": .finite(draft.crestMedian), "p05": .finite(draft.crestLow),
                    "p95": .finite(draft.crestHigh),
                ]
            } ?? .null,
            "expires": .time(draft.expires), "signed": false,
            "known": .string((point?.forecast?.known ?? .forecast).rawValue),
            "clause": .optional(point.map { PointDocument.clause($0.access) }),
            "notes": .array(draft.notes.map { ForecastDocument.note($0, site: site) }),
            "alert": .string("/\(board.party)/warnings/\(draft.station).xml"),
        ]
    }

    private func partner(_ partner: PartnerState) -> JSONValue {
        let participation =
            switch partner.participation {
            case .joined: "joined"
            case .notJoined: "not-joined"
            case .observer: "observer"
            }
        return [
            "party": .string(partner.party.text), "name": JSONValue(partner.name),
            "participation": .string(participation), "last_observation": .time(partner.lastObservation),
            "series_received": .integer(partner.seriesReceived), "series_granted": .integer(partner.seriesGranted),
            "unreachable_since": .time(standing?.unreachable[partner.party]),
        ]
    }
}

/// One point with its newest value.
struct PointDocument {
    let point: DutyPoint

    init(_ point: DutyPoint) { self.point = point }

    /// The clause by which a party has a point: `own`, `published`, or that of the agreement.
    static func clause(_ access: DutyPoint.Access) -> String {
        switch access {
        case .own: Verdict.ownClause
        case .published: "published"
        case .granted(let clause): clause
        }
    }

    var members: [String: JSONValue] {
        let station = point.station
        return [
            "station": .string(station.id.text), "name": JSONValue(station.name),
            "river": .string(station.river), "river_name": JSONValue(point.riverName),
            "provider": .string(station.provider.text), "provider_name": JSONValue(point.providerName),
            "kind": .string(station.kind.rawValue), "property": .string(point.property.rawValue),
            "unit": .string(point.property.unit.rawValue), "datum": .optional(station.datum),
            "clause": .string(PointDocument.clause(point.access)),
            "latest": point.latest.map { PointDocument.value($0, access: point.access) } ?? .null,
            "trend_per_hour": .finite(point.trend), "silent": .bool(point.isSilent),
            "level": point.alarms.isEmpty || point.latest == nil || point.isSilent ? .null : .integer(point.levelNow),
            "warning_level": .integer(point.warningLevel),
            "alarms": .array(
                point.alarms.map {
                    [
                        "level": .integer($0.level), "value": .finite($0.value),
                        "property": .string($0.property.rawValue), "unit": .string($0.property.unit.rawValue),
                        "scheme": .string($0.scheme), "quality": .string($0.quality.rawValue),
                    ]
                }),
        ]
    }

    /// A reading with how it is known and by which clause it is here.
    static func value(_ reading: Observation, access: DutyPoint.Access) -> JSONValue {
        [
            "value": .finite(reading.value), "unit": .string(reading.series.property.unit.rawValue),
            "observed": .time(reading.observed), "received": .time(reading.received),
            "known": .string(reading.known.rawValue), "quality": .string(word(reading.quality)),
            "status": .string(reading.status.rawValue), "revision": .integer(reading.revision),
            "source": .string(reading.source), "clause": .string(clause(access)),
        ]
    }

    /// The word of a quality.
    static func word(_ quality: Quality) -> String {
        switch quality {
        case .good: "good"
        case .notEvaluated: "not-evaluated"
        case .suspect: "suspect"
        case .fail: "fail"
        case .missing: "missing"
        }
    }
}

/// A forecast of a point; of its members only what pages show of them, the quantiles.
struct ForecastDocument {
    let forecast: StationForecast
    let point: DutyPoint
    let site: DutySite

    init(_ forecast: StationForecast, of point: DutyPoint, site: DutySite) {
        self.forecast = forecast
        self.point = point
        self.site = site
    }

    func json(withSteps: Bool) -> JSONValue {
        var members: [String: JSONValue] = [
            "issued": .time(forecast.issued), "unit": .string(forecast.property.unit.rawValue),
            "method": .string(forecast.method.rawValue), "known": .string(forecast.known.rawValue),
            "clause": .string(PointDocument.clause(point.access)),
            "notes": .array(forecast.notes.map { ForecastDocument.note($0, site: site) }), "crest": crest,
            "probabilities": .array(
                point.alarms.map {
                    [
                        "level": .integer($0.level),
                        "probability": .finite(forecast.probability(ofReaching: $0.value)),
                        "median_crossing": .time(forecast.medianCrossing(of: $0.value)),
                    ]
                }),
        ]
        if withSteps {
            members["steps"] = .array(forecast.axis.instants.indices.map { step($0) })
        }
        return .object(members)
    }

    private func step(_ index: Int) -> JSONValue {
        [
            "valid": .time(forecast.axis[index]), "median": .finite(forecast.median[index]),
            "p05": .finite(forecast.p05[index]), "p25": .finite(forecast.p25[index]),
            "p75": .finite(forecast.p75[index]), "p95": .finite(forecast.p95[index]),
        ]
    }

    private var crest: JSONValue {
        guard let crest = forecast.crest else { return .null }
        return [
            "time": .time(crest.time), "median": .finite(crest.median), "p05": .finite(forecast.p05[crest.index]),
            "p95": .finite(forecast.p95[crest.index]), "rises": .bool(crest.index > 0),
        ]
    }

    /// A note with its word, what it is about, and its sentence in three languages.
    static func note(_ note: ForecastNote, site: DutySite) -> JSONValue {
        func sentence(_ language: Language) -> String {
            forecastNoteText(
                note, catalogue: site.catalogues[language], stationNames: site.stationNames, isShort: false)
        }
        let (code, station, number): (String, StationID?, Int?) =
            switch note {
            case .upstreamMissing(let station): ("upstream-missing", station, nil)
            case .upstreamStale(let station, let hours): ("upstream-stale", station, hours)
            case .upstreamEstimated(let station): ("upstream-estimated", station, nil)
            case .uncalibrated(let errors): ("uncalibrated", nil, errors)
            case .extrapolated: ("extrapolated", nil, nil)
            case .ownReadingStale(let hours): ("own-reading-stale", nil, hours)
            case .releaseUnknown(let station): ("release-unknown", station, nil)
            case .releaseNoticed(let station, let flow, _, let isCounted):
                (isCounted ? "release-noticed" : "release-not-counted", station, flow)
            case .releaseWithoutFlow(let station, _): ("release-without-flow", station, nil)
            }
        return [
            "code": .string(code), "station": .optional(station?.text),
            "number": number.map { .integer($0) } ?? .null,
            "text": JSONValue(
                LocalizedText(vi: sentence(.vietnamese), zh: sentence(.chinese), en: sentence(.english))),
        ]
    }
}
