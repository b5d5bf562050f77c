public import Series

/// A provision as lists show it: made whenever something is said about it, so that a list of thousands only looks it up.
public final class RegisterRow: Sendable {
    /// Where it stands.
    public let key: ProvisionKey
    /// The card that counts.
    public let card: ProvisionCard
    /// The standing of the whole.
    public let standing: ProvisionStanding
    /// How each party sees it.
    public let standings: [PartyID: ProvisionStanding]
    /// Pieces of evidence.
    public let evidence: Int
    /// What stands in its way, whenever it does.
    public let obstacles: [ObstacleStatement]
    /// Who may read it.
    public let readers: [PartyID]
    /// Whether not every party of the edition may read it.
    public let isRestricted: Bool
    /// Whose offices are responsible, as the parties are today.
    let responsible: [PartyID]
    /// Its clause and its texts in small letters, for searches.
    private let words: [UInt8]

    /// Makes the row of a provision.
    ///
    /// - Parameters:
    ///   - register: what holds the provision.
    ///   - entry: what has been said about it.
    ///   - edition: the card of its edition that counts.
    init(_ key: ProvisionKey, _ entry: Register.ProvisionEntry, in register: Register, edition: EditionCard) {
        let parties = register.present(edition.parties)
        self.key = key
        card = entry.card(chair: edition.chair)
        standing = entry.standing
        standings = entry.now.mapValues(\.body.standing)
        evidence = entry.evidence.count
        obstacles = entry.obstacles.map(\.body)
        readers = card.readers == nil && entry.cards.count == 1 ? parties : register.readers(of: key)
        isRestricted = readers.count < parties.count
        responsible = register.present(card.responsible.map(\.party))
        words = SearchText.bytes("\(key.clause) \(card.text.vi) \(card.text.zh) \(card.text.en)")
    }

    /// Whether it is past its due date and not kept, on a day.
    public func isOverdue(on day: CivilDate) -> Bool {
        let isDone = standing == .kept || standing == .carriedOver || standing == .agreedReason
        return !isDone && (card.due.map { $0 < day } ?? false)
    }

    /// What stands in its way on a day.
    public func obstacles(on day: CivilDate) -> [ObstacleStatement] { obstacles.filter { $0.holds(on: day) } }

    /// Whether a word in small letters stands anywhere in its clause or texts.
    func holds(_ word: [UInt8]) -> Bool { words.holds(word) }
}

extension [UInt8] {
    /// Whether some bytes stand in these one after the other; not empty ones.
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        guard part.count <= count else { return false }
        return withUnsafeBufferPointer { all in
            part.withUnsafeBufferPointer { part in
                for start in 0...(all.count - part.count) where all[start] == part[0] {
                    var place = 1
                    while place < part.count, all[start + place] == part[place] { place += 1 }
                    if place == part.count { return true }
                }
                return false
            }
        }
    }
}

extension ObstacleStatement {
    /// Whether it holds on a day.
    public func holds(on day: CivilDate) -> Bool {
        (since.map { $0 <= day } ?? true) && (until.map { day < $0 } ?? true)
    }
}
