public import Accord
public import Formats
public import Series

/// How often an uploader has posted, and what became of it: one fact about the node.
public struct UploadTally: Hashable, Sendable {
    /// When it last posted; nil before the first post.
    public private(set) var last: Instant?
    /// The receipt of the last post.
    public private(set) var receipt: String?
    /// Posts so far.
    public private(set) var posts = 0
    /// Rows so far, by what became of them.
    public private(set) var rows: [UploadRow.Verdict: Int] = [:]

    /// The name of the fact that holds it.
    public static func fact(of uploader: UploaderID) -> String { "upload/\(uploader)" }

    /// Reads a tally; anything else than the text of one gives an empty one.
    public init(_ text: String) {
        guard case .object(let members)? = JSONValue(parsing: Array(text.utf8)) else { return }
        func count(_ key: String) -> Int {
            guard case .number(let value)? = members[key] else { return 0 }
            return Int(exactly: value) ?? 0
        }
        posts = count("posts")
        for verdict in UploadRow.Verdict.allCases { rows[verdict] = count(verdict.rawValue) }
        if case .string(let time)? = members["last"] { last = try? Instant(iso8601: time) }
        if case .string(let id)? = members["receipt"] { receipt = id }
    }

    /// Adds a post.
    mutating func add(_ posted: [UploadRow], receipt: String, at now: Instant) {
        last = now
        self.receipt = receipt
        posts += 1
        for row in posted { rows[row.verdict, default: 0] += 1 }
    }

    /// The text of the fact.
    var text: String { json.canonicalText }

    /// The same as a JSON document: `last`, `receipt`, `posts`, and rows by verdict.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "posts": .integer(posts), "last": .optional(last?.iso8601()), "receipt": .optional(receipt),
        ]
        for verdict in UploadRow.Verdict.allCases { members[verdict.rawValue] = .integer(rows[verdict] ?? 0) }
        return .object(members)
    }
}
