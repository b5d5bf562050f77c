public import Accord
import Foundation
public import River
public import Series

/// A fitted rating as a JSON document: laws, gauged range, dates, and a band over stages from which discharges are read.
public struct RatingDocument: Sendable {
    /// Stages of the band, increasing, with 5, 50 and 95 % of the discharge.
    public let band: [(stage: Double, low: Double, median: Double, high: Double)]
    /// The stages that were gauged.
    public let gaugedRange: ClosedRange<Double>
    /// The days on which it holds.
    public let validity: Validity

    /// Reads a document.
    public init(_ bytes: [UInt8], file: String) throws(TableProblem) {
        let object = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
        func number(_ value: Any?) -> Double? { value.flatMap { SeriesTestArguments.number($0) } }
        let rows = (object?["band"] as? [[String: Any]] ?? []).compactMap { row -> (Double, Double, Double, Double)? in
            guard let stage = number(row["stage"]), let low = number(row["p05"]), let median = number(row["p50"]),
                let high = number(row["p95"]), low <= median, median <= high, low >= 0
            else { return nil }
            return (stage, low, median, high)
        }
        let gauged = object?["gauged_range"].flatMap { SeriesTestArguments.span($0) }
        guard rows.count >= 2, zip(rows, rows.dropFirst()).allSatisfy({ $0.0 < $1.0 && $0.2 <= $1.2 }), let gauged
        else {
            throw TableProblem(
                Fault(
                    file: file, line: 1, rule: "rating-unreadable", message: "this is no rating",
                    advice: "give a file that `riparian rating fit --output` wrote"))
        }
        band = rows.map { (stage: $0.0, low: $0.1, median: $0.2, high: $0.3) }
        gaugedRange = gauged
        func day(_ name: String) -> CivilDate? { (object?[name] as? String).flatMap { try? CivilDate(iso8601: $0) } }
        validity = Validity(from: day("valid_from"), until: day("valid_until"))
    }

    /// 5, 50 and 95 % of the discharge at a stage, straight in ln Q between the rows of the band, and whether the stage was gauged; nil
    /// beyond the band.
    public func discharge(_ stage: Double) -> (low: Double, median: Double, high: Double, known: Known)? {
        guard let first = band.first, let last = band.last, stage >= first.stage, stage <= last.stage else {
            return nil
        }
        let upper = max(1, band.firstIndex { $0.stage >= stage } ?? 1)
        let (a, b) = (band[upper - 1], band[upper])
        let share = (stage - a.stage) / (b.stage - a.stage)
        func between(_ a: Double, _ b: Double) -> Double {
            a > 0 && b > 0
                ? Elementary.exp(Elementary.log(a) + share * (Elementary.log(b) - Elementary.log(a)))
                : a + share * (b - a)
        }
        return (
            between(a.low, b.low), between(a.median, b.median), between(a.high, b.high),
            gaugedRange.contains(stage) ? .derived : .estimated
        )
    }

    /// The document of a fit.
    public static func members(
        _ gaugings: [Gauging], law: PowerLawFit, posterior: RatingPosterior, validity: Validity
    ) -> [String: JSONValue] {
        let stages = gaugings.map(\.stage)
        let (low, high) = (stages.min() ?? 0, stages.max() ?? 0)
        let reach = high - low
        let best = posterior.best
        let rows = (0...240).map { low - 0.1 * reach + 1.3 * reach * Double($0) / 240 }
            .filter { $0 > best.activations[0] }
            .map { stage -> JSONValue in
                let band = posterior.band(at: stage)
                return [
                    "stage": .number(stage), "p05": .number(band.low), "p50": .number(band.median),
                    "p95": .number(band.high),
                    "known": .string(stage >= low && stage <= high ? "derived" : "estimated"),
                ]
            }
        return [
            "least_squares": [
                "coefficient": .number(law.coefficient), "exponent": .number(law.exponent), "zero": .number(law.zero),
                "log_deviation": .number(law.deviation),
            ],
            "segments": .array(
                best.activations.indices.map { place in
                    [
                        "from": .number(best.activations[place]), "coefficient": .number(best.coefficients[place]),
                        "exponent": .number(best.exponents[place]), "zero": .number(best.offsets[place]),
                    ]
                }),
            "log_deviation": .number(best.deviation), "gaugings": .integer(gaugings.count),
            "gauged_range": .array([.number(low), .number(high)]), "acceptance": .number(posterior.acceptance),
            "valid_from": .optional(validity.from?.description), "valid_until": .optional(validity.until?.description),
            "band": .array(rows),
        ]
    }
}
