import Accord
public import Forecasting
public import River
import Series

/// The plots of a verification as SVG documents, with their words in one language.
public struct ScorePlots {
    private let catalogue: Catalogue

    /// Makes plots in the language of a catalogue.
    public init(catalogue: Catalogue) { self.catalogue = catalogue }

    /// Observed and simulated values one after the other.
    public func series(_ observed: [Double], _ simulated: [Double]) -> String {
        let area = Area(x: 0...Double(max(observed.count - 1, 1)), y: Area.span(observed + simulated))
        let lines = [(observed, "#1b4f8a"), (simulated, "#c2410c")].map { values, colour in
            let points = ScorePlots.thinned(values).map { area.point(Double($0.0), $0.1) }.joined(separator: " ")
            return "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\" points=\"\(points)\"/>"
        }
        let names = [("score.observed", "#1b4f8a"), ("score.simulated", "#c2410c")]
        return document("score.series", area, lines + legend(names), x: "score.step", y: "score.value")
    }

    /// Simulated over observed values.
    public func pairs(_ observed: [Double], _ simulated: [Double]) -> String {
        let span = Area.span(observed + simulated)
        let area = Area(x: span, y: span)
        let points = zip(observed, simulated).map { observed, simulated in
            "<circle cx=\"\(text(area.x(observed)))\" cy=\"\(text(area.y(simulated)))\" r=\"2\" fill=\"#1b4f8a\" "
                + "fill-opacity=\"0.5\"/>"
        }
        let marks = [area.line(span.lowerBound, span.lowerBound, span.upperBound, span.upperBound)] + points
        return document("score.pairs", area, marks, x: "score.observed", y: "score.simulated")
    }

    /// How often the observed value had each rank.
    public func ranks(_ counts: [Double]) -> String {
        let area = Area(x: 0...Double(max(counts.count, 1)), y: 0...max(counts.max() ?? 1, 1))
        let expected = counts.reduce(0, +) / Double(max(counts.count, 1))
        let bars = counts.enumerated().map { rank, count in
            let (x0, x1) = (area.x(Double(rank) + 0.1), area.x(Double(rank) + 0.9))
            let (y0, y1) = (area.y(0), area.y(count))
            return "<rect x=\"\(text(x0))\" y=\"\(text(y1))\" width=\"\(text(x1 - x0))\" height=\"\(text(y0 - y1))\" "
                + "fill=\"#1b4f8a\"/>"
        }
        let level = area.line(0, expected, Double(counts.count), expected)
        return document("score.ranks", area, bars + [level], x: "score.rank", y: "score.count")
    }

    /// Share of events over forecast probability.
    public func reliability(_ rows: [(probability: Double, share: Double?, count: Int)]) -> String {
        let area = Area(x: 0...1, y: 0...1)
        let largest = Double(rows.map(\.count).max() ?? 1)
        let points = rows.compactMap { row -> String? in
            guard let share = row.share else { return nil }
            let radius = 3 + 9 * (Double(row.count) / max(largest, 1)).squareRoot()
            return
                "<circle cx=\"\(text(area.x(row.probability)))\" cy=\"\(text(area.y(share)))\" r=\"\(text(radius))\" "
                + "fill=\"#1b4f8a\" fill-opacity=\"0.6\"/>"
        }
        return document(
            "score.reliability", area, [area.line(0, 0, 1, 1)] + points, x: "score.probability", y: "score.share")
    }

    /// A rating: gaugings, the curve and its band, stage over discharge.
    public func rating(_ gaugings: [Gauging], _ posterior: RatingPosterior) -> String {
        let stages = Area.span(gaugings.map(\.stage))
        let reach = stages.upperBound - stages.lowerBound
        let rows = (0...60).map { stages.lowerBound - 0.1 * reach + 1.2 * reach * Double($0) / 60 }
        let bands = rows.map { (stage: $0, band: posterior.band(at: $0)) }.filter { $0.band.median > 0 }
        let area = Area(
            x: 0...max(bands.last?.band.high ?? 1, gaugings.map(\.discharge).max() ?? 1, 1e-9),
            y: (rows.first ?? 0)...(rows.last ?? 1))
        let lower = bands.map { area.point($0.band.low, $0.stage) }
        let upper = bands.reversed().map { area.point($0.band.high, $0.stage) }
        let middle = bands.map { area.point($0.band.median, $0.stage) }
        let points = gaugings.map {
            "<circle cx=\"\(text(area.x($0.discharge)))\" cy=\"\(text(area.y($0.stage)))\" r=\"2.5\" fill=\"#c2410c\"/>"
        }
        let marks = [
            "<polygon fill=\"#1b4f8a\" fill-opacity=\"0.2\" points=\"\((lower + upper).joined(separator: " "))\"/>",
            "<polyline fill=\"none\" stroke=\"#1b4f8a\" stroke-width=\"1.5\" points=\"\(middle.joined(separator: " "))\"/>",
        ]
        return document("score.rating", area, marks + points, x: "score.discharge", y: "score.stage")
    }

    /// A forecast of discharge: what was read before the issue, the median and the band after it, and the flows that somebody waits for.
    ///
    /// - Parameters:
    ///   - name: of the point.
    ///   - observed: m3/s, one an hour up to the issue.
    public func forecast(_ forecast: DischargeForecast, at name: String, observed: [Double?]) -> String {
        let before = Array(observed.suffix(120))
        let hours = Double(forecast.axis.step) / 3600
        let read = before.enumerated().compactMap { place, flow in
            flow.map { (Double(place - before.count + 1) * hours, $0) }
        }
        let top = (forecast.p90 + read.map(\.1)).max() ?? 1
        let near = forecast.crossings.map(\.threshold).filter { $0.flow <= 1.5 * top }
        let area = Area(
            x: -Double(max(before.count - 1, 0)) * hours...Double(forecast.axis.count) * hours,
            y: 0...max(1.05 * top, near.map(\.flow).max() ?? 0, 1e-6))
        func line(_ flows: [Double]) -> [String] {
            flows.enumerated().map { area.point(Double($0.offset + 1) * hours, $0.element) }
        }
        let band = (line(forecast.p10) + line(forecast.p90).reversed()).joined(separator: " ")
        let levels = near.flatMap { threshold in
            let name = MarkupElement.escaped(catalogue.text("score.alarm", ["level": "\(threshold.level)"]))
            return [
                area.line(area.xs.lowerBound, threshold.flow, area.xs.upperBound, threshold.flow),
                "<text x=\"\(text(width - right - 4))\" y=\"\(text(area.y(threshold.flow) - 4))\" text-anchor=\"end\">\(name)</text>",
            ]
        }
        let marks = [
            "<text x=\"\(text(width - right))\" y=\"18\" text-anchor=\"end\">\(MarkupElement.escaped(name))</text>",
            area.line(0, 0, 0, area.ys.upperBound),
            "<polygon fill=\"#1b4f8a\" fill-opacity=\"0.2\" points=\"\(band)\"/>",
            "<polyline fill=\"none\" stroke=\"#1b4f8a\" stroke-width=\"1.5\" points=\"\(line(forecast.p50).joined(separator: " "))\"/>",
            "<polyline fill=\"none\" stroke=\"#c2410c\" stroke-width=\"1.5\" points=\"\(read.map { area.point($0.0, $0.1) }.joined(separator: " "))\"/>",
        ]
        let names = [("score.observed", "#c2410c"), ("score.median", "#1b4f8a"), ("score.band", "#5b7ea6")]
        return document("score.forecast", area, levels + marks + legend(names), x: "score.hours", y: "score.flow")
    }

    /// At most 2,000 points: of longer series the smallest and the largest of each group.
    private static func thinned(_ values: [Double]) -> [(Int, Double)] {
        guard values.count > 2000 else { return Array(values.enumerated()).map { ($0.offset, $0.element) } }
        let group = (values.count + 999) / 1000
        return stride(from: 0, to: values.count, by: group).flatMap { start -> [(Int, Double)] in
            let places = Array(start..<min(start + group, values.count))
            guard let low = places.min(by: { values[$0] < values[$1] }),
                let high = places.max(by: { values[$0] < values[$1] })
            else { return [] }
            return (low <= high ? [low, high] : [high, low]).map { ($0, values[$0]) }
        }
    }

    private func legend(_ entries: [(String, String)]) -> [String] {
        entries.enumerated().map { place, entry in
            let x = left + 8 + 150 * Double(place)
            return "<text x=\"\(text(x))\" y=\"\(text(top + 14))\" fill=\"\(entry.1)\">"
                + "\(MarkupElement.escaped(catalogue.text(entry.0)))</text>"
        }
    }

    private func document(_ title: String, _ area: Area, _ marks: [String], x: String, y: String) -> String {
        let name = MarkupElement.escaped(catalogue.text(title))
        let size = "\(text(width)) \(text(height))"
        let foot = text(height - 8)
        let head = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" font-family="sans-serif" font-size="12" role="img">
            <title>\(name)</title>
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="\(text(left))" y="18" font-weight="bold">\(name)</text>
            <text x="\(text(width - right))" y="\(foot)" text-anchor="end">\(
                MarkupElement.escaped(catalogue.text(x)))</text>
            <text x="14" y="\(text(top))" transform="rotate(-90 14 \(text(top)))" \
            text-anchor="end">\(MarkupElement.escaped(catalogue.text(y)))</text>
            """
        return ([head] + area.axes + marks + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    /// The plane between the margins.
    private struct Area {
        let xs: ClosedRange<Double>
        let ys: ClosedRange<Double>

        init(x: ClosedRange<Double>, y: ClosedRange<Double>) {
            xs = x
            ys = y
        }

        static func span(_ values: [Double]) -> ClosedRange<Double> {
            let (low, high) = (values.min() ?? 0, values.max() ?? 1)
            return low < high ? low...high : low - 1...high + 1
        }

        func x(_ value: Double) -> Double {
            let share = (value - xs.lowerBound) / (xs.upperBound - xs.lowerBound)
            return left + share * (width - left - right)
        }

        func y(_ value: Double) -> Double {
            let share = (value - ys.lowerBound) / (ys.upperBound - ys.lowerBound)
            return height - bottom - share * (height - top - bottom)
        }

        func point(_ x: Double, _ y: Double) -> String { "\(text(self.x(x))),\(text(self.y(y)))" }

        func line(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) -> String {
            "<line x1=\"\(text(x(x0)))\" y1=\"\(text(y(y0)))\" x2=\"\(text(x(x1)))\" y2=\"\(text(y(y1)))\" "
                + "stroke=\"#6b7280\" stroke-dasharray=\"4 3\"/>"
        }

        var axes: [String] {
            var lines = [
                "<rect x=\"\(text(left))\" y=\"\(text(top))\" width=\"\(text(width - left - right))\" "
                    + "height=\"\(text(height - top - bottom))\" fill=\"none\" stroke=\"#9ca3af\"/>"
            ]
            for tick in 0...4 {
                let share = Double(tick) / 4
                let x = xs.lowerBound + share * (xs.upperBound - xs.lowerBound)
                let y = ys.lowerBound + share * (ys.upperBound - ys.lowerBound)
                lines.append(
                    "<text x=\"\(text(self.x(x)))\" y=\"\(text(height - bottom + 16))\" text-anchor=\"middle\">"
                        + "\(label(x, in: xs))</text>")
                lines.append(
                    "<text x=\"\(text(left - 6))\" y=\"\(text(self.y(y) + 4))\" text-anchor=\"end\">"
                        + "\(label(y, in: ys))</text>")
            }
            return lines
        }

        private func label(_ value: Double, in span: ClosedRange<Double>) -> String {
            let reach = span.upperBound - span.lowerBound
            var unit = 1.0
            while unit > reach / 100, unit > 1e-12 { unit /= 10 }
            let rounded = (value / unit).rounded() * unit
            return JSONValue.text(of: unit < 1 ? (rounded / unit).rounded() / (1 / unit).rounded() : rounded)
        }
    }
}

/// A coordinate with at most one digit behind the point.
private func text(_ value: Double) -> String { JSONValue.text(of: (value * 10).rounded() / 10) }

private let width = 640.0
private let height = 360.0
private let left = 64.0
private let top = 32.0
private let right = 16.0
private let bottom = 44.0
