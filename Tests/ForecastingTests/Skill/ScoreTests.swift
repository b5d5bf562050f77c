import Foundation
import River
import TestKit
import Testing

@testable import Forecasting

@Suite struct ScoreTests {
    @Test func `a perfect series has every score at its best`() {
        let flow = [3.0, 5, 9, 7, 4, 2, 1]
        let scores = PairScores(observed: flow, simulated: flow)
        let best = [
            scores.nashSutcliffe, scores.klingGupta, scores.klingGupta2012, scores.modifiedEfficiency,
            scores.relativeEfficiency, scores.indexOfAgreement, scores.volumetricEfficiency,
            scores.klingGuptaByRanks?.efficiency,
        ]
        #expect(best.allSatisfy { ($0.map { ($0 - 1).magnitude } ?? 1) < 1e-12 })
        #expect(scores.rootMeanSquareError == 0 && scores.percentBias == 0)
    }

    @Test func `scores that do not exist are absent and nothing traps`() {
        let flat = PairScores(observed: [0, 0, 0], simulated: [1, 2, 3])
        #expect(flat.nashSutcliffe == nil && flat.klingGupta == nil && flat.klingGupta2012 == nil)
        #expect(flat.percentBias == nil && flat.meanAbsolutePercentageError == nil && flat.relativeEfficiency == nil)
        #expect(flat.klingGuptaByRanks == nil && flat.volumetricEfficiency == nil)
        let single = EnsembleScores(observed: [2], members: [[1]])
        #expect(single.fairRankedProbability == nil && single.normalRankedProbability == nil && single.alpha == nil)
        #expect(single.rankedProbability == [1])
        let never = EventScores(observed: [1, 2], members: [[1, 3], [0, 1]], threshold: 9)
        #expect(never.brierSkill == nil && never.relativeOperatingSkill == nil && never.value(cost: 0.3) == nil)
    }

    @Test func `the sorting network sorts every count of members and equals the sum over pairs`() {
        for count in [1, 2, 3, 5, 7, 8, 16, 31, 51, 64] {
            var state: UInt64 = 7
            func number() -> Double {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 40) / 1000
            }
            let observed = (0..<13).map { _ in number() }
            let members = (0..<13 * count).map { _ in number() }
            let parts = EnsembleSorting.distances(observed: observed, members: members, count: count)
            for place in observed.indices {
                let own = Array(members[place * count..<(place + 1) * count])
                let from = own.reduce(0) { $0 + ($1 - observed[place]).magnitude } / Double(count)
                var among = 0.0
                for a in own { for b in own { among += (a - b).magnitude } }
                among /= 2 * Double(count * count)
                #expect((parts.fromObserved[place] - from).magnitude < 1e-9 * max(1, from))
                #expect((parts.amongMembers[place] - among).magnitude < 1e-9 * max(1, among))
            }
        }
    }

    @Test func `warnings of a level are counted from below, by the point of the band that served best before`() {
        func one(_ forecast: Double, _ isReached: Bool) -> AlarmOnset.Case {
            AlarmOnset.Case(forecast: forecast, band: forecast - 2...forecast + 2, isReached: isReached)
        }
        let cases = [one(9.2, true), one(9.6, true), one(8, false), one(10.5, true), one(7, false), one(8.4, false)]
        let best = AlarmOnset(cases, level: 10, place: 0)
        #expect(best.hits == 1 && best.misses == 2 && best.falseAlarms == 0)
        #expect(AlarmOnset.place(cases, level: 10) == 0.5)
        let chosen = AlarmOnset(cases, level: 10, place: 0.5)
        #expect(chosen.detection == 1 && chosen.falseAlarmRatio == 0 && chosen.criticalSuccess == 1)
        let never = AlarmOnset([], level: 10, place: 0)
        #expect(never.detection == nil && never.falseAlarmRatio == nil && AlarmOnset.place([], level: 3) == 0)
    }

    @Test func `the Brier score is reliability minus resolution plus uncertainty`() {
        let observed = (0..<60).map { Double(($0 * 37) % 60) }
        let members = observed.map { value in (0..<7).map { value + Double(($0 * 11 + Int(value)) % 13) - 6 } }
        let events = EventScores(observed: observed, members: members, threshold: 40)
        let parts = events.decomposition
        #expect((events.brier - (parts.reliability - parts.resolution + parts.uncertainty)).magnitude < 1e-12)
        #expect(events.reliability.reduce(0) { $0 + $1.count } == 60)
        #expect((events.value(cost: 0.2) ?? 0) > 0.5)
    }

    @Test func `ranks that ties leave open are shared and every case counts once`() {
        let scores = EnsembleScores(observed: [1, 2, 5], members: [[1, 1, 3], [0, 1, 3], [1, 2, 3]])
        #expect(scores.rankHistogram.map { ($0 * 3).rounded() } == [1, 1, 4, 3])
        #expect((scores.rankHistogram.reduce(0, +) - 3).magnitude < 1e-12)
    }

    @Test func `the normal distribution keeps its promise`() {
        for (z, value) in [
            (0.0, 0.5), (1, 0.841344746068542949), (-2, 0.0227501319481792072), (4, 0.999968328758166880),
        ] {
            #expect((Elementary.normalDistribution(z) - value).magnitude < 1e-15)
        }
        #expect((Elementary.normalDistribution(-7) / 1.27981254388583500e-12 - 1).magnitude < 1e-10)
        #expect(Elementary.normalDistribution(60) == 1 && Elementary.normalDistribution(-60) == 0)
    }

    @Test func `crests are found once a flood, with size and time`() {
        var observed = [Double](repeating: 1, count: 60)
        var simulated = observed
        for (place, value) in [(19, 6.0), (20, 9), (21, 7), (40, 5.0)] { observed[place] = value }
        for (place, value) in [(22, 8.0), (39, 6.0)] { simulated[place] = value }
        let peaks = LeadSkill.peaks(observed: observed, simulated: simulated, threshold: 4, gap: 3, window: 5)
        #expect(peaks.map(\.place) == [20, 40] && peaks.map(\.delay) == [2, -1])
        #expect((peaks[0].percentError + 100.0 / 9).magnitude < 1e-12)
        let index = LeadSkill.persistenceIndex(observed: [3, 4], forecast: [3, 5], known: [1, 4])
        #expect(index == 0.75)
        #expect(LeadSkill.persistenceIndex(observed: [3], forecast: [3], known: [3]) == nil)
    }
}
