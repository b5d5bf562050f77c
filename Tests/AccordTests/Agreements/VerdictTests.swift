import Accord
import Series
import TestKit
import Testing

private let upstream = PartyID("cn-yunnan")!  // the literals of this file are ids
private let downstream = PartyID("vn-lao-cai")!
private let third = PartyID("vn-lai-chau")!
private let beijing = NamedZone(name: "beijing", offset: .china)
private let words = LocalizedText(vi: "a", zh: "b", en: "c")

private func series(_ text: String) -> SeriesID { SeriesID(text)! }
private func time(_ text: String) throws -> Instant { try Instant(iso8601: text) }

private func agreement(
    _ change: (inout Provision) -> Void = { _ in }, force: Validity = .always, undisclosed: [Term] = []
) -> Agreement {
    var share = Provision(clause: "1.1", kind: .share, field: .water, text: words)
    share.series = [SeriesPattern(provider: upstream, station: StationID("manhao"), property: .stage)]
    share.readers = Readers([downstream])
    share.season = SeasonWindow(
        from: MonthDay(month: 6, day: 1)!, to: MonthDay(month: 10, day: 31)!, zone: beijing)
    change(&share)
    return Agreement(
        id: AgreementID("test")!, identity: AgreementIdentity(of: "test"), title: words, isIllustrative: true,
        parties: [upstream, downstream, third].map { AgreementParty(id: $0) },
        force: force == .always ? nil : DatedForce(validity: force, zone: beijing), undisclosed: undisclosed,
        provisions: [share])
}

@Test(arguments: [
    ("2026-06-01T00:00:00+08:00", true), ("2026-05-31T23:59:59+08:00", false), ("2026-05-31T23:00:00+07:00", true),
    ("2026-10-31T23:59:59+08:00", true), ("2026-10-31T23:00:00+07:00", false),
])
func `a season begins and ends at midnight of its named zone`(at: String, isGranted: Bool) throws {
    let verdict = agreement().verdict(for: series("cn-yunnan/manhao/stage"), reader: downstream, at: try time(at))
    #expect(verdict.isGranted == isGranted)
}

@Test func `a reader, a station and a property outside the clause are refused with their reason`() throws {
    let at = try time("2026-07-01T12:00:00Z")
    let stage = series("cn-yunnan/manhao/stage")
    #expect(
        agreement().verdict(for: stage, reader: third, at: at)
            == .refused(.readerNotListed(series: stage, reader: third, clause: "1.1")))
    for other in ["cn-yunnan/manhao/discharge", "cn-yunnan/hekou/stage", "vn-lao-cai/van-ban/stage"].map(series) {
        #expect(
            agreement().verdict(for: other, reader: third, at: at)
                == (.refused(.notListed(series: other))))
    }
}

@Test func `a party sees its own series out of season and out of force`() throws {
    let ended = agreement(force: Validity(from: nil, until: try CivilDate(iso8601: "2020-01-01")))
    let verdict = ended.verdict(
        for: series("cn-yunnan/hekou/stage"), reader: upstream, at: try time("2026-01-01T00:00Z"))
    #expect(verdict == .granted(clause: Verdict.ownClause))
}

@Test func `nothing is granted before the first day in force or from the last one on`() throws {
    let from = try CivilDate(iso8601: "2026-07-01")
    let until = try CivilDate(iso8601: "2026-08-01")
    let dated = agreement(force: Validity(from: from, until: until))
    let stage = series("cn-yunnan/manhao/stage")
    func verdict(_ at: String) throws -> Verdict { dated.verdict(for: stage, reader: downstream, at: try time(at)) }
    #expect(try verdict("2026-06-30T22:59:59+07:00") == .refused(.notYetInForce(from: from)))
    #expect(try verdict("2026-06-30T23:00:00+07:00") == .granted(clause: "1.1"))
    #expect(try verdict("2026-08-01T00:00:00+08:00") == .refused(.expired(until: until)))
    #expect(
        dated.asIfInForce.verdict(for: stage, reader: downstream, at: try time("2024-09-09T00:00Z")).isGranted)
}

@Test func `a term that is not public answers unknown`() throws {
    let at = try time("2026-07-01T12:00:00Z")
    let open = agreement {
        $0.series = []
        $0.undisclosed = [.series]
    }
    #expect(
        open.verdict(for: series("cn-yunnan/manhao/stage"), reader: downstream, at: at)
            == .unknown(.termNotPublic(clause: "1.1", term: .series)))
    #expect(
        agreement(undisclosed: [.force]).verdict(for: series("cn-yunnan/manhao/stage"), reader: downstream, at: at)
            == .unknown(.documentTermNotPublic(term: .force)))
}

@Test func `a value is held back until its delay has passed`() throws {
    let at = try time("2026-07-01T12:00:00Z")
    let delayed = agreement { $0.minimumDelayMinutes = 30 }
    let stage = series("cn-yunnan/manhao/stage")
    #expect(
        delayed.verdict(for: stage, reader: downstream, at: at, now: at + 1799)
            == .refused(.heldBack(clause: "1.1", until: at + 1800)))
    #expect(delayed.verdict(for: stage, reader: downstream, at: at, now: at + 1800).isGranted)
}

@Test func `what everybody may read needs neither a party nor force`() throws {
    let published = agreement {
        $0.readers = .everybody
        $0.season = nil
    }
    let verdict = published.verdict(
        for: series("cn-yunnan/manhao/stage"), reader: PartyID("somebody")!, at: try time("2026-01-01T00:00Z"))
    #expect(verdict == .granted(clause: "1.1"))
}

@Test func `a value belongs to the lane of exactly the readers that its clause names`() throws {
    let stage = series("cn-yunnan/manhao/stage")
    let both = agreement { $0.readers = Readers([third, downstream, upstream]) }
    #expect(both.audiences(of: upstream).map(\.id) == ["vn-lai-chau_vn-lao-cai"])
    #expect(both.audiences(for: stage, at: try time("2026-07-01T00:00Z")).map(\.clause) == ["1.1"])
    #expect(both.audiences(for: stage, at: try time("2026-01-01T00:00Z")).isEmpty)
}
