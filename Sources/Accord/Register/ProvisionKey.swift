public import Series

/// Where a provision stands: the edition of the protocol and the clause in it.
public struct ProvisionKey: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The edition's id: lower-case ASCII words joined by hyphens.
    public let edition: String
    /// The number as the document writes it, for example `3.1`; 1...24 letters, digits, points and hyphens.
    public let clause: String

    /// Makes a key; nil where one of the two is none.
    public init?(edition: String, clause: String) {
        guard isTableIdentifier(edition), ProvisionKey.isClause(clause) else { return nil }
        self.edition = edition
        self.clause = clause
    }

    /// Reads `edition/clause`.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return nil }
        self.init(edition: parts[0], clause: parts[1])
    }

    /// Whether a text can be the number of a clause.
    public static func isClause(_ text: String) -> Bool {
        (1...24).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            } && text != "." && text != ".."
    }

    /// `edition/clause`.
    public var description: String { "\(edition)/\(clause)" }

    /// By edition, then by the numbers of the clause: `2.9` stands before `2.10`.
    public static func < (left: ProvisionKey, right: ProvisionKey) -> Bool {
        if left.edition != right.edition { return left.edition < right.edition }
        let (a, b) = (parts(left.clause), parts(right.clause))
        for (one, other) in zip(a, b) where one != other {
            if let first = Int(one), let second = Int(other), first != second { return first < second }
            return one < other
        }
        return a.count != b.count ? a.count < b.count : left.clause < right.clause
    }

    private static func parts(_ clause: String) -> [String] {
        clause.split(whereSeparator: { $0 == "." || $0 == "-" }).map(String.init)
    }

    /// Reads `edition/clause`.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let key = ProvisionKey(text) else { throw RegisterProblem(.key, field: "provision") }
        self = key
    }

    /// Writes `edition/clause`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What keeps an act out of the register.
public struct RegisterProblem: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Code: String, Sendable, CaseIterable, Hashable {
        /// No edition has that id.
        case noEdition = "no-edition"
        /// No provision stands there.
        case noProvision = "no-provision"
        /// No indicator has that id.
        case noIndicator = "no-indicator"
        /// No letter has that number.
        case noLetter = "no-letter"
        /// What is referred to within an entry is not there.
        case noPart = "no-part"
        /// An id, a clause or a digest that cannot be one.
        case key
        /// A field that must be filled is empty.
        case empty
        /// A text is longer than allowed, or a list has too many members.
        case long
        /// A number that is no number, or outside its range.
        case number
        /// A day that is no day, or an end before its beginning.
        case day
        /// A party that takes no part.
        case party
        /// A field of cooperation that the edition does not have.
        case field
        /// The act is not for a party other than the one that keeps it.
        case local
        /// Only what stands in a draft can be negotiated; only an edition that is not closed can be changed.
        case closed
        /// The office or unit does not exist on the day that counts.
        case ended
        /// It has been said already, by the same party, in the same words.
        case same
    }

    /// What is wrong.
    public let code: Code
    /// Which field of the act, by its name in the document.
    public let field: String
    /// What stands there, where that helps.
    public let detail: String

    /// Makes a problem.
    public init(_ code: Code, field: String, detail: String = "") {
        self.code = code
        self.field = field
        self.detail = detail
    }
}

extension CivilDate: Codable {
    /// Reads `YYYY-MM-DD`.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        try self.init(iso8601: text)
    }

    /// Writes `YYYY-MM-DD`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
