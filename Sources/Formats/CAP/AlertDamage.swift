import Series

/// Damages documents by seed, for tests and for `riparian bench alerts`: bytes turned, cut, doubled, moved, and pieces that
/// readers of XML have stumbled over.
public struct AlertDamage: Sendable {
    private var generator: SeededGenerator

    /// Pieces that are put in somewhere.
    private static let pieces: [[UInt8]] =
        [
            "<", ">", "&", "&#0;", "&#x110000;", "&amp;", "]]>", "<![CDATA[", "<!--", "-->", "<?x ?>", "<!DOCTYPE a>",
            "xmlns=\"\"",
            " xmlns:a=\"a\" a:b=\"c\"", "<a>", "</a>", "<info>", "</info>", "\u{FEFF}", "\u{202E}", "e\u{301}",
            "-1e999", "NaN",
            "99999999999999999999", "<polygon>", "0000-00-00T00:00:00-00:00", ",,,", "\r\n",
        ].map { Array($0.utf8) } + [[0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80]]

    /// Makes a source of damage.
    public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// A damaged copy: 1 to 8 changes. Every second one changes texts only, so that it is still read and the rules are asked.
    public mutating func next(of document: [UInt8]) -> [UInt8] {
        var bytes = document
        if generator.next(below: 2) == 0 {
            for _ in 0...generator.next(below: 8) { changeText(&bytes) }
            return bytes
        }
        for _ in 0...generator.next(below: 8) { damage(&bytes) }
        return bytes
    }

    /// Puts another character in the place of one that stands between two tags.
    private mutating func changeText(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let letters = Array("0123456789.,:;+-TZ ab_\"'".utf8)
        for _ in 0..<16 {
            let place = index(in: bytes)
            let isText =
                bytes[..<place].last { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") } == UInt8(ascii: ">")
            guard isText, bytes[place] > 0x20, bytes[place] < 0x7F, bytes[place] != UInt8(ascii: "<") else { continue }
            bytes[place] = letters[Int(generator.next(below: UInt64(letters.count)))]
            return
        }
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = index(in: bytes)
        switch generator.next(below: 7) {
        case 0: bytes[place] ^= UInt8(truncatingIfNeeded: 1 << generator.next(below: 8))
        case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + Int(generator.next(below: 64))))
        case 3:
            let piece = AlertDamage.pieces[Int(generator.next(below: UInt64(AlertDamage.pieces.count)))]
            bytes.insert(contentsOf: piece, at: place)
        case 4:
            let end = min(bytes.count, place + 1 + Int(generator.next(below: 512)))
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: index(in: bytes))
        case 5: if generator.next(below: 16) == 0 { bytes.removeSubrange(place...) }
        default: bytes.swapAt(place, index(in: bytes))
        }
    }

    private mutating func index(in bytes: [UInt8]) -> Int { Int(generator.next(below: UInt64(bytes.count))) }
}
