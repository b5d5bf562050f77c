import Series

/// A reader and the party whose lanes it reads.
struct ReadingPair: Hashable, Comparable, Sendable {
    let reader: PartyID
    let provider: PartyID

    static func < (left: ReadingPair, right: ReadingPair) -> Bool {
        (left.reader, left.provider) < (right.reader, right.provider)
    }
}

/// What a node remembers of a replay: the last finished step, who still had to ask whom, and how long the lanes were.
///
/// It is exact, so that a replay that was killed in the middle of a step goes on as if nothing had happened.
struct DemoNote: Hashable {
    /// The fact under which it is kept.
    static let fact = "replay.completed"

    let finished: Instant
    let behind: Set<ReadingPair>
    /// Sizes by origin.
    let published: [String: Int]

    init(finished: Instant, behind: Set<ReadingPair>, published: [String: Int]) {
        self.finished = finished
        self.behind = behind
        self.published = published
    }

    /// Reads ``text``; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard let first = parts.first, let seconds = Int64(first) else { return nil }
        finished = Instant(secondsSinceEpoch: seconds)
        var pairs: Set<ReadingPair> = []
        var sizes: [String: Int] = [:]
        for part in parts.dropFirst() {
            let names = part.split(separator: "<").map(String.init)
            if names.count == 2, let reader = PartyID(names[0]), let provider = PartyID(names[1]) {
                pairs.insert(ReadingPair(reader: reader, provider: provider))
            } else if let equals = part.lastIndex(of: "="), let size = Int(part[part.index(after: equals)...]) {
                sizes[String(part[..<equals])] = size
            } else {
                return nil
            }
        }
        (behind, published) = (pairs, sizes)
    }

    /// Seconds since 1970, one `reader<provider` for each pair, one `origin=size` for each lane.
    var text: String {
        let pairs = behind.sorted().map { "\($0.reader)<\($0.provider)" }
        let sizes = published.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return (["\(finished.secondsSinceEpoch)"] + pairs + sizes).joined(separator: " ")
    }
}
