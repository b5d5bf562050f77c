import Formats
import River
import Series
import Testing

@Suite struct EventLevelsTests {
    @Test(arguments: [
        ("2030-08-01T07:00+07:00,,nowhere,stage,10,m,,,,,", "unknown station nowhere"),
        ("2030-08-01T07:00+07:00,,Lower Town,stage,10,m,,,,,", "write its id lower"),
        ("2030-08-01T07:00+07:00,,,stage,10,m,,,,,", "no station"),
        ("2030-08-01T07:00+07:00,,lower,height,10,m,,,,,", "unknown property height"),
        ("2030-08-01T07:00+07:00,,lower,stage,10,m3/s,,,,,", "unit m3/s does not fit stage"),
        ("2030-08-01T07:00+07:00,,lower,stage,10,ft,,,,,", "unknown unit ft"),
        ("2030-08-01T07:00+07:00,,lower,stage,10,,,,,,", "no unit"),
        ("2030-08-01T07:00+07:00,,lower,stage,ten,m,,,,,", "malformed number ten"),
        ("2030-08-01T07:00+07:00,,lower,stage,nan,m,,,,,", "malformed number nan"),
        ("2030-08-01T07:00+07:00,,lower,stage,0x1p3,m,,,,,", "malformed number 0x1p3"),
        ("2030-08-01T07:00+07:00,,lower,stage,\"10,52\",m,,,,,", "decimal comma in 10,52"),
        ("2030-08-01T07:00+07:00,,lower,stage,8691,m,,,,,", "it would fit as cm"),
        ("2030-08-01T07:00+07:00,,lower,discharge,-3,m3/s,,,,,", "outside the range of discharge"),
        ("2030-08-01T07:00+07:00,,lower,stage,,m,,,,,", "no value"),
        ("2030-08-01T07:00,,lower,stage,10,m,,,,,", "time without a zone in observed"),
        ("1/8/2030 07:00,,lower,stage,10,m,,,,,", "malformed time in observed"),
        ("2030-02-30T07:00Z,,lower,stage,10,m,,,,,", "time that does not exist in observed"),
        (",,lower,stage,10,m,,,,,", "no time in observed"),
        ("2030-08-01T07:00+07:00,2030-08-01T07:30,lower,stage,10,m,,,,,", "time without a zone in received"),
        (
            "2030-08-01T07:00+07:00,,lower,stage,10,m,,,,\(String(repeating: "s", count: 1_001)),",
            "the source has 1001 bytes: write at most 1000"
        ),
        ("2030-08-01T07:00+07:00,,lower,stage,10,m,,1000000,,,", "revision 1000000 is not a whole number"),
        ("2030-08-01T07:00+07:00,2030-08-01T07:30+08:00,lower,stage,10,m,,,,,", "lies after its receipt"),
        ("2030-08-01T07:00+07:00,,lower,stage,10,m,guessed,,,,", "unknown word guessed in known"),
        ("2030-08-01T07:00+07:00,,lower,stage,10,m,,-1,,,", "revision -1 is not a whole number"),
        ("2030-08-01T07:00+07:00,,lower,stage,10,m,,1.5,,,", "revision 1.5 is not a whole number"),
        ("2030-08-01T07:00+07:00,,lower,stage", "4 fields where the header has 11"),
        ("2030-08-01T07:00+07:00,,lower,stage,10,52,m,,,,,", "a decimal comma adds a field"),
    ])
    func `a bad row is refused with its line and its reason`(row: String, reason: String) throws {
        let good = "2030-08-01T06:00+07:00,,lower,stage,9.50,m,observed,0,,a bulletin,"
        let reading = try readInvented(["levels.csv": levelsFile([good, row, good.replacing("06:00", with: "08:00")])])
        #expect(reading.faults.isEmpty)
        #expect(reading.rows.map(\.line) == [2, 3, 4])
        #expect(reading.rows.map(\.verdict) == [.used, .refused, .used])
        #expect(reading.rows[1].reason.contains(reason), "\(reading.rows[1].reason)")
        #expect(reading.rows[1].observation == nil)
        #expect(reading.observations.count == 2)
    }

    @Test func `a row that is used carries everything that it says`() throws {
        let row =
            "2030-08-01T07:00+07:00,2030-08-01T08:10+08:00,upper,stage,10.52,m,derived,0,,a bulletin,\"+0.52 II; rising\""
        let reading = try readInvented(["levels.csv": levelsFile([row])])
        let used = try #require(reading.rows.first)
        let observation = try #require(used.observation)
        #expect(observation.series.description == "cn-upstream/upper/stage")
        #expect(observation.observed == (try instant("2030-08-01T00:00:00Z")))
        #expect(observation.received == (try instant("2030-08-01T00:10:00Z")))
        #expect(observation.value == 10.52)
        #expect(observation.known == .derived)
        #expect(observation.source == "a bulletin")
        #expect(used.statedDifference == StatedDifference(value: 0.52, alarmLevel: 2))
        #expect(used.file == "levels.csv")
    }

    @Test func `without a time of receipt a value counts as received when it was observed`() throws {
        let reading = try readInvented([
            "levels.csv": levelsFile(["2030-08-01T07:00+07:00,,lower,stage,10,m,,,,,"])
        ])
        let observation = try #require(reading.observations.first)
        #expect(observation.received == observation.observed)
        #expect(observation.known == .observed)
        #expect(observation.source == "levels.csv:2")
    }

    @Test func `a level in centimetres is converted and used`() throws {
        let reading = try readInvented([
            "levels.csv": levelsFile([
                "2030-08-01T07:00+07:00,,lower,stage,8691,cm,,,,,", "2030-08-01T08:00+07:00,,lower,stage,86910,mm,,,,,",
            ])
        ])
        #expect(reading.observations.map(\.value) == [86.91, 86.91])
        #expect(reading.rows.map(\.reason) == ["converted from cm to m", "converted from mm to m"])
    }

    @Test func `a repeated row is refused as the same as the first`() throws {
        let row = "2030-08-01T07:00+07:00,,lower,stage,10.00,m,,,,,"
        let reading = try readInvented([
            "levels.csv": levelsFile([
                row, "2030-08-01T09:00+07:00,,lower,stage,10.1,m,,,,,", row,
                "2030-08-01T08:00+08:00,,lower,stage,10,m,,0,,,",
            ])
        ])
        #expect(reading.rows.map(\.verdict) == [.used, .used, .refused, .refused])
        #expect(reading.rows[2].reason == "same as line 2")
        #expect(reading.rows[3].reason == "same as line 2")
    }

    @Test func `of two values for one time and revision the first is kept`() throws {
        let reading = try readInvented([
            "levels.csv": levelsFile([
                "2030-08-01T07:00+07:00,,lower,stage,10.00,m,,,,,", "2030-08-01T07:00+07:00,,lower,stage,10.40,m,,,,,",
            ])
        ])
        #expect(reading.rows.map(\.verdict) == [.used, .refused])
        #expect(reading.rows[1].reason.contains("conflict with line 2"))
        #expect(reading.observations.map(\.value) == [10])
    }

    @Test func `a correction supersedes and keeps both readings with their times of receipt`() throws {
        let reading = try readInvented([
            "levels.csv": levelsFile([
                "2030-08-01T07:00+07:00,2030-08-01T12:00+07:00,lower,stage,10.44,m,,2,line 4,,",
                "2030-08-01T06:00+07:00,,lower,stage,9.90,m,,0,,,",
                "2030-08-01T07:00+07:00,2030-08-01T09:00+07:00,lower,stage,10.40,m,,1,,,",
                "2030-08-01T07:00+07:00,,lower,stage,14.00,m,,0,,,",
            ])
        ])
        #expect(reading.rows.map(\.verdict) == [.used, .used, .superseded, .superseded])
        #expect(reading.rows[2].reason == "superseded by line 2 (revision 2)")
        #expect(reading.rows[3].reason == "superseded by line 4 (revision 1)")
        #expect(reading.observations.map(\.value) == [9.90, 14.00, 10.40, 10.44])
        #expect(reading.observations.map(\.revision) == [0, 0, 1, 2])
    }

    @Test func `values out of order with gaps are all used and sorted by time`() throws {
        let reading = try readInvented([
            "levels.csv": levelsFile([
                "2030-08-03T07:00+07:00,,lower,stage,12,m,,,,,", "2030-08-01T07:00+07:00,,lower,stage,10,m,,,,,",
                "2030-08-01T13:00+07:00,,upper,stage,11,m,,,,,", "2030-08-02T23:30+07:00,,lower,stage,11.5,m,,,,,",
            ])
        ])
        #expect(reading.rows.allSatisfy { $0.verdict == .used })
        #expect(reading.rows.map(\.line) == [2, 3, 4, 5])
        #expect(reading.observations.map(\.value) == [10, 11, 11.5, 12])
    }

    @Test func `a missing column, an empty file and an absent one are faults of the file`() throws {
        let lacking = try readInvented([
            "levels.csv": "observed,station,property,value\n2030-08-01T07:00Z,lower,stage,1\n"
        ])
        #expect(lacking.rows.isEmpty)
        #expect(lacking.faults.map(\.rule) == ["event-missing-column"])
        #expect(lacking.faults[0].message == "missing column unit")
        let semicolons = try readInvented(["levels.csv": "observed;station;property;value;unit\n"])
        #expect(semicolons.faults.first?.advice == "separate the fields by commas, not semicolons")
        #expect(try readInvented(["levels.csv": ""]).faults.map(\.rule) == ["csv-empty"])
        #expect(try readInvented([:]).faults.map(\.rule) == ["event-file-unreadable"])
    }

    @Test func `a further column is only remarked, and columns may stand in any order`() throws {
        let reading = try readInvented([
            "levels.csv": "station,colour,observed,property,value,unit\r\nlower,brown,2030-08-01T07:00Z,stage,1.5,m\r\n"
        ])
        #expect(reading.faults.isEmpty)
        #expect(reading.advice.map(\.message) == ["unknown column colour"])
        #expect(reading.observations.map(\.value) == [1.5])
    }

    @Test(arguments: [
        ("+0.65 I", 0.65, 1), ("-0.16 III", -0.16, 3), ("=I", 0, 1), ("= II; noon", 0, 2), ("+4 III, rising", 4, 3),
    ])
    func `a note may begin with the printed difference`(note: String, value: Double, level: Int) {
        #expect(StatedDifference(note: note) == StatedDifference(value: value, alarmLevel: level))
    }

    @Test(arguments: [
        "", "+0.80 above 1968", "0.65 I", "+ I", "+0.6 IIII", "+0.6 In the evening", "-. I", "+0.4", "rising",
    ])
    func `other notes state no difference`(note: String) {
        #expect(StatedDifference(note: note) == nil)
    }

    @Test(.timeLimit(.minutes(3))) func `a hundred thousand rows are read in linear time`() throws {
        let start = try instant("2030-01-01T00:00Z")
        let rows = (0..<100_000).map { "\((start + Int64($0) * 600).description),,lower,stage,10.5,m,,,,," }
        let reading = try readInvented(["levels.csv": levelsFile(rows)])
        #expect(reading.observations.count == 100_000)
    }
}
