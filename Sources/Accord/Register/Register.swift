public import Series

/// Everything that has been said about the provisions of a protocol and followed up beside them: the sum of the acts of all
/// parties that this node holds. What one party says never takes the place of what another has said.
public struct Register: Sendable {
    /// Something that was said, by whom and when.
    public struct Said<Body: Hashable & Sendable>: Hashable, Sendable {
        /// Whose word it is.
        public let party: PartyID
        /// When.
        public let at: Instant
        /// Who; empty for other parties.
        public let person: String
        /// The number of the act among those of the party.
        public let number: Int
        /// What.
        public let body: Body
    }

    /// An edition.
    public struct EditionEntry: Sendable {
        /// Its card, as each party has it.
        public internal(set) var cards: [PartyID: Said<EditionCard>] = [:]
        /// What was said at it, in the order of the acts.
        public internal(set) var minutes: [Said<MinuteStatement>] = []
        /// Further items of its agenda, by party and number.
        public internal(set) var items: [Said<AgendaStatement>] = []
        /// Its signed instruments.
        public internal(set) var instruments: [Said<EvidenceStatement>] = []

        /// The card that counts: the chair's, else that of the party that comes first by id.
        public var card: EditionCard {
            let first = cards.keys.sorted()[0]
            let chair = cards[first]?.body.chair
            return (chair.flatMap { cards[$0] } ?? cards[first])!.body
        }
    }

    /// A provision.
    public struct ProvisionEntry: Sendable {
        /// Its card, as each party has it.
        public internal(set) var cards: [PartyID: Said<ProvisionCard>] = [:]
        /// What stood in the cards that their own parties have written anew, oldest first.
        public internal(set) var earlier: [Said<ProvisionCard>] = []
        /// How each party sees it, latest last.
        public internal(set) var standings: [PartyID: [Said<StandingStatement>]] = [:]
        /// What stands in its way, by party and number.
        public internal(set) var obstacles: [Said<ObstacleStatement>] = []
        /// Files that show something.
        public internal(set) var evidence: [Said<EvidenceStatement>] = []
        /// Whether it goes on, by party.
        public internal(set) var decisions: [PartyID: Said<DecisionStatement>] = [:]
        /// Texts proposed for it, latest last.
        public internal(set) var proposals: [Said<ProposalStatement>] = []
        /// Which text each party accepts.
        public internal(set) var acceptances: [PartyID: Said<AcceptanceStatement>] = [:]

        /// The card that counts, given who chairs the edition.
        public func card(chair: PartyID?) -> ProvisionCard {
            (chair.flatMap { cards[$0] } ?? cards[cards.keys.sorted()[0]])!.body
        }

        /// The parties whose cards do not say the same as the one that counts.
        public func differing(chair: PartyID?) -> [PartyID] {
            let counting = card(chair: chair)
            return cards.filter { $0.value.body != counting }.keys.sorted()
        }

        /// How each party sees it now.
        public var now: [PartyID: Said<StandingStatement>] { standings.compactMapValues(\.last) }

        /// The standing of the whole: the one that needs most attention; ``ProvisionStanding/open`` where nobody has said anything.
        public var standing: ProvisionStanding {
            standings.values.compactMap(\.last?.body.standing).min { $0.rank < $1.rank } ?? .open
        }
    }

    /// An indicator.
    public struct IndicatorEntry: Sendable {
        /// Its card, as each party has it.
        public internal(set) var cards: [PartyID: Said<IndicatorCard>] = [:]
        /// Each party's figures, by period; latest last.
        public internal(set) var figures: [String: [PartyID: [Said<FigureStatement>]]] = [:]
        /// Targets and notes, latest last.
        public internal(set) var notes: [Said<IndicatorNote>] = []

        /// The card that counts: that of the party that comes first by id.
        public var card: IndicatorCard { cards[cards.keys.sorted()[0]]!.body }

        /// The periods with a figure or a target, in order.
        public var periods: [String] { Set(figures.keys).union(notes.map(\.body.period)).sorted() }

        /// Whether two parties' figures of a period differ.
        public func differs(in period: String) -> Bool {
            Set((figures[period] ?? [:]).values.compactMap { $0.last?.body.value }).count > 1
        }
    }

    /// A letter and what became of it.
    public struct LetterEntry: Sendable {
        /// The letter as registered last.
        public internal(set) var card: Said<LetterCard>
        /// Ways to understand it, by label.
        public internal(set) var readings: [Said<LetterReading>] = []
        /// Replies, latest last.
        public internal(set) var replies: [Said<LetterReply>] = []
        /// Answers, latest last.
        public internal(set) var answers: [Said<LetterAnswer>] = []
        /// Who was told, and who has acknowledged.
        public internal(set) var words: [Said<LetterWord>] = []

        /// The last answer that has confirmed a reading.
        private var settling: Said<LetterAnswer>? { answers.last { !$0.body.settles.isEmpty } }

        /// The label of the reading that an answer has confirmed last.
        public var settled: String? { settling?.body.settles }

        /// Whether an answer that confirmed another reading was given when one was already here: it speaks against it then.
        public func isRefuted(_ reading: Said<LetterReading>) -> Bool {
            guard let answer = settling else { return false }
            return answer.body.settles != reading.body.label && reading.number < answer.number
        }

        /// What it leaves open.
        ///
        /// What an answer has confirmed counts alone, until somebody reads the letter in another way again.
        public var gaps: [LetterGap] {
            let standing = readings.filter { reading in
                settling.map { reading.body.label == $0.body.settles || reading.number > $0.number } ?? true
            }
            return LetterGap.gaps(in: standing.map(\.body))
        }
    }

    /// By id.
    public private(set) var editions: [String: EditionEntry] = [:]
    /// By place.
    public private(set) var provisions: [ProvisionKey: ProvisionEntry] = [:]
    /// By id.
    public private(set) var indicators: [String: IndicatorEntry] = [:]
    /// By number.
    public private(set) var letters: [Int: LetterEntry] = [:]
    /// The shift log, in the order of the acts.
    public private(set) var shifts: [Said<ShiftEntry>] = []
    /// Who holds which office, as entered.
    public private(set) var holders: [Said<OfficeHolder>] = []
    /// How many acts it is made of.
    public private(set) var count = 0
    /// The number of the last act of each party.
    public private(set) var latest: [PartyID: Int] = [:]

    /// The rows of an edition in the order of their clauses, by its id: each is made anew when something is said about it.
    private(set) var rows: [String: [RegisterRow]] = [:]

    /// Who stands where a party stood that exists no more.
    private let succession: [PartyID: PartyID]

    /// An empty register.
    ///
    /// - Parameter succession: who follows a party that exists no more: what concerned the one concerns the other.
    public init(succession: [PartyID: PartyID] = [:]) { self.succession = succession }

    /// Parties of an earlier day as they are today, each once, sorted.
    public func present(_ parties: [PartyID]) -> [PartyID] {
        let now = parties.map { party in
            var (current, steps) = (party, 0)
            while let next = succession[current], steps < succession.count {
                (current, steps) = (next, steps + 1)
            }
            return current
        }
        return Set(now).sorted()
    }

    /// The places of the provisions of an edition, in the order of their clauses.
    public func keys(ofEdition id: String) -> [ProvisionKey] { (rows[id] ?? []).map(\.key) }

    /// The parties of an edition as they are today; none where it is unknown.
    public func parties(ofEdition id: String) -> [PartyID] { present(editions[id]?.card.parties ?? []) }

    /// Adds an act. An act about something unknown is kept out and named; acts of one party come in the order of their numbers.
    public mutating func add(_ record: RegisterRecord) throws(RegisterProblem) {
        func said<Body>(_ body: Body) -> Said<Body> {
            Said(party: record.party, at: record.at, person: record.person, number: record.number, body: body)
        }
        if let problem = record.act.problem(in: self, by: record.party) { throw problem }
        count += 1
        latest[record.party] = max(latest[record.party] ?? 0, record.number)
        switch record.act {
        case .edition(let card): editions[card.id, default: EditionEntry()].cards[record.party] = said(card)
        case .provision(let card):
            if let old = provisions[card.key, default: ProvisionEntry()].cards.updateValue(
                said(card), forKey: record.party),
                old.body != card
            {
                provisions[card.key]?.earlier.append(old)
            }
        case .standing(let body): provisions[body.provision]?.standings[record.party, default: []].append(said(body))
        case .obstacle(let body):
            provisions[body.provision]?.obstacles.removeAll {
                $0.party == record.party && $0.body.number == body.number
            }
            if !body.text.isEmpty { provisions[body.provision]?.obstacles.append(said(body)) }
        case .evidence(let body): addEvidence(said(body))
        case .decision(let body): provisions[body.provision]?.decisions[record.party] = said(body)
        case .proposal(let body):
            provisions[body.provision]?.proposals.append(said(body))
            let accepted = AcceptanceStatement(
                provision: body.provision, digest: ProvisionText.digest(of: body.text))
            provisions[body.provision]?.acceptances[record.party] = said(accepted)
        case .acceptance(let body): provisions[body.provision]?.acceptances[record.party] = said(body)
        case .indicator(let card): indicators[card.id, default: IndicatorEntry()].cards[record.party] = said(card)
        case .figure(let body):
            indicators[body.indicator]?.figures[body.period, default: [:]][record.party, default: []].append(said(body))
        case .note(let body): indicators[body.indicator]?.notes.append(said(body))
        case .minute(let body): editions[body.edition]?.minutes.append(said(body))
        case .agenda(let body):
            editions[body.edition]?.items.removeAll { $0.party == record.party && $0.body.number == body.number }
            if !body.text.isEmptyInAll { editions[body.edition]?.items.append(said(body)) }
        default: addLocal(record)
        }
        refresh(after: record.act)
    }

    /// Makes the rows anew that an act changes.
    private mutating func refresh(after act: RegisterAct) {
        switch act {
        case .edition(let card):
            for row in rows[card.id] ?? [] { refresh(row.key) }
        case .provision(let card): refresh(card.key)
        case .standing(let body): refresh(body.provision)
        case .obstacle(let body): refresh(body.provision)
        case .evidence(let body):
            if let key = body.provision { refresh(key) }
        default: break
        }
    }

    private mutating func refresh(_ key: ProvisionKey) {
        guard let entry = provisions[key], let edition = editions[key.edition]?.card else { return }
        let row = RegisterRow(key, entry, in: self, edition: edition)
        var sorted = rows.removeValue(forKey: key.edition) ?? []
        let place = sorted.partitioningIndex { !($0.key < key) }
        if place < sorted.count, sorted[place].key == key {
            sorted[place] = row
        } else {
            sorted.insert(row, at: place)
        }
        rows[key.edition] = sorted
    }

    private mutating func addEvidence(_ said: Said<EvidenceStatement>) {
        if let key = said.body.provision { provisions[key]?.evidence.append(said) }
        if let edition = said.body.edition { editions[edition]?.instruments.append(said) }
    }

    private mutating func addLocal(_ record: RegisterRecord) {
        func said<Body>(_ body: Body) -> Said<Body> {
            Said(party: record.party, at: record.at, person: record.person, number: record.number, body: body)
        }
        switch record.act {
        case .holder(let body): holders.append(said(body))
        case .letter(let card):
            if letters[card.number] == nil {
                letters[card.number] = LetterEntry(card: said(card))
            } else {
                letters[card.number]?.card = said(card)
            }
        case .reading(let body):
            letters[body.letter]?.readings.removeAll { $0.body.label == body.label }
            letters[body.letter]?.readings.append(said(body))
        case .reply(let body): letters[body.letter]?.replies.append(said(body))
        case .answer(let body): letters[body.letter]?.answers.append(said(body))
        case .word(let body): letters[body.letter]?.words.append(said(body))
        case .shift(let body): shifts.append(said(body))
        default: break
        }
    }

    /// The card of a provision that counts; nil where there is none.
    public func card(_ key: ProvisionKey) -> ProvisionCard? {
        provisions[key]?.card(chair: editions[key.edition]?.card.chair)
    }

    /// Who may read what concerns a provision: the party that registered it and its readers.
    public func readers(of key: ProvisionKey) -> [PartyID] {
        guard let entry = provisions[key] else { return [] }
        return narrowed(parties(ofEdition: key.edition), by: entry.cards.values.map { ($0.party, $0.body.readers) })
    }

    /// Whichever card is narrower counts: what one party keeps between few stays between few.
    private func narrowed(_ all: [PartyID], by cards: [(party: PartyID, readers: [PartyID]?)]) -> [PartyID] {
        cards.reduce(all) { left, card in
            guard let named = card.readers else { return left }
            let readers = present(named + [card.party])
            return left.filter(readers.contains)
        }
    }

    /// Who may read an indicator.
    public func readers(ofIndicator id: String) -> [PartyID] {
        guard let entry = indicators[id] else { return [] }
        let all = present(editions.values.flatMap { $0.card.parties })
        return narrowed(all, by: entry.cards.values.map { ($0.party, $0.body.readers) })
    }

    /// Who may read an act; empty for what never leaves the node.
    public func readers(of act: RegisterAct) -> [PartyID] {
        switch act {
        case .edition(let card): present(card.parties)
        case .provision(let card): readers(of: card.key)
        case .standing(let said): readers(of: said.provision)
        case .obstacle(let said): readers(of: said.provision)
        case .decision(let said): readers(of: said.provision)
        case .proposal(let said): readers(of: said.provision)
        case .acceptance(let said): readers(of: said.provision)
        case .evidence(let said):
            said.provision.map { readers(of: $0) } ?? said.indicator.map { readers(ofIndicator: $0) } ?? said.edition
                .map {
                    parties(ofEdition: $0)
                } ?? []
        case .indicator(let card): readers(ofIndicator: card.id)
        case .figure(let said): readers(ofIndicator: said.indicator)
        case .note(let said): readers(ofIndicator: said.indicator)
        case .minute(let said):
            said.provision.map { readers(of: $0) } ?? parties(ofEdition: said.edition)
        case .agenda(let said): parties(ofEdition: said.edition)
        case .holder, .letter, .reading, .reply, .answer, .word, .shift: []
        }
    }
}

extension LocalizedText {
    /// Whether nothing is said in any language.
    public var isEmptyInAll: Bool { vi.isEmpty && zh.isEmpty && en.isEmpty }

    /// The text in a language, else in whichever has one: Vietnamese, Chinese, English.
    public func orOther(_ language: Language) -> String {
        let wanted = self[language]
        if !wanted.isEmpty { return wanted }
        return [vi, zh, en].first { !$0.isEmpty } ?? ""
    }
}
