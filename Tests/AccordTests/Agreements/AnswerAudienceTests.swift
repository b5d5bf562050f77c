import Accord
import Series
import Testing

/// To whom a party answers that it has read a notice.
@Suite struct AnswerAudienceTests {
    private let upstream = PartyID("cn-yunnan")!  // literal ids, here and below
    private let downstream = PartyID("vn-lao-cai")!
    private let third = PartyID("vn-lai-chau")!
    private let now = Instant(secondsSinceEpoch: 1_750_000_000)

    private func agreement(_ readers: [PartyID], of provider: PartyID?) -> Agreement {
        var provision = Provision(
            clause: "3.1", kind: .notice, field: .water, text: LocalizedText(vi: "a", zh: "b", en: "c"))
        if let provider {
            provision.series = [SeriesPattern(provider: provider, station: StationID("manhao"), property: .release)]
        }
        provision.readers = Readers(readers)
        provision.notice = NoticeTerms(event: .plannedRelease)
        return Agreement(
            id: AgreementID("made")!, identity: AgreementIdentity(of: "made"),  // a literal id
            title: LocalizedText(vi: "a", zh: "b", en: "c"), isIllustrative: true,
            parties: [upstream, downstream, third].map { AgreementParty(id: $0) }, provisions: [provision])
    }

    @Test func `the sender alone, where the clause names it among no readers`() {
        let agreement = agreement([downstream, third], of: upstream)
        let clause = agreement.provisions[0]
        #expect(agreement.answerAudience(of: clause, by: downstream, to: upstream, at: now)?.id == "cn-yunnan")
        #expect(agreement.audiences(of: downstream).map(\.id) == ["cn-yunnan", "vn-lai-chau"])
        #expect(agreement.audiences(of: upstream).map(\.id) == ["vn-lai-chau_vn-lao-cai"])
    }

    @Test func `the readers of the clause, where the sender is one of them`() {
        let agreement = agreement([upstream, downstream, third], of: nil)
        let clause = agreement.provisions[0]
        #expect(
            agreement.answerAudience(of: clause, by: downstream, to: upstream, at: now)?.id == "cn-yunnan_vn-lai-chau")
        #expect(agreement.audiences(of: downstream).map(\.id) == ["cn-yunnan_vn-lai-chau"])
    }

    @Test func `nobody, where the clause makes the party no reader or the other no sender`() {
        let agreement = agreement([downstream], of: upstream)
        let clause = agreement.provisions[0]
        #expect(agreement.answerAudience(of: clause, by: third, to: upstream, at: now) == nil)
        #expect(agreement.answerAudience(of: clause, by: downstream, to: third, at: now) == nil)
        #expect(agreement.answerAudience(of: clause, by: upstream, to: upstream, at: now) == nil)
        #expect(agreement.senders(of: clause) == [upstream])
    }

    @Test func `a clause without series is one between its readers`() {
        let agreement = agreement([upstream, downstream], of: nil)
        #expect(agreement.senders(of: agreement.provisions[0]) == [upstream, downstream])
        #expect(agreement.audiences(of: upstream).map(\.id) == ["vn-lao-cai"])
    }
}
