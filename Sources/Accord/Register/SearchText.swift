/// Texts as people look for them: in small letters and without the marks of Vietnamese, which not every keyboard has.
public enum SearchText {
    private static let plain: [Character: Character] = {
        let groups: [(Character, String)] = [
            ("a", "àáảãạăằắẳẵặâầấẩẫậ"), ("d", "đ"), ("e", "èéẻẽẹêềếểễệ"), ("i", "ìíỉĩị"),
            ("o", "òóỏõọôồốổỗộơờớởỡợ"), ("u", "ùúủũụưừứửữự"), ("y", "ỳýỷỹỵ"),
        ]
        return Dictionary(uniqueKeysWithValues: groups.flatMap { base, marked in marked.map { ($0, base) } })
    }()

    /// UTF-8 of a text in small letters without marks; composed and decomposed letters are the same.
    public static func bytes(_ text: String) -> [UInt8] {
        let small = text.lowercased()
        guard small.utf8.contains(where: { $0 >= 0x80 }) else { return Array(small.utf8) }
        return Array(String(small.map { plain[$0] ?? $0 }).utf8)
    }
}
