import River
import Series
import TestKit
import Testing

@testable import Formats

/// What acting on warnings costs and saves, as a pack says.
@Suite struct WarningCostTests {
    private let header = "station,level,cost,loss,valid_from,valid_to,source,quality\n"

    private func reading(_ rows: String) throws -> BasinPackReading {
        let copy = try PackCopy()
        defer { copy.remove() }
        try copy.write("warning_costs.csv", header + rows)
        return readBasinPack(at: copy.folder)
    }

    @Test func `costs and losses stand at their station, with the days on which they hold`() throws {
        let reading = try reading("lao-cai,2,30,100,2026-01-01,,made,estimated\nlao-cai,3,1,20,,,made,single\n")
        #expect(reading.faults.map(\.text) == [])
        let station = try #require(reading.pack?.basin.stations[StationID("lao-cai")!])  // a literal id
        #expect(station.warningCosts.map(\.level) == [2, 3])
        #expect(station.warningCosts.map(\.probability) == [0.3, 0.05])
        #expect(station.warningCosts[0].validity.from == (try CivilDate(iso8601: "2026-01-01")))
        #expect(reading.pack?.basin.stations[StationID("bao-ha")!]?.warningCosts == [])
    }

    @Test func `a loss that is not above its cost is named with its place, and so is a number that is none`() throws {
        let below = try reading("lao-cai,2,30,30,,,made,estimated\n").faults
        #expect(below.map(\.rule) == ["loss-below-cost"])
        #expect(below.first?.file == "warning_costs.csv" && below.first?.position == Position(line: 2, column: 14))
        #expect(try reading("lao-cai,2,0,30,,,made,estimated\n").faults.map(\.rule) == ["not-positive"])
        #expect(try reading("nowhere,2,1,30,,,made,estimated\n").faults.map(\.rule) == ["unknown-reference"])
        #expect(
            try reading("lao-cai,2,1,30,,,made,estimated\nlao-cai,2,2,30,,,made,estimated\n").faults.map(\.rule)
                == ["duplicate-id"])
    }
}
