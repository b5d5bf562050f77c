import Foundation
import Formats
import River
import Series
import Testing

/// The package's root and the collected data beside it.
private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
private let collected = root.deletingLastPathComponent().appendingPathComponent("shared/data/red-river")
private let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] == "true"
private let hasCollectedData =
    isContinuousIntegration
    || FileManager.default.fileExists(atPath: collected.appendingPathComponent("events_levels.csv").path)

@Suite struct BundledEventsTests {
    @Test func `the flood of 2024 has its levels at fourteen stations and six official forecasts`() throws {
        let reading = try read("yagi-2024")
        #expect(reading.faults.isEmpty)
        #expect(reading.advice.isEmpty)
        let levels = reading.rows.filter { $0.file == "levels.csv" }
        #expect(levels.count == 57)
        #expect(levels.allSatisfy { $0.verdict == .used })
        #expect(Set(levels.compactMap { $0.observation?.series.station }).count == 14)
        #expect(reading.officialForecasts.count == 6)
        #expect(reading.officialForecasts.allSatisfy { $0.valid == nil && $0.property == .stage })
        #expect(
            !reading.observations.contains { $0.series.provider.text == "cn-yunnan" && $0.series.property == .stage })
        let notices = reading.rows.filter { $0.observation?.series.property == .releaseIntention }
        #expect(notices.map(\.verdict) == [.superseded, .used])
        #expect(reading.statements.contains { $0.party == "cn-yunnan" && $0.text.hasPrefix("no release") })
        #expect(reading.description.remarks.count >= 5)
        #expect(reading.description.partiesAsOf == (try CivilDate(iso8601: "2025-07-01")))
    }

    @Test func `the flood of 2025 keeps every version of the disputed notice`() throws {
        let reading = try read("bualoi-2025")
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.filter { $0.file == "levels.csv" }.count == 11)
        #expect(reading.rows.allSatisfy { $0.verdict == .used })
        let notices = reading.rows.filter {
            $0.observation?.series.station.text == "malutang" && $0.zoneQuality == .conflict
        }
        #expect(notices.compactMap { $0.observation?.value } == [300, 300, 350])
        #expect(Set(notices.compactMap { $0.observation?.observed }).count == 3)
        #expect(reading.officialForecasts.map(\.value) == [106.05])
    }

    @Test func `the reservoirs of 2018 have points and no levels`() throws {
        let reading = try read("da-2018")
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.allSatisfy { $0.verdict == .used && $0.file == "releases.csv" })
        #expect(
            Set(reading.releases.map(\.series.station.text))
                == ["son-la-dam", "hoa-binh", "lai-chau-dam", "tuyen-quang-dam"])
        #expect(reading.releases.contains { $0.value == 12_536 })
    }

    @Test func `the question about Manhao is read`() throws {
        let path = root.appendingPathComponent("Packs/red-river/events/yagi-2024/what-if-manhao.yaml").path
        let whatIf = try readWhatIf(at: path)
        #expect(whatIf.station.text == "manhao")
        #expect(whatIf.reference.text == "lao-cai")
        #expect(whatIf.seed == 20_240_908)
    }

    @Test(.enabled(if: hasCollectedData, "the collected data do not stand beside the package"))
    func `every bundled value of 2024 is the collected one`() throws {
        let table = try table(collected.appendingPathComponent("events_levels.csv"))
        let stations = try collectedIDs()
        let reading = try read("yagi-2024")
        var expected: Set<String> = []
        for row in table.rows where table.field("event", of: row) == "yagi2024" {
            let name = try #require(table.field("station", of: row))
            let time = try Instant(iso8601: (table.field("time_utc7", of: row) ?? "") + ":00+07:00")
            let kind = try #require(table.field("kind", of: row))
            let known = kind == "forecast_peak" ? "forecast" : kind == "derived" ? "derived" : "observed"
            let value = try #require(Double(table.field("level_m", of: row) ?? ""))
            expected.insert("\(try #require(stations[name])) \(time) \(value) \(known)")
        }
        let levels = reading.rows.filter { $0.file == "levels.csv" }.compactMap(\.observation)
        let bundled =
            try levels.map { "\($0.series.station) \($0.observed) \(try #require($0.value)) \($0.known.rawValue)" }
            + reading.officialForecasts.map { "\($0.station) \($0.issued) \($0.value) forecast" }
        #expect(expected.count == 63)
        #expect(Set(bundled) == expected)
    }

    @Test func `the checks of the pack find no fault in the events`() {
        let faults = checkBasinPack(at: pack).filter { $0.file.hasPrefix("events/") }
        #expect(faults.isEmpty, "\(faults.map(\.text).joined(separator: "\n"))")
    }

    private var pack: String { root.appendingPathComponent("Packs/red-river").path }

    private func read(_ event: String) throws -> EventReading {
        let basin = try #require(readBasinPack(at: pack).pack).basin
        return readEvent(at: pack + "/events/" + event, basin: basin)
    }

    private func collectedIDs() throws -> [String: String] {
        let table = try table(collected.appendingPathComponent("stations.csv"))
        var ids: [String: String] = [:]
        for row in table.rows {
            let name = try #require(table.field("en", of: row))
            ids[name.components(separatedBy: " (")[0]] = table.field("id", of: row)
        }
        return ids
    }

    private func table(_ url: URL) throws -> CSVTable {
        CSVTable([UInt8](try Data(contentsOf: url)), file: url.lastPathComponent)
    }
}
