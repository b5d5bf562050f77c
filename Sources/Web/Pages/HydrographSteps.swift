import Accord
import Forecasting
import Formats
import NodeCore
import Series

/// What a hydrograph says point by point, in the order of time: for the cursor of its page, and for whoever cannot see it.
struct HydrographSteps {
    /// `[[x, "text"], ...]`, x in units of the drawing; safe inside a script element.
    let json: String
    /// The place of the newest point that is not after now.
    let now: Int
    /// The upper and the lower end of the plot, in units of the drawing.
    let span: String
    let label: String
    let half: String
    let ninety: String
    /// The names of both zones between bars; nil where they are the same.
    let zones: String?
    let zonesLabel: String
    let bothZones: String

    init(_ point: DutyPoint, now: Instant, context: PageContext) {
        let scale = HydrographSVG.scale(of: point, now: now)
        let steps = HydrographSteps.steps(point, scale: scale, context: context).sorted { $0.time < $1.time }
        json = HydrographSteps.script(steps.map { (scale.x($0.time), $0.text) })
        self.now = max(0, (steps.firstIndex { $0.time > now } ?? steps.count) - 1)
        span = "\(Int(scale.top)) \(Int(scale.top + scale.height))"
        label = context.text("graph.cursor")
        half = context.text("graph.legend.half")
        ninety = context.text("graph.legend.ninety")
        zones = context.secondZone.map { "\(context.zone.name)|\($0.name)" }
        zonesLabel = context.text("graph.zones")
        bothZones = context.text("graph.zones.both")
    }

    private static func steps(
        _ point: DutyPoint, scale: HydrographScale, context: PageContext
    ) -> [(time: Instant, text: String)] {
        func number(_ value: Double) -> String { context.number(value, point.property) }
        func time(_ time: Instant) -> String { context.format.allTimes(time, in: context.zone, withYear: false) }
        let unit = context.unit(point.property)
        let readings = point.readings.compactMap { reading -> (time: Instant, text: String)? in
            guard scale.times.contains(reading.observed), let value = reading.value else { return nil }
            let words = [
                "time": time(reading.observed), "value": number(value), "unit": unit,
                "known": context.known(reading.known), "quality": context.quality(reading.quality),
            ]
            return (reading.observed, context.text("graph.point", words))
        }
        guard let forecast = point.forecast else { return readings }
        let forecasts = forecast.axis.instants.enumerated().map { index, instant in
            let words = [
                "time": time(instant), "median": number(forecast.median[index]), "unit": unit,
                "half": "\(number(forecast.p25[index]))–\(number(forecast.p75[index]))",
                "ninety": "\(number(forecast.p05[index]))–\(number(forecast.p95[index]))",
                "known": context.known(forecast.known),
            ]
            return (time: instant, text: context.text("graph.step", words))
        }
        return readings + forecasts
    }

    private static func script(_ steps: [(x: Double, text: String)]) -> String {
        let members = steps.map { step in
            JSONValue.array([.number((step.x * 10).rounded() / 10), .string(step.text)])
        }
        return JSONValue.array(members).scriptText
    }
}

extension JSONValue {
    /// Canonical JSON in which no mark ends the script element around it.
    var scriptText: String { canonicalText.replacing("<", with: "\\u003c") }
}
