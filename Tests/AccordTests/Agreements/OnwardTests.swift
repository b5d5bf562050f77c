import Accord
import Series
import Testing

private let provider = PartyID("cn-yunnan")!  // the literals of this file are ids
private let holder = PartyID("vn-lao-cai")!
private let other = PartyID("vn-lai-chau")!
private let observer = PartyID("vn-national")!
private let stranger = PartyID("elsewhere")!
private let stage = SeriesID("cn-yunnan/manhao/stage")!
private let words = LocalizedText(vi: "a", zh: "b", en: "c")
private let at = Instant(secondsSinceEpoch: 1_767_225_600)

private func agreement(_ redistributions: [Redistribution?], undisclosed: [Term] = []) -> Agreement {
    let provisions = redistributions.enumerated().map { index, redistribution in
        var share = Provision(clause: "\(index + 1)", kind: .share, field: .water, text: words)
        share.series = [SeriesPattern(provider: provider, station: nil, property: nil)]
        share.readers = Readers([holder])
        share.redistribution = redistribution
        share.undisclosed = undisclosed
        return share
    }
    let signatories = [provider, holder, other].map { AgreementParty(id: $0) }
    return Agreement(
        id: AgreementID("test")!, identity: AgreementIdentity(of: "test"), title: words, isIllustrative: true,
        parties: signatories + [AgreementParty(id: observer, role: .observer)], provisions: provisions)
}

@Suite struct OnwardTests {
    private func onward(_ agreement: Agreement, to reader: PartyID, heldBy: PartyID = holder) -> Verdict {
        agreement.onwardVerdict(for: stage, heldBy: heldBy, to: reader, at: at)
    }

    @Test func `a clause that says nothing, or none, lets a value pass to nobody`() {
        for silent in [agreement([nil]), agreement([Redistribution.none])] {
            for reader in [other, observer, stranger] {
                #expect(
                    onward(silent, to: reader)
                        == .refused(.onwardNotAllowed(clause: "1", holder: holder, reader: reader)))
            }
        }
    }

    @Test func `parties means the signatories, observers not among them`() {
        let open = agreement([.parties])
        #expect(onward(open, to: other) == .granted(clause: "1"))
        for reader in [observer, stranger] {
            #expect(onward(open, to: reader) == .refused(.onwardToSignatoriesOnly(clause: "1", reader: reader)))
        }
    }

    @Test func `public means everybody, and the most open clause decides`() {
        #expect(onward(agreement([.everybody]), to: stranger) == .granted(clause: "1"))
        #expect(onward(agreement([Redistribution.none, .parties, .everybody]), to: stranger) == .granted(clause: "3"))
        #expect(onward(agreement([Redistribution.none, .parties]), to: other) == .granted(clause: "2"))
    }

    @Test func `a redistribution that is not public answers unknown`() {
        #expect(
            onward(agreement([nil], undisclosed: [.redistribution]), to: other)
                == .unknown(.termNotPublic(clause: "1", term: .redistribution)))
    }

    @Test func `who may not have a value has nothing to pass on`() {
        let open = agreement([.everybody])
        #expect(
            onward(open, to: stranger, heldBy: other) == .refused(.holderNotGranted(series: stage, holder: other)))
        #expect(onward(open, to: provider) == .granted(clause: Verdict.ownClause))
        #expect(onward(open, to: other, heldBy: provider).isGranted == false)
        #expect(onward(open, to: holder, heldBy: provider) == .granted(clause: "1"))
    }
}
