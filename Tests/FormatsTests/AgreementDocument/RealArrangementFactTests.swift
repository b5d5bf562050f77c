import Accord
import Formats
import Series
import TestKit
import Testing

/// That the documents say every fact that is public of their arrangements.
@Suite struct RealArrangementFactTests {
    @Test func `the Lancang arrangement says body, stations, cost, disputes and annex`() throws {
        let lancang = try RealArrangementTests.agreement("lancang-flood-season")
        let clause = try #require(lancang.provision("1"))
        #expect(clause.responsible.map(\.party.text) == ["cn"])
        #expect(clause.responsible.first?.name?.en == "Yunnan hydrology and water resources bureau")
        #expect(
            clause.series.map(\.description) == [
                "cn/yunjinghong/stage", "cn/yunjinghong/precipitation", "cn/man-an/stage", "cn/man-an/precipitation",
            ])
        #expect(lancang.signatories.map(\.text) == ["cn", "kh", "la", "mm", "th", "vn"])
        #expect(lancang.parties.allSatisfy { $0.kind == .state && $0.name != nil })
        #expect(lancang.general.cost?.bearer == .provider && lancang.general.disputes?.kind == .consultation)
        #expect(lancang.general.disputes?.text?.en.contains("friendly consultation") == true)
        #expect(lancang.general.annexes.map(\.id) == ["implementation-plan"])
        #expect(clause.redistribution == nil && lancang.undisclosed == [.force])
        guard case .clock(let deliveries)? = clause.rhythm else { throw Unexpected() }
        #expect(
            deliveries.map { "\($0.meaning) \($0.time) \($0.zone.name)" } == [
                "deadline 09:00 beijing", "deadline 21:00 beijing",
            ])
        #expect(deliveries.allSatisfy { $0.stepMinutes == 60 })
    }

    @Test func `the Mekong arrangement says organisation, what it replaces and the urgent duty`() throws {
        let mekong = try RealArrangementTests.agreement("mekong-china-2020")
        #expect(mekong.party(try #require(PartyID("mrc")))?.kind == .organisation)
        #expect(mekong.general.instruments.map(\.relation) == [.replaces, .related])
        #expect(mekong.general.instruments[1].date?.description == "2020-10-22")
        #expect(mekong.provision("1")?.season == nil && mekong.provision("1")?.rhythm == .perDay(2, zone: nil))
        #expect(mekong.provision("1")?.responsible.first?.name?.en == "Ministry of Water Resources of China")
        let triggers = try #require(mekong.provision("2")).triggers
        #expect(triggers.map(\.condition) == [.rise, .fall, .rise, .fall] && triggers.allSatisfy { !$0.isDecidable })
        #expect(triggers.map { $0.series.property } == [.stage, .stage, .discharge, .discharge])
    }

    @Test func `the Zuojiang arrangement says bodies, annex, at least twice a day, off season and history`() throws {
        let zuojiang = try RealArrangementTests.agreement("zuojiang")
        let clause = try #require(zuojiang.provision("1"))
        #expect(clause.responsible.map(\.party.text) == ["vn", "cn"] && clause.rhythmIsMinimum)
        #expect(zuojiang.general.cost?.bearer == .provider)
        let annex = try #require(zuojiang.general.annexes.first)
        #expect(annex.contents.map(\.en) == ["Technical details", "Method of transmission"])
        #expect(annex.signedBy.map { $0.name?.en } == clause.responsible.map { $0.name?.en })
        let offSeason = try #require(zuojiang.provision("2")?.season)
        #expect(offSeason.from == MonthDay("09-16") && offSeason.to == MonthDay("05-14"))
        let history = try #require(zuojiang.provision("3")?.history)
        #expect(history.since.description == "1990-01-01" && history.purpose?.en == "For rating curves")
    }

    @Test func `the ministries' arrangement says the years, the plan and what is repaired together`() throws {
        let ministries = try RealArrangementTests.agreement("ministries-flood-season")
        #expect(ministries.general.annexes.first?.date?.description == "2024-05-14")
        #expect(ministries.general.annexes.first?.signedBy.count == 2)
        #expect(ministries.general.instruments.first?.title.en.contains("2009") == true)
        #expect(ministries.provision("3")?.kind == .action && ministries.provision("3")?.responsible.count == 2)
        #expect(ministries.provision("3")?.text.en.contains("line outages and data errors") == true)
    }

    @Test func `the Sava policy says services, classes of data, definitions, annex and harmony with others`() throws {
        let sava = try RealArrangementTests.agreement("sava-policy")
        #expect(sava.parties.count == 5 && sava.parties.allSatisfy { $0.kind == .institution })
        #expect(sava.provisions.map(\.dataClass) == [.realTime, .processed])
        #expect(sava.general.definitions.map(\.term.en) == ["Data", "Information", "Redistribution"])
        #expect(sava.general.annexes.first?.contents.count == 2)
        #expect(sava.general.instruments.map(\.relation) == [.harmonisedWith])
        #expect(sava.general.source?.contains("19 pages") == true)
    }

    @Test func `every restated arrangement names its source and says that it restates`() throws {
        for name in ["lancang-flood-season", "mekong-china-2020", "zuojiang", "ministries-flood-season", "sava-policy"]
        {
            #expect(try RealArrangementTests.agreement(name).general.source?.isEmpty == false)
            #expect(try Repository.text("Fixtures/agreements/\(name).yaml").hasPrefix("# Restated in our own words"))
        }
    }
}

private struct Unexpected: Error {}
