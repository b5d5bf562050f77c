import Foundation
import Series

/// What all values of one made series have in common, so that one search finds any of them in any form.
struct Secret {
    let party: PartyID
    let circle: Circle
    /// The beginnings of a value as eight bytes of either order and as decimal text, the name of the series' place, and
    /// the word that stands in the source of its readings.
    let needles: [Needle]
    private let prefix: UInt64

    init(_ party: PartyID, _ circle: Circle, in federation: MadeFederation) {
        self.party = party
        self.circle = circle
        let place = federation.parties.firstIndex(of: party) ?? 0
        // Even parity: a disk that flips one bit of a value makes no value of another series.
        let number = UInt64(place * Circle.allCases.count + circle.rawValue)
        precondition(number < 16, "the number of a series has four bits")
        let code = 0x80 | number << 1 | UInt64(number.nonzeroBitCount & 1)
        prefix = 0x40F1_AB00_5C00_0000 | code << 32
        let first = Array("\(Double(bitPattern: prefix))".utf8)
        let last = Array("\(Double(bitPattern: prefix | 0x1FFF))".utf8)
        let text = zip(first, last).prefix { $0 == $1 }.map(\.0)
        precondition(text.count >= 9 && text.starts(with: Array("7237".utf8)), "the text of a value tells its series")
        let bytes = withUnsafeBytes(of: prefix.bigEndian) { Array($0.prefix(5)) }
        needles = [
            bytes, bytes.reversed(), text, Array(MadeFederation.station(party, circle).text.utf8),
            Array(Secret.source(party, circle).utf8),
        ].map { Needle($0) }
    }

    /// The value of a number from 1 to 4095.
    func value(_ serial: Int) -> Double { Double(bitPattern: prefix | UInt64(serial) << 1 | 1) }

    static func source(_ party: PartyID, _ circle: Circle) -> String { "book-zq-\(party)-\(circle)" }

    /// Whether bytes hold the secret in some form.
    func stands(in bytes: [UInt8]) -> Bool { needles.contains { $0.occurs(in: bytes) } }

    /// Whether bytes may hold any secret at all: a quick look before the thorough one.
    static func mayStand(in bytes: [UInt8]) -> Bool { marks.contains { $0.occurs(in: bytes) } }

    /// What every needle has in it.
    private static let marks = [[0xF1, 0xAB], [0xAB, 0xF1], Array("-zq-".utf8), Array("7237".utf8)].map { Needle($0) }
}

/// Bytes to look for, by the one among them that is rare elsewhere.
struct Needle {
    let bytes: [UInt8]
    private let anchor: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let rare = [0xF1, 0xAB, UInt8(ascii: "q")]
        anchor = rare.compactMap { bytes.firstIndex(of: $0) }.first ?? 0
    }

    func occurs(in hay: [UInt8]) -> Bool {
        guard hay.count >= bytes.count else { return false }
        return hay.withUnsafeBytes { hay in
            bytes.withUnsafeBytes { needle in
                guard let begin = hay.baseAddress, let pattern = needle.baseAddress else { return false }
                let end = begin + hay.count - needle.count + 1 + anchor
                var place = begin + anchor
                while place < end, let found = memchr(place, Int32(needle[anchor]), end - place) {
                    if memcmp(found - anchor, pattern, needle.count) == 0 { return true }
                    place = UnsafeRawPointer(found) + 1
                }
                return false
            }
        }
    }
}
