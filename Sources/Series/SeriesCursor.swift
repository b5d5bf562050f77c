/// A place in the order of a series' values, which is that of observed time and then of revision: everything after it follows.
public struct SeriesCursor: Hashable, Sendable {
    /// The observed time of the last value before the place.
    public let observed: Instant
    /// Its revision, >= 0.
    public let revision: Int

    /// Makes a place.
    public init(observed: Instant, revision: Int) {
        self.observed = observed
        self.revision = revision
    }
}

/// A part of a series, and where the next one begins.
public struct SeriesPart<Content: Sendable>: Sendable {
    /// The values, as bytes or as values.
    public let content: Content
    /// The place after the last of them; nil when nothing follows.
    public let next: SeriesCursor?

    /// Makes a part.
    public init(_ content: Content, next: SeriesCursor? = nil) {
        self.content = content
        self.next = next
    }
}
