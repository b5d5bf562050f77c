import Formats
import River
import Series
import Testing

@Suite struct UploadedTableTests {
    private func read(_ csv: String, mapping: IntakeMapping? = nil) -> MappedReading {
        readUploadedTable(Array(csv.utf8), file: "table", mapping: mapping, basin: inventedBasin())
    }

    private func read(json: String) -> MappedReading {
        readUploadedRows(json: Array(json.utf8), file: "rows", basin: inventedBasin())
    }

    @Test func `columns of levels are read as they are, and what they say of receiving is not`() {
        let reading = read(
            "observed,received,station,property,value,unit,revision,note\n"
                + "2030-08-01T08:00+08:00,2001-01-01T00:00Z,upper,stage,8691,cm,0,+0.65 I\n"
                + "2030-08-01T09:00,,upper,stage,86.9,m,0,\n")
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.map(\.verdict) == [.used, .refused])
        #expect(reading.rows.map(\.fault) == [nil, .zone])
        #expect(reading.rows[0].observation?.received == reading.rows[0].observation?.observed)
        #expect(reading.rows[0].statedDifference != nil)
        let plain = read("observed,station,property,value,unit\n2030-08-01T08:00+08:00,upper,stage,8691,cm\n")
        #expect(plain.observations.map(\.observation.value) == [86.91])
    }

    @Test func `releases are known by their header, and a statement is no reading`() {
        let reading = read(
            "observed,object,quantity,value,unit\n2030-08-01T08:00+08:00,high-dam,planned release,700,m3/s\n"
                + "2030-08-01T08:00+08:00,high-dam,statement,no release today,\n"
                + "2030-08-01T08:00+08:00,upper,level,1,m\n")
        #expect(reading.rows.map(\.verdict) == [.used, .refused, .refused])
        #expect(reading.observations.map(\.observation.series.property) == [.releaseIntention])
        #expect(reading.rows[1].reason.contains("statement without a number"))
        #expect(reading.rows[2].reason.contains("is no dam"))
    }

    @Test func `a table whose columns the mapping names is read through it, any other in our own form`() throws {
        let text = """
            id: made
            title: {vi: a, zh: b, en: c}
            zone: "+08:00"
            columns: {observed: TM, station: STCD, received: GOT}
            values: [{column: RZ, property: pool-level, unit: m}]
            """
        let mapping = try readIntakeMapping(Array(text.utf8), file: "made.yaml")
        let mapped = read("STCD,TM,RZ,GOT\nhigh-dam,2030-08-01T08:00,219.4,2001-01-01T00:00\n", mapping: mapping)
        #expect(mapped.observations.map(\.observation.value) == [219.4], "\(mapped.rows)")
        #expect(mapped.observations.first?.observation.observed == (try Instant(iso8601: "2030-08-01T00:00Z")))
        let own = read(
            "observed,station,property,value,unit\n2030-08-01T08:00+08:00,upper,stage,1,m\n", mapping: mapping)
        #expect(own.observations.count == 1)
        #expect(read("a,b\n1,2\n").faults.first?.message.contains("missing column observed") == true)
        #expect(read("").faults.isEmpty == false)
    }

    @Test func `rows of a program are read with their place, and a bad one hinders no other`() {
        let reading = read(
            json: """
                [{"observed": "2030-08-01T08:00+08:00", "station": "upper", "property": "stage", "value": 86.91, "unit": "m"},
                 {"observed": "2030-08-01T09:00+08:00", "station": "upper", "property": "stage", "value": "86.95",
                  "unit": "m", "revision": 1, "note": null},
                 {"observed": "2030-08-01T09:00+08:00", "station": "upper", "depth": 3}, 7,
                 {"observed": 5, "station": "upper"}]
                """)
        #expect(reading.rows.map(\.verdict) == [.used, .used, .refused, .refused, .refused])
        #expect(reading.rows.map(\.line) == [1, 2, 3, 4, 5])
        #expect(reading.observations.map(\.observation.value) == [86.91, 86.95])
        #expect(reading.rows[2].reason.contains("unknown member depth") && reading.rows[3].fault == .form)
        #expect(read(json: "{\"rows\": []}").faults.isEmpty)
    }

    @Test(arguments: [("[{\"observed\": }]", 1, 15), ("{\n \"rows\": 3}", 1, 1), ("[1,\n2", 2, 2), ("", 1, 1)])
    func `a document that is none is refused with line and column`(_ text: String, _ line: Int, _ column: Int) {
        let fault = read(json: text).faults.first
        #expect(fault?.position == Position(line: line, column: column), "\(fault?.text ?? "none")")
    }
}
