import River
import Series
import TestKit
import Testing

@testable import Forecasting

/// Forecasts that swing about a level: few messages, no level lost.
@Suite struct FlappingTests {
    private let alarms = SampleBasin.station("upper", alarms: [50, 52, 53]).alarms

    /// One hourly run: the share of members above each level, and the reading.
    struct Run {
        var shares: [Int: Double]
        var reading: Double
        var notes: [ForecastNote] = []
    }

    private func forecast(_ run: Run, hour: Int64) -> StationForecast {
        let issued = SampleBasin.start + hour * 3600
        let axis = TimeAxis(start: issued, step: 3600, count: 2)
        let tops = (0..<100).map { index -> Double in
            let level = (1...3).last { Double(index) < (run.shares[$0] ?? 0) * 100 }
            return level.map { alarms[$0 - 1].value + 0.05 } ?? min(run.reading, alarms[0].value - 0.05)
        }
        let members = tops.map { [min(run.reading, $0), $0] }
        let median = [run.reading, tops.sorted()[50]]
        return StationForecast(
            station: StationID("upper")!, property: .stage, issued: issued, axis: axis, members: members,
            median: median, p05: median, p25: median, p75: median, p95: median, method: .tendency, known: .forecast,
            lastReading: .init(time: issued, value: run.reading), notes: run.notes)
    }

    /// The drafts that are due, over hourly runs.
    private func messages(_ runs: [Run], terms: WarningTerms = .standard) -> [WarningDraft] {
        var state: WarningState?
        var due: [WarningDraft] = []
        for (hour, run) in runs.enumerated() {
            let decision = StationDecision(
                forecast: forecast(run, hour: Int64(hour)), alarms: alarms, before: state,
                issued: SampleBasin.start + Int64(hour) * 3600, terms: terms)
            state = decision.state
            if let draft = decision.draft, draft.isDue { due.append(draft) }
        }
        return due
    }

    /// The largest number of messages in any 48 h.
    private func most(_ due: [WarningDraft]) -> Int {
        due.map { first in due.count { $0.issued >= first.issued && $0.issued - first.issued < 48 * 3600 } }.max() ?? 0
    }

    @Test func `five centimetres about a level for 48 hours give at most eight messages, and the level stands`() {
        for level in 1...3 {
            let threshold = alarms[level - 1].value
            let runs = (0..<48).map { hour -> Run in
                let isAbove = hour % 2 == 0
                let sure = Dictionary(uniqueKeysWithValues: (1..<max(2, level)).map { ($0, 1.0) })
                return Run(
                    shares: sure.merging([level: isAbove ? 0.9 : 0.1]) { $1 },
                    reading: threshold + (isAbove ? 0.05 : -0.05))
            }
            let due = messages(runs)
            #expect(most(due) <= 8, "level \(level): \(due.count)")
            #expect(due.contains { $0.level == level })
            // A reading within the margin never lowers: once reached, the level stands.
            let first = due.first { $0.level == level }
            #expect(due.filter { $0.issued >= first!.issued }.allSatisfy { $0.level >= level })
        }
    }

    @Test
    func
        `whatever the rhythm of the swing, up to twelve hours each way, no level gives more than eight messages in 48 hours`()
    {
        for level in 1...3 {
            for (up, down) in (1...12).flatMap({ up in (1...12).map { (up, $0) } }) {
                let runs = (0..<144).map { hour -> Run in
                    let isAbove = hour % (up + down) < up
                    var shares = [1: level > 1 ? 1.0 : 0, 2: level > 2 ? 1.0 : 0, 3: 0.0]
                    shares[level] = isAbove ? 0.6 : 0.0
                    let below = level == 1 ? 49.0 : alarms[level - 2].value + 0.2
                    return Run(shares: shares, reading: below)
                }
                let due = messages(runs)
                #expect(most(due) <= 8, "level \(level), \(up) h up, \(down) h down: \(most(due))")
            }
        }
    }

    @Test func `random swings about a level, up to six hours each way, keep the bound, and no raise is missed`() {
        var random = SeededGenerator(seed: 48)
        for _ in 0..<200 {
            let level = Int(random.next(below: 2)) + 2
            var (share, age) = (0.5, 0)
            let runs = (0..<96).map { _ -> Run in
                age += 1
                if random.nextUnit() < 0.3 || age >= 6 { (share, age) = (share > 0.5 ? 0.05 : 0.6, 0) }
                var shares = [1: 1.0, 2: level > 2 ? 1.0 : 0, 3: 0.0]
                shares[level] = share
                return Run(shares: shares, reading: alarms[level - 2].value + 0.2)
            }
            let due = messages(runs)
            #expect(most(due) <= 8)
            for hour in 1..<runs.count {
                let mean = ((runs[hour].shares[level] ?? 0) + (runs[hour - 1].shares[level] ?? 0)) / 2
                guard mean >= WarningTerms.standard.raise[level]! else { continue }
                let standing = due.last { $0.issued <= SampleBasin.start + Int64(hour) * 3600 }
                #expect((standing?.level ?? 0) >= level)
            }
        }
    }

    @Test func `every bulletin is replaced before it runs out, and none holds more than a day`() {
        var random = SeededGenerator(seed: 9)
        let runs = (0..<300).map { _ in
            Run(
                shares: [1: 1, 2: random.nextUnit(), 3: random.nextUnit() * 0.4], reading: 50.5 + random.nextUnit() * 2)
        }
        let due = messages(runs)
        for (earlier, later) in zip(due, due.dropFirst()) {
            #expect(later.issued <= earlier.expires)
            #expect(earlier.expires - earlier.issued <= 86_400)
        }
    }

    @Test func `a level is never lowered while a partner's data are late`() {
        let high = [Run(shares: [1: 1, 2: 1], reading: 52.5), Run(shares: [1: 1, 2: 1], reading: 52.5)]
        let late = StationID("border")!
        let calm = { (notes: [ForecastNote]) in (0..<40).map { _ in Run(shares: [:], reading: 49, notes: notes) } }
        #expect(messages(high + calm([.upstreamStale(late, hours: 9)])).allSatisfy { $0.level == 2 })
        #expect(messages(high + calm([.upstreamMissing(late)])).allSatisfy { $0.level == 2 })
        #expect(messages(high + calm([])).last?.action == .cancel)
        // Who was silent before the event began holds nothing up.
        let silent = high.map { Run(shares: $0.shares, reading: $0.reading, notes: [.upstreamMissing(late)]) }
        #expect(messages(silent + calm([.upstreamMissing(late)])).last?.action == .cancel)
    }

    @Test func `a neighbour's notice raises at once and holds, a table of costs and losses moves the marks`() {
        let calm = forecast(Run(shares: [:], reading: 49), hour: 0)
        let decision = StationDecision(
            forecast: calm, alarms: alarms, before: nil, issued: SampleBasin.start,
            noticed: forecast(Run(shares: [:], reading: 52.4), hour: 0))
        #expect(decision.state.level == 2 && decision.draft?.action == .new)
        let day = CivilDate(daysSinceEpoch: 0)
        let past = Validity(from: nil, until: day)
        let terms = WarningTerms.standard.weighing(
            [
                WarningCost(level: 1, cost: 1, loss: 10, quality: .estimated, source: "made"),
                WarningCost(level: 2, cost: 1, loss: 2, validity: past, quality: .estimated, source: "made"),
            ], on: day)
        #expect(terms.raise[1] == 0.1 && terms.raise[2] == 0.4)
        let low = [Run(shares: [1: 0.2], reading: 49), Run(shares: [1: 0.2], reading: 49)]
        #expect(messages(low).isEmpty)
        #expect(messages(low, terms: terms).map(\.level) == [1])
        // A low mark leaves room to lower the level again.
        let over = low + (0..<40).map { _ in Run(shares: [:], reading: 49) }
        #expect(messages(over, terms: terms).last?.action == .cancel)
    }
}
