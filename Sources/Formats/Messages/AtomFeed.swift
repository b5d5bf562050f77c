public import Series

/// A feed of alerts, as aggregators of the Common Alerting Protocol read it.
///
/// Source: RFC 4287 (2005); the entry's form by the practice of CAP feeds: `link rel=alternate type=application/cap+xml`.
public struct AtomFeed: Hashable, Sendable {
    /// One alert.
    public struct Entry: Hashable, Sendable {
        /// The alert's identifier.
        public let identifier: String
        /// One line.
        public let title: String
        /// What is the matter.
        public let summary: String
        /// When it was sent.
        public let updated: Instant
        /// Where the document lies.
        public let address: String
        /// The language of title and summary.
        public let language: Language

        /// Makes an entry.
        public init(
            identifier: String, title: String, summary: String, updated: Instant, address: String, language: Language
        ) {
            self.identifier = identifier
            self.title = title
            self.summary = summary
            self.updated = updated
            self.address = address
            self.language = language
        }
    }

    /// Who sends: part of the ids of feed and entries.
    public let sender: String
    /// The name of the feed.
    public let title: String
    /// The office's name.
    public let author: String
    /// Where the feed lies.
    public let address: String
    /// When it last changed.
    public let updated: Instant
    /// The alerts, latest first.
    public let entries: [Entry]

    /// Makes a feed.
    public init(
        sender: String, title: String, author: String, address: String, updated: Instant, entries: [Entry]
    ) {
        self.sender = sender
        self.title = title
        self.author = author
        self.address = address
        self.updated = updated
        self.entries = entries
    }

    /// The document; equal feeds make equal text.
    public var text: String {
        let children =
            [
                MarkupElement("id", "tag:\(sender),2026:riparian/cap"), MarkupElement("title", title),
                MarkupElement("updated", updated.iso8601()),
                MarkupElement("author", children: [MarkupElement("name", author)]),
                MarkupElement(
                    "link", attributes: [("rel", "self"), ("type", "application/atom+xml"), ("href", address)],
                    children: []),
            ] + entries.map { element($0) }
        let root = MarkupElement("feed", attributes: [("xmlns", "http://www.w3.org/2005/Atom")], children: children)
        return root.document(indented: true)
    }

    private func element(_ entry: Entry) -> MarkupElement {
        MarkupElement(
            "entry", attributes: [("xml:lang", entry.language.rawValue)],
            children: [
                MarkupElement("id", "tag:\(sender),2026:\(entry.identifier)"), MarkupElement("title", entry.title),
                MarkupElement("updated", entry.updated.iso8601()), MarkupElement("summary", entry.summary),
                MarkupElement(
                    "link",
                    attributes: [("rel", "alternate"), ("type", "application/cap+xml"), ("href", entry.address)],
                    children: []),
            ])
    }
}
