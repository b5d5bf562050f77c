import Forecasting
import Formats
import NodeCore
import River
import Series

/// One point in full: hydrograph, what a reader must know, alarm levels, readings and forecast as tables.
struct StationPage {
    struct Reading {
        let times: [String]
        let value: String
        let known: String
        let quality: String
        let received: String
        let revision: String
        let source: String
        /// The whole of the source where only its host is shown.
        let origin: String?
        let kind: String
    }

    struct Step {
        let times: [String]
        let median: String
        let half: String
        let ninety: String
    }

    /// Another series of the same place.
    struct Sibling {
        let name: String
        let address: String
        let isCurrent: Bool
    }

    struct Fact {
        let name: String
        let value: String
    }

    /// An alarm level, and what it means for people.
    struct Alarm {
        let line: String
        let meaning: String?
    }

    let layout: Layout
    let heading: String
    let backAddress: String
    let backLabel: String
    let siblings: [Sibling]
    let hasSiblings: Bool
    let siblingsLabel: String
    let facts: [Fact]
    let graphHeading: String
    let graph: String
    let cursor: HydrographSteps
    let image: String
    let imageLabel: String
    let notesHeading: String
    let notes: [String]
    let hasNotes: Bool
    let method: String?
    let alarmsHeading: String
    let alarms: [Alarm]
    /// Who lives by the river below; nil where nothing is known.
    let reach: String?
    let noAlarms: String?
    let readingsHeading: String
    let readingColumns: [String]
    let readings: [Reading]
    let noReadings: String?
    /// What stands on paper below the newest readings; nil where all are printed.
    let onPaper: String?
    let forecastHeading: String
    let forecastColumns: [String]
    let steps: [Step]
    let noForecast: String?
    let skill: SkillSection?
    let history: HistoryTable?

    /// Makes the page's model.
    ///
    /// - Parameters:
    ///   - here: every point of the same place.
    ///   - atlas: the basin; nil where a site has none.
    ///   - skill: how forecasts have done; nil where that is not known.
    ///   - history: where the values come from; nil where it is not known.
    init(
        _ point: DutyPoint, beside here: [DutyPoint], board: DutyBoard, atlas: BasinAtlas?, skill: SkillByLead?,
        history: SeriesHistory?, frame: PageFrame
    ) {
        let (view, context) = (frame.view, frame.context)
        let path = "/\(board.party)/station/\(point.station.id)"
        let chosen = here.first?.property == point.property ? [:] : ["property": point.property.rawValue]
        let language = context.language
        heading = "\(point.station.name[language]) · \(point.riverName[language])"
        layout = Layout(title: heading, path: path, asking: chosen, frame: frame, board: board)
        siblings = here.map { other in
            Sibling(
                name: other.property.standardName.name[language],
                address: view.link(path, asking: ["property": other.property.rawValue]),
                isCurrent: other.property == point.property)
        }
        hasSiblings = here.count > 1
        siblingsLabel = context.text("station.siblings")
        backAddress = view.link("/\(board.party)/")
        backLabel = context.text("duty.title", ["party": board.partyName[language]])
        facts = StationPage.facts(point, board: board, context: context)
        graphHeading = context.text("station.graph")
        graph = HydrographSVG(point: point, now: board.now, context: context).markup
        cursor = HydrographSteps(point, now: board.now, context: context)
        image = view.link(path + ".svg", asking: chosen, keepsRefresh: false)
        imageLabel = context.text("station.image")
        notesHeading = context.text("station.notes")
        notes = (point.forecast?.notes ?? []).map {
            forecastNoteText($0, catalogue: context.catalogue, stationNames: context.stationNames, isShort: false)
        }
        hasNotes = point.forecast != nil
        method = point.forecast.map { StationPage.method($0, context: context) }
        alarmsHeading = context.text("station.alarms")
        alarms = point.alarms.map { alarm in
            Alarm(
                line: StationPage.alarm(alarm, context: context),
                meaning: atlas?.impact(alarm, point.station.id).map {
                    context.remarked($0.text[language], context.text("fact." + $0.quality.rawValue))
                })
        }
        reach = atlas.flatMap { StationPage.reach(of: point.station, $0, context: context) }
        noAlarms = point.alarms.isEmpty ? context.text("station.noAlarms") : nil
        let times = context.zones.map { context.text("table.time", ["zone": $0.name]) }
        let unit = context.unit(point.property)
        let property = point.property.standardName.name[language]
        readingsHeading = context.text("station.readings")
        readingColumns =
            times + [
                context.text("table.value", ["property": property, "unit": unit]), context.text("table.known"),
                context.text("table.quality"), context.text("table.received", ["zone": context.zone.name]),
                context.text("table.revision"), context.text("table.source"),
            ]
        readings = point.readings.reversed().map { StationPage.reading($0, context: context) }
        onPaper =
            point.readings.count > StationPage.printed
            ? context.text(
                "station.onPaper", ["shown": "\(StationPage.printed)", "count": "\(point.readings.count)"]) : nil
        noReadings = point.readings.isEmpty ? context.text("station.noReadings") : nil
        forecastHeading = context.text("station.forecast")
        forecastColumns = times + ["table.median", "table.half", "table.ninety"].map { context.text($0) + ", " + unit }
        steps = point.forecast.map { StationPage.steps($0, context: context) } ?? []
        noForecast = point.forecast == nil ? context.text("station.noForecast") : nil
        self.skill = SkillSection(skill, point.property, context: context)
        self.history = history.map { HistoryTable($0, point: point, board: board, frame: frame) }
    }

    /// Readings on paper, as the style sheet has it.
    private static let printed = 24

    private static func facts(_ point: DutyPoint, board: DutyBoard, context: PageContext) -> [Fact] {
        let language = context.language
        var facts: [Fact] = []
        if let latest = point.latest, let value = latest.value {
            let trend = TrendText(point, context: context)
            let words = [
                "\(context.number(value, point.property)) \(context.unit(point.property))", context.known(latest.known),
                context.age(of: latest.observed, at: board.now), trend.sentence,
            ]
            facts.append(
                Fact(name: context.text("column.now"), value: words.dropFirst().reduce(words[0], context.joined)))
        }
        if !point.alarms.isEmpty, !point.isSilent {
            facts.append(Fact(name: context.text("column.level"), value: context.levelName(point.levelNow)))
        }
        facts.append(
            Fact(name: context.text("station.property"), value: point.property.standardName.name[language]))
        facts.append(
            Fact(
                name: context.text("station.provider"),
                value: context.joined(point.providerName[language], context.access(point.access))))
        if let datum = point.station.datum, context.catalogue.contains("datum." + datum) {
            facts.append(Fact(name: context.text("station.datum"), value: context.text("datum." + datum)))
        }
        return facts
    }

    private static func method(_ forecast: StationForecast, context: PageContext) -> String {
        let method = context.text("method." + forecast.method.rawValue)
        let issued = context.text(
            "station.issued", ["time": context.format.allTimes(forecast.issued, in: context.zone)])
        let how = context.text("station.method", ["method": method, "known": context.known(forecast.known)])
        return context.sentences([issued, how])
    }

    private static func alarm(_ alarm: AlarmLevel, context: PageContext) -> String {
        context.text(
            "station.alarmLine",
            [
                "level": context.levelName(alarm.level), "value": context.number(alarm.value, alarm.property),
                "unit": context.unit(alarm.property), "quality": context.text("fact." + alarm.quality.rawValue),
            ])
    }

    /// Who lives by the river from here to the next station: an order of magnitude.
    private static func reach(of station: Station, _ atlas: BasinAtlas, context: PageContext) -> String? {
        let communes = atlas.communes(station)
        let people = communes.compactMap(\.population).reduce(0, +)
        guard station.kind == .gauge, people > 0 else { return nil }
        return context.text(
            "station.reach",
            [
                "count": "\(communes.count)",
                "people": context.format.number((Double(people) / 1_000).rounded(), digits: 0),
            ])
    }

    private static func reading(_ reading: Observation, context: PageContext) -> Reading {
        let property = reading.series.property
        let mark = ReadingMark(reading)
        let host = StationPage.host(of: reading.source)
        return Reading(
            times: context.zones.map {
                context.format.shortTimeWithoutZone(reading.observed, in: $0)
            },
            value: reading.value.map { context.number($0, property) } ?? "–", known: context.known(reading.known),
            quality: context.quality(reading.quality),
            received: context.format.shortTimeWithoutZone(reading.received, in: context.zone),
            revision: "\(reading.revision)", source: host ?? reading.source, origin: host.map { _ in reading.source },
            kind: mark == .failed ? "failed" : mark == .suspect ? "suspect" : mark == .other ? "other" : "observed")
    }

    /// The host of an address of the web; nil where a source is none.
    private static func host(of source: String) -> String? {
        let parts = source.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2, ["http:", "https:"].contains(parts[0]), parts[1].isEmpty, !parts[2].isEmpty else {
            return nil
        }
        return String(parts[2])
    }

    private static func steps(_ forecast: StationForecast, context: PageContext) -> [Step] {
        forecast.axis.instants.enumerated().map { index, time in
            func range(_ low: [Double], _ high: [Double]) -> String {
                "\(context.number(low[index], forecast.property))–\(context.number(high[index], forecast.property))"
            }
            return Step(
                times: context.zones.map { context.format.shortTimeWithoutZone(time, in: $0) },
                median: context.number(forecast.median[index], forecast.property),
                half: range(forecast.p25, forecast.p75), ninety: range(forecast.p05, forecast.p95))
        }
    }
}
