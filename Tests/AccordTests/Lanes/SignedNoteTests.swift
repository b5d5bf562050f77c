import Crypto
import Series
import Testing

@testable import Accord

@Suite struct SignedNoteTests {
    private func refusal(_ note: [UInt8], origin: String = LaneFixture.origin, key: VerifierKey) -> LaneProblem.Code? {
        do {
            _ = try Checkpoint(note: note, origin: origin, key: key)
            return nil
        } catch { return error.code }
    }

    @Test func `a checkpoint reads back and its first lines are origin, size and root`() throws {
        let lane = try LaneFixture(5)
        let note = try lane.checkpoint()
        let checkpoint = try Checkpoint(note: note, origin: LaneFixture.origin, key: lane.verifier)
        #expect(checkpoint.size == 5 && checkpoint.root == MerkleTree.root(lane.leaves))
        let lines = String(decoding: note, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == LaneFixture.origin && lines[1] == "5" && lines[3] == "")
        #expect(lines[4].hasPrefix("\u{2014} \(LaneFixture.origin) ") && lines.count == 6)
    }

    @Test func `no byte of a checkpoint can be changed and none left out`() throws {
        let lane = try LaneFixture(5)
        let note = try lane.checkpoint()
        for position in note.indices {
            for bit: UInt8 in [0x01, 0x10, 0x80] {
                var changed = note
                changed[position] ^= bit
                #expect(refusal(changed, key: lane.verifier) != nil, "byte \(position)")
            }
            var shorter = note
            shorter.remove(at: position)
            #expect(refusal(shorter, key: lane.verifier) != nil, "byte \(position)")
        }
    }

    @Test func `another key, another lane and other forms are refused with their reason`() throws {
        let lane = try LaneFixture(5)
        let note = try lane.checkpoint()
        let stranger = VerifierKey(lane: LaneFixture.origin, of: try LaneFixture.key(8))
        #expect(refusal(note, key: stranger) == .signature)
        #expect(refusal(note, origin: "riparian/x/y/z", key: lane.verifier.named("riparian/x/y/z")) == .origin)
        #expect(refusal([], key: lane.verifier) == .form)
        #expect(refusal([0xFF, 0xFE], key: lane.verifier) == .form)
        #expect(refusal([UInt8](repeating: 10, count: 70_000), key: lane.verifier) == .form)
        for size in ["-1", "05", "+5", "5 ", "99999999999999999999"] {
            let text = "\(LaneFixture.origin)\n\(size)\n\(Base64.encode([UInt8](repeating: 0, count: 32)))\n"
            let signature = Array(try lane.key.signature(for: Array(text.utf8)))
            let bad = Array((text + "\n" + SignedNote.line(lane.verifier, signature)).utf8)
            #expect(refusal(bad, key: lane.verifier) == .form, "size \(size)")
        }
    }

    @Test func `a verifier key is one text and damaged texts are no keys`() throws {
        let key = try LaneFixture(0).verifier
        #expect(VerifierKey(key.text) == key)
        for position in key.text.indices {
            var text = key.text
            text.replaceSubrange(position...position, with: text[position] == "1" ? "2" : "1")
            #expect(VerifierKey(text) == nil, "\(text)")
        }
        #expect(VerifierKey("") == nil && VerifierKey("a+b") == nil)
        #expect(
            VerifierKey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx") != nil)
    }

    @Test func `a receipt states the reader's time and the checkpoint still reads`() throws {
        let lane = try LaneFixture(5)
        let reader = try LaneFixture.key(9)
        let time = Instant(secondsSinceEpoch: 1_725_850_000)
        let note = try lane.checkpoint()
        let receipt = try Receipt.cosigned(note, by: reader, reader: "riparian/vn-lao-cai", at: time)
        let key = Receipt.key(reader: "riparian/vn-lao-cai", of: reader)
        #expect(Receipt.time(in: receipt, of: key) == time)
        #expect(receipt.starts(with: note) && refusal(receipt, key: lane.verifier) == nil)
        #expect(Receipt.time(in: note, of: key) == nil)
        #expect(Receipt.time(in: receipt, of: Receipt.key(reader: "riparian/vn-lai-chau", of: reader)) == nil)
        #expect(Receipt.time(in: receipt, of: Receipt.key(reader: "riparian/vn-lao-cai", of: lane.key)) == nil)
        #expect(Receipt.time(in: receipt, of: VerifierKey(lane: "riparian/vn-lao-cai", of: reader)) == nil)
        #expect(VerifierKey(key.text) == key)
        let text = try SignedNote(note).text.utf8.count
        for position in receipt.indices where position < text || position >= note.count {
            var changed = receipt
            changed[position] ^= 1
            #expect(Receipt.time(in: changed, of: key) == nil, "byte \(position)")
        }
    }
}
