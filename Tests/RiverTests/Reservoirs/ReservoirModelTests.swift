import Foundation
import Series
import TestKit
import Testing

@testable import River

@Suite struct ReservoirModelTests {
    @Test func `level and storage give each other, and the table goes on beyond its ends`() throws {
        let table = try #require(
            StorageTable(rows: [
                .init(level: 100, storage: 10), .init(level: 110, storage: 30), .init(level: 120, storage: 90),
            ]))
        #expect(table.storage(atLevel: 105) == 20)
        #expect(table.level(atStorage: 60) == 115)
        #expect(table.storage(atLevel: 95) == 0)
        #expect(table.level(atStorage: 150) == 130)
        #expect(table.area(atLevel: 112) == 6)
        for level in stride(from: 90.0, through: 130, by: 0.37) {
            #expect((table.level(atStorage: table.storage(atLevel: level)) - level).magnitude <= 1e-12 * level)
        }
    }

    @Test func `a table that does not rise is none`() {
        #expect(StorageTable(rows: [.init(level: 1, storage: 1)]) == nil)
        #expect(StorageTable(rows: [.init(level: 1, storage: 1), .init(level: 1, storage: 2)]) == nil)
        #expect(StorageTable(rows: [.init(level: 1, storage: 2), .init(level: 2, storage: 2)]) == nil)
        #expect(
            StorageTable(rows: [.init(level: 1, storage: 1, area: 5), .init(level: 2, storage: 2, area: 4)]) == nil)
        #expect(StorageTable(rows: [.init(level: .nan, storage: 1), .init(level: 2, storage: 2)]) == nil)
        #expect(RatingTable(inputs: [], outputs: []) == nil)
        #expect(RatingTable(inputs: [1, 1], outputs: [1, 2]) == nil)
    }

    @Test(.enabled(if: Repository.canUseSharedData, Comment(rawValue: Repository.sharedDataReason)))
    func `the published total of Hoa Binh lies between two rows of its table`() throws {
        let folder = try #require(Repository.sharedData)
        let text = try String(
            contentsOf: folder.appending(path: "red-river/hoabinh_level_area_volume.csv"), encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        let header = try #require(lines.first { $0.contains { $0.hasPrefix("level") } })
        let level = try #require(header.firstIndex { $0.hasPrefix("level") })
        let volume = try #require(header.firstIndex { $0.hasPrefix("volume") })
        let rows = lines.compactMap { fields -> StorageTable.Row? in
            guard fields.count > max(level, volume), let level = Double(fields[level]),
                let volume = Double(fields[volume])
            else { return nil }
            return StorageTable.Row(level: level, storage: volume)
        }
        let table = try #require(StorageTable(rows: rows))
        #expect((table.storage(atLevel: 117) / 9.87e9 - 1).magnitude <= 1e-12)
    }

    @Test func `gates open in their order, whole, and a gate passes no more for being dipped in deeper`() throws {
        let rating = try #require(RatingTable(inputs: [80, 100, 120], outputs: [1400, 1600, 1800]))
        let group = try #require(
            GateGroup(
                id: "bottom", count: 4, rating: .table(rating), order: [2, 3, 1, 4], leastSpacing: 7200,
                lowestLevel: 85))
        #expect(group.openGates(2) == [2, 3])
        #expect(group.openGates(9) == [1, 2, 3, 4])
        #expect(group.discharge(atLevel: 110, open: 2) == 3400)
        #expect(group.discharge(atLevel: 110, open: 2.9) == 3400, "part of a gate counts as nothing")
        #expect(group.discharge(atLevel: 84.9, open: 4) == 0)
        #expect(GateGroup(id: "x", count: 3, rating: .table(rating), order: [1, 1, 3]) == nil)
        let lifted = try #require(
            GateGroup(
                id: "surface", count: 1,
                rating: .underflow(sill: 0, width: 10, height: 12, weir: 1.8, contraction: 0.65), movesWhole: false))
        var before = 0.0
        for tenth in 0...10 {
            let flow = lifted.discharge(atLevel: 10, open: Double(tenth) / 10)
            #expect(flow >= before)
            before = flow
        }
        #expect((before - 1.8 * 10 * 31.622776601683793).magnitude <= 1e-9, "lifted clear of the water it is a weir")
        #expect(
            lifted.discharge(atLevel: 10, open: 0.2, tailwater: 9) < lifted.discharge(atLevel: 10, open: 0.2))
    }

    @Test func `turbines pass most at the rated head and know the tailwater that they make`() throws {
        let group = try #require(
            TurbineGroup(units: 8, ratedFlow: 300, ratedHead: 88, leastHead: 60, efficiency: 0.92))
        #expect(group.capacity(atHead: 88) == 2400)
        #expect(group.capacity(atHead: 80) < 2400)
        #expect(group.capacity(atHead: 100) < 2400)
        #expect(group.capacity(atHead: 59.9) == 0)
        #expect(group.power(flow: 2400, head: 88) > 1.9e9)
        let tailwater = try #require(RatingTable(inputs: [0, 20_000], outputs: [12, 32]))
        let flow = group.capacity(atLevel: 110, tailwater: tailwater, otherRelease: 3000)
        let head = 110 - tailwater.value(at: flow + 3000)
        #expect((flow - group.capacity(atHead: head)).magnitude <= 1e-6)
        #expect(group.capacity(atLevel: 70, tailwater: tailwater, otherRelease: 0) == 0)
    }

    @Test func `the level of a day is that of its period and of the rule in force`() throws {
        func level(
            _ value: Double, _ kind: CharacteristicLevel.Kind, _ period: String?, from: String? = nil, to: String? = nil
        ) throws -> CharacteristicLevel {
            CharacteristicLevel(
                kind: kind, level: value, period: try period.map { try #require(YearlyPeriod(text: $0)) },
                validFrom: try from.map { try CivilDate(iso8601: $0) },
                validTo: try to.map { try CivilDate(iso8601: $0) },
                quality: .single, source: "made")
        }
        let levels = [
            try level(58, .normal, nil), try level(57, .beforeFlood, "06-15/07-19"),
            try level(56, .beforeFlood, "07-20/08-21"), try level(58, .filling, "08-22/10-31", from: "2025-05-14"),
            try level(57.5, .filling, "08-22/09-15", to: "2025-05-14"),
        ]
        func found(_ kind: CharacteristicLevel.Kind, _ date: String) throws -> Double? {
            levels.level(kind, on: try CivilDate(iso8601: date))?.level
        }
        #expect(try found(.beforeFlood, "2024-07-19") == 57)
        #expect(try found(.beforeFlood, "2024-07-20") == 56)
        #expect(try found(.beforeFlood, "2024-09-01") == nil, "unknown is absent")
        #expect(try found(.filling, "2024-09-01") == 57.5)
        #expect(try found(.filling, "2025-09-01") == 58)
        #expect(try found(.normal, "2025-01-01") == 58)
        #expect(try found(.check, "2025-01-01") == nil)
        let winter = try #require(YearlyPeriod(text: "11-01/02-29"))
        #expect(winter.contains(try CivilDate(iso8601: "2023-12-31")))
        #expect(!winter.contains(try CivilDate(iso8601: "2023-03-01")))
        #expect(winter.text == "11-01/02-29")
        for text in ["", "13-01/02-01", "02-30/03-01", "6-15/07-19", "06-15", "06-15/07-19/08-01", "+6-15/07-19"] {
            #expect(YearlyPeriod(text: text) == nil)
        }
    }
}
