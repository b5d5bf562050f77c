import Accord
import Formats
import Series
import TestKit
import Testing

/// The public arrangements over the year 2026, every number worked out by hand from their facts.
@Suite struct RealArrangementTests {
    private let year = (from: time("2026-01-01T00:00Z"), until: time("2027-01-01T00:00Z"))

    /// A restated arrangement, with a beginning of force where one is given in place of the undisclosed one.
    static func agreement(_ name: String, inForce: String? = nil, _ passage: String = "", _ words: String = "") throws
        -> Agreement
    {
        var text = try Repository.text("Fixtures/agreements/\(name).yaml")
        if let inForce {
            text = text.replacing(
                "undisclosed: [in-force]\n", with: "in_force: {from: \"\(inForce)\", zone: beijing}\n",
                maxReplacements: 1)
        }
        if !passage.isEmpty { text = text.replacing(passage, with: words) }
        let reading = readAgreement(Array(text.utf8), file: name + ".yaml")
        #expect(reading.faults.map(\.text) == [])
        return try #require(reading.agreement)
    }

    private func word(_ agreement: Agreement, _ series: String, _ reader: String, _ at: String) throws -> String {
        try agreement.verdict(for: #require(SeriesID(series)), reader: #require(PartyID(reader)), at: time(at)).word
    }

    @Test(arguments: [
        ("2026-05-31T15:59:59Z", "refused"), ("2026-05-31T16:00:00Z", "unknown"),
        ("2026-05-31T23:00:00+07:00", "unknown"),
        ("2026-05-31T22:59:59+07:00", "refused"), ("2026-10-31T15:59:59Z", "unknown"),
        ("2026-10-31T16:00:00Z", "refused"),
    ])
    func `the Lancang season turns at midnight of Beijing, and no day in force is known`(at: String, word: String)
        throws
    {
        let lancang = try Self.agreement("lancang-flood-season")
        for reader in ["kh", "la", "mm", "th", "vn"] {
            #expect(try self.word(lancang, "cn/man-an/precipitation", reader, at) == word)
            #expect(
                try self.word(lancang.asIfInForce, "cn/man-an/stage", reader, at)
                    == (word == "unknown" ? "granted" : word))
        }
        #expect(try self.word(lancang, "cn/man-an/discharge", "vn", at) == "refused")
        #expect(try self.word(lancang, "cn/man-an/stage", "mrc", at) == "refused")
    }

    @Test func `the Lancang year has 307 deliveries of 3672 hours, each at 09 or 21 in Beijing`() throws {
        let lancang = try Self.agreement("lancang-flood-season").asIfInForce
        let duties = lancang.duties(from: year.from, until: year.until)
        // 153 days of two deliveries; the last hours of 31 October fall due on 1 November.
        #expect(duties.count == 153 * 2 + 1 && duties.map(\.covers.count).reduce(0, +) == 153 * 24)
        #expect(Set(duties.compactMap { $0.due?.clock(in: .china) }) == ["09:00", "21:00"])
        #expect(Set(duties.compactMap { $0.due?.clock(in: .indochina) }) == ["08:00", "20:00"])
        #expect(Set(duties.compactMap { $0.due?.clock(in: .zero) }) == ["01:00", "13:00"])
        let table = duties[..<4] + duties[305...]
        #expect(
            table.map { "\($0.due?.iso8601() ?? "") \($0.covers.count) \($0.covers.first) \($0.covers.last)" } == [
                "2026-06-01T01:00:00Z 9 2026-05-31T16:00:00Z 2026-06-01T00:00:00Z",
                "2026-06-01T13:00:00Z 12 2026-06-01T01:00:00Z 2026-06-01T12:00:00Z",
                "2026-06-02T01:00:00Z 12 2026-06-01T13:00:00Z 2026-06-02T00:00:00Z",
                "2026-06-02T13:00:00Z 12 2026-06-02T01:00:00Z 2026-06-02T12:00:00Z",
                "2026-10-31T13:00:00Z 12 2026-10-31T01:00:00Z 2026-10-31T12:00:00Z",
                "2026-11-01T01:00:00Z 3 2026-10-31T13:00:00Z 2026-10-31T15:00:00Z",
            ])
        #expect(duties.allSatisfy { $0.audience?.id == "kh_la_mm_th_vn" && $0.unknownTerms.isEmpty })
    }

    @Test func `the Lancang hours that are granted over the year are those that are due`() throws {
        let lancang = try Self.agreement("lancang-flood-season").asIfInForce
        let (stage, reader) = (try #require(SeriesID("cn/yunjinghong/stage")), try #require(PartyID("la")))
        var granted: Set<Instant> = []
        var hour = year.from
        while hour < year.until {
            if lancang.verdict(for: stage, reader: reader, at: hour).isGranted { granted.insert(hour) }
            hour = hour + 3600
        }
        let due = lancang.duties(from: year.from, until: year.until).flatMap { duty -> [Instant] in
            if case .each(let times) = duty.covers { return times }
            return []
        }
        #expect(granted.count == 3672 && Set(due) == granted && due.count == granted.count)
    }

    @Test func `the Mekong year has no season, and two values are owed each day`() throws {
        let mekong = try Self.agreement("mekong-china-2020", inForce: "2020-10-22")
        for month in 1...12 {
            let at = "2026-\(month < 10 ? "0" : "")\(month)-01T00:00:00+08:00"
            #expect(try word(mekong, "cn/yunjinghong/precipitation", "mrc", at) == "granted")
        }
        #expect(try word(mekong, "cn/man-an/stage", "mrc", "2020-10-21T15:59:59Z") == "refused")
        #expect(try word(mekong, "cn/man-an/stage", "mrc", "2020-10-21T16:00:00Z") == "granted")
        let daily = mekong.duties(from: year.from, until: year.until).filter { $0.clause == "1" }
        #expect(daily.count == 365 && daily.map(\.covers.count).reduce(0, +) == 730)
        #expect(daily.allSatisfy { $0.due == nil && $0.unknownTerms == [.deadline] })
        let urgent = mekong.duties(from: year.from, until: year.until).filter { $0.clause == "2" }
        #expect(urgent.map(\.kind) == [.notice] && urgent[0].unknownTerms == [.threshold, .deadline])
        #expect(urgent[0].covers == .within(year.from...(year.until - 1), least: 1))
    }

    @Test(arguments: [
        ("2026-05-14T15:59:59Z", "refused"), ("2026-05-14T16:00:00Z", "granted"),
        ("2026-05-14T23:00:00+07:00", "granted"),
        ("2026-09-15T15:59:59Z", "granted"), ("2026-09-15T16:00:00Z", "refused"),
    ])
    func `the Zuojiang season turns at midnight of Beijing`(at: String, word: String) throws {
        let zuojiang = try Self.agreement("zuojiang", inForce: "2016-01-01")
        for property in ["precipitation", "stage", "discharge"] {
            #expect(try self.word(zuojiang, "vn/cao-bang/\(property)", "cn", at) == word)
            #expect(try self.word(zuojiang, "vn/lang-son/\(property)", "cn", at) == word)
        }
    }

    @Test func `the Zuojiang year has 248 readings of 08 and 20 in Beijing`() throws {
        let zuojiang = try Self.agreement("zuojiang", inForce: "2016-01-01")
        let duties = zuojiang.duties(from: year.from, until: year.until).filter { $0.clause == "1" }
        // 17 days of May, 30, 31, 31, and 15 of September: 124 days of two readings.
        #expect(duties.count == 248 && duties.allSatisfy { $0.covers.count == 1 && $0.due == nil })
        #expect(duties.allSatisfy { $0.unknownTerms == [.deadline] && $0.zone?.name == "beijing" })
        #expect(Set(duties.map { $0.covers.first.clock(in: .china) }) == ["08:00", "20:00"])
        #expect(duties.first?.covers.first == time("2026-05-15T00:00Z"))
        #expect(duties.last?.covers.first == time("2026-09-15T12:00Z"))
    }

    @Test func `outside the Zuojiang season a flood is owed, above a level that is not public`() throws {
        let zuojiang = try Self.agreement("zuojiang", inForce: "2016-01-01")
        let duties = zuojiang.duties(from: year.from, until: year.until).filter { $0.clause == "2" }
        #expect(
            duties.map(\.covers) == [
                .within(time("2026-01-01T00:00Z")...time("2026-05-14T15:59:59Z"), least: 1),
                .within(time("2026-09-15T16:00Z")...time("2026-12-31T23:59:59Z"), least: 1),
            ])
        #expect(duties.allSatisfy { $0.kind == .notice && $0.unknownTerms == [.threshold, .deadline] })
    }

    @Test func `with a level and a deadline the Zuojiang floods outside the season are due, and no other`() throws {
        let zuojiang = try Self.agreement(
            "zuojiang", inForce: "2016-01-01",
            "{series: vn/cao-bang/stage, when: above}", "{series: vn/cao-bang/stage, when: above, value: 180}")
        var clause = try #require(zuojiang.provision("2"))
        clause.undisclosed = []
        clause.deadlineMinutes = 60
        let readings = [
            ("2026-04-20T00:00Z", 179.9), ("2026-04-20T01:00Z", 180), ("2026-04-20T02:00Z", 182),
            ("2026-04-20T09:00Z", 179),
            ("2026-04-21T00:00Z", 180.5), ("2026-05-14T15:00Z", 179), ("2026-05-14T16:00Z", 181),
            ("2026-07-01T00:00Z", 170),
            ("2026-07-02T00:00Z", 185), ("2026-09-15T15:00Z", 170), ("2026-09-15T16:00Z", 184),
        ].map { at, value in reading("vn/cao-bang/stage", at, value) }
        let duties = zuojiang.triggeredDuties(of: clause, by: readings)
        #expect(
            duties.map { $0.due?.iso8601() } == [
                "2026-04-20T02:00:00Z", "2026-04-21T01:00:00Z", "2026-09-15T17:00:00Z",
            ])
        #expect(
            duties.map(\.covers.first) == ["2026-04-20T01:00Z", "2026-04-21T00:00Z", "2026-09-15T16:00Z"].map(time))
        #expect(duties.allSatisfy { $0.readers == Readers([PartyID("cn")!]) && $0.kind == .notice })  // a literal id
    }

    @Test func `the Zuojiang history reaches back to 1990, flood seasons only`() throws {
        let zuojiang = try Self.agreement("zuojiang", inForce: "2016-01-01")
        for (at, expected) in [
            ("1989-12-31T15:59:59Z", "refused"), ("1989-07-01T00:00:00Z", "refused"),
            ("1990-05-14T15:59:59Z", "refused"),
            ("1990-05-14T16:00:00Z", "granted"), ("1995-07-01T00:00:00Z", "granted"),
            ("1995-12-01T00:00:00Z", "refused"),
            ("2015-09-15T15:59:59Z", "granted"),
        ] {
            #expect(try word(zuojiang, "vn/lang-son/discharge", "cn", at) == expected, "\(at)")
        }
        let series = try #require(SeriesID("vn/lang-son/discharge"))
        let verdict = zuojiang.verdict(for: series, reader: try #require(PartyID("cn")), at: time("1995-07-01T00:00Z"))
        #expect(verdict == .granted(clause: "3"))
    }

    @Test func `the two ministries keep series, season and rhythm to themselves, so the answer is unknown all year`()
        throws
    {
        let ministries = try Self.agreement("ministries-flood-season")
        for month in 1...12 {
            let at = "2026-\(month < 10 ? "0" : "")\(month)-15T00:00:00Z"
            #expect(try word(ministries, "vn-monre/lang-son/stage", "cn-mwr", at) == "unknown")
            #expect(try word(ministries, "cn-mwr/hekou/stage", "vn-monre", at) == "unknown")
            #expect(try word(ministries, "cn-mwr/hekou/stage", "mrc", at) == "refused")
        }
        let duties = ministries.duties(from: year.from, until: year.until)
        #expect(duties.map { $0.provider?.text } == ["vn-monre", "cn-mwr"])
        #expect(
            duties.allSatisfy { $0.unknownTerms == [.force, .series, .season, .rhythm, .deadline] && $0.due == nil })
    }

    @Test func `the Sava lists are not public, so the answer is unknown between its services and no to others`() throws
    {
        let sava = try Self.agreement("sava-policy")
        #expect(try word(sava, "sava-service-1/zagreb/stage", "sava-service-5", "2026-03-01T00:00Z") == "unknown")
        #expect(try word(sava, "sava-service-1/zagreb/stage", "cn", "2026-03-01T00:00Z") == "refused")
        let duties = sava.duties(from: year.from, until: year.until)
        #expect(duties.map(\.clause) == ["1", "2"] && duties.allSatisfy { $0.provider == nil && $0.readers == nil })
    }
}

private func time(_ text: String) -> Instant { (try? Instant(iso8601: text))! }  // the literals of this file are times

private func reading(_ series: String, _ at: String, _ value: Double) -> Observation {
    Observation(series: SeriesID(series)!, observed: time(at), received: time(at), value: value, source: "test")
}
