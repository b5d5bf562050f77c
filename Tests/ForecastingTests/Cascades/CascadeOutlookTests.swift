import River
import Series
import TestKit
import Testing

@testable import Forecasting

@Suite struct CascadeOutlookTests {
    private let start = Instant(secondsSinceEpoch: 1_725_300_000)
    private let south = PartyID("south")!  // literal ids, here and below

    private func id(_ text: String) -> StationID { StationID(text)! }

    private func dam(
        _ place: String, release: Double = 800, inflow: Double = 900, horizon: Int = 48, notice: Int64 = 4 * 3600,
        shared: Int = 12
    ) throws -> CascadeOutlook.Dam {
        let table = try #require(StorageTable(area: 8e7, from: 80, to: 125))
        let rating = try #require(RatingTable(inputs: [100], outputs: [600]))
        let gates = try #require(GateGroup(id: "gates", count: 8, rating: .table(rating), leastSpacing: 7200))
        let dam = try #require(Dam(table: table, gates: gates, turbines: RatingTable(inputs: [90], outputs: [600])))
        let rules = OperatingRules(levels: [.init(kind: .normal, level: 115, quality: .estimated, source: "made")])
        var terms = DamOutlook.Terms(lowest: 90, highest: 120.5, notice: notice, horizon: horizon)
        terms.shared = shared
        let outlook = try #require(DamOutlook(dam: dam, rules: rules, terms: terms, party: south))
        return .init(
            station: id(place), outlook: outlook,
            state: .init(time: start, level: 112, inflow: inflow, release: release, gatesOpen: 0))
    }

    private func town(_ place: String, flow: Double?) -> CascadeOutlook.Town {
        .init(station: id(place), party: south, flow: flow, alarms: [], rating: nil)
    }

    private func notice(_ dam: String, _ flow: Double, before: Double? = nil, hours: ClosedRange<Int> = 6...30)
        -> CascadeOutlook.Announcement
    {
        .init(
            dam: id(dam), party: PartyID("north")!, flow: flow, before: before,
            start: start + Int64(hours.lowerBound) * 3600, end: start + Int64(hours.upperBound) * 3600)
    }

    @Test func `water at a gauge is what a dam sends and what joins on the way, and no water is counted twice`() throws
    {
        let outlook = try #require(
            CascadeOutlook(
                of: SampleBasin.basin, dams: [try dam("upper")],
                towns: [town("middle", flow: 1_000), town("mouth", flow: nil)], start: start))
        let cascade = outlook.cascade
        #expect(cascade.fault == nil && cascade.members.count == 15)
        #expect(cascade.reaches.map(\.to) == [.town(0), .town(1)])
        // 1,000 flow past the gauge, 800 of them come from the dam; where nobody knows a flow nothing is added
        #expect(cascade.members[0].toTowns[0][0] == 200 && cascade.members[0].toTowns[1].allSatisfy { $0 == 0 })
        #expect(cascade.members[0].toPlants[0][0] == 900)
    }

    @Test func `a dam below another one is sent its water by the plan, not by what comes`() throws {
        let outlook = try #require(
            CascadeOutlook(
                of: SampleBasin.basin, dams: [try dam("lower", inflow: 1_100), try dam("upper", release: 800)],
                towns: [town("mouth", flow: 900)], start: start))
        let cascade = outlook.cascade
        #expect(cascade.plants.map(\.id) == ["upper", "lower"])
        #expect(cascade.reaches.map(\.from) == [0, 1] && cascade.reaches.map(\.to) == [.plant(1), .town(0)])
        #expect(cascade.members[0].toPlants[1][0] == 300)
    }

    @Test
    func `orders hold for all futures as long as at the dam that shares them longest, which covers every notice time`()
        throws
    {
        let dams = [try dam("upper"), try dam("lower", notice: 18 * 3600, shared: 18)]
        for given in [dams, dams.reversed()] {
            let outlook = try #require(CascadeOutlook(of: SampleBasin.basin, dams: given, towns: [], start: start))
            let cascade = outlook.cascade
            #expect(cascade.sharedSteps == 18)
            #expect(cascade.plants.allSatisfy { $0.noticeSteps(of: cascade.step) <= cascade.sharedSteps })
        }
    }

    @Test func `an announced release comes past the towns and into the first own dam, as far as it is more than now`()
        throws
    {
        let outlook = try #require(
            CascadeOutlook(
                of: SampleBasin.basin, dams: [try dam("lower")],
                towns: [town("middle", flow: 300), town("mouth", flow: nil)],
                announced: [notice("upper", 500, before: 150), notice("lower", 900)], start: start))
        #expect(outlook.intentions.count == 1, "what an own dam announces is planned")
        let intention = try #require(outlook.intentions.first)
        #expect(intention.arrivals.map(\.at) == [.town(0), .plant(0)])
        #expect(
            intention.flow[5] == 0 && intention.flow[6] == 350 && intention.flow[29] == 350 && intention.flow[30] == 0)
        let more = outlook.cascade.adding(outlook.intentions)
        let added = zip(more.members[3].toTowns[0], outlook.cascade.members[3].toTowns[0]).map { $0 - $1 }
        let share = added.reduce(0, +) / (350 * 24)
        #expect(CascadeOutlook.band.contains(share), "\(share)")
    }

    @Test func `an announcement counts for the part of an hour in which it holds, and lasts where nobody says its end`()
        throws
    {
        let begin = start + 5 * 3600 + 900
        let made = CascadeOutlook.Announcement(
            dam: id("upper"), party: PartyID("north")!, flow: 400, before: nil, start: begin, end: nil)
        let outlook = try #require(
            CascadeOutlook(
                of: SampleBasin.basin, dams: [try dam("lower")], towns: [], announced: [made], start: start))
        let flow = try #require(outlook.intentions.first).flow
        #expect(flow[4] == 0 && flow[5] == 300 && flow[6] == 400 && flow[47] == 400)
        let past = CascadeOutlook.Announcement(
            dam: id("upper"), party: PartyID("north")!, flow: 400, before: 400, start: begin, end: nil)
        let none = try #require(
            CascadeOutlook(of: SampleBasin.basin, dams: [try dam("lower")], towns: [], announced: [past], start: start))
        #expect(none.intentions.isEmpty, "what leaves already is in what comes")
    }

    @Test func `gauges below are those that water reaches in time, at most so many, upstream first`() {
        let basin = SampleBasin.basin  // 60 km at 2.5 m/s between gauges: 6.7 h
        func below(_ hours: Int, _ most: Int) -> [String] {
            CascadeOutlook.gauges(below: [id("upper")], in: basin, hours: hours, most: most).map(\.text)
        }
        #expect(below(72, 6) == ["middle", "lower", "mouth"])
        #expect(below(72, 1) == ["middle"] && below(14, 6) == ["middle", "lower"] && below(3, 6) == [])
    }

    @Test func `places twice, unknown places, no dam and terms that differ give no outlook`() throws {
        func isMade(_ dams: [CascadeOutlook.Dam], _ towns: [CascadeOutlook.Town] = []) -> Bool {
            CascadeOutlook(of: SampleBasin.basin, dams: dams, towns: towns, start: start) != nil
        }
        #expect(try isMade([dam("upper")]))
        #expect(try !isMade([dam("upper"), dam("upper")]))
        #expect(try !isMade([dam("upper")], [town("upper", flow: nil)]))
        #expect(try !isMade([dam("nowhere")]))
        #expect(!isMade([]))
        #expect(try !isMade([dam("upper"), dam("lower", horizon: 72)]))
    }

    @Test func `advice on two dams in a row is the same for the same readings, in any order of what is given`() throws {
        let dams = [try dam("upper", inflow: 1_500, horizon: 30), try dam("middle", inflow: 1_900, horizon: 30)]
        func advice(_ dams: [CascadeOutlook.Dam]) throws -> ReleaseAdvice {
            let outlook = try #require(
                CascadeOutlook(
                    of: SampleBasin.basin, dams: dams, towns: [town("lower", flow: 1_300)],
                    announced: [], start: start))
            return AdviceMaker(outlook.cascade, intentions: outlook.intentions, questions: .none).advice()
        }
        let (one, two) = (try advice(dams), try advice(dams.reversed()))
        #expect(one.plants == two.plants && one.towns == two.towns && one.plants.count == 2)
    }
}
