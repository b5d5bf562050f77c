import Forecasting
import Formats
import NodeCore
import River
import Series

/// The hydrograph of a point as one SVG document of about 900 x 400 units.
///
/// Readings are marks that no line joins; the median is dashed, the 50 % band darker than the 90 % band; alarm levels are
/// labelled in line; the hours stand below in the party's zone and above in the other one.
struct HydrographSVG {
    let point: DutyPoint
    let now: Instant
    let context: PageContext

    private static let width = 900.0
    private static let height = 400.0
    private var scale: HydrographScale { HydrographSVG.scale(of: point, now: now) }

    /// Where times and values stand in the drawing of a point.
    static func scale(of point: DutyPoint, now: Instant) -> HydrographScale {
        HydrographScale(point, now: now, back: 7 * 86_400, left: 58, top: 40, width: 730, height: 270)
    }

    /// The document; inside a page it is used as it is.
    var markup: String {
        var drawing = Drawing()
        let scale = scale
        drawing.raw(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"hydrograph\" viewBox=\"0 0 900 400\" role=\"img\" "
                + "lang=\"\(context.language.rawValue)\" font-family=\"\(HydrographSVG.fonts)\" font-size=\"12\">")
        drawing.raw("<title>\(Drawing.escaped(title))</title>")
        drawing.raw("<desc>\(Drawing.escaped(description))</desc>")
        drawing.rectangle(
            0, 0, HydrographSVG.width, HydrographSVG.height, "class=\"h-paper\" fill=\"#ffffff\"")
        drawGaps(into: &drawing, scale)
        drawAxes(into: &drawing, scale)
        drawForecast(into: &drawing, scale)
        drawAlarms(into: &drawing, scale)
        drawRating(into: &drawing, scale)
        drawNow(into: &drawing, scale)
        drawReadings(into: &drawing, scale)
        drawNewest(into: &drawing, scale)
        drawLegend(into: &drawing)
        drawing.raw("</svg>")
        return drawing.markup
    }

    static let fonts = "'Noto Sans','Segoe UI','Microsoft YaHei','Noto Sans CJK SC',sans-serif"

    /// The station and what is shown.
    var title: String {
        context.text(
            "graph.title",
            [
                "station": point.station.name[context.language],
                "property": point.property.standardName.name[context.language],
            ])
    }

    /// Newest reading, crest with its band and time, probabilities of the alarm levels.
    var description: String {
        let unit = context.unit(point.property)
        var sentences: [String] = []
        if let latest = point.latest, let value = latest.value {
            let arguments = [
                "count": "\(point.readings.count)", "value": context.number(value, point.property), "unit": unit,
                "time": context.format.allTimes(latest.observed, in: context.zone),
            ]
            sentences.append(context.text("graph.desc.readings", arguments))
        } else {
            sentences.append(context.text("graph.desc.noReadings"))
        }
        if let forecast = point.forecast, let crest = forecast.crest {
            let arguments = [
                "median": context.number(crest.median, point.property), "unit": unit,
                "low": context.number(forecast.p05[crest.index], point.property),
                "high": context.number(forecast.p95[crest.index], point.property),
                "time": context.format.allTimes(crest.time, in: context.zone), "known": context.known(forecast.known),
            ]
            sentences.append(context.text("graph.desc.crest", arguments))
            for alarm in point.alarms {
                let percent = context.format.percent(forecast.probability(ofReaching: alarm.value))
                sentences.append(
                    context.text(
                        "graph.desc.probability", ["level": context.levelName(alarm.level), "percent": percent]))
            }
        } else {
            sentences.append(context.text("graph.desc.noForecast"))
        }
        return sentences.joined(separator: context.language == .chinese ? "" : " ")
    }

    /// Says so where the newest reading is older than the hours that are shown.
    private func drawNewest(into drawing: inout Drawing, _ scale: HydrographScale) {
        guard let latest = point.latest, latest.observed < scale.times.lowerBound else { return }
        let time = context.format.allTimes(latest.observed, in: context.zone)
        drawing.text(
            scale.left + scale.width / 2, scale.top + scale.height / 2, context.text("graph.older", ["time": time]),
            "class=\"h-soft\" fill=\"#5a6570\" text-anchor=\"middle\" font-size=\"13\"")
    }

    private func drawGaps(into drawing: inout Drawing, _ scale: HydrographScale) {
        for gap in scale.gaps(point.readings, now: now) {
            let from = scale.x(gap.lowerBound)
            let to = scale.x(gap.upperBound)
            drawing.rectangle(
                from, scale.top, to - from, scale.height, "class=\"h-gap\" fill=\"#eceff1\" stroke=\"none\"")
            if to - from > 60 {
                drawing.text(
                    (from + to) / 2, scale.top + scale.height - 8, context.text("graph.legend.gap"),
                    "class=\"h-soft\" fill=\"#5a6570\" text-anchor=\"middle\" font-size=\"11\"")
            }
        }
    }

    private func drawAxes(into drawing: inout Drawing, _ scale: HydrographScale) {
        let right = scale.left + scale.width
        let bottom = scale.top + scale.height
        let digits = scale.valueStep < 1 ? (scale.valueStep < 0.1 ? 2 : 1) : 0
        for value in scale.valueTicks {
            let y = scale.y(value)
            drawing.line(scale.left, y, right, y, "class=\"h-grid\" stroke=\"#dfe4e8\" stroke-width=\"1\"")
            drawing.text(
                scale.left - 6, y + 4, context.format.number(value, digits: digits),
                "class=\"h-text\" fill=\"#33404d\" text-anchor=\"end\"")
        }
        drawing.text(
            8, scale.top - 10, context.unit(point.property), "class=\"h-text\" fill=\"#33404d\" font-weight=\"bold\"")
        drawTimes(into: &drawing, scale, zone: context.zone, y: bottom, direction: 1)
        if let second = context.secondZone {
            drawTimes(into: &drawing, scale, zone: second, y: scale.top, direction: -1)
        }
        drawing.rectangle(
            scale.left, scale.top, scale.width, scale.height,
            "class=\"h-frame\" fill=\"none\" stroke=\"#8a96a3\" stroke-width=\"1\"")
    }

    /// One axis of hours: the clock, and the day at midnight and at the first tick.
    private func drawTimes(
        into drawing: inout Drawing, _ scale: HydrographScale, zone: UTCOffset, y: Double, direction: Double
    ) {
        let isMain = direction > 0
        drawing.raw("<g class=\"z-\(isMain ? 1 : 2)\">")
        defer { drawing.raw("</g>") }
        let color = "class=\"h-text\" fill=\"#33404d\" text-anchor=\"middle\" font-size=\"\(isMain ? 12 : 11)\""
        let ticks = scale.timeTicks(in: zone, limit: 11)
        for (index, tick) in ticks.enumerated() {
            let x = scale.x(tick)
            if isMain {
                drawing.line(x, scale.top, x, y, "class=\"h-grid\" stroke=\"#eef1f3\" stroke-width=\"1\"")
            }
            drawing.line(x, y, x, y + 4 * direction, "class=\"h-frame\" stroke=\"#8a96a3\" stroke-width=\"1\"")
            let clock = tick.clock(in: zone)
            drawing.text(x, isMain ? y + 17 : y - 8, clock, color)
            if isMain, index == 0 || clock == "00:00" {
                drawing.text(x, y + 32, context.format.day(tick, in: zone), color + " font-weight=\"bold\"")
            }
        }
        drawing.text(
            scale.left + scale.width + 8, isMain ? y + 17 : y - 8, zone.name,
            "class=\"h-soft\" fill=\"#5a6570\" font-size=\"11\"")
    }

    private func drawForecast(into drawing: inout Drawing, _ scale: HydrographScale) {
        guard let forecast = point.forecast, !forecast.median.isEmpty else { return }
        let xs = forecast.axis.instants.map { scale.x($0) }
        func band(_ low: [Double], _ high: [Double]) -> [(x: Double, y: Double)] {
            let above = zip(xs, high).map { (x: $0, y: scale.y($1)) }
            let below = zip(xs, low).map { (x: $0, y: scale.y($1)) }
            return above + below.reversed()
        }
        drawing.path("polygon", band(forecast.p05, forecast.p95), "class=\"h-90\" fill=\"#cfe3f3\" stroke=\"none\"")
        drawing.path("polygon", band(forecast.p25, forecast.p75), "class=\"h-50\" fill=\"#93bfe0\" stroke=\"none\"")
        drawing.path(
            "polyline", zip(xs, forecast.median).map { (x: $0, y: scale.y($1)) },
            "class=\"h-median\" fill=\"none\" stroke=\"#0b5394\" stroke-width=\"2\" stroke-dasharray=\"6 4\"")
        if let previous = point.previousForecast { drawPrevious(previous, into: &drawing, scale) }
        drawing.text(
            scale.left + scale.width - 6, scale.top + scale.height - 8, context.known(forecast.known),
            "class=\"h-soft\" fill=\"#5a6570\" text-anchor=\"end\" font-size=\"11\"")
    }

    /// The median of the run before, where it lies in the drawing.
    private func drawPrevious(_ forecast: StationForecast, into drawing: inout Drawing, _ scale: HydrographScale) {
        let line = zip(forecast.axis.instants, forecast.median)
            .filter { scale.times.contains($0) && scale.values.contains($1) }.map { (x: scale.x($0), y: scale.y($1)) }
        guard line.count > 1 else { return }
        drawing.path(
            "polyline", line, "class=\"h-frame h-previous\" fill=\"none\" stroke=\"#8a96a3\" stroke-width=\"1.2\"")
    }

    /// Discharges at the ticks of the stages, by the rating of the day; inside the frame, at its right.
    private func drawRating(into drawing: inout Drawing, _ scale: HydrographScale) {
        let day = now.civil(in: context.zone).date
        guard point.property == .stage, let rating = point.station.rating(on: day) else { return }
        let right = scale.left + scale.width
        drawing.text(
            right - 5, scale.top + 13, context.text("graph.rating", ["unit": context.unit(.discharge)]),
            "class=\"h-soft\" fill=\"#5a6570\" text-anchor=\"end\" font-size=\"11\"")
        for value in scale.valueTicks {
            guard let rated = rating.discharge(at: .metres(value)), scale.y(value) > scale.top + 24 else { continue }
            drawing.text(
                right - 5, scale.y(value) - 3,
                (rated.known == .derived ? "" : "≈ ") + context.number(rated.value, .discharge),
                "class=\"h-soft\" fill=\"#5a6570\" text-anchor=\"end\" font-size=\"11\"")
        }
    }

    private func drawAlarms(into drawing: inout Drawing, _ scale: HydrographScale) {
        let right = scale.left + scale.width
        for alarm in point.alarms where scale.values.contains(alarm.value) {
            let y = scale.y(alarm.value)
            let color = ["#1f6fb2", "#9a7400", "#c2410c", "#a3123f"][max(0, min(3, alarm.level - 1))]
            drawing.line(
                scale.left, y, right, y,
                "class=\"h-alarm\(alarm.level)\" stroke=\"\(color)\" stroke-width=\"1.4\"")
            let label = context.text("level.short.\(min(4, alarm.level))")
            drawing.text(
                right + 8, y + 4, "\(label) \(context.number(alarm.value, point.property))",
                "class=\"h-label\(alarm.level)\" fill=\"\(color)\" font-weight=\"bold\"")
        }
    }

    private func drawNow(into drawing: inout Drawing, _ scale: HydrographScale) {
        guard scale.times.contains(now) else { return }
        let x = scale.x(now)
        drawing.line(
            x, scale.top, x, scale.top + scale.height, "class=\"h-now\" stroke=\"#111111\" stroke-width=\"1.4\"")
        drawing.text(
            x + 4, scale.top + 13, context.text("graph.now"), "class=\"h-text\" fill=\"#111111\" font-size=\"11\"")
    }

    private func drawReadings(into drawing: inout Drawing, _ scale: HydrographScale) {
        for reading in point.readings where scale.times.contains(reading.observed) {
            guard let mark = ReadingMark(reading), let value = reading.value else { continue }
            let title = context.text(
                "graph.point",
                [
                    "time": context.format.allTimes(reading.observed, in: context.zone, withYear: false),
                    "value": context.number(value, point.property), "unit": context.unit(point.property),
                    "known": context.known(reading.known), "quality": context.quality(reading.quality),
                ])
            drawing.mark(mark, scale.x(reading.observed), scale.y(value), size: 3, title: title)
        }
    }

    /// One row of marks and names; only what can occur in this drawing beside the marks of readings.
    private func drawLegend(into drawing: inout Drawing) {
        var (x, y) = (58.0, 370.0)
        func label(_ key: String, _ drawing: inout Drawing) {
            let text = context.text(key)
            drawing.text(x + 22, y + 4, text, "class=\"h-text\" fill=\"#33404d\"")
            let widths = text.unicodeScalars.map { $0.value > 0x2E7F ? 12.5 : 6.6 }
            x += 40 + widths.reduce(0, +)
            if x > 730 { (x, y) = (58, y + 20) }
        }
        let marks: [(ReadingMark, String)] = [
            (.observed, "graph.legend.observed"), (.other, "graph.legend.other"), (.suspect, "graph.legend.suspect"),
            (.failed, "graph.legend.failed"),
        ]
        for (mark, key) in marks {
            drawing.mark(mark, x + 10, y, size: 3, title: nil)
            label(key, &drawing)
        }
        drawing.line(
            x, y, x + 18, y, "class=\"h-median\" stroke=\"#0b5394\" stroke-width=\"2\" stroke-dasharray=\"6 4\"")
        label("graph.legend.median", &drawing)
        drawing.rectangle(x, y - 6, 18, 12, "class=\"h-50\" fill=\"#93bfe0\"")
        label("graph.legend.half", &drawing)
        drawing.rectangle(x, y - 6, 18, 12, "class=\"h-90\" fill=\"#cfe3f3\"")
        label("graph.legend.ninety", &drawing)
        if point.previousForecast != nil {
            drawing.line(x, y, x + 18, y, "class=\"h-frame\" stroke=\"#8a96a3\" stroke-width=\"1.2\"")
            label("graph.legend.previous", &drawing)
        }
    }
}

/// The course of a point in the width of a table cell: two days of readings, median and band.
struct Sparkline {
    let point: DutyPoint
    let now: Instant

    /// An SVG element of 150 x 38 units without text: the row beside it says everything.
    var markup: String {
        let scale = HydrographScale(point, now: now, back: 48 * 3600, left: 2, top: 2, width: 146, height: 34)
        var drawing = Drawing()
        drawing.raw("<svg class=\"spark\" viewBox=\"0 0 150 38\" width=\"150\" height=\"38\" aria-hidden=\"true\">")
        if let forecast = point.forecast, !forecast.median.isEmpty {
            let instants = forecast.axis.instants
            // at this size more points are not seen, and a slow line has to carry them
            let step = max(1, (instants.count - 1) / 12)
            let shown = instants.indices.filter { $0 % step == 0 || $0 == instants.count - 1 }
            func line(_ values: [Double]) -> [(x: Double, y: Double)] {
                shown.map { (x: scale.x(instants[$0]), y: scale.y(values[$0])) }
            }
            drawing.path(
                "polygon", line(forecast.p95) + line(forecast.p05).reversed(), "class=\"h-90\" fill=\"#cfe3f3\"")
            drawing.path(
                "polyline", line(forecast.median),
                "class=\"h-median\" fill=\"none\" stroke=\"#0b5394\" stroke-width=\"1.4\" stroke-dasharray=\"4 2\"")
        }
        for alarm in point.alarms where scale.values.contains(alarm.value) {
            let color = ["#1f6fb2", "#9a7400", "#c2410c", "#a3123f"][max(0, min(3, alarm.level - 1))]
            let y = scale.y(alarm.value)
            drawing.line(2, y, 148, y, "class=\"h-alarm\(alarm.level)\" stroke=\"\(color)\" stroke-width=\"1\"")
        }
        let x = scale.x(now)
        drawing.line(x, 2, x, 36, "class=\"h-now\" stroke=\"#111111\" stroke-width=\"1\"")
        for reading in point.readings where scale.times.contains(reading.observed) {
            guard let mark = ReadingMark(reading), let value = reading.value else { continue }
            drawing.mark(mark, scale.x(reading.observed), scale.y(value), size: 1.4, title: nil)
        }
        drawing.raw("</svg>")
        return drawing.markup
    }
}
