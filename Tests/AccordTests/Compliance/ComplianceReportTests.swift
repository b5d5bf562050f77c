import Series
import Testing

@testable import Accord

/// Whole reports: seasons, months, deliveries of several hours, other kinds of provisions, sums.
@Suite struct ComplianceReportTests {
    @Test func `a season's edges decide what is due`() throws {
        var bench = ComplianceBench()
        // Days that exist.
        bench.provision.season = SeasonWindow(from: MonthDay("09-10")!, to: MonthDay("09-11")!, zone: beijingClock)
        bench.provision.rhythm = .every(minutes: 720)
        bench.grow()
        bench.receipt(vnLaoCai, bench.until)
        // In Beijing the season lasts from 2024-09-09T16:00Z to 2024-09-11T16:00Z: 12-hourly readings at 00Z and 12Z.
        let counts = try bench.counts()
        #expect(counts.due == 4 && counts.count(.missing) == 4)
        let finding = try #require(try bench.report().findings.first { $0.reader == .party(vnLaoCai) })
        #expect(finding.observed == bench.day(10)...(bench.day(11) + 43_200))
        #expect(finding.count == 4)
    }

    @Test func `months follow the zone of the clause, and the whole span is their sum`() throws {
        var bench = ComplianceBench()
        // Days that exist.
        bench.provision.season = SeasonWindow(from: MonthDay("08-01")!, to: MonthDay("10-31")!, zone: beijingClock)
        bench.from = utc("2024-08-30T00:00:00Z")
        bench.until = utc("2024-09-03T00:00:00Z")
        bench.provision.deadlineMinutes = 16 * 60
        bench.grow()
        bench.receipt(vnLaoCai, bench.until)
        // Due at 16:00Z, which is 00:00 of the next day in Beijing: that of 31 August falls into September.
        let rows = try bench.report().rows.filter { $0.reader == .party(vnLaoCai) }
        #expect(rows.map(\.period.description) == ["2024-08", "2024-09", "all"])
        #expect(rows.map(\.counts.due) == [1, 3, 4])
    }

    @Test func `the hours of one delivery are judged each, one lacks`() throws {
        var bench = ComplianceBench()
        bench.provision.deadlineMinutes = nil
        let morning = ClockDelivery(
            deadline: ClockTime("09:00")!, zone: beijingClock,
            covers: CoveredWindow(
                from: RelativeTime(day: -1, time: ClockTime("21:00")!),
                to: RelativeTime(day: 0, time: ClockTime("08:00")!)), stepMinutes: 60)  // times of the day
        bench.provision.rhythm = .clock([morning])
        bench.from = utc("2024-09-10T00:00:00+08:00")
        bench.until = utc("2024-09-11T00:00:00+08:00")
        let first = utc("2024-09-09T21:00:00+08:00")
        for hour in 0..<12 where hour != 5 { bench.deliver(first + Int64(hour) * 3600) }
        bench.receipt(vnLaoCai, utc("2024-09-10T09:00:00+08:00"))
        let counts = try bench.counts()
        #expect(counts.standings == [.onTime: 11, .missing: 1])
        let finding = try #require(try bench.report().findings.first { $0.reader == .party(vnLaoCai) })
        #expect(finding.observed.lowerBound == first + 5 * 3600)
    }

    @Test func `where no hours are stated, one value since the last deadline is enough`() throws {
        var bench = ComplianceBench()
        bench.provision.deadlineMinutes = nil
        bench.provision.rhythm = .clock(
            ["08:00", "20:00"].map { ClockDelivery(deadline: ClockTime($0)!, zone: beijingClock) })  // times of the day
        bench.from = utc("2024-09-10T00:00:00+08:00")
        bench.until = utc("2024-09-11T00:00:00+08:00")
        bench.deliver(utc("2024-09-10T06:35:00+08:00"))
        bench.receipt(vnLaoCai, utc("2024-09-10T07:00:00+08:00"))
        bench.receipt(vnLaoCai, utc("2024-09-10T21:00:00+08:00"))
        #expect(try bench.counts().standings == [.onTime: 1, .missing: 1])
        #expect(try bench.counts().readings == 1)
    }

    @Test func `of so many values a day each one counts`() throws {
        var bench = ComplianceBench()
        bench.provision.deadlineMinutes = nil
        bench.provision.rhythm = .perDay(3, zone: beijingClock)
        bench.from = utc("2024-09-10T00:00:00+08:00")
        bench.until = utc("2024-09-11T00:00:00+08:00")
        for hour in [2, 7] { bench.deliver(bench.from + Int64(hour) * 3600) }
        bench.receipt(vnLaoCai, bench.until)
        #expect(try bench.counts().standings == [.noDeadline: 2, .open: 1])
    }

    @Test func `median and worst of what was late`() throws {
        var bench = ComplianceBench()
        bench.span(1, 4)
        bench.receipt(vnLaoCai, bench.day(1))
        for (day, late) in [(1, Int64(10)), (2, 300), (3, 20), (4, 7000)] {
            bench.receipt(vnLaoCai, bench.day(day) + 60)
            bench.deliver(bench.day(day))
            bench.receipt(vnLaoCai, bench.day(day) + 3600 + late)
        }
        let counts = try bench.counts()
        #expect(counts.lateSeconds == [10, 20, 300, 7000])
        #expect(counts.medianLate == 20 && counts.worstLate == 7000)
        let finding = try #require(try bench.report().findings.first { $0.reader == .party(vnLaoCai) })
        #expect(finding.worstLate == 7000 && finding.receipt?.size == 4)
    }

    @Test func `notices, targets and actions stay open unless something stands in the lanes`() throws {
        var bench = ComplianceBench()
        var target = Provision(clause: "4.1", kind: .target, field: .trade, text: threeWords)
        target.series = [SeriesPattern(provider: nil, station: nil, property: .delegations)]
        target.readers = Readers([vnLaoCai, vnLaiChau])
        target.target = TargetTerms(value: 20, by: CivilDate(year: 2024, month: 9, day: 20))
        var action = Provision(clause: "5.1", kind: .action, field: .water, text: threeWords)
        action.undisclosed = []
        var secret = outageClause
        secret.undisclosed = [.deadline]
        bench.provisions = [target, action, secret]
        func words(_ bench: ComplianceBench) throws -> [ComplianceWord] {
            try bench.report().provisions.dropFirst().map(\.word)
        }
        #expect(try words(bench) == [.open, .open, .unknownTerm])
        let series = SeriesID(provider: cnYunnan, station: StationID("yunnan")!, property: .delegations)  // an id
        bench.deliver(bench.day(3), value: 19, series: series)
        bench.receipt(vnLaoCai, bench.day(4))
        #expect(try words(bench)[0] == .open)
        bench.deliver(bench.day(12), value: 21, known: .estimated, series: series)
        #expect(try words(bench)[0] == .delivered)
        let indicator = try #require(try bench.report().provisions[1].indicators.first)
        #expect(indicator.value == 21 && indicator.known == .estimated && indicator.index == 1)
        bench.deliver(bench.day(20), value: 30, series: series)
        #expect(try words(bench)[0] == .open)
        bench.lane.notices.append(
            LaneEvidence.Notice(
                index: bench.grow(), clause: "5.1", event: .plannedRelease, subject: "drill", issued: bench.day(5),
                from: bench.day(5)))
        #expect(try words(bench)[1] == .delivered)
    }

    @Test func `a reading above the agreed level makes a notice due`() throws {
        var bench = ComplianceBench()
        var notice = Provision(clause: "3.1", kind: .notice, field: .water, text: threeWords)
        notice.readers = Readers([vnLaoCai, vnLaiChau])
        notice.notice = NoticeTerms(event: .flood)
        notice.triggers = [Trigger(series: bench.provision.series[0], condition: .above, value: 100)]
        notice.deadlineMinutes = 60
        bench.provisions = [notice]
        func announce(_ issued: Instant, subject: String = "manhao") {
            bench.lane.notices.append(
                LaneEvidence.Notice(
                    index: bench.grow(), clause: "3.1", event: .flood, subject: subject, issued: issued, from: issued))
        }
        for (day, value) in [(1, 90.0), (2, 101), (3, 102), (4, 95), (5, 103), (6, 80), (7, 104)] {
            bench.deliver(bench.day(day), value: value)
            bench.receipt(vnLaoCai, bench.day(day) + 60)
            if day == 2 { announce(bench.day(2) + 600) }
            if day == 5 { announce(bench.day(5) + 7200) }
            if day == 7 { announce(bench.day(7) + 60, subject: "cn-yunnan/hekou/stage") }
            bench.receipt(vnLaoCai, bench.day(day) + 7300)
            if day == 2 { bench.receipt(vnLaoCai, bench.day(2) + 700, size: bench.lane.leafHashes.count) }
        }
        // Set off on the 2nd, the 5th and the 7th: told in ten minutes, in two hours, not at all.
        let counts = try bench.counts(clause: "3.1")
        #expect(counts.standings == [.onTime: 1, .late: 1, .missing: 1])
        #expect(counts.lateSeconds == [3700] && counts.readings == 0)
        #expect(try bench.report().provisions[1].word == .open)
        bench.provisions[0].undisclosed = [.threshold]
        bench.provisions[0].triggers = [Trigger(series: bench.provision.series[0], condition: .above)]
        #expect(try bench.counts(clause: "3.1").due == 0)
        #expect(try bench.report().provisions[1].word == .unknownTerm)
    }

    @Test func `readings of a clause without rhythm are counted, nothing is due`() throws {
        var bench = ComplianceBench()
        bench.provision.rhythm = nil
        bench.provision.deadlineMinutes = nil
        bench.deliver(bench.day(3))
        bench.deliver(bench.day(4))
        bench.receipt(vnLaoCai, bench.day(5))
        let counts = try bench.counts()
        #expect(counts.due == 0 && counts.readings == 2)
        #expect(try bench.report().provisions[0].word == .delivered)
    }

    @Test func `a rhythm that is not public stands once a series, in no month`() throws {
        var bench = ComplianceBench()
        bench.provision.rhythm = nil
        bench.provision.undisclosed = [.rhythm]
        bench.deliver(bench.day(3))
        bench.receipt(vnLaoCai, bench.day(5))
        let rows = try bench.report().rows.filter { $0.reader == .party(vnLaoCai) }
        #expect(rows.map(\.counts.due) == [0, 1])
        #expect(rows.last?.counts.standings == [.unknownTerm: 1])
        #expect(try bench.report().provisions[0].word == .unknownTerm)
    }

    @Test func `totals of provisions and parties are sums of rows`() throws {
        var numbers = SeededNumbers(seed: 4)
        for _ in 0..<20 {
            let report = try RandomCompliance(&numbers).bench.report()
            let whole = report.rows.filter { $0.period == .whole }
            for row in whole {
                let months = report.rows.filter {
                    $0.period != .whole && ($0.clause, $0.series, $0.reader) == (row.clause, row.series, row.reader)
                }
                #expect(months.reduce(0) { $0 + $1.counts.due } == row.counts.due)
                #expect(months.flatMap(\.counts.lateSeconds).sorted() == row.counts.lateSeconds)
                #expect(row.counts.due == ComplianceStanding.allCases.reduce(0) { $0 + row.counts.count($1) })
                let runs = report.findings.filter { ($0.series, $0.reader) == (row.series, row.reader) }
                let plain = row.counts.count(.onTime) + row.counts.count(.noDeadline)
                #expect(runs.reduce(plain) { $0 + $1.count } == row.counts.due)
            }
            #expect(report.provisions[0].counts.due == whole.reduce(0) { $0 + $1.counts.due })
            #expect(report.parties.reduce(0) { $0 + $1.provided.due } == whole.reduce(0) { $0 + $1.counts.due })
            #expect(report.parties.reduce(0) { $0 + $1.received.due } == whole.reduce(0) { $0 + $1.counts.due })
        }
    }
}

/// A lane of ten days with random delays, gaps, corrections and receipts.
struct RandomCompliance {
    var bench = ComplianceBench()

    init(_ numbers: inout SeededNumbers) {
        bench.from = bench.day(-2)
        bench.until = bench.day(9)
        for day in -2...8 {
            if numbers.below(3) == 0 { bench.receipt(reader(&numbers), bench.day(day) + Int64(numbers.below(7200))) }
            if numbers.below(4) > 0 {
                bench.deliver(bench.day(day), received: bench.day(day) + Int64(numbers.below(4500)))
            }
            if numbers.below(6) == 0 { bench.deliver(bench.day(day), revision: 1) }
            if numbers.below(8) == 0, !bench.lane.rows.isEmpty { bench.retract(numbers.below(bench.lane.rows.count)) }
            for _ in 0..<numbers.below(3) {
                bench.receipt(reader(&numbers), bench.day(day) + Int64(numbers.below(10_000)))
            }
        }
    }

    private func reader(_ numbers: inout SeededNumbers) -> PartyID {
        [vnLaoCai, vnLaoCai, vnLaiChau, witness][numbers.below(4)]
    }
}
