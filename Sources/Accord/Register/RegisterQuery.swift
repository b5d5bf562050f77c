public import Series

/// Which provisions are asked for.
public struct RegisterQuery: Hashable, Sendable {
    /// Of this edition.
    public var edition: String
    /// Of this field of cooperation, by id.
    public var field: String?
    /// With this standing of the whole.
    public var standing: ProvisionStanding?
    /// With an office of this party among the responsible ones, or of one that it follows.
    public var party: PartyID?
    /// With these words anywhere in its texts, by any case, with or without Vietnamese marks; all of them.
    public var words: [String] = []
    /// Only what all of these may read; nil for everything that is here.
    public var audience: [PartyID]?

    /// Makes a query for everything in an edition.
    public init(edition: String) { self.edition = edition }
}

extension Register {
    /// The provisions that a query asks for, in the order of their clauses.
    public func rows(_ query: RegisterQuery) -> [RegisterRow] {
        let words = query.words.map { SearchText.bytes($0) }.filter { !$0.isEmpty }
        let party = query.party.flatMap { present([$0]).first }
        return (rows[query.edition] ?? []).filter { row in
            (query.field == nil || row.card.field == query.field)
                && (query.standing == nil || row.standing == query.standing)
                && (party.map(row.responsible.contains) ?? true)
                && words.allSatisfy(row.holds)
                && (query.audience?.allSatisfy(row.readers.contains) ?? true)
        }
    }

    /// How many of some rows stand how, by field of cooperation.
    /// Those of which nobody has said how they stand have none: they count under nil.
    public static func counts(_ rows: [RegisterRow]) -> [String: [ProvisionStanding?: Int]] {
        var counts: [String: [ProvisionStanding?: Int]] = [:]
        for row in rows {
            counts[row.card.field, default: [:]][row.standings.isEmpty ? nil : row.standing, default: 0] += 1
        }
        return counts
    }

    /// The edition that is worked on: the last that is signed, else the last of all; nil where there is none.
    public var currentEdition: String? {
        let sorted = editions.values.map(\.card).sorted { ($0.number, $0.id) < ($1.number, $1.id) }
        return (sorted.last { $0.state == .signed } ?? sorted.last)?.id
    }

    /// What a kept file is called by whoever gave it as evidence; nil where nobody has.
    public func title(ofFile digest: String) -> String? {
        func title(_ pieces: [Said<EvidenceStatement>]) -> String? {
            pieces.first { $0.body.digest == digest }?.body.title
        }
        return provisions.values.lazy.compactMap { title($0.evidence) }.first
            ?? editions.values.lazy.compactMap { title($0.instruments) }.first
    }

    /// What a provision goes back to, nearest first; a loop ends it.
    public func lineage(of key: ProvisionKey) -> [ProvisionKey] {
        var found: [ProvisionKey] = []
        var next = card(key)?.continues
        while let place = next, !found.contains(place), place != key {
            found.append(place)
            next = card(place)?.continues
        }
        return found
    }

    /// The provisions that continue one.
    public func successors(of key: ProvisionKey) -> [ProvisionKey] {
        provisions.keys.filter { card($0)?.continues == key }.sorted()
    }
}

/// What the next conference should speak about.
public struct ConferenceAgenda: Sendable {
    /// An item.
    public struct Item: Hashable, Sendable {
        /// Why it is there.
        public enum Reason: String, Sendable, CaseIterable {
            /// Nothing has been done or said.
            case open
            /// It is under way, later than planned.
            case slow
            /// The parties see it differently.
            case differing
            /// Its due date has passed.
            case overdue
            /// It goes on: a party has said so, and the next edition is to have it.
            case carried
            /// Figures of an indicator differ and nobody has said why.
            case figures
            /// A party has put it there.
            case put
        }

        /// Why.
        public let reason: Reason
        /// The field of cooperation.
        public let field: String
        /// The provision; nil for others.
        public let provision: ProvisionKey?
        /// The indicator and the period; nil for others.
        public let indicator: String?
        /// The period of the figures.
        public let period: String?
        /// The words of an item that a party has put there, or of the provision.
        public let text: LocalizedText
        /// Who sees it how.
        public let standings: [PartyID: ProvisionStanding]
        /// Who has put it there.
        public let party: PartyID?
        /// What stands in its way, as the parties say.
        public let obstacles: [String]
        /// Who wants it to go on or to end.
        public var decisions: [PartyID: DecisionStatement.Word] = [:]
    }

    /// The conference that it is for.
    public let edition: EditionCard
    /// The edition that is followed up; nil for a first one.
    public let about: EditionCard?
    /// In the order of the fields, then of the clauses.
    public let items: [Item]
}

extension Register {
    /// The agenda of a conference: what its predecessor left open or slow, what parties see differently, figures that differ
    /// without a note, and what parties have put there.
    ///
    /// - Parameters:
    ///   - id: the edition that is to be held.
    ///   - audience: only what all of these may read.
    ///   - day: by which due dates are judged.
    /// - Returns: nil where there is no such edition.
    public func agenda(of id: String, audience: [PartyID]? = nil, on day: CivilDate) -> ConferenceAgenda? {
        guard let edition = editions[id]?.card else { return nil }
        var items: [ConferenceAgenda.Item] = []
        let about = edition.previous.flatMap { editions[$0]?.card }
        if let about {
            var query = RegisterQuery(edition: about.id)
            query.audience = audience
            let rows = rows(query)
            items += rows.compactMap { row in item(of: row, on: day) }
            items += figureItems(of: rows, audience: audience)
        }
        items += (editions[id]?.items ?? []).map { said in
            ConferenceAgenda.Item(
                reason: .put, field: said.body.field, provision: nil, indicator: nil, period: nil, text: said.body.text,
                standings: [:], party: said.party, obstacles: [])
        }
        let order = Dictionary(
            uniqueKeysWithValues: (CooperationFields.known + edition.fields.map(\.id)).enumerated().map { ($1, $0) })
        let sorted = items.enumerated().sorted { left, right in
            let (a, b) = (order[left.element.field] ?? .max, order[right.element.field] ?? .max)
            return (a, left.offset) < (b, right.offset)
        }
        return ConferenceAgenda(edition: edition, about: about, items: sorted.map(\.element))
    }

    private func item(of row: RegisterRow, on day: CivilDate) -> ConferenceAgenda.Item? {
        let said = Set(row.standings.values)
        let decisions = (provisions[row.key]?.decisions ?? [:]).mapValues(\.body.word)
        let reason: ConferenceAgenda.Item.Reason? =
            switch row.standing {
            case _ where row.isOverdue(on: day): .overdue
            case .open: .open
            case .slow: .slow
            default: said.count > 1 ? .differing : goesOn(row, decisions) ? .carried : nil
            }
        // What everybody who may read it closes is spoken of no more.
        let isClosed = !row.readers.isEmpty && row.readers.allSatisfy { decisions[$0] == .close }
        guard let reason, !isClosed else { return nil }
        return ConferenceAgenda.Item(
            reason: reason, field: row.card.field, provision: row.key, indicator: nil, period: nil, text: row.card.text,
            standings: row.standings, party: nil, obstacles: row.obstacles(on: day).map(\.text), decisions: decisions)
    }

    /// Whether a party has said that a provision is to go on, and none that it ends.
    private func goesOn(_ row: RegisterRow, _ decisions: [PartyID: DecisionStatement.Word]) -> Bool {
        let words = Set(decisions.values)
        return !words.contains(.close) && (words.contains(.carryOn) || row.standing == .carriedOver)
    }

    private func figureItems(of rows: [RegisterRow], audience: [PartyID]?) -> [ConferenceAgenda.Item] {
        var seen: Set<String> = []
        return rows.flatMap { row in row.card.indicators.map { (row, $0) } }.flatMap { row, id in
            guard seen.insert(id).inserted, let entry = indicators[id] else { return [ConferenceAgenda.Item]() }
            if let audience, !audience.allSatisfy(readers(ofIndicator: id).contains) { return [] }
            return entry.periods.filter { period in
                entry.differs(in: period) && !entry.notes.contains { $0.body.period == period && $0.body.target == nil }
            }.map { period in
                ConferenceAgenda.Item(
                    reason: .figures, field: row.card.field, provision: row.key, indicator: id, period: period,
                    text: entry.card.name, standings: [:], party: nil, obstacles: [])
            }
        }
    }
}
