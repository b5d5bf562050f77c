import Crypto
import Formats
import Foundation
import TestKit
import Testing

/// Bytes that look like chance and are always the same.
private func made(_ count: Int, seed: UInt8 = 1) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &+ Int(seed)) }
}

/// A source over bytes.
private final class Bytes {
    private var rest: ArraySlice<UInt8>
    init(_ bytes: [UInt8]) { rest = bytes[...] }
    func read(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}

@Suite struct ArchiveTests {
    private let identity = AgeIdentity(Curve25519.KeyAgreement.PrivateKey())

    private func sealed(_ bytes: [UInt8], _ seal: AgeSeal, pieces: Int = 10_000) throws -> [UInt8] {
        var output: [UInt8] = []
        var writer = try AgeWriter(
            seal, randomBytes: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } }, to: { output += $0 })
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            try writer.write(Array(bytes[start..<min(start + pieces, bytes.count)]))
        }
        try writer.finish()
        return output
    }

    private func opened(_ sealed: [UInt8], _ opening: AgeOpening) throws -> [UInt8] {
        let source = Bytes(sealed)
        let reader = try AgeReader(opening, from: source.read)
        var output: [UInt8] = []
        while true {
            let bytes = try reader.read(7_000)
            if bytes.isEmpty { return output }
            output += bytes
        }
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 200_001])
    func `what is sealed for a key opens with it and with no other`(size: Int) throws {
        let bytes = made(size)
        let file = try sealed(bytes, .recipients([identity.recipient]))
        #expect(try opened(file, .identities([identity])) == bytes)
        let other = AgeIdentity(Curve25519.KeyAgreement.PrivateKey())
        #expect(throws: ArchiveProblem.self) { try opened(file, .identities([other])) }
        #expect(try opened(file, .identities([other, identity])) == bytes)
        #expect(throws: ArchiveProblem.self) { try opened(file, .passphrase("not at all the phrase")) }
    }

    @Test func `a file for two holders opens for each, a passphrase opens its own`() throws {
        let other = AgeIdentity(Curve25519.KeyAgreement.PrivateKey())
        let bytes = made(70_000)
        let both = try sealed(bytes, .recipients([identity.recipient, other.recipient]))
        #expect(try opened(both, .identities([identity])) == bytes)
        #expect(try opened(both, .identities([other])) == bytes)
        let phrase = try sealed(bytes, .passphrase("five words by the river", logN: 10))
        #expect(try opened(phrase, .passphrase("five words by the river")) == bytes)
        #expect(throws: ArchiveProblem.self) { try opened(phrase, .passphrase("five words by the sea")) }
    }

    @Test func `every cut and every changed byte of a sealed file is noticed`() throws {
        let bytes = made(140_000)
        let file = try sealed(bytes, .recipients([identity.recipient]))
        let cuts = [0, 10, 100, 230, file.count - 1, file.count - 17, file.count - 140_000 % 65_536 - 16, 65_536 + 240]
        for cut in cuts {
            #expect(throws: ArchiveProblem.self) { try opened(Array(file.prefix(cut)), .identities([identity])) }
        }
        for place in stride(from: 0, to: file.count, by: 997) {
            var changed = file
            changed[place] ^= 4
            #expect(throws: ArchiveProblem.self, "byte \(place)") { try opened(changed, .identities([identity])) }
        }
        #expect(throws: ArchiveProblem.self) { try opened(file + [0], .identities([identity])) }
    }

    @Test func `a key file reads back, and one with a wrong letter is refused`() throws {
        let file = identity.file
        let back = try #require(AgeIdentity.all(inFile: file)?.first)
        #expect(back.recipient == identity.recipient)
        #expect(AgeRecipient(identity.recipient.text) == identity.recipient)
        let letter = try #require(file.split(separator: "\n").last)
        #expect(AgeIdentity.all(inFile: String(letter.dropLast()) + (letter.last == "Q" ? "P" : "Q")) == nil)
        #expect(AgeIdentity.all(inFile: "# nothing\n") == nil)
        #expect(AgeRecipient("age1broken") == nil)
        // The example of age's own documentation.
        #expect(AgeRecipient("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj") != nil)
    }

    @Test func `files of an archive come back in order, long names and empty files included`() throws {
        let long = "evidence/" + String(repeating: "a", count: 90) + "/" + String(repeating: "b", count: 60)
        let files = [("node.yaml", made(700)), (long, []), ("packs/p/stations.csv", made(1_500_000))]
        var tar: [UInt8] = []
        let writer = TarStreamWriter { tar += $0 }
        for (name, bytes) in files {
            let source = Bytes(bytes)
            try writer.add(name, size: bytes.count, mode: 0o640, from: source.read)
        }
        try writer.finish()
        #expect(tar.count % 512 == 0)
        var back: [(String, [UInt8])] = []
        try TarStreamReader(from: Bytes(tar).read).forEach { header, content in
            var bytes: [UInt8] = []
            while bytes.count < header.size { bytes += try content(100_000) }
            #expect(header.mode == 0o640)
            back.append((header.name, bytes))
        }
        #expect(back.map(\.0) == files.map(\.0))
        #expect(back.map(\.1) == files.map(\.1))
        for cut in [100, 512, 1_024, tar.count - 600, tar.count - 1_024] {
            #expect(throws: ArchiveProblem.self, "\(cut)") {
                try TarStreamReader(from: Bytes(Array(tar.prefix(cut))).read).forEach { _, _ in }
            }
        }
        #expect(!TarHeader.hasRoom(for: String(repeating: "a", count: 101)))
        let large = TarHeader(TarHeader.bytes(name: "node.sqlite", size: 9 << 32))
        #expect(large?.size == 9 << 32)
    }

    @Test(arguments: ["../out", "/etc/passwd", "a/../b", "a//b"])
    func `names that leave the folder are refused`(name: String) throws {
        let tar = TarHeader.bytes(name: name, size: 0) + [UInt8](repeating: 0, count: 1_024)
        #expect(throws: ArchiveProblem.self) { try TarStreamReader(from: Bytes(tar).read).forEach { _, _ in } }
    }
}
