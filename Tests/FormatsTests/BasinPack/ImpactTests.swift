import River
import Series
import TestKit
import Testing

@testable import Formats

/// What levels mean for people, and who lives by the river, as a pack says.
@Suite struct ImpactTests {
    private let pack: BasinPack

    init() throws { pack = try #require(readBasinPack(at: PackCopy.bundled).pack) }

    private func station(_ id: String) throws -> Station {
        try #require(StationID(id).flatMap { pack.basin.stations[$0] })
    }

    @Test func `the communes below a gauge lie on its river, in order, and end at the next gauge`() throws {
        let (laoCai, yenBai) = (try station("lao-cai"), try station("yen-bai"))
        let upper = pack.communes(below: laoCai)
        #expect(!upper.isEmpty && upper.allSatisfy { $0.river == "thao" })
        #expect(zip(upper, upper.dropFirst()).allSatisfy { $0.chainage <= $1.chainage })
        let lower = pack.communes(below: yenBai)
        #expect(Set(upper.map(\.name)).intersection(lower.dropFirst().map(\.name)).isEmpty)
        #expect(upper.count < pack.communes.filter { $0.river == "thao" }.count)
    }

    @Test func `every alarm of the pack says what it means, in three languages, and how sure that is`() throws {
        for (id, station) in pack.basin.stations {
            for alarm in station.alarms where alarm.scheme == "vn-bao-dong-2020" {
                let impact = try #require(pack.impact(of: alarm, at: id))
                for text in [impact.text.vi, impact.text.zh, impact.text.en] { #expect(!text.isEmpty) }
                #expect(impact.quality == .estimated)
            }
        }
        let other = AlarmLevel(level: 1, value: 1, scheme: "nobody-s", quality: .estimated, source: "made")
        #expect(pack.impact(of: other, at: try station("lao-cai").id) == nil)
    }
}
