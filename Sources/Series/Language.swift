/// The three languages of every text that a person sees.
public enum Language: String, CaseIterable, Sendable, Codable, Hashable {
    /// Vietnamese.
    case vietnamese = "vi"
    /// Chinese in simplified characters.
    case chinese = "zh-Hans"
    /// English.
    case english = "en"

    /// The tag of a CAP info block, RFC 3066: `vi-VN`, `zh-CN`, `en-GB`.
    public var alertLanguage: String {
        switch self {
        case .vietnamese: "vi-VN"
        case .chinese: "zh-CN"
        case .english: "en-GB"
        }
    }

    /// The key of JSON objects that hold all three: `vi`, `zh`, `en`.
    public var key: String { self == .chinese ? "zh" : rawValue }

    /// The language's own name for itself.
    public var ownName: String {
        switch self {
        case .vietnamese: "Tiếng Việt"
        case .chinese: "中文"
        case .english: "English"
        }
    }
}

/// One text in the three languages.
public struct LocalizedText: Hashable, Sendable, Codable {
    /// Vietnamese, NFC.
    public var vi: String
    /// Chinese, simplified characters.
    public var zh: String
    /// English.
    public var en: String

    /// Makes a text.
    public init(vi: String, zh: String, en: String) {
        self.vi = vi
        self.zh = zh
        self.en = en
    }

    /// The text in a language.
    public subscript(language: Language) -> String {
        switch language {
        case .vietnamese: vi
        case .chinese: zh
        case .english: en
        }
    }
}
