import Accord
import Series

/// Days as people type them.
enum TypedDay {
    /// Reads a day: year first with any mark between in every language, and `30/11/2026` or `30.11.2026` in Vietnamese, where
    /// a day is never written otherwise; nil for anything that is none.
    static func read(_ typed: String, language: Language) -> CivilDate? {
        let parts = typed.split(omittingEmptySubsequences: true) { "/-.年月日 ".contains($0) }.map(String.init)
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return nil
        }
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == 3 else { return nil }
        if parts[0].count == 4 { return CivilDate(year: numbers[0], month: numbers[1], day: numbers[2]) }
        guard language == .vietnamese, parts[2].count == 4 else { return nil }
        return CivilDate(year: numbers[2], month: numbers[1], day: numbers[0])
    }
}

/// Numbers as people type them.
enum TypedNumber {
    /// Reads a number; nil for anything that is none, and for what could mean two.
    ///
    /// In Vietnamese a comma ends the whole part and points part thousands; in Chinese and English the other way round. A mark that
    /// stands once, not before exactly three digits or behind a lone zero, is the decimal mark in every language. A minus may be
    /// typed as it is printed.
    static func read(_ typed: String, language: Language) -> Double? {
        let text = typed.filter { !$0.isWhitespace }.replacing("\u{2212}", with: "-")
        let (points, commas) = (text.count { $0 == "." }, text.count { $0 == "," })
        let (decimal, group): (Character, Character) = language == .vietnamese ? (",", ".") : (".", ",")
        var plain = text
        if points + commas == 1, let mark = text.first(where: { $0 == "." || $0 == "," }) {
            let parts = text.split(separator: mark, omittingEmptySubsequences: false)
            let isWhole = parts.last?.count == 3 && !["", "0"].contains(parts[0].drop { $0 == "-" })
            plain =
                mark == decimal || !isWhole
                ? text.replacing(String(mark), with: ".") : text.replacing(String(mark), with: "")
        } else if points + commas > 1 {
            let parts = text.split(separator: decimal, omittingEmptySubsequences: false)
            guard parts.count <= 2 else { return nil }
            let groups = parts[0].split(separator: group, omittingEmptySubsequences: false)
            guard groups.count == 1 || groups[0].first != "0", groups.dropFirst().allSatisfy({ $0.count == 3 }),
                parts.count < 2 || !parts[1].contains(group)
            else {
                return nil
            }
            plain = groups.joined() + (parts.count == 2 ? "." + parts[1] : "")
        }
        let isPlain = plain.utf8.allSatisfy {
            (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
        return isPlain ? Double(plain).flatMap { $0.isFinite ? $0 : nil } : nil
    }
}
