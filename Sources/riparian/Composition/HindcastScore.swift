import Accord
import Forecasting
import Foundation

/// How forecasts of one lead did on the part of a record that they were not fitted to.
struct HindcastScore {
    private let hindcast: GaugeHindcast
    private let count: Int
    private let index: Double?
    private let indexInterval: (low: Double, high: Double)?
    private let efficiency: Double?
    private let coverage: Double
    private let coverageInterval: (low: Double, high: Double)?
    private let effective: Double?
    private let memberIndices: [Double?]
    private let peak: LeadSkill.Peak?
    private let alarm: (level: Double, place: Double, onset: AlarmOnset)?

    /// Steps before and after the highest outcome in which the highest forecast is looked for.
    private static let peakWindow = 12

    /// Scores the issue times whose outcomes are known.
    init(
        _ hindcast: GaugeHindcast, target: [Double?], from split: Int, above: Double?, alarm level: Double?, block: Int,
        seed: UInt64,
        where isMeant: (Int) -> Bool
    ) {
        self.hindcast = hindcast
        var (observed, forecast, known): ([Double], [Double], [Double]) = ([], [], [])
        var inside: [Bool] = []
        var issues: [Int] = []
        for issue in split..<max(split, target.count - hindcast.lead) where isMeant(issue) {
            guard let outcome = target[issue + hindcast.lead], let now = target[issue],
                let value = hindcast.values[issue], outcome >= above ?? -.infinity
            else { continue }
            observed.append(outcome)
            forecast.append(value.flow)
            known.append(now)
            inside.append(value.band.contains(outcome))
            issues.append(issue)
        }
        count = observed.count
        func persistence(_ forecast: [Double], _ places: [Int]) -> Double? {
            LeadSkill.persistenceIndex(
                observed: places.map { observed[$0] }, forecast: places.map { forecast[$0] },
                known: places.map { known[$0] })
        }
        let all = Array(observed.indices)
        index = persistence(forecast, all)
        indexInterval = BlockBootstrap.interval(count: count, block: block, seed: seed) { persistence(forecast, $0) }
        efficiency = observed.isEmpty ? nil : PairScores(observed: observed, simulated: forecast).nashSutcliffe
        func share(_ places: [Int]) -> Double { Double(places.count { inside[$0] }) / Double(max(places.count, 1)) }
        let coverage = share(all)
        self.coverage = coverage
        coverageInterval = BlockBootstrap.interval(count: count, block: block, seed: seed) { share($0) }
        // a share whose interval is as wide as that of so many independent cases
        let size = Double(observed.count)
        effective = coverageInterval.map { interval in
            let half = (interval.high - interval.low) / 2 / 1.96
            return half > 0 ? min(size, coverage * (1 - coverage) / (half * half)) : size
        }
        // the highest flow of the scored part: a threshold just below it leaves one crest
        peak = observed.max().flatMap { top in
            LeadSkill.peaks(
                observed: observed, simulated: forecast, threshold: top.nextDown, gap: observed.count,
                window: HindcastScore.peakWindow
            ).first
        }
        alarm = level.map { level in
            func cases(_ range: Range<Int>) -> [AlarmOnset.Case] {
                range.filter(isMeant).compactMap { issue in
                    guard let now = target[issue], now < level, let outcome = target[issue + hindcast.lead],
                        let value = hindcast.values[issue]
                    else { return nil }
                    return AlarmOnset.Case(forecast: value.flow, band: value.band, isReached: outcome >= level)
                }
            }
            let place = AlarmOnset.place(cases(0..<max(0, split - hindcast.lead)), level: level)
            let scored = cases(split..<max(split, target.count - hindcast.lead))
            return (level, place, AlarmOnset(scored, level: level, place: place))
        }
        memberIndices = hindcast.members.map { member in
            let values = issues.map { member.flows[$0] }
            guard !values.contains(where: { $0 == nil }) else { return nil }
            return persistence(values.compactMap { $0 }, all)
        }
    }

    /// A number for people.
    static func figure(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "-" }

    private static func span(_ interval: (low: Double, high: Double)?) -> String {
        interval.map { String(format: "%.2f-%.2f", $0.low, $0.high) } ?? "-"
    }

    private static func padded(_ cells: [String]) -> String {
        let widths = [5, 6, 8, 12, 7, 9, 12, 7, 8, 6]
        return zip(cells, widths).map { cell, width in
            String(repeating: " ", count: max(0, width - cell.count)) + cell
        }.joined(separator: " ")
    }

    /// The names of the columns of ``line``.
    static let header = padded(["lead", "n", "PI", "95 %", "NSE", "in 80 %", "95 %", "eff. n", "peak %", "steps"])

    /// One line of the table.
    var line: String {
        HindcastScore.padded([
            "\(hindcast.lead)", "\(count)", HindcastScore.figure(index), HindcastScore.span(indexInterval),
            HindcastScore.figure(efficiency), HindcastScore.figure(count > 0 ? coverage : nil),
            HindcastScore.span(coverageInterval), effective.map { String(format: "%.0f", $0) } ?? "-",
            peak.map { String(format: "%+.1f", $0.percentError) } ?? "-", peak.map { String($0.delay) } ?? "-",
        ])
    }

    /// Which members carry the forecast, and what cannot be known.
    var remarks: [String] {
        let members = hindcast.members.filter { $0.weight >= 0.005 }.map { member in
            "\(Int((100 * member.weight).rounded())) % \(member.name)"
        }
        var lines = ["lead \(hindcast.lead): \(members.joined(separator: ", "))"]
        if let alarm {
            lines.append(
                "lead \(hindcast.lead): \(JSONValue.text(of: alarm.level)) reached from below \(alarm.onset.hits + alarm.onset.misses) "
                    + "times, warned of \(HindcastScore.figure(alarm.onset.detection)), false alarms "
                    + "\(HindcastScore.figure(alarm.onset.falseAlarmRatio)) of \(alarm.onset.hits + alarm.onset.falseAlarms)"
            )
        }
        if case .tooFew(let cases) = hindcast.knowledge {
            lines.append(
                "lead \(hindcast.lead): the \(hindcast.fitCount) fitted times tell as much as \(Int(cases.rounded())) "
                    + "independent ones: skill and band are not to be believed yet")
        }
        return lines
    }

    /// For machines.
    var document: JSONValue {
        func list(_ interval: (low: Double, high: Double)?) -> JSONValue {
            interval.map { .array([.number($0.low), .number($0.high)]) } ?? .null
        }
        var tooFew: Double?
        if case .tooFew(let cases) = hindcast.knowledge { tooFew = cases }
        return [
            "lead_steps": .integer(hindcast.lead), "n": .integer(count), "persistence_index": .optional(index),
            "persistence_index_95": list(indexInterval), "nse": .optional(efficiency),
            "coverage_80": count > 0 ? .number(coverage) : .null, "coverage_80_95": list(coverageInterval),
            "effective_n": .optional(effective), "fit_n": .integer(hindcast.fitCount),
            "fit_mse": .number(hindcast.fitError), "recent_power": .number(hindcast.recentPower),
            "independent_cases_too_few": .optional(tooFew),
            "peak_percent_error": .optional(peak?.percentError),
            "peak_delay_steps": .optional(peak.map { Double($0.delay) }),
            "alarm": alarm.map { alarm in
                [
                    "level": .number(alarm.level), "place": .number(alarm.place), "hits": .integer(alarm.onset.hits),
                    "misses": .integer(alarm.onset.misses), "false_alarms": .integer(alarm.onset.falseAlarms),
                    "pod": .optional(alarm.onset.detection), "far": .optional(alarm.onset.falseAlarmRatio),
                ]
            } ?? .null,
            "members": .array(
                zip(hindcast.members, memberIndices).map { member, index in
                    [
                        "name": .string(member.name), "weight": .number(member.weight),
                        "fit_mse": .number(member.fitError), "damping": .optional(member.damping),
                        "persistence_index": .optional(index),
                    ]
                }),
        ]
    }
}
