import Crypto
import Foundation
import Series
import TestKit
import Testing

@testable import Accord

@Suite struct LaneFormTests {
    private let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: Array(repeating: 7, count: 32))
    private let origin = "riparian/vn-sample/made/cn-sample"

    private func hex(_ text: String) -> [UInt8] {
        stride(from: 0, to: text.count, by: 2).map { offset in
            let start = text.index(text.startIndex, offsetBy: offset)
            return UInt8(text[start..<text.index(start, offsetBy: 2)], radix: 16)!  // literal digits
        }
    }

    // MARK: Deterministic CBOR

    /// RFC 8949, appendix A.
    @Test(arguments: [
        (CBOR.unsigned(0), "00"), (.unsigned(23), "17"), (.unsigned(24), "1818"), (.unsigned(1000), "1903e8"),
        (.unsigned(1_000_000), "1a000f4240"), (.unsigned(.max), "1bffffffffffffffff"), (.negative(0), "20"),
        (.negative(99), "3863"), (.float(0), "f90000"), (.float(1), "f93c00"), (.float(1.1), "fb3ff199999999999a"),
        (.float(65504), "f97bff"), (.float(100_000), "fa47c35000"), (.float(-4.1), "fbc010666666666666"),
        (.float(5.960464477539063e-8), "f90001"), (.bool(false), "f4"), (.null, "f6"), (.text("IETF"), "6449455446"),
        (.text("\u{6c34}"), "63e6b0b4"), (.bytes([1, 2, 3, 4]), "4401020304"),
        (.array([.unsigned(1), .array([.unsigned(2), .unsigned(3)])]), "8201820203"),
        (.map(["a": .unsigned(1), "b": .array([.unsigned(2), .unsigned(3)])]), "a26161016162820203"),
    ])
    func `values are encoded as the standard prints them, and read back`(value: CBOR, text: String) {
        #expect(value.encoded == hex(text))
        #expect(CBOR.decode(hex(text)) == value)
    }

    @Test(arguments: [
        "1800", "190017", "1b0000000000000001", "fb3ff0000000000000", "fa3f800000", "f97e00", "f97c00", "9f01ff",
        "a2616201616101", "a2616101616102", "0000", "62c328", "5f4101ff", "8181818181818181818101", "82", "6449",
        "c100",
    ])
    func `what is not the one encoding is refused`(text: String) { #expect(CBOR.decode(hex(text)) == nil) }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func `base64 gives the vectors of the standard`(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test(arguments: ["Zg", "Zh==", "Z===", "Zm9v=", "Zm 9", "Zm9v\n"])
    func `text that is not the one base64 of its bytes is refused`(text: String) { #expect(Base64.decode(text) == nil) }

    // MARK: The tree

    @Test func `roots are those of the published test tree`() {
        let leaves = [
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
        ]
        .map { MerkleTree.leafHash(hex($0)) }
        #expect(MerkleTree.root([]) == hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
        #expect(
            MerkleTree.root(Array(leaves.prefix(1)))
                == hex("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"))
        #expect(
            MerkleTree.root(leaves) == hex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"))
    }

    @Test func `tiles and bundles lie where the public format has them`() {
        #expect(LaneTiles.path("0", number: 1_234_067, count: 256) == "tile/0/x001/x234/067")
        #expect(LaneTiles.path("entries", number: 0, count: 5) == "tile/entries/000.p/5")
        let entries = (0..<600).map { number -> (bytes: [UInt8], leafHash: [UInt8]) in
            let entry = Array("entry \(number)".utf8)
            return (entry, MerkleTree.leafHash(entry))
        }
        let files = Dictionary(
            LaneTiles.files(entries).map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
        #expect(
            files.keys.sorted() == [
                "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/000",
                "tile/entries/001", "tile/entries/002.p/88",
            ])
        #expect(files["tile/1/000.p/2"]?.count == 64)
        let second = LaneTiles.entries(inBundle: files["tile/entries/001"] ?? [])
        #expect(second?.first == Array("entry 256".utf8))
        #expect(LaneTiles.entries(inBundle: [0, 3, 1, 2]) == nil)
        #expect(LaneTiles.entries(inBundle: [0]) == nil)
    }

    @Test(
        .enabled(if: Repository.canUseSharedData, Comment(rawValue: Repository.sharedDataReason)),
        arguments: [1, 2, 3, 4, 10, 11, 12, 13, 14, 15])
    func `the root from the tiles of a public log is the root in its signed checkpoint`(size: Int) throws {
        let log = try #require(Repository.sharedData).appending(path: "exchange/tlog")
        let note = [UInt8](try Data(contentsOf: log.appending(path: "checkpoint.\(size)")))
        let key = try #require(
            VerifierKey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"))
        let checkpoint = try Checkpoint(note: note, origin: "example.com/log/testdata", key: key)
        let bundle = [UInt8](try Data(contentsOf: log.appending(path: "tile/entries/000.p/\(size)")))
        let tile = [UInt8](try Data(contentsOf: log.appending(path: "tile/0/000.p/\(size)")))
        let entries = try #require(LaneTiles.entries(inBundle: bundle))
        #expect(entries.count == size)
        let hashes = entries.map { MerkleTree.leafHash($0) }
        #expect(hashes.flatMap { $0 } == tile)
        #expect(checkpoint == Checkpoint(origin: key.name, size: size, root: MerkleTree.root(hashes)))
    }

    // MARK: Signatures

    @Test func `a checkpoint is believed only when the lane's own key has signed it`() throws {
        let key = try #require(key)
        let checkpoint = Checkpoint(origin: origin, size: 3, root: Array(repeating: 9, count: 32))
        let note = try checkpoint.signed(by: key)
        let verifier = VerifierKey(lane: origin, of: key)
        #expect(try Checkpoint(note: note, origin: origin, key: verifier) == checkpoint)
        #expect(VerifierKey(verifier.text) == verifier)
        let stranger = VerifierKey(lane: origin, of: Curve25519.Signing.PrivateKey())
        #expect(throws: LaneProblem.self) { try Checkpoint(note: note, origin: origin, key: stranger) }
        #expect(throws: LaneProblem.self) {
            try Checkpoint(note: note, origin: "riparian/other/made/x", key: verifier)
        }
        for index in note.indices {
            var altered = note
            altered[index] ^= 1
            let believed = try? Checkpoint(note: altered, origin: origin, key: verifier)
            #expect(believed == nil, "byte \(index)")
        }
        #expect(throws: LaneProblem.self) {
            try Checkpoint(note: Array(note.dropLast(8)), origin: origin, key: verifier)
        }
    }

    @Test func `a verifier key with a wrong id or length is no key`() throws {
        let text = VerifierKey(lane: origin, of: try #require(key)).text
        #expect(VerifierKey(text + "A") == nil)
        #expect(VerifierKey(text.replacing("+", with: "-")) == nil)
        #expect(VerifierKey("other" + text) == nil)
        #expect(VerifierKey("") == nil)
    }

    @Test func `a receipt carries the reader's time, and only the reader's`() throws {
        let key = try #require(key)
        let reader = Curve25519.Signing.PrivateKey()
        let note = try Checkpoint(origin: origin, size: 1, root: Array(repeating: 1, count: 32)).signed(by: key)
        let time = SampleBasin.start + 77
        let receipt = try Receipt.cosigned(note, by: reader, reader: "riparian/cn-sample", at: time)
        let verifier = Receipt.key(reader: "riparian/cn-sample", of: reader)
        #expect(Receipt.time(in: receipt, of: verifier) == time)
        #expect(Receipt.time(in: receipt, of: Receipt.key(reader: "riparian/cn-sample", of: key)) == nil)
        #expect(Receipt.time(in: note, of: verifier) == nil)
        #expect(try Checkpoint(note: receipt, origin: origin, key: VerifierKey(lane: origin, of: key)).size == 1)
    }

    // MARK: Entries

    @Test func `observations come out of their entry as they went in`() throws {
        let observations = (0..<1203).map {
            SampleBasin.reading("upper", hour: Double($0), 50 + Double($0) / 100, receivedAfter: 60)
        }
        let entries = try LaneEntry.entries(observations)
        #expect(entries.count == 3)
        #expect(entries.allSatisfy { $0.count <= LaneTiles.maximumEntry })
        let back = try entries.flatMap { try LaneEntry.observations($0, received: SampleBasin.start + 9_999_999) }
        #expect(back.map(\.value) == observations.map(\.value))
        #expect(back.map(\.observed) == observations.map(\.observed))
        #expect(back.allSatisfy { $0.received == SampleBasin.start + 9_999_999 })
    }

    @Test func `no altered byte of an entry is read as another observation unnoticed`() throws {
        let entry = try #require(LaneEntry.entries([SampleBasin.reading("upper", hour: 1, 50.25)]).first)
        for cut in 0..<entry.count {
            #expect(throws: LaneProblem.self) {
                try LaneEntry.observations(Array(entry.prefix(cut)), received: SampleBasin.start)
            }
        }
        #expect(throws: LaneProblem.self) {
            try LaneEntry.observations(entry + [0], received: SampleBasin.start)
        }
    }

    @Test func `an observation that fits no entry is refused, not cut`() {
        let long = Observation(
            series: SampleBasin.reading("upper", hour: 1, 1).series, observed: SampleBasin.start,
            received: SampleBasin.start, value: 1, source: String(repeating: "x", count: 70_000))
        #expect(throws: LaneProblem.self) { try LaneEntry.entries([long]) }
    }
}
