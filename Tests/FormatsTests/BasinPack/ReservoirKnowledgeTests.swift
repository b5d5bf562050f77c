import Formats
import River
import Series
import TestKit
import Testing

@Suite struct ReservoirKnowledgeTests {
    private let pack: BasinPack

    init() throws { pack = try #require(readBasinPack(at: PackCopy.bundled).pack) }

    private func rules(_ id: String, _ year: Int, _ month: Int, _ day: Int) throws -> (OperatingRules, CivilDate) {
        let (id, date) = (try #require(StationID(id)), try #require(CivilDate(year: year, month: month, day: day)))
        return (try #require(pack.operatingRules(of: id, on: date)), date)
    }

    @Test func `the level of the season follows the day and the decision in force`() throws {
        let (june, early) = try rules("hoa-binh", 2022, 6, 20)
        #expect(june.seasonLevel(on: early)?.level == 105)
        let (august, main) = try rules("hoa-binh", 2024, 8, 10)
        #expect(august.seasonLevel(on: main)?.level == 101)
        #expect(august.seasonLevel(on: main)?.article == "740/QD-TTg")
        let (late, filling) = try rules("hoa-binh", 2025, 9, 1)
        #expect(late.seasonLevel(on: filling)?.level == 115)
        #expect(late.seasonLevel(on: filling)?.article.contains("922") == true)
        let (before, sameDay) = try rules("hoa-binh", 2024, 9, 1)
        #expect(before.seasonLevel(on: sameDay)?.level == 117, "the filling levels were not in force in 2024")
    }

    @Test func `Son La stores for Ha Noi by article 7, further while the river rises`() throws {
        let (rules, date) = try rules("son-la-dam", 2024, 7, 1)
        let town = try #require(StationID("ha-noi"))
        func decide(_ levels: [Double]) -> OperatingRules.Decision {
            rules.decide(
                .init(
                    date: date, level: 204, inflow: 8000, release: 3000,
                    expected: [town: levels.enumerated().map { .init(hours: Double($0 + 1), level: $1) }]))
        }
        #expect(decide([11, 11.4, 11.2]).mode == .drawDown)
        let hold = decide([11, 11.6, 11.2])
        #expect(hold.mode == .hold && hold.level == 205 && hold.article.contains("7.3a"))
        #expect(decide([11.6, 11.8, 11.9]).level == 208)
        #expect(decide([11.9, 11.8, 11.6]).level == 205, "it stands above and falls")
    }

    @Test func `dams are made from what is known, with the quality of the least sure number`() throws {
        let ids = try ["tuyen-quang-dam", "thac-ba-dam", "malutang", "son-la-dam"].map { try #require(StationID($0)) }
        let tuyenQuang = try #require(pack.dam(of: ids[0]))
        #expect(tuyenQuang.quality == .estimated)
        #expect(tuyenQuang.dam.gates?.count == 8)
        #expect(tuyenQuang.dam.table.storage(atLevel: 120) == 2.245e9)
        // 11 and 12 September 2024: three gates and the units at 59.8 m
        let thacBa = try #require(pack.dam(of: ids[1]))
        let release = thacBa.dam.largestSpill(atLevel: 59.8) + thacBa.dam.turbineCapacity(atLevel: 59.8)
        #expect((release - 3005).magnitude <= 2)
        #expect(pack.dam(of: ids[2]) == nil, "no storage curve, no model")
        #expect(pack.dam(of: ids[3])?.dam.gates == nil, "no flow of a gate is public")
    }

    @Test func `a reservoir that the pack does not know has no rules`() throws {
        let day = try #require(CivilDate(year: 2025, month: 9, day: 1))
        #expect(pack.operatingRules(of: try #require(StationID("nowhere")), on: day) == nil)
    }
}
