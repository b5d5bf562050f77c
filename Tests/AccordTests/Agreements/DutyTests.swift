import Accord
import Series
import TestKit
import Testing

private let yunnan = PartyID("cn-yunnan")!  // the literals of this file are ids, days and times
private let laoCai = PartyID("vn-lao-cai")!
private let laiChau = PartyID("vn-lai-chau")!
private let beijing = NamedZone(name: "beijing", offset: .china)
private let haNoi = NamedZone(name: "ha-noi", offset: .indochina)
private let words = LocalizedText(vi: "a", zh: "b", en: "c")

private func time(_ text: String) -> Instant { (try? Instant(iso8601: text))! }
private func day(_ text: String) -> CivilDate { (try? CivilDate(iso8601: text))! }

private let floodSeason = SeasonWindow(from: MonthDay("06-01")!, to: MonthDay("10-31")!, zone: beijing)

/// 09:00 with 21:00 (day before) .. 08:00, 21:00 with 09:00 .. 20:00, hourly, on the clock of Beijing.
private let twiceADay = Rhythm.clock(
    [("09:00", -1, "21:00", "08:00"), ("21:00", 0, "09:00", "20:00")].map { deadline, day, from, to in
        ClockDelivery(
            deadline: ClockTime(deadline)!, zone: beijing,
            covers: CoveredWindow(
                from: RelativeTime(day: day, time: ClockTime(from)!), to: RelativeTime(day: 0, time: ClockTime(to)!)),
            stepMinutes: 60)
    })

private func agreement(
    parties: [AgreementParty] = [yunnan, laoCai, laiChau].map { AgreementParty(id: $0) }, force: DatedForce? = nil,
    _ change: (inout Provision) -> Void
) -> Agreement {
    var share = Provision(clause: "1.1", kind: .share, field: .water, text: words)
    share.series = [SeriesPattern(provider: yunnan, station: StationID("manhao"), property: .stage)]
    share.readers = Readers([laoCai])
    change(&share)
    return Agreement(
        id: AgreementID("test")!, identity: AgreementIdentity(of: "test"), title: words, isIllustrative: true,
        parties: parties, force: force, provisions: [share])
}

@Suite struct DutyTests {
    private let year = (from: time("2026-01-01T00:00Z"), until: time("2027-01-01T00:00Z"))

    @Test func `a morning delivery is due at the same moment on both sides and covers the twelve hours before`() throws
    {
        let duties = agreement { $0.rhythm = twiceADay }
            .duties(from: time("2026-07-10T00:00Z"), until: time("2026-07-10T13:00Z"))
        #expect(duties.count == 1)
        let duty = try #require(duties.first)
        #expect(duty.due == time("2026-07-10T09:00+08:00") && duty.due == time("2026-07-10T08:00+07:00"))
        #expect(duty.due == time("2026-07-10T01:00Z") && duty.zone == beijing)
        #expect(duty.covers.count == 12 && duty.covers.first == time("2026-07-09T21:00+08:00"))
        #expect(duty.covers.last == time("2026-07-10T08:00+08:00"))
        #expect(duty.readers == Readers([laoCai]) && duty.audience?.id == "vn-lao-cai" && duty.unknown == nil)
        #expect(duty.provider == yunnan && duty.asks(for: SeriesID("cn-yunnan/manhao/stage")!))
    }

    @Test func `a season of 153 days asks for 306 deliveries and one value of each hour`() {
        let duties = agreement {
            $0.rhythm = twiceADay
            $0.season = floodSeason
        }.duties(from: year.from, until: year.until)
        // 31 Oct 21:00 .. 23:00 in Beijing are in season and fall due on 1 Nov at 09:00: one delivery more, of 3 values.
        #expect(duties.count == 307)
        #expect(duties.map(\.covers.count).reduce(0, +) == 153 * 24)
        #expect(duties[0].due == time("2026-06-01T01:00Z") && duties[0].covers.count == 9)
        #expect(duties[0].covers.first == time("2026-05-31T16:00Z"))
        #expect(duties[306].due == time("2026-11-01T01:00Z") && duties[306].covers.count == 3)
        #expect(duties[306].covers.last == time("2026-10-31T15:00Z"))
    }

    @Test func `a season in another zone moves the edge by an hour`() {
        let duties = agreement {
            $0.rhythm = twiceADay
            $0.season = SeasonWindow(from: MonthDay("06-01")!, to: MonthDay("10-31")!, zone: haNoi)
        }.duties(from: year.from, until: year.until)
        #expect(duties.first?.covers.first == time("2026-05-31T17:00Z") && duties.first?.covers.count == 8)
        #expect(duties.last?.covers.last == time("2026-10-31T16:00Z") && duties.last?.covers.count == 4)
    }

    @Test func `a grid asks for a value each step, due so many minutes later`() {
        let duties = agreement {
            $0.rhythm = .every(minutes: 360)
            $0.deadlineMinutes = 60
        }.duties(from: time("2026-07-10T00:30Z"), until: time("2026-07-11T00:30Z"))
        #expect(duties.map(\.covers) == (1...4).map { .each([time("2026-07-10T00:00Z") + ($0 - 1) * 21_600]) })
        #expect(duties.map { $0.due.map { $0 - time("2026-07-10T01:00Z") } } == [0, 21_600, 43_200, 64_800])
    }

    @Test func `without a deadline a value belongs to the period in which it was observed`() {
        let duties = agreement { $0.rhythm = .every(minutes: 360) }
            .duties(from: time("2026-07-10T00:00Z"), until: time("2026-07-11T00:00Z"))
        #expect(duties.count == 4 && duties.allSatisfy { $0.due == nil && $0.unknown == nil })
    }

    @Test func `nothing is due outside force or of a party that takes no part`() {
        let force = DatedForce(validity: Validity(from: day("2026-07-01"), until: day("2026-07-03")), zone: beijing)
        let hourly: (inout Provision) -> Void = {
            $0.rhythm = .every(minutes: 60)
            $0.deadlineMinutes = 0
        }
        let inForce = agreement(force: force, hourly).duties(from: year.from, until: year.until)
        #expect(inForce.count == 48 && inForce[0].due == time("2026-06-30T16:00Z"))
        let leaving = [
            AgreementParty(id: yunnan, validity: Validity(from: nil, until: day("2026-07-02"))),
            AgreementParty(id: laoCai),
        ]
        let provider = agreement(parties: leaving, force: force, hourly).duties(from: year.from, until: year.until)
        #expect(provider.count == 24 && provider.last?.due == time("2026-07-01T15:00Z"))
    }

    @Test func `a reader that joins at midnight splits the delivery that is under way`() {
        let parties = [
            AgreementParty(id: yunnan), AgreementParty(id: laoCai),
            AgreementParty(id: laiChau, validity: Validity(from: day("2026-07-10"), until: nil)),
        ]
        let force = DatedForce(validity: .always, zone: beijing)
        let duties = agreement(parties: parties, force: force) {
            $0.rhythm = twiceADay
            $0.readers = Readers([laoCai, laiChau])
        }.duties(from: time("2026-07-10T00:00Z"), until: time("2026-07-10T12:00Z"))
        #expect(duties.map(\.covers.count) == [3, 9])
        #expect(duties.map(\.readers) == [Readers([laoCai]), Readers([laoCai, laiChau])])
        #expect(duties.map { $0.audience?.id } == ["vn-lao-cai", "vn-lai-chau_vn-lao-cai"])
    }

    @Test func `a clock without a window covers what was observed since the delivery before`() {
        let clock = ["08:00", "20:00"].map { ClockDelivery(deadline: ClockTime($0)!, zone: beijing) }
        let duties = agreement { $0.rhythm = .clock(clock) }
            .duties(from: time("2026-07-10T00:00Z"), until: time("2026-07-11T00:00Z"))
        #expect(
            duties.map(\.covers) == [
                .within(time("2026-07-09T12:00:01Z")...time("2026-07-10T00:00Z"), least: 1),
                .within(time("2026-07-10T00:00:01Z")...time("2026-07-10T12:00Z"), least: 1),
            ])
    }

    @Test func `a term that is not public marks the duties, and a hidden rhythm leaves one for the season`() {
        let hidden = agreement {
            $0.undisclosed = [.rhythm]
            $0.season = floodSeason
        }.duties(from: year.from, until: year.until)
        #expect(hidden.map(\.unknown) == [.rhythm] && hidden[0].due == nil)
        #expect(hidden[0].covers == .within(time("2026-05-31T16:00Z")...time("2026-10-31T15:59:59Z"), least: 1))
        let noDeadline = agreement {
            $0.rhythm = .every(minutes: 720)
            $0.undisclosed = [.deadline]
        }.duties(from: year.from, until: year.until)
        #expect(noDeadline.count == 730 && noDeadline.allSatisfy { $0.due == nil && $0.unknown == .deadline })
        #expect(agreement { _ in }.duties(from: year.from, until: year.until).isEmpty)
    }

    @Test func `each signatory owes what anybody's series asks for, and no party owes itself`() {
        let duties = agreement {
            $0.series = [SeriesPattern(provider: nil, station: nil, property: .stage)]
            $0.readers = Readers([laoCai, yunnan])
            $0.rhythm = .every(minutes: 1440)
            $0.deadlineMinutes = 60
        }.duties(from: time("2026-07-10T00:00Z"), until: time("2026-07-11T00:00Z"))
        #expect(duties.map { $0.provider?.text } == ["cn-yunnan", "vn-lai-chau", "vn-lao-cai"])
        #expect(duties.map(\.readers) == [Readers([laoCai]), Readers([laoCai, yunnan]), Readers([yunnan])])
        #expect(duties[0].series == [SeriesPattern(provider: yunnan, station: nil, property: .stage)])
    }
}
