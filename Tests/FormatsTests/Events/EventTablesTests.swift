import Formats
import River
import Series
import Testing

@Suite struct EventTablesTests {
    private let level = levelsFile(["2030-08-01T07:00+07:00,,lower,stage,10,m,,,,,"])

    @Test func `an event brings its own stations with their alarm levels`() throws {
        let reading = try readInvented([
            "stations.csv": "id,name_en,alarm1_m,alarm2_m,alarm3_m,provider\nmid,Mid Town,8,9,10.5,\nlower,,,,,\n"
                + "New Town,,,,,\nother,,9,8,,vn-province\nfar,,5,,,vn-province\nmid,,,,,\n",
            "levels.csv": levelsFile([
                "2030-08-01T07:00+07:00,,mid,stage,9.2,m,,,,,+0.2 II", "2030-08-01T07:00+07:00,,far,stage,4,m,,,,,",
            ]),
        ])
        let verdicts = reading.rows.filter { $0.file == "stations.csv" }
        #expect(verdicts.map(\.verdict) == [.used, .refused, .refused, .refused, .used, .refused])
        #expect(verdicts[1].reason.contains("the pack's own row is kept"))
        #expect(verdicts[2].reason.contains("New Town is not an id"))
        #expect(verdicts[3].reason.contains("alarm level 2 is not above"))
        #expect(verdicts[5].reason.contains("stands already on line 2"))
        #expect(reading.stations.map(\.id.text) == ["mid", "far"])
        #expect(reading.stations[0].alarms.map(\.value) == [8, 9, 10.5])
        #expect(reading.stations[0].provider.text == "vn-national")
        #expect(reading.stations[1].name.vi == "far")
        #expect(
            reading.observations.map(\.series.description)
                == ["vn-national/mid/stage", "vn-province/far/stage"].sorted())
        #expect(inventedBasin().adding(reading.stations).stations.count == 5)
    }

    @Test func `a station without a provider belongs to the event where the basin has no national service`() throws {
        let reading = try readInvented(
            ["stations.csv": "id\nmid\n", "levels.csv": levelsFile(["2030-08-01T07:00Z,,mid,stage,1,m,,,,,"])],
            basin: Basin(id: "empty", name: LocalizedText(vi: "a", zh: "b", en: "c"), stations: [], reaches: []))
        #expect(reading.observations.map(\.series.description) == ["event/mid/stage"])
    }

    @Test func `official forecasts are kept with their issue time, a crest without an hour`() throws {
        let reading = try readInvented([
            "levels.csv": level,
            "forecasts.csv": """
            issued,valid,station,property,value,unit,source
            2030-08-01T09:15+07:00,,lower,stage,1100,cm,a bulletin
            2030-08-01T15:00+07:00,2030-08-01T20:00+07:00,lower,stage,11.4,m,
            2030-08-01T15:00+07:00,2030-08-01T14:00+07:00,lower,stage,11.4,m,
            2030-08-01T15:00,,lower,stage,11.4,m,
            2030-08-01T09:15+07:00,,lower,stage,11,m,again
            2030-08-01T09:15+07:00,,lower,stage,12,m,again
            """,
        ])
        let rows = reading.rows.filter { $0.file == "forecasts.csv" }
        #expect(rows.map(\.verdict) == [.used, .used, .refused, .refused, .refused, .refused])
        #expect(rows[2].reason.contains("before it was issued"))
        #expect(rows[3].reason.contains("time without a zone in issued"))
        #expect(rows[4].reason == "same as line 2")
        #expect(rows[5].reason.contains("conflict with line 2"))
        #expect(reading.officialForecasts.map(\.value) == [11, 11.4])
        #expect(reading.officialForecasts.map { $0.valid == nil } == [true, false])
        #expect(reading.officialForecasts.map(\.source) == ["a bulletin", "forecasts.csv:3"])
    }

    @Test func `releases become readings of the dam by quantity`() throws {
        let reading = try readInvented([
            "levels.csv": level,
            "releases.csv": releasesFile([
                "2030-08-01T08:00+08:00,,high-dam,cn-upstream,level,219.4,m,exact,0,,,",
                "2030-08-01T08:00+08:00,,high-dam,cn-upstream,inflow,900,m3/s,exact,0,,,",
                "2030-08-01T08:00+08:00,,high-dam,cn-upstream,total release,700,m3/s,exact,0,,,",
                "2030-08-01T08:00+08:00,,high-dam,cn-upstream,gates-open,3,,exact,0,,,",
                "2030-08-02T08:00+08:00,2030-08-01T20:00+08:00,high-dam,cn-upstream,announced release,300,m3/s,conflict,0,,,",
                "2030-08-01T08:00+08:00,,lower,vn-national,release,700,m3/s,exact,0,,,",
                "2030-08-01T08:00+08:00,,some dam,cn-upstream,release,700,m3/s,exact,0,,,",
                "2030-08-01T08:00+08:00,,high-dam,cn-upstream,mood,700,m3/s,exact,0,,,",
                "2030-08-01T08:00+08:00,,high-dam,cn-upstream,spill,,m3/s,exact,0,,,",
                "2030-08-01T08:00+08:00,,high-dam,cn-upstream,spill,5,m3/s,perhaps,0,,,",
            ]),
        ])
        let rows = reading.rows.filter { $0.file == "releases.csv" }
        #expect(
            rows.map(\.verdict.rawValue) == Array(repeating: "used", count: 5) + Array(repeating: "refused", count: 5))
        #expect(
            Set(reading.releases.map(\.series.property)) == [
                .poolLevel, .inflow, .release, .gatesOpen, .releaseIntention,
            ])
        #expect(rows[4].zoneQuality == .conflict)
        #expect(rows[5].reason.contains("is no dam but a gauge"))
        #expect(rows[6].reason.contains("unknown object some dam"))
        #expect(rows[7].reason.contains("unknown quantity mood"))
        #expect(rows[8].reason.contains("no value"))
        #expect(rows[9].reason.contains("zone_quality"))
    }

    @Test func `a statement without a number is kept as text`() throws {
        let reading = try readInvented([
            "levels.csv": level,
            "releases.csv": releasesFile([
                "2030-08-01T10:00+08:00,,two plants upstream,cn-upstream,statement,,,assumed,0,,a paper,no release",
                "2030-08-01T10:00+08:00,,high-dam,cn-upstream,order,,,exact,0,,,",
            ]),
        ])
        let rows = reading.rows.filter { $0.file == "releases.csv" }
        #expect(rows[0].verdict == .used)
        #expect(rows[0].reason == "statement kept as text")
        #expect(rows[1].reason.contains("without a text"))
        #expect(reading.statements.map(\.text) == ["no release"])
        #expect(reading.statements.map(\.object) == ["two plants upstream"])
    }

    @Test func `a notice that names the line it replaces supersedes it at another hour`() throws {
        let reading = try readInvented([
            "levels.csv": level,
            "releases.csv": releasesFile([
                "2030-08-01T15:00+07:00,,high-dam,cn-upstream,release-intention,250,m3/s,exact,0,,,",
                "2030-08-01T16:30+07:00,,high-dam,cn-upstream,release-intention,200,m3/s,exact,1,line 2,,",
            ]),
        ])
        let rows = reading.rows.filter { $0.file == "releases.csv" }
        #expect(rows.map(\.verdict) == [.superseded, .used])
        #expect(rows[0].reason == "superseded by line 3 (revision 1)")
        #expect(reading.releases.map(\.value) == [250, 200])
    }

    @Test func `simulated deliveries are read and bad ones refused`() throws {
        let reading = try readInvented([
            "levels.csv": level,
            "deliveries.csv": """
            series,observed,delivered
            vn-national/lower/stage,2030-08-01T07:00+07:00,2030-08-01T07:40+07:00
            vn-national/lower/stage,2030-08-01T07:00+07:00,2030-08-01T06:40+07:00
            lower,2030-08-01T07:00+07:00,2030-08-01T07:40+07:00
            vn-national/nowhere/stage,2030-08-01T07:00+07:00,2030-08-01T07:40+07:00
            """,
        ])
        #expect(reading.deliveries.map(\.line) == [2])
        #expect(
            reading.rows.filter { $0.file == "deliveries.csv" }.map(\.verdict) == [.used, .refused, .refused, .refused])
    }

    @Test func `the description names the event in three languages`() throws {
        let yaml = """
            id: invented-2030
            title: {vi: Lũ thử, zh: 试验洪水, en: An invented flood}
            parties_as_of: 2025-07-01
            remarks:
              - {vi: Một, zh: 一, en: One}
            """
        let reading = try readInvented(["levels.csv": level, "event.yaml": yaml])
        #expect(reading.description.id == "invented-2030")
        #expect(reading.description.title.zh == "试验洪水")
        #expect(reading.description.partiesAsOf == (try CivilDate(iso8601: "2025-07-01")))
        #expect(reading.description.remarks.map(\.en) == ["One"])
        let bare = try readInvented(["levels.csv": level])
        #expect(bare.description.id.hasPrefix("event-"))
        #expect(bare.description.remarks.isEmpty)
    }

    @Test(arguments: [
        ("id: a\ntitle: {vi: a, zh: b}\n", 2, "lacks one of vi, zh, en"), ("- a\n", 1, "no mapping"),
        ("id: a\nparties_as_of: 1 July 2025\n", 2, "is no date"), ("id: [a\n", 2, "not YAML"),
        ("id: a\nid: b\n", 1, "stands twice"),
    ])
    func `a broken description is a fault with its line`(yaml: String, line: Int, message: String) throws {
        let reading = try readInvented(["levels.csv": level, "event.yaml": yaml])
        let fault = try #require(reading.faults.first)
        #expect(fault.message.contains(message), "\(fault.text)")
        #expect(fault.position.line == line)
        #expect(reading.observations.count == 1)
    }

    @Test func `a what-if file is read, and one without a reference is refused`() throws {
        let yaml = """
            station: upper
            property: stage
            seed: 7
            reference: lower
            travel_time_h: 8.9
            offset_m: 0
            noise_sd_m: 0.10
            step_h: 1
            latency_min: 30
            correspondence: equal-rise
            remark: {vi: Ước tính, zh: 估算, en: Estimated}
            """
        try inFolder(["a.yaml": yaml, "b.yaml": yaml.replacing("reference: lower\n", with: "")]) { folder in
            let whatIf = try readWhatIf(at: folder + "/a.yaml")
            #expect(whatIf.station.text == "upper")
            #expect(whatIf.travelTime == 8.9)
            #expect(whatIf.noise == 0.1)
            #expect(whatIf.seed == 7)
            #expect(whatIf.correspondence == .equalRise)
            #expect(throws: EventFileProblem.self) { try readWhatIf(at: folder + "/b.yaml") }
            #expect(throws: EventFileProblem.self) { try readWhatIf(at: folder + "/absent.yaml") }
        }
    }
}
