import Foundation
import Formats
import River
import Series
import Testing

@Suite struct MappedTableTests {
    private let received = Instant(secondsSinceEpoch: 1_920_000_000)  // 2030-11-04T05:20:00Z

    @Test func `a river table of SL 323 is read in Beijing time`() throws {
        let csv = """
            STCD,TM,Z,Q,XSA,FLWCHRCD
            90200150,2030-08-01 08:00:00,86.91,1250,,
            90200150,2030-08-01 09:00:00.000,87.02,,,
            lower,2030/8/1 8:00,12.5,NULL,,
            90200150,2030-08-01 10:00:00,,,,
            77777777,2030-08-01 10:00:00,1,,,
            90200150,2030-08-01 11:00:00,8702,-5,,
            """
        let mapping = try template(
            "sl323-river", replacing: "station_codes: {}", with: "station_codes: {\"90200150\": upper}")
        let reading = readMappedTable(
            Array(csv.utf8), file: "river.csv", mapping: mapping, basin: inventedBasin(), received: received)
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.map(\.line) == [2, 2, 3, 4, 5, 6, 7, 7])
        #expect(
            reading.rows.map(\.verdict) == [.used, .used, .used, .used, .refused, .refused, .refused, .refused])
        #expect(reading.rows[4].reason.contains("no value: the row reports none in Z, Q"))
        #expect(reading.rows[5].reason.contains("unknown station 77777777"))
        #expect(reading.rows[6].reason.contains("it would fit as cm"))
        #expect(reading.rows[7].reason.contains("discharge: value -5"))
        let first = try #require(reading.observations.first)
        #expect(first.observation.series.description == "cn-upstream/upper/stage")
        #expect(first.observation.observed == (try instant("2030-08-01T00:00:00Z")))
        #expect(first.observation.received == received)
        #expect(first.origin == "river.csv:2")
        #expect(reading.observations.map(\.observation.value) == [86.91, 1250, 87.02, 12.5])
    }

    @Test func `a reservoir table of SL 323 gives storage in cubic metres`() throws {
        let csv = "STCD,TM,RZ,INQ,W,BLRZ,OTQ\nhigh-dam,2030-08-01 08:00,219.4,900,506.6,,700\n"
        let reading = readMappedTable(
            Array(csv.utf8), file: "reservoir.csv", mapping: try template("sl323-reservoir"), basin: inventedBasin(),
            received: received)
        #expect(reading.observations.map(\.observation.value) == [219.4, 900, 506_600_000, 700])
        #expect(reading.observations.map(\.observation.series.property) == [.poolLevel, .inflow, .storage, .release])
        #expect(reading.rows[2].reason == "converted from hm3 to m3")
    }

    @Test func `a rain table of SL 323 gives sums at the end of the period`() throws {
        let csv = "STCD,TM,DRP,INTV\nupper,202_08,3,1\nupper,203008010800,12.5,1\n"
        let reading = readMappedTable(
            Array(csv.utf8), file: "rain.csv", mapping: try template("sl323-rain"), basin: inventedBasin(),
            received: received)
        #expect(reading.rows.map(\.verdict) == [.refused, .used])
        #expect(reading.rows[0].reason.contains("malformed time in observed"))
        #expect(reading.observations.map(\.observation.value) == [12.5])
    }

    @Test func `the project's own columns need a zone and settle duplicates, conflicts and corrections`() throws {
        let csv = levelsFile([
            "2030-08-01T07:00+07:00,,lower,stage,10.0,m,,0,,,+0.5 I", "2030-08-01T07:00+07:00,,lower,stage,10,m,,0,,,",
            "2030-08-01T07:00+07:00,,lower,stage,11,m,,0,,,", "2030-08-01T07:00+07:00,,lower,stage,10.2,m,,1,,,",
            "2030-08-01T08:00,,lower,stage,10.2,m,,0,,,", "2031-08-01T08:00Z,,lower,stage,10.2,m,,0,,,",
        ])
        let reading = readMappedTable(
            Array(csv.utf8), file: "own.csv", mapping: try template("riparian"), basin: inventedBasin(),
            received: received)
        #expect(
            reading.rows.map(\.verdict) == [.superseded, .refused, .refused, .used, .refused, .refused])
        #expect(reading.rows[1].reason == "same as line 2")
        #expect(reading.rows[4].reason.contains("time without a zone"))
        #expect(reading.rows[5].reason.contains("lies after its receipt"))
        #expect(reading.rows[0].statedDifference == StatedDifference(value: 0.5, alarmLevel: 1))
    }

    @Test func `constants stand for what the table lacks`() throws {
        let mapping = try readIntakeMapping(
            Array(
                """
                id: logger
                title: {vi: Máy ghi, zh: 记录仪, en: Logger}
                zone: "+07:00"
                time_formats: ["D/M/YYYY h:mm"]
                columns: {observed: Gio, value: Muc nuoc, note: Ghi chu}
                constants: {station: lower, property: stage, unit: cm, known: observed, source: logger 7}
                """.utf8), file: "logger.yaml")
        let reading = readMappedTable(
            Array("Gio,Muc nuoc\n1/8/2030 7:00,1052\n1/8/2030 25:00,1052\n".utf8), file: "logger.csv", mapping: mapping,
            basin: inventedBasin(), received: received)
        #expect(reading.rows.map(\.verdict) == [.used, .refused])
        let observation = try #require(reading.observations.first).observation
        #expect(observation.value == 10.52)
        #expect(observation.observed == (try instant("2030-08-01T00:00:00Z")))
        #expect(observation.source == "logger 7")
    }

    @Test func `a table without a mapped column is a fault`() throws {
        let reading = readMappedTable(
            Array("STCD,TM,Z\nupper,2030-08-01 08:00,1\n".utf8), file: "river.csv",
            mapping: try template("sl323-river"), basin: inventedBasin(), received: received)
        #expect(reading.rows.isEmpty)
        #expect(reading.faults.map(\.message) == ["missing column Q"])
    }

    @Test(arguments: [
        ("title: {vi: a, zh: b, en: c}\n", "lacks an id"),
        ("id: a\ntitle: {vi: a, zh: b, en: c}\ncolumns: {observed: T}\n", "none for a value"),
        ("id: a\ntitle: {vi: a, zh: b, en: c}\ncolumns: {when: T}\n", "unknown field when"),
        ("id: a\ntitle: {vi: a, zh: b, en: c}\nzones: 8\n", "unknown key zones"),
        (
            "id: a\ntitle: {vi: a, zh: b, en: c}\nzone: Beijing\ncolumns: {observed: T, value: V}\n",
            "Beijing is no zone"
        ),
        (
            "id: a\ntitle: {vi: a, zh: b, en: c}\ncolumns: {observed: T}\nvalues: [{column: Z, property: stage, unit: m3}]\n",
            "does not fit stage"
        ),
        (
            "id: a\ntitle: {vi: a, zh: b, en: c}\ncolumns: {observed: T}\nvalues: [{column: Z, property: height, unit: m}]\n",
            "names an unknown one"
        ),
        (
            "id: a\ntitle: {vi: a, zh: b, en: c}\ncolumns: {observed: T, value: V}\nstation_codes: {1: Lower Town}\n",
            "Lower Town is not the id"
        ),
    ])
    func `a broken mapping says what is wrong`(yaml: String, message: String) {
        let problem = #expect(throws: EventFileProblem.self) {
            try readIntakeMapping(Array(yaml.utf8), file: "mapping.yaml")
        }
        #expect(problem?.fault.message.contains(message) == true, "\(problem?.description ?? "")")
    }

    private func template(_ name: String, replacing old: String = "", with new: String = "") throws -> IntakeMapping {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Packs/red-river/intake/\(name).yaml")
        var text = try String(contentsOf: url, encoding: .utf8)
        if !old.isEmpty { text = text.replacing(old, with: new) }
        return try readIntakeMapping(Array(text.utf8), file: "\(name).yaml")
    }
}
