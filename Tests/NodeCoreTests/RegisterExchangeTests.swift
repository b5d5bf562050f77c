import Accord
import Formats
import Foundation
import NodeCore
import Series
import Storage
import TestKit
import Testing

@Suite struct RegisterExchangeTests {
    private let place: TemporaryFolder
    private let federation: Federation

    init() throws {
        place = try TemporaryFolder()
        federation = try Federation(in: place.path)
    }

    private static let edition: EditionCard = EditionCard(
        id: "conference-5", number: 5, title: Made.text("Fifth"), parties: [Made.yunnan, Made.laoCai, Made.laiChau],
        state: .signed,
        source: "made")

    private static func provision(_ clause: String, _ words: String, readers: [PartyID]? = nil) -> RegisterAct {
        var card = ProvisionCard(
            key: ProvisionKey(edition: "conference-5", clause: clause)!, kind: .action, field: "water",
            text: Made.text(words))
        card.readers = readers
        return .provision(card)
    }

    private static let first = ProvisionKey(edition: "conference-5", clause: "1.1")!

    @Test func `an act goes to the lanes of those who may read it, and what both sides say stands side by side`()
        async throws
    {
        let (yunnan, laoCai) = (federation.yunnan, federation.laoCai)
        let opened = try await laoCai.perform(.edition(Self.edition), by: "secretary")
        #expect(opened == .done(number: 1, unreached: [Made.laiChau]))
        _ = try await laoCai.perform(Self.provision("1.1", "Exchange early"), by: "secretary")
        _ = try await laoCai.perform(
            .standing(StandingStatement(provision: Self.first, standing: .kept)), by: "secretary")
        _ = try await laoCai.publishCheckpoints()
        let pulled = try await yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(pulled.refused.isEmpty && pulled.recorded == 0)
        _ = try await yunnan.perform(.standing(StandingStatement(provision: Self.first, standing: .slow)), by: "office")
        _ = try await yunnan.publishCheckpoints()
        _ = try await laoCai.pull(from: Made.yunnan, over: federation.toYunnan.link)
        for node in [yunnan, laoCai] {
            let entry = try #require(try await node.register().provisions[Self.first])
            #expect(entry.now.mapValues(\.body.standing) == [Made.laoCai: .kept, Made.yunnan: .slow])
        }
        #expect(try await yunnan.register().provisions[Self.first]?.now[Made.laoCai]?.person == "")
        // Pulling once more, and a node that begins anew, know the same.
        _ = try await yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(try await yunnan.register().count == 4)
        #expect(try yunnan.database.registerActs().count == 4)
    }

    @Test func `a provision that a party may not read leaves no byte in the lanes that it reads`() async throws {
        let laoCai = federation.laoCai
        _ = try await laoCai.perform(.edition(Self.edition), by: "secretary")
        let secret = "Patrols between two"
        let outcome = try await laoCai.perform(
            Self.provision("7.1", secret, readers: [Made.laoCai, Made.laiChau].sorted()), by: "secretary")
        #expect(outcome == .done(number: 2, unreached: [Made.laiChau]))
        _ = try await laoCai.perform(
            .letter(
                LetterCard(
                    number: 1, channel: .letter, sender: OfficeReference(party: Made.yunnan, name: "county"), route: [],
                    written: "",
                    received: Made.start, object: "dam", text: "Words of a letter", language: .chinese)),
            by: "duty officer")
        _ = try await laoCai.publishCheckpoints()
        let lanes = try TemporaryFolder.files(below: place.path).filter {
            $0.key.contains("/lanes/") || $0.key.hasPrefix("lanes/")
        }
        #expect(!lanes.isEmpty)
        for (name, bytes) in lanes {
            // Entry bundles are packed; the tree of them is not.
            let plain = (try? Data(Gzip.unpacked(Array(bytes), limit: 1_000_000))) ?? bytes
            #expect(plain.range(of: Data(secret.utf8)) == nil, "\(name)")
            #expect(plain.range(of: Data("Words of a letter".utf8)) == nil, "\(name)")
            #expect(plain.range(of: Data("secretary".utf8)) == nil, "\(name)")
        }
        _ = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        let seen = try await federation.yunnan.register()
        #expect(seen.editions.count == 1 && seen.provisions.isEmpty && seen.letters.isEmpty)
        #expect(seen.rows(RegisterQuery(edition: "conference-5")).isEmpty)
    }

    @Test
    func `where a party wants two people, nothing leaves by one person's word, and the same person cannot say both`()
        async throws
    {
        let laoCai = federation.laoCai
        try laoCai.setNeedsTwoPeople(true)
        let asked = try await laoCai.perform(.edition(Self.edition), by: "first")
        guard case .waits(let number) = asked else {
            Issue.record("\(asked)")
            return
        }
        #expect(try await laoCai.register().editions.isEmpty)
        #expect(try await laoCai.waitingActs().map(\.person) == ["first"])
        #expect(try await laoCai.answer(waiting: number, isApproved: true, by: "first") == nil)
        #expect(
            try await laoCai.answer(waiting: number, isApproved: true, by: "second")
                == .done(number: 1, unreached: [Made.laiChau]))
        #expect(try await laoCai.answer(waiting: number, isApproved: true, by: "third") == nil)
        #expect(try await laoCai.registerHistory().first?.person == "first + second")
        // What never leaves needs one person.
        #expect(
            try await laoCai.perform(.shift(ShiftEntry(kind: .note, text: "quiet")), by: "first")
                == .done(number: 2, unreached: []))
        let declined = try await laoCai.perform(Self.provision("1.1", "x"), by: "first")
        guard case .waits(let second) = declined else { return }
        #expect(try await laoCai.answer(waiting: second, isApproved: false, by: "first") == .waits(number: second))
        #expect(try await laoCai.register().provisions.isEmpty)
    }

    @Test func `an act about something that has not come in yet waits for it and is not lost`() async throws {
        let laoCai = federation.laoCai
        let said = RegisterAct.standing(StandingStatement(provision: Self.first, standing: .slow))
        _ = try laoCai.database.keep(
            actsOf: Made.yunnan, at: Made.start - 3600, person: "",
            documents: [(bytes: RegisterDocument.bytes(of: said), isSent: true)])
        #expect(try await laoCai.register().provisions.isEmpty)
        _ = try await laoCai.perform(.edition(Self.edition), by: "secretary")
        _ = try await laoCai.perform(Self.provision("1.1", "Exchange early"), by: "secretary")
        #expect(try await laoCai.register().provisions[Self.first]?.standing == .slow)
    }

    @Test func `several acts are kept together or not at all`() async throws {
        let laoCai = federation.laoCai
        let good: [RegisterAct] = [.edition(Self.edition), Self.provision("1.1", "x")]
        let bad = RegisterAct.standing(
            StandingStatement(provision: ProvisionKey(edition: "conference-5", clause: "9.9")!, standing: .kept))
        let refused = try await laoCai.perform(good + [bad], by: "secretary")
        guard case .failure(let problem) = refused else {
            Issue.record("\(refused)")
            return
        }
        #expect(problem.place == 2 && problem.problem.code == .noProvision)
        #expect(try await laoCai.register().count == 0)
        #expect(try await laoCai.perform(good, by: "secretary") == .success(2))
    }

    @Test func `a kept file is found under its digest as long as its bytes are the same`() async throws {
        let laoCai = federation.laoCai
        let digest = try await laoCai.keep(file: Array("scan".utf8))
        #expect(try await laoCai.keptFile(digest) == Array("scan".utf8))
        #expect(try await laoCai.keptFile(String(repeating: "0", count: 64)) == nil)
        #expect(try await laoCai.keptFile("../node.yaml") == nil)
    }
}
