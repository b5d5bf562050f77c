import River
import Series
import Testing

@testable import Forecasting

@Suite struct AssimilationPartsTests {
    @Test func `the damping is that of least squares, within nought and one, and fades with lead`() throws {
        var generator = SeededGenerator(seed: 2)
        var error = 0.0
        let simulated = (0..<3000).map { 5 + 2 * Elementary.exp(-Double($0 % 100) / 20) }
        let observed = simulated.map { root -> Double in
            error = 0.8 * error + 0.1 * generator.nextNormal()
            return root + error
        }
        var before = 1.0
        for lead in [1, 2, 4, 8] {
            let update = try #require(
                ErrorUpdate(
                    now: simulated, later: Columns.later(lead, simulated), observed: observed,
                    outcome: Columns.later(lead, observed), times: Array(0..<3000)))
            // an error that keeps 0.8 of itself each step keeps 0.8 to the power of the lead
            #expect((update.damping - Elementary.power(0.8, Double(lead))).magnitude < 0.06)
            #expect(update.damping < before)
            before = update.damping
        }
        let away = observed.map { 10 - $0 }
        let update = try #require(
            ErrorUpdate(
                now: simulated, later: simulated, observed: observed, outcome: zip(simulated, away).map { $0 - $1 / 9 },
                times: Array(0..<3000)))
        #expect((0...1).contains(update.damping))
        #expect(
            ErrorUpdate(now: simulated, later: simulated, observed: observed, outcome: observed, times: [1, 2]) == nil)
    }

    @Test func `an error model never forecasts what it has no readings for`() throws {
        let roots = (0..<200).map { 3 + 0.01 * Double($0 % 50) }
        var observed = roots.map { $0 + 0.1 }
        observed[77] = .nan
        let update = try #require(
            ErrorUpdate(
                now: roots, later: Columns.later(3, roots), observed: observed, outcome: Columns.later(3, observed),
                times: Array(0..<150)))
        #expect(update.roots[77].isNaN && update.roots[199].isNaN && !update.roots[160].isNaN)
    }

    @Test func `routing down a line finds the lag and sees what is on its way`() throws {
        var generator = SeededGenerator(seed: 8)
        var level = 30.0
        let top = (0..<1200).map { step -> Double in
            if step % 40 == 0 { level = 20 + 20 * generator.nextUnit() }
            return level
        }
        func passed(_ upper: [Double], lag: Int) -> [Double] { upper.indices.map { upper[max(0, $0 - lag)] } }
        let middle = passed(top, lag: 6).map { 0.9 * $0 + 2 }
        let bottom = passed(middle, lag: 9)
        let line = try #require(RoutedLine([top, middle, bottom], fitting: 0..<700))
        let routed = line.forecast(lead: 12)
        for issue in 700..<1180 {
            #expect((routed.later[issue] - bottom[issue + 12]).magnitude < 1e-6)
            #expect((routed.now[issue] - bottom[issue]).magnitude < 1e-6)
        }
        #expect(RoutedLine([top, top.map { _ in nil }], fitting: 0..<700) == nil)
        #expect(RoutedLine([top.map { _ in 3 }, bottom], fitting: 0..<700) == nil)
        #expect(RoutedLine([top, middle], fitting: 0..<50) == nil)
    }

    @Test func `nothing below issue is routed from readings after it`() throws {
        let top = (0..<400).map { Optional(20 + Double(($0 * 7) % 31)) }
        let low = (0..<400).map { $0 < 5 ? nil : top[$0 - 5] }
        let line = try #require(RoutedLine([top, low], fitting: 0..<300))
        var later = top
        for place in 351..<400 { later[place] = 90 }
        let other = try #require(RoutedLine([later, low], fitting: 0..<300))
        #expect(line.forecast(lead: 8).later[350] == other.forecast(lead: 8).later[350])
        #expect(line.forecast(lead: 8).later[360] != other.forecast(lead: 8).later[360])
    }

    @Test func `weights are a mean, silence the useless and never lose to persistence where they were fitted`() {
        var generator = SeededGenerator(seed: 9)
        let outcome = (0..<900).map { 6 + 2 * Double(($0 / 30) % 3) + 0.1 * generator.nextUnit() }
        func member(_ size: Double) -> [Double] { outcome.map { $0 + size * generator.nextNormal() } }
        let members = [member(1), member(0.2), member(0.2), member(3)]
        let weights = MemberWeights(members, floors: [0], outcome: outcome, lead: 1, times: Array(0..<800))
        #expect((weights.first.reduce(0, +) - 1).magnitude < 1e-9 && weights.first.allSatisfy { $0 >= 0 })
        #expect(weights.first[0] == 0 && weights.first[3] == 0 && weights.first[1] > 0.3 && weights.first[2] > 0.3)
        func error(_ flow: (Int) -> Double) -> Double {
            (0..<800).reduce(0) { sum, row in
                let miss = flow(row) - outcome[row] * outcome[row]
                return sum + miss * miss
            }
        }
        // two that err by themselves err less together
        #expect(error { weights.flows[$0] } < 0.7 * error { members[1][$0] * members[1][$0] })
    }

    @Test func `a member that fails from some day on loses its weight by its recent score`() {
        var generator = SeededGenerator(seed: 10)
        let outcome = (0..<1500).map { _ in 6 + generator.nextUnit() }
        let good = outcome.map { $0 + 0.1 * generator.nextNormal() }
        let failing = outcome.enumerated().map { $0 < 800 ? $1 + 0.1 * generator.nextNormal() : $1 + 1 }
        let weights = MemberWeights([good, failing], floors: [], outcome: outcome, lead: 2, times: Array(0..<700))
        #expect(weights.power > 0 && weights.first[1] > 0.4 && weights.last[1] < 0.15)
    }

    @Test func `a band holds its share, grows with what moves, and becomes honest again when the river changes`() throws
    {
        var generator = SeededGenerator(seed: 12)
        var signs: [PredictiveBand.Signs] = []
        var errors: [Double] = []
        for step in 0..<4000 {
            let moved = step % 5 == 0 ? 1.0 : 0
            signs.append(.init(moved: moved, spread: 0, root: 10))
            errors.append((0.1 + 0.5 * moved) * generator.nextNormal())
        }
        let band = try #require(PredictiveBand(signs: signs, errors: errors, share: 0.8))
        func width(_ moved: Double) -> Double {
            let found = band.band(.init(moved: moved, spread: 0, root: 10))
            return found.upperBound.squareRoot() - found.lowerBound.squareRoot()
        }
        #expect((width(1) / width(0) - 6).magnitude < 1)
        #expect((width(0) / (2 * 1.2816 * 0.1) - 1).magnitude < 0.15)
        var changing = BandWidth(share: 0.8)
        var inside = 0
        for step in 0..<4000 {
            let found = band.band(.init(moved: 0, spread: 0, root: 10), widened: changing.factor)
            changing.issue(step, found)
            let outcome = 10 + 0.25 * generator.nextNormal()
            if step >= 1000, found.contains(outcome * outcome) { inside += 1 }
            changing.verify(step, outcome)
        }
        #expect((Double(inside) / 3000 - 0.8).magnitude < 0.02 && changing.factor > 2)
        #expect(PredictiveBand(signs: [], errors: [], share: 0.8) == nil)
    }

    @Test func `values that hang together count as fewer`() {
        var generator = SeededGenerator(seed: 13)
        var value = 0.0
        let walk = (0..<5000).map { _ -> Double in
            value = 0.9 * value + generator.nextNormal()
            return value
        }
        // (1 - r) / (1 + r) of them are independent
        #expect((EffectiveSample.count(walk) / 5000 * 19 - 1).magnitude < 0.35)
        let free = (0..<5000).map { _ in generator.nextNormal() }
        #expect(EffectiveSample.count(free) > 4000)
        #expect(EffectiveSample.count([]) == 1 && EffectiveSample.count([2, 2, 2, 2]) == 1)
    }
}
