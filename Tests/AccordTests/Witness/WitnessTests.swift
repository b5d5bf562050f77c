import Crypto
import Series
import Testing

@testable import Accord

/// The witness's rules, with an invented lane.
@Suite struct WitnessTests {
    private let lane: LaneFixture
    private let key: Curve25519.Signing.PrivateKey
    private let name = "riparian/conference/witness"
    private let start = Instant(secondsSinceEpoch: 1_725_753_600)

    init() throws {
        lane = try LaneFixture(40)
        key = try LaneFixture.key(21)
    }

    private var verifier: VerifierKey { Receipt.key(reader: name, of: key) }

    private func request(_ old: Int, _ size: Int, note: [UInt8]? = nil) throws -> WitnessRequest {
        let leaves = lane.leaves
        return WitnessRequest(
            oldSize: old,
            proof: MerkleTree.consistencyProof(from: old, to: size) { MerkleTree.root(Array(leaves[$0])) },
            note: try note ?? lane.checkpoint(size))
    }

    private func record(_ size: Int, at time: Instant? = nil) throws -> WitnessRecord? {
        let note = try Receipt.cosigned(lane.checkpoint(size), by: key, reader: name, at: time ?? start)
        return WitnessRecord(note, of: verifier)
    }

    private func judge(_ body: [UInt8], last: WitnessRecord? = nil, at now: Instant? = nil) -> WitnessJudgement {
        Witness.judge(
            body, at: now ?? start,
            belief: { [lane] note, origin in
                guard origin == LaneFixture.origin else { return .unknownOrigin }
                return (try? SignedNote(note).isSigned(by: lane.verifier)) == true ? .signed : .notSigned
            }, last: { _ in last })
    }

    private func status(_ judgement: WitnessJudgement) -> Int {
        if case .answer(let answer, _) = judgement { answer.status } else { 200 }
    }

    private func text(_ judgement: WitnessJudgement) -> String {
        guard case .answer(let answer, _) = judgement else { return "" }
        return "\(answer.status) \(answer.contentType) \(String(decoding: answer.body, as: UTF8.self))"
    }

    /// The example of the specification, word for word.
    private let example = """
        old 20852014
        PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
        jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
        5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
        /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        \u{2014} example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=

        """

    @Test func `the example of the specification reads and is written back byte for byte`() throws {
        let body = Array(example.utf8)
        let request = try WitnessRequest(body)
        #expect(request.oldSize == 20_852_014 && request.proof.count == 4 && request.body == body)
        let shown = try Checkpoint(withExtensions: try SignedNote(request.note))
        #expect(shown.origin == "example.com/behind-the-sofa" && shown.size == 20_852_163)
        #expect(status(judge(body)) == 404)
    }

    @Test func `a lane that grows from any size to any other is cosigned, and the cosignature is the known one`() throws
    {
        for size in 1...40 {
            for old in 0...size {
                let last = old == 0 ? nil : try record(old)
                guard case .cosign(let note, let origin) = judge(try request(old, size).body, last: last) else {
                    Issue.record("\(old) to \(size) was refused")
                    continue
                }
                #expect(try origin == LaneFixture.origin && note == lane.checkpoint(size))
            }
        }
        // The same, from the bytes up: cosignature/v1, its time, the whole text.
        let note = try lane.checkpoint(3)
        let cosigned = try Receipt.cosigned(note, by: key, reader: name, at: start)
        let line = String(decoding: Witness.answer(cosigned, of: verifier).body, as: UTF8.self)
        let parts = line.dropLast().split(separator: " ")
        let bytes = try #require(Base64.decode(parts[2]))
        let id = SHA256.hash(data: Array("\(name)\n\u{4}".utf8) + Array(key.publicKey.rawRepresentation)).prefix(4)
        #expect(parts[0] == "\u{2014}" && parts[1] == name && bytes.count == 76 && Array(bytes[..<4]) == Array(id))
        let time = start.secondsSinceEpoch
        #expect(Array(bytes[4..<12]) == (0..<8).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * $0)) })
        let message = "cosignature/v1\ntime \(time)\n" + (try SignedNote(note).text)
        #expect(key.publicKey.isValidSignature(bytes[12...], for: Array(message.utf8)))
    }

    @Test func `each lie has the answer of the specification`() throws {
        let last = try record(20)
        #expect(text(judge(try request(10, 30).body, last: last)) == "409 text/x.tlog.size 20\n")
        #expect(text(judge(try request(0, 30).body, last: last)) == "409 text/x.tlog.size 20\n")
        #expect(text(judge(try request(10, 12).body, last: last)) == "409 text/x.tlog.size 20\n", "an older one again")
        #expect(status(judge(WitnessRequest(oldSize: 30, proof: [], note: try lane.checkpoint(20)).body)) == 400)
        let good = try request(20, 30)
        var proof = good.proof
        proof[1][0] ^= 1
        for wrong in [proof, good.proof.dropLast(), good.proof + [proof[0]], []] {
            let body = WitnessRequest(oldSize: 20, proof: Array(wrong), note: good.note).body
            #expect(status(judge(body, last: last)) == 422)
        }
        let same = WitnessRequest(oldSize: 20, proof: [proof[0]], note: try lane.checkpoint(20)).body
        #expect(status(judge(same, last: last)) == 422)
        let first = WitnessRequest(oldSize: 0, proof: [proof[0]], note: try lane.checkpoint(20)).body
        #expect(status(judge(first)) == 422)
        let stranger = try LaneFixture(30, seed: 8)
        #expect(status(judge(WitnessRequest(oldSize: 0, proof: [], note: try stranger.checkpoint()).body)) == 403)
        let foreign = try Checkpoint(origin: "riparian/x/y/z", size: 1, root: proof[0]).signed(by: lane.key)
        #expect(status(judge(WitnessRequest(oldSize: 0, proof: [], note: foreign).body)) == 404)
        #expect(status(judge(try request(20, 30).body, last: last, at: start - 1)) == 503)
        #expect(status(judge(try request(20, 20).body, last: last)) == 200)
    }

    @Test func `two roots of one size are never cosigned and make a proof`() throws {
        let last = try record(20)
        let other = try LaneFixture(20, from: 500)
        for old in [0, 20] {
            let body = WitnessRequest(oldSize: old, proof: [], note: try other.checkpoint()).body
            guard case .answer(let answer, let fork?) = judge(body, last: last) else {
                Issue.record("no proof")
                continue
            }
            #expect(answer.status == 409 && answer.body == Array("20\n".utf8))
            #expect(fork.verdict(key: lane.verifier) == .proven(keys: [lane.verifier.text, lane.verifier.text]))
        }
        let empty = try Checkpoint(origin: LaneFixture.origin, size: 0, root: other.leaves[0]).signed(by: lane.key)
        #expect(status(judge(WitnessRequest(oldSize: 0, proof: [], note: empty).body)) == 409)
    }

    @Test func `a body of another form is a bad request`() throws {
        let good = String(decoding: try request(20, 30).body, as: UTF8.self)
        let texts = [
            "", "\n", "old", "old \n", "old 20", good.replacing("old 20", with: "old 020"),
            good.replacing("old 20", with: "old -1"), good.replacing("old 20", with: "old +20"),
            good.replacing("old 20", with: "OLD 20"), good.replacing("old 20", with: "old 99999999999999999999"),
            good.replacing("\n", with: "\r\n"), good.replacing("=\n", with: "\n"), String(good.dropLast(100)),
            "old 0\n" + String(repeating: "\(Base64.encode(lane.leaves[0]))\n", count: 64) + "\n",
        ]
        for text in texts { #expect(status(judge(Array(text.utf8), last: try record(20))) == 400, "\(text)") }
        let long = Array(good.utf8) + [UInt8](repeating: 10, count: WitnessRequest.maximumSize)
        #expect(status(judge(long, last: try record(20))) == 400)
    }

    @Test func `thousands of damaged bodies never trap and are never cosigned as something else`() throws {
        let (body, last) = (try request(20, 30).body, try record(20))
        let expected = try lane.checkpoint(30)
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<6_000 {
            var mutant = body
            for _ in 0...Int(generator.next() % 3) where !mutant.isEmpty {
                let place = Int(generator.next() % UInt64(mutant.count))
                switch generator.next() % 4 {
                case 0: mutant[place] ^= UInt8(1 << (generator.next() % 8))
                case 1: mutant.remove(at: place)
                case 2: mutant.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
                default: mutant.removeSubrange(place..<min(mutant.count, place + 50))
                }
            }
            if case .cosign(let note, _) = judge(mutant, last: last) { #expect(note == expected) }
        }
    }

    @Test func `a checkpoint with further lines is cosigned whole`() throws {
        let text = "\(LaneFixture.origin)\n3\n\(Base64.encode(MerkleTree.root(Array(lane.leaves[..<3]))))\nextra line\n"
        let signature = Array(try lane.key.signature(for: Array(text.utf8)))
        let note = Array((text + "\n" + SignedNote.line(lane.verifier, signature)).utf8)
        guard case .cosign(let kept, _) = judge(WitnessRequest(oldSize: 0, proof: [], note: note).body) else {
            Issue.record("refused")
            return
        }
        let cosigned = try Receipt.cosigned(kept, by: key, reader: name, at: start)
        #expect(kept == note && WitnessRecord(cosigned, of: verifier)?.checkpoint.size == 3)
    }

    @Test func `a provider takes the cosignature of its witness and of nobody else`() throws {
        let sent = try request(0, 30, note: Receipt.cosigned(lane.checkpoint(30), by: lane.key, reader: "x", at: start))
        let cosigned = try Receipt.cosigned(lane.checkpoint(30), by: key, reader: name, at: start)
        let lines = Witness.answer(cosigned, of: verifier).body
        let stranger = try Receipt.cosigned(lane.checkpoint(30), by: LaneFixture.key(5), reader: name, at: start)
        let foreign = Receipt.lines(in: stranger, named: name)
        func reply(_ status: Int, _ body: [UInt8], _ type: String = "text/plain") -> WitnessReply {
            WitnessReply(WitnessAnswer(status: status, contentType: type, body: body), to: sent, of: verifier)
        }
        #expect(reply(200, lines) == .cosigned(note: cosigned))
        #expect(reply(200, foreign + lines) == .cosigned(note: cosigned))
        let other = try Receipt.cosigned(lane.checkpoint(29), by: key, reader: name, at: start)
        let useless: [[UInt8]] = [
            [], foreign, Receipt.lines(in: other, named: name), Array("\n\n".utf8), [0xFF], lines.dropLast(9),
        ]
        for body in useless {
            guard case .refused(200, _) = reply(200, body) else {
                Issue.record("\(body) was taken")
                continue
            }
        }
        #expect(reply(409, Array("20\n".utf8), "text/x.tlog.size; charset=utf-8") == .conflict(size: 20))
        for body in ["", "\n", "20", "020\n", "-1\n", "20\n\n", String(repeating: "9", count: 30) + "\n"] {
            guard case .refused(409, _) = reply(409, Array(body.utf8), "text/x.tlog.size") else {
                Issue.record("\(body) was taken")
                continue
            }
        }
        #expect(reply(409, Array("20\n".utf8)) == .refused(status: 409, what: "20"))
        #expect(reply(422, Array("no\n\u{1B}[31m".utf8)) == .refused(status: 422, what: "no[31m"))
    }
}
