import Formats
import NodeCore
import River
import Series

/// The page on which readings are entered: a few rows, or a table.
struct UploadEntryPage {
    struct Choice {
        let value: String
        let text: String
        var isChosen = false
    }

    struct Row {
        let number: Int
        let label: String
        let date: String
        let time: String
        let series: [Choice]
        let units: [Choice]
    }

    let layout: Layout
    let heading: String
    let signedIn: String
    let signOut: String
    let signOutAddress: String
    let key: String
    let fault: String?
    let address: String
    let typedHeading: String
    let typedNote: String
    let zoneLabel: String
    let zones: [Choice]
    let seriesLabel: String
    let dateLabel: String
    let timeLabel: String
    let valueLabel: String
    let unitLabel: String
    let rows: [Row]
    let correct: String
    let old: String
    let check: String
    let tableHeading: String
    let tableNote: String
    let grant: String
    let mappingNote: String?
    let paste: String
    let file: String

    init(_ uploader: Uploader, basin: Basin, key: String, now: Instant, fault: String?, frame: PageFrame) {
        let context = frame.context
        heading = context.catalogue.uploadText("upload.entry.title")
        layout = Layout(title: heading, path: "/readings", frame: frame)
        signedIn = context.catalogue.uploadText(
            "upload.signedIn",
            [
                "name": uploader.name[context.language],
                "time": context.format.time(uploader.validUntil, in: context.zone),
            ])
        signOut = context.catalogue.uploadText("upload.signOut")
        signOutAddress = frame.view.link("/sign-out", keepsRefresh: false)
        self.key = key
        self.fault = fault
        address = frame.view.link("/check", keepsRefresh: false)
        typedHeading = context.catalogue.uploadText("upload.entry.typed")
        typedNote = context.catalogue.uploadText("upload.entry.typed.note")
        zoneLabel = context.catalogue.uploadText("upload.entry.zone")
        zones = context.zones.sorted { $0.minutes > $1.minutes }.map { zone in
            Choice(
                value: zone.description, text: context.catalogue.name(of: zone),
                isChosen: zone == context.zone)
        }
        seriesLabel = context.catalogue.uploadText("upload.entry.series")
        dateLabel = context.catalogue.uploadText("upload.entry.date")
        timeLabel = context.catalogue.uploadText("upload.entry.time")
        valueLabel = context.catalogue.uploadText("upload.entry.value")
        unitLabel = context.catalogue.uploadText("upload.entry.unit")
        let granted = UploadEntryPage.granted(to: uploader, in: basin)
        let series = granted.map { UploadEntryPage.choice($0, context) }
        let kinds = Set(granted.map(\.property.unit.kind))
        let units =
            [Choice(value: "", text: context.catalogue.uploadText("upload.entry.unit.standard"))]
            + Unit.allCases.filter { kinds.contains($0.kind) && $0 != .count }.map {
                Choice(value: $0.rawValue, text: context.format.unit($0))
            }
        let hour = now.civil(in: context.zone)
        rows = (1...UploadForm.typedRows).map { number in
            Row(
                number: number, label: context.catalogue.uploadText("upload.entry.row", ["row": "\(number)"]),
                date: hour.date.description,
                time: now.roundedDown(toStep: 3_600).clock(in: context.zone), series: series, units: units)
        }
        correct = context.catalogue.uploadText("upload.entry.correct")
        old = context.catalogue.uploadText("upload.entry.old", ["days": "\(UploadRules.oldestDays)"])
        check = context.catalogue.uploadText("upload.entry.check")
        tableHeading = context.catalogue.uploadText("upload.entry.table")
        tableNote = context.catalogue.uploadText("upload.entry.table.note")
        grant = granted.map { "\($0.station)/\($0.property.rawValue)" }.joined(separator: ", ")
        mappingNote = uploader.mapping.map {
            context.catalogue.uploadText("upload.entry.table.mapping", ["mapping": $0])
        }
        paste = context.catalogue.uploadText("upload.entry.table.paste")
        file = context.catalogue.uploadText("upload.entry.table.file")
    }

    private static func choice(_ series: SeriesID, _ context: PageContext) -> Choice {
        let property = series.property
        let unit = context.unit(property)
        let station = context.stationNames[series.station]?[context.language] ?? series.station.text
        let name = property.standardName.name[context.language]
        return Choice(
            value: "\(series.station)|\(property.rawValue)|\(property.unit.rawValue)",
            text: "\(station) · \(name)\(unit.isEmpty ? "" : " (\(unit))")")
    }

    /// Every series that may be posted; of a pattern for every property those that such a place has.
    static func granted(to uploader: Uploader, in basin: Basin) -> [SeriesID] {
        let ofRivers: [Property] = [.stage, .discharge, .precipitation, .airTemperature]
        let ofReservoirs: [Property] = [
            .poolLevel, .inflow, .release, .spill, .turbineFlow, .tailwater, .storage, .gatesOpen, .precipitation,
        ]
        var series: [SeriesID] = []
        for pattern in uploader.series {
            guard let station = basin.stations[pattern.station] else { continue }
            let isReservoir = station.kind == .dam || basin.reservoirs[station.id] != nil
            var properties = pattern.property.map { [$0] } ?? (isReservoir ? ofReservoirs : ofRivers)
            if uploader.mayIntend, isReservoir { properties.append(.releaseIntention) }
            for property in properties {
                let item = SeriesID(provider: station.provider, station: station.id, property: property)
                if !series.contains(item) { series.append(item) }
            }
        }
        return series
    }
}
