import Formats
import Series
import Testing

/// What `riparian pack resolve` answers.
struct NameResolutionTests {
    private let pack: BasinPack

    init() throws { pack = try #require(readBasinPack(at: PackCopy.bundled).pack) }

    private func ids(_ name: String, _ kind: NamedThing.Kind, on day: CivilDate? = nil) -> [String] {
        pack.resolve(name, on: day).filter { $0.kind == kind }.map(\.id)
    }

    @Test(arguments: ["Junnan", "Van Nam", "Vân Nam", "云南", "YUNNAN", "va\u{302}n  nam", "Tỉnh Vân Nam", "cn-yunnan"])
    func `every spelling of Yunnan is one party and nothing else`(_ name: String) {
        #expect(pack.resolve(name).map(\.id) == ["cn-yunnan"])
    }

    @Test func `Ha Giang is a station, and as a province leads to its successor with the date`() throws {
        let found = pack.resolve("Hà Giang")
        #expect(found.map(\.kind) == [.party, .unit, .station])
        #expect(found.map(\.id) == ["vn-ha-giang", "province-ha-giang", "ha-giang"])
        #expect(found.map(\.successor) == ["vn-tuyen-quang", "province-tuyen-quang", nil])
        #expect(found[0].validity.until?.description == "2025-07-01" && found[2].validity == .always)
    }

    @Test func `on a day after its end a province is followed by its successor, before it is not`() throws {
        let after = try CivilDate(iso8601: "2025-10-01")
        #expect(ids("Ha Giang", .party, on: after) == ["vn-ha-giang", "vn-tuyen-quang"])
        #expect(ids("Ha Giang", .party, on: try CivilDate(iso8601: "2024-06-10")) == ["vn-ha-giang"])
        #expect(ids("Yên Bái", .unit, on: after) == ["province-yen-bai", "province-lao-cai"])
    }

    @Test func `what begins later is left out`() throws {
        #expect(ids("Tuyên Quang", .unit, on: try CivilDate(iso8601: "2024-09-09")).isEmpty)
        #expect(ids("Tuyên Quang", .unit, on: try CivilDate(iso8601: "2025-09-09")) == ["province-tuyen-quang"])
    }

    @Test func `rivers and dams answer to their names on both sides`() {
        for name in ["Đà", "Song Da", "da", "Lixianjiang", "李仙江", "Black"] { #expect(ids(name, .river) == ["da"]) }
        for name in ["Clear River", "Panlong", "盘龙河"] { #expect(ids(name, .river) == ["lo"]) }
        #expect(ids("马鹿塘", .reservoir) == ["malutang"] && ids("Na Hang dam", .station) == ["tuyen-quang-dam"])
    }

    @Test func `Ma Lu Thang is a reservoir on the Lo and a gauge at a border gate on the Nam Na`() {
        #expect(ids("Ma Lu Thang", .reservoir) == ["malutang"])
        #expect(ids("Ma Lu Thang", .station) == ["jinshuihe"])
    }

    @Test func `an unknown or empty name leads nowhere`() {
        #expect(pack.resolve("Atlantis").isEmpty && pack.resolve("  ").isEmpty)
    }
}
