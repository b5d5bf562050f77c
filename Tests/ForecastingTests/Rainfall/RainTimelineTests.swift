import Forecasting
import Series
import Testing

@Suite struct RainTimelineTests {
    private let start = Instant(secondsSinceEpoch: 1_725_667_200)

    private func amount(_ member: Int, _ from: Int, _ to: Int, _ depths: Double?...) -> RainAmount {
        RainAmount(
            member: member, begin: start + Int64(from) * 3600, end: start + Int64(to) * 3600, depths: depths)
    }

    private func steps(_ rain: RainTimeline) -> [[Int64]] {
        rain.steps.map { [($0.begin - start) / 3600, ($0.end - start) / 3600] }
    }

    @Test func `totals since the start of a run become steps`() throws {
        let rain = try RainTimeline([
            amount(1, 0, 6, 5, 1), amount(0, 0, 3, 1, 0), amount(0, 0, 6, 4, 0), amount(1, 0, 3, 2, 1),
        ])
        #expect(rain.members == [0, 1])
        #expect(steps(rain) == [[0, 3], [3, 6]])
        #expect(rain.depths == [[[1, 3], [0, 0]], [[2, 3], [1, 0]]])
        #expect(rain.clamped == 0)
    }

    @Test func `buckets that begin anew and buckets that grow stand together`() throws {
        let rain = try RainTimeline([
            amount(0, 0, 3, 1), amount(0, 0, 6, 3), amount(0, 6, 9, 4), amount(0, 6, 12, 9), amount(0, 12, 18, 2),
        ])
        #expect(steps(rain) == [[0, 3], [3, 6], [6, 9], [9, 12], [12, 18]])
        #expect(rain.depths == [[[1, 2, 4, 5, 2]]])
    }

    @Test func `of two amounts that end together the one that needs no difference is taken`() throws {
        let rain = try RainTimeline([amount(0, 0, 3, 1), amount(0, 0, 6, 3.04), amount(0, 3, 6, 2)])
        #expect(rain.depths == [[[1, 2]]])
    }

    @Test func `a total that falls a little is no rain, and counted`() throws {
        let rain = try RainTimeline([amount(0, 0, 3, 1), amount(0, 0, 6, 0.98)])
        #expect(rain.depths == [[[1, 0]]])
        #expect(rain.clamped == 1)
    }

    @Test func `what is unknown makes only its own steps unknown`() throws {
        let rain = try RainTimeline([amount(0, 0, 3, 1, 1), amount(0, 0, 6, nil, 2), amount(0, 6, 9, 4, 4)])
        #expect(rain.depths == [[[1, nil, 4], [1, 1, 4]]])
    }

    @Test func `a total that falls, gaps, doubles and missing members are named`() throws {
        let (three, six, nine) = (start + 10_800, start + 21_600, start + 32_400)
        let fall = #expect(throws: RainTimeline.Flaw.self) {
            try RainTimeline([amount(4, 0, 3, 5), amount(4, 0, 6, 3)])
        }
        #expect(fall == .falls(member: 4, area: 0, begin: three, end: six, by: 2))
        #expect(throws: RainTimeline.Flaw.gap(member: 0, from: three, to: six)) {
            try RainTimeline([amount(0, 0, 3, 1), amount(0, 6, 9, 1)])
        }
        #expect(throws: RainTimeline.Flaw.twice(member: 0, begin: start, end: three)) {
            try RainTimeline([amount(0, 0, 3, 1), amount(0, 0, 3, 2)])
        }
        #expect(try RainTimeline([amount(0, 0, 3, 1), amount(0, 0, 3, 1)]).depths == [[[1]]])
        #expect(throws: RainTimeline.Flaw.misfit(member: 0, begin: start + 3600, end: nine)) {
            try RainTimeline([amount(0, 0, 3, 1), amount(0, 3, 6, 1), amount(0, 1, 9, 2)])
        }
        #expect(throws: RainTimeline.Flaw.incomplete(member: 1, begin: three, end: six)) {
            try RainTimeline([amount(0, 0, 3, 1), amount(0, 3, 6, 1), amount(1, 0, 3, 1)])
        }
        #expect(throws: RainTimeline.Flaw.empty) { try RainTimeline([]) }
    }
}
