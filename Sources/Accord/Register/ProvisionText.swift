import Crypto
public import Series

/// Texts of drafts: their digests, and what one changes against another.
public enum ProvisionText {
    /// SHA-256 over the three texts, each ended by a zero byte; 64 hexadecimal digits.
    public static func digest(of text: LocalizedText) -> String {
        var hash = SHA256()
        for part in [text.vi, text.zh, text.en] { hash.update(data: Array(part.utf8) + [0]) }
        return hexadecimal(hash.finalize())
    }

    /// A piece of a comparison.
    public struct Piece: Hashable, Sendable {
        /// Where it stands.
        public enum Kind: String, Sendable {
            /// In both.
            case same
            /// Only in the later one.
            case added
            /// Only in the earlier one.
            case removed
        }

        /// Where it stands.
        public let kind: Kind
        /// The words.
        public let text: String
    }

    /// What a later text changes against an earlier one: words of Latin scripts, single characters of Chinese.
    ///
    /// The longest common subsequence; texts of more than 2,000 words are compared as a whole.
    public static func changes(from earlier: String, to later: String) -> [Piece] {
        let (old, new) = (words(earlier), words(later))
        guard old.count <= 2_000, new.count <= 2_000 else {
            return earlier == later
                ? [Piece(kind: .same, text: later)]
                : [Piece(kind: .removed, text: earlier), Piece(kind: .added, text: later)]
        }
        var lengths = [[Int]](repeating: [Int](repeating: 0, count: new.count + 1), count: old.count + 1)
        for i in stride(from: old.count - 1, through: 0, by: -1) {
            for j in stride(from: new.count - 1, through: 0, by: -1) {
                lengths[i][j] =
                    old[i] == new[j] ? lengths[i + 1][j + 1] + 1 : max(lengths[i + 1][j], lengths[i][j + 1])
            }
        }
        var pieces: [Piece] = []
        func add(_ kind: Piece.Kind, _ text: String) {
            if pieces.last?.kind == kind {
                pieces[pieces.count - 1] = Piece(kind: kind, text: pieces[pieces.count - 1].text + text)
            } else {
                pieces.append(Piece(kind: kind, text: text))
            }
        }
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if i < old.count, j < new.count, old[i] == new[j] {
                add(.same, new[j])
                (i, j) = (i + 1, j + 1)
            } else if i < old.count, j == new.count || lengths[i + 1][j] >= lengths[i][j + 1] {
                add(.removed, old[i])
                i += 1
            } else {
                add(.added, new[j])
                j += 1
            }
        }
        return pieces
    }

    /// A text in pieces whose sum it is: a word with the blanks after it, or one character of a script without blanks.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var current = ""
        for character in text {
            let isHan = character.unicodeScalars.contains {
                $0.value >= 0x2E80 && $0.value < 0x1_0000 || $0.value >= 0x2_0000
            }
            if isHan || (current.last?.isWhitespace ?? false && !character.isWhitespace) {
                if !current.isEmpty { words.append(current) }
                current = ""
            }
            current.append(character)
            if isHan {
                words.append(current)
                current = ""
            }
        }
        if !current.isEmpty { words.append(current) }
        return words
    }
}

extension Register {
    /// How far the parties have come with a text.
    public struct Agreement: Sendable {
        /// The text that every party accepts; nil while there is none.
        public let agreed: LocalizedText?
        /// The last text proposed; nil where nobody has proposed one.
        public let proposed: LocalizedText?
        /// Who accepts the last text proposed.
        public let accepting: [PartyID]
        /// Who does not.
        public let waiting: [PartyID]
    }

    /// How far the parties have come with the text of a provision.
    public func agreement(on key: ProvisionKey) -> Agreement? {
        guard let entry = provisions[key] else { return nil }
        let parties = readers(of: key)
        let last = entry.proposals.last?.body.text
        let digest = last.map(ProvisionText.digest)
        let accepting = parties.filter { entry.acceptances[$0]?.body.digest == digest && digest != nil }
        let digests = parties.map { entry.acceptances[$0]?.body.digest }
        let common = Set(digests).count == 1 ? digests.first ?? nil : nil
        let agreed = common.flatMap { digest in
            entry.proposals.last { ProvisionText.digest(of: $0.body.text) == digest }?.body.text
        }
        return Agreement(
            agreed: agreed, proposed: last, accepting: accepting,
            waiting: digest == nil ? [] : parties.filter { !accepting.contains($0) })
    }
}
