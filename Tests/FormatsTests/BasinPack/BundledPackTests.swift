import Accord
import Formats
import Foundation
import River
import Series
import Testing
import TestKit

/// What the bundled pack says.
struct BundledPackTests {
    private let pack: BasinPack

    init() throws { pack = try #require(readBasinPack(at: PackCopy.bundled).pack) }

    private func station(_ id: String) throws -> Station {
        let id = try #require(StationID(id))
        return try #require(pack.basin.stations[id])
    }

    @Test func `five parties sign, one observes, two have been merged`() throws {
        let day = try CivilDate(iso8601: "2025-07-01")
        #expect(
            pack.register.signatories(on: day).map(\.id.text)
                == ["cn-yunnan", "vn-dien-bien", "vn-lai-chau", "vn-lao-cai", "vn-tuyen-quang"])
        let former = pack.register.parties.values.filter { $0.kind == .former }.sorted { $0.id < $1.id }
        #expect(former.map(\.successor?.text) == ["vn-tuyen-quang", "vn-lao-cai"])
        #expect(former.allSatisfy { !$0.validity.contains(day) })
    }

    @Test func `an office is followed by the one that exists on the day`() throws {
        let party = try #require(PartyID("vn-lao-cai"))
        let before = pack.register.authorities(of: party, role: .civilDefence, on: try CivilDate(iso8601: "2024-09-09"))
        let after = pack.register.authorities(of: party, role: .civilDefence, on: try CivilDate(iso8601: "2025-09-30"))
        #expect(before.map(\.id) == ["lao-cai-disaster-command"] && after.map(\.id) == ["lao-cai-civil-defence"])
    }

    @Test func `the gauges, dams and junctions are there with their providers`() throws {
        let stations = pack.basin.stations.values
        #expect(stations.filter { $0.kind == .gauge }.count == 34)
        #expect(try station("hoa-binh").kind == .dam)
        #expect(try station("bao-lac").provider.text == "vn-national")
        #expect(try station("ha-giang").provider.text == "vn-tuyen-quang")
        #expect(try station("vu-quang").provider.text == "vn-national")
        #expect(try station("manhao").provider.text == "cn-yunnan")
        let vietnamese = stations.filter { $0.kind == .gauge && $0.provider.text.hasPrefix("vn-") }
        #expect(vietnamese.count == 27 && vietnamese.allSatisfy { $0.datum == "vn-hon-dau" })
        #expect(stations.filter { $0.provider.text == "cn-yunnan" }.allSatisfy { $0.datum == nil })
    }

    @Test func `alarm levels hold on their days only`() throws {
        let day = try CivilDate(iso8601: "2024-09-09")
        #expect(try station("lao-cai").alarms(for: .stage, on: day).map(\.value) == [80, 82, 83.5])
        #expect(try station("hoa-binh").alarms(for: .inflow, on: day).map(\.value) == [8000, 10_000, 12_000])
        #expect(try station("bao-yen").alarms(for: .stage, on: day).isEmpty)
        #expect(try station("bao-yen").alarms(for: .stage, on: try CivilDate(iso8601: "2017-08-01")).count == 3)
    }

    @Test func `ratings are dated, and refused at Vu Quang from 2007`() throws {
        let yenBai = try station("yen-bai")
        let early = try #require(yenBai.rating(on: try CivilDate(iso8601: "2005-08-01")))
        #expect(early.form == .powerLaw(coefficient: 75.7, zero: 25.5, exponent: 2.386))
        let late = try #require(yenBai.rating(on: try CivilDate(iso8601: "2024-09-09")))
        #expect(late.gaugedRange == 24.13...32.04)
        #expect(yenBai.rating(on: try CivilDate(iso8601: "1995-01-01")) == nil)
        #expect(try station("vu-quang").rating(on: try CivilDate(iso8601: "2024-09-09")) == nil)
        #expect(pack.ratingRefusals.map(\.station.text) == ["vu-quang"])
    }

    @Test func `the river runs from Yuanjiang to Ha Noi`() throws {
        var path = ["yuanjiang"]
        while let id = StationID(path[path.count - 1]), let reach = pack.basin.reach(from: id) {
            path.append(reach.downstream.text)
        }
        #expect(
            path == [
                "yuanjiang", "nansha", "manhao", "a-mu-sung", "lao-cai", "bao-ha", "yen-bai", "am-thuong", "phu-tho",
                "viet-tri", "son-tay", "ha-noi",
            ])
        let thao = pack.basin.reaches.filter { $0.id.text == "lao-cai-to-bao-ha" }
        #expect(thao.map(\.length) == [63_200] && thao.map(\.known) == [.estimated])
        #expect(pack.basin.reaches(into: try #require(StationID("viet-tri"))).count == 3)
    }

    @Test func `travel times below Yen Bai are the measured lags`() throws {
        func hours(_ ids: [String]) -> Double {
            pack.basin.reaches.filter { ids.contains($0.id.text) }.map { $0.travelTime / 3600 }.reduce(0, +)
        }
        let fromYenBai = hours([
            "yen-bai-to-am-thuong", "am-thuong-to-phu-tho", "phu-tho-to-viet-tri", "viet-tri-to-son-tay",
        ])
        #expect(abs(fromYenBai - 22.5) < 0.2)
        #expect(abs(hours(["vu-quang-to-viet-tri", "viet-tri-to-son-tay"]) - 14) < 0.2)
        #expect(abs(hours(["son-tay-to-ha-noi"]) - 5.6) < 0.1)
    }

    @Test func `stages correspond between neighbouring gauges, never across a dam`() throws {
        let pairs = pack.basin.correspondences.map { "\($0.upstream)>\($0.downstream)" }
        #expect(
            pairs == [
                "am-thuong>phu-tho", "bao-ha>yen-bai", "lao-cai>bao-ha", "phu-tho>viet-tri", "son-tay>ha-noi",
                "trung-ha>viet-tri", "tuyen-quang>vu-quang", "viet-tri>son-tay", "vu-quang>viet-tri",
                "yen-bai>am-thuong",
            ])
        let baoHa = try #require(pack.basin.correspondences.first { $0.upstream.text == "bao-ha" })
        #expect(
            baoHa.pairs.map(\.upstream) == [55, 56, 57, 60.93] && baoHa.pairs.map(\.downstream) == [30, 31, 32, 33.96])
        #expect(baoHa.source == "alarm levels; flood of August 2008")
    }

    @Test func `a station's limits take the defaults where they are silent`() throws {
        let limits = pack.basin.checkLimits.limits(for: try #require(StationID("lao-cai")), .stage)
        #expect(limits.failRange == 50...95.5 && limits.suspectRate == 1 && limits.statedDifferenceTolerance == 0.02)
    }

    @Test func `reservoirs, communes and dated levels are there, in SI`() throws {
        let hoaBinh = try #require(pack.basin.reservoirs.values.first { $0.id.text == "hoa-binh" })
        #expect(hoaBinh.normalLevel == 117 && hoaBinh.totalStorage == 9.862e9)
        #expect(hoaBinh.storageCurve == [.init(level: 80, storage: 3.8e9), .init(level: 117, storage: 9.862e9)])
        #expect(pack.basin.reservoirs.values.allSatisfy { pack.basin.stations[$0.id]?.kind == .dam })
        #expect(pack.communes.count == 125)
        #expect(pack.reservoirLevels.contains { $0.level == 213 && $0.article.contains("922") })
        #expect(pack.credits.contains { $0.contains("CC BY 4.0") } && pack.credits.contains { $0.contains("LGPL") })
        #expect(pack.eventIDs == ["yagi-2024", "bualoi-2025", "da-2018"] && pack.agreementFile == "agreement.yaml")
        #expect(pack.rivers["nam-rom"]?.flowsTo == nil && pack.rivers["thao"]?.flowsTo == "hong")
    }

    @Test(.enabled(if: Repository.canUseSharedData, "\(Repository.sharedDataReason)"))
    func `the stations of the collected table are all in the pack`() throws {
        let data = try #require(Repository.sharedData)
        let bytes = try Data(contentsOf: data.appending(path: "red-river/stations.csv"))
        let table = CSVTable([UInt8](bytes), file: "stations.csv")
        #expect(table.rows.count == 35)
        for row in table.rows {
            let id = row.fields[0] == "hoa-binh-inflow" ? "hoa-binh" : row.fields[0]
            #expect(pack.basin.stations.keys.contains { $0.text == id }, "\(id)")
        }
    }
}
