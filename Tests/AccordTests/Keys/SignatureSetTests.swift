import Crypto
import Series
import Testing

@testable import Accord

@Suite struct SignatureSetTests {
    private let yunnan: KeyFixture
    private let laoCai: KeyFixture

    init() throws {
        yunnan = try KeyFixture("cn-yunnan", seed: 40)
        laoCai = try KeyFixture("vn-lao-cai", seed: 50)
    }

    private func agreement(_ text: String = "one", isIllustrative: Bool = false) throws -> Agreement {
        let zone = NamedZone(name: "beijing", offset: UTCOffset(minutes: 480))
        let from = CivilDate(year: 2026, month: 2, day: 1)
        let until = CivilDate(year: 2027, month: 2, day: 1)
        return Agreement(
            id: try #require(AgreementID("test")), identity: AgreementIdentity(of: .string(text)),
            title: LocalizedText(vi: "a", zh: "b", en: "c"), isIllustrative: isIllustrative,
            parties: [
                AgreementParty(id: yunnan.party), AgreementParty(id: laoCai.party),
                AgreementParty(id: try #require(PartyID("secretariat")), role: .observer),
            ], force: DatedForce(validity: Validity(from: from, until: until), zone: zone),
            provisions: [])
    }

    private func note(
        _ fixture: KeyFixture, _ agreement: Agreement, by id: String = "one", day: Int64, paper: PaperAct? = nil
    ) throws -> SignatureSet.Note {
        let signature = AgreementSignature(of: agreement, by: fixture.party, at: KeyFixture.time(day), paper: paper)
        let secret = try #require(fixture.secrets[id])
        return SignatureSet.Note(source: "\(fixture.party).note", bytes: try signature.signed(by: secret))
    }

    private func standing(
        _ agreement: Agreement, _ notes: [SignatureSet.Note], day: Int64, keys: [KeyRing]? = nil
    ) throws -> Standing {
        let rings =
            try keys ?? [
                yunnan.ring(yunnan.manifest([try yunnan.key("one"), try yunnan.key("two", roles: [.lane])])),
                laoCai.ring(laoCai.manifest([try laoCai.key("one")])),
            ]
        return SignatureSet(notes, keys: Dictionary(uniqueKeysWithValues: rings.map { ($0.party, $0) }))
            .standing(of: agreement, at: KeyFixture.time(day))
    }

    @Test func `an agreement is in force with every signature, within its dates, and from the last of both`() throws {
        let agreement = try agreement()
        let paper = try #require(
            PaperAct(place: "Kunming", date: try CivilDate(iso8601: "2026-01-04"), scan: agreement.identity.description)
        )
        let notes = [try note(yunnan, agreement, day: 3, paper: paper), try note(laoCai, agreement, day: 40)]
        // Midnight of 1 February in Beijing is 16:00 UTC of 31 January, day 30.
        #expect(try standing(agreement, notes, day: 2).force == .unsigned(missing: [yunnan.party, laoCai.party]))
        #expect(try standing(agreement, notes, day: 39).force == .unsigned(missing: [laoCai.party]))
        #expect(try standing(agreement, notes, day: 40).force == .inForce(since: KeyFixture.time(40)))
        let early = [notes[0], try note(laoCai, agreement, day: 4)]
        #expect(
            try standing(agreement, early, day: 30).force == .notYet(from: try CivilDate(iso8601: "2026-02-01")))
        #expect(try standing(agreement, early, day: 31).force == .inForce(since: KeyFixture.time(31) - 8 * 3600))
        #expect(
            try standing(agreement, early, day: 396).force == .expired(until: try CivilDate(iso8601: "2027-02-01")))
        let now = try standing(agreement, early, day: 50)
        #expect(now.signed.map(\.party) == [yunnan.party, laoCai.party] && now.signed[0].paper == paper)
        #expect(now.isInForce && now.refused.isEmpty)
    }

    @Test func `an illustrative document is never in force, however signed`() throws {
        let agreement = try agreement(isIllustrative: true)
        let notes = [try note(yunnan, agreement, day: 3), try note(laoCai, agreement, day: 4)]
        let now = try standing(agreement, notes, day: 50)
        #expect(now.force == .illustrative(asIf: .inForce(since: KeyFixture.time(31) - 8 * 3600)) && !now.isInForce)
    }

    @Test func `signatures that do not count are named with their reason`() throws {
        let agreement = try agreement()
        let other = try self.agreement("another version")
        let observer = try KeyFixture("secretariat", seed: 70)
        let stranger = try KeyFixture("vn-lao-cai", seed: 80)
        let notes = [
            try note(yunnan, other, day: 3), try note(yunnan, agreement, by: "two", day: 3),
            try note(observer, agreement, day: 3), try note(stranger, agreement, day: 3),
            try note(laoCai, agreement, day: 60), SignatureSet.Note(source: "x", bytes: Array("hello\n".utf8)),
            SignatureSet.Note(source: "lane", bytes: try yunnan.checkpoint(1, by: "one")),
        ]
        let now = try standing(agreement, notes, day: 50)
        #expect(
            now.refused.prefix(5).map(\.reason) == [
                .otherIdentity(other.identity.description), .key(.withoutRole(key: "two", role: .agreement)),
                .notSignatory(observer.party), .key(.notSigned), .later(KeyFixture.time(60)),
            ])
        #expect(now.refused.count == 7 && now.refused[5].party == nil)
        #expect(now.missing == [yunnan.party, laoCai.party] && !now.isInForce)
    }

    @Test func `a key revoked before it signed does not count, one revoked later does`() throws {
        let agreement = try agreement()
        let first = yunnan.manifest([try yunnan.key("one")])
        let revoked = first.following(
            issued: KeyFixture.time(20),
            keys: [try yunnan.key("one").revoked(Revocation(at: KeyFixture.time(20), reason: "lost"))])
        let keys = [
            try yunnan.ring(first, revoked), try laoCai.ring(laoCai.manifest([try laoCai.key("one")])),
        ]
        let other = try note(laoCai, agreement, day: 3)
        let before = try standing(agreement, [try note(yunnan, agreement, day: 19), other], day: 50, keys: keys)
        #expect(before.isInForce)
        let after = try standing(agreement, [try note(yunnan, agreement, day: 20), other], day: 50, keys: keys)
        #expect(after.refused.map(\.reason) == [.key(.revoked(key: "one", at: KeyFixture.time(20)))])
        #expect(after.force == .unsigned(missing: [yunnan.party]))
        let unknown = try standing(agreement, [try note(yunnan, agreement, day: 19), other], day: 50, keys: [keys[1]])
        #expect(unknown.refused.map(\.reason) == [.key(.noManifest(yunnan.party))])
    }

    @Test func `no byte of a signature can be changed`() throws {
        let agreement = try agreement()
        let signed = try note(yunnan, agreement, day: 3)
        for position in signed.bytes.indices {
            var changed = signed.bytes
            changed[position] ^= 1
            let note = SignatureSet.Note(source: "changed", bytes: changed)
            #expect(try standing(agreement, [note], day: 50).signed.isEmpty, "byte \(position)")
        }
    }
}
