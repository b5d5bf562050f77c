import Accord
public import Series
import Storage

/// What stands at the gate between a party's own store and its lanes: what waits, what people have said, and what there is
/// to say.
public struct GateBoard: Sendable {
    /// Why something waits, or may leave.
    public enum Word: String, Sendable, CaseIterable, Hashable {
        /// It leaves without asking again.
        case standing
        /// A person is asked each time.
        case ask
        /// It stays.
        case hold
    }

    /// One observation that waits for a person, for its delay, or because it is held.
    public struct Item: Hashable, Sendable {
        /// Names it in a form: lane, series, observed time in s since 1970, revision.
        public let id: String
        /// What waits.
        public let observation: Observation
        /// The clause that would let it leave.
        public let clause: String
        /// Who would read it; empty for everybody.
        public let readers: [LocalizedText]
        /// Not before.
        public let due: Instant
        /// For what: `asked`, `held` or `delayed`.
        public let state: String

        /// Makes an item.
        public init(
            id: String, observation: Observation, clause: String, readers: [LocalizedText], due: Instant, state: String
        ) {
            self.id = id
            self.observation = observation
            self.clause = clause
            self.readers = readers
            self.due = due
            self.state = state
        }
    }

    /// A series that a clause lets leave, and the word that stands on it.
    public struct Choice: Hashable, Sendable {
        /// `party/station/property`, each an id or `*`.
        public let pattern: String
        /// The clause.
        public let clause: String
        /// Who reads it; empty for everybody.
        public let readers: [LocalizedText]
        /// What stands.
        public let word: Word

        /// Makes a choice.
        public init(pattern: String, clause: String, readers: [LocalizedText], word: Word) {
            self.pattern = pattern
            self.clause = clause
            self.readers = readers
            self.word = word
        }
    }

    /// Something that a person has said.
    public struct Said: Hashable, Sendable {
        /// Its number.
        public let id: Int64
        /// About which series.
        public let pattern: String
        /// Limited to this clause; nil for every one.
        public let clause: String?
        /// `standing`, `ask`, `hold` or `once`.
        public let mode: String
        /// Who.
        public let person: String
        /// When.
        public let at: Instant
        /// When it was taken back; nil while it holds.
        public let ended: Instant?
        /// Who took it back.
        public let endedBy: String?

        /// Makes one.
        public init(
            id: Int64, pattern: String, clause: String?, mode: String, person: String, at: Instant,
            ended: Instant? = nil, endedBy: String? = nil
        ) {
            self.id = id
            self.pattern = pattern
            self.clause = clause
            self.mode = mode
            self.person = person
            self.at = at
            self.ended = ended
            self.endedBy = endedBy
        }
    }

    /// What waits, by lane and observed time; at most ``listed`` of them.
    public let items: [Item]
    /// How many wait in all.
    public let waiting: Int
    /// What can be said something about, by clause and pattern.
    public let choices: [Choice]
    /// What people have said, newest first; at most ``listed``.
    public let said: [Said]

    /// At most that many items and words are listed.
    public static let listed = 200

    /// Makes a board.
    public init(items: [Item], waiting: Int, choices: [Choice], said: [Said]) {
        self.items = items
        self.waiting = waiting
        self.choices = choices
        self.said = said
    }
}

/// What a person says on a gate page.
public enum GateAnswer: Hashable, Sendable {
    /// These items leave once.
    case approve([String])
    /// These items stay.
    case hold([String])
    /// A word for all observations of a pattern; under every clause when it is nil.
    case rule(GateBoard.Word, pattern: String, clause: String?)
    /// A word is taken back.
    case takeBack(Int64)
}

extension Node {
    /// What stands at the gate.
    public func gateBoard() throws -> GateBoard {
        try readGateRules()
        let waiting = try gateQueue(limit: GateBoard.listed)
        let readers = Dictionary(ownPlaces.map { ($0.origin, names(of: $0.audience)) }) { first, _ in first }
        return GateBoard(
            items: waiting.map { item in
                GateBoard.Item(
                    id: item.name, observation: item.observation, clause: item.clause,
                    readers: readers[item.lane] ?? [], due: item.due, state: item.state.rawValue)
            }, waiting: try database.gateQueueCount(), choices: gateChoices(),
            said: try approvals().suffix(GateBoard.listed).reversed().map { word in
                GateBoard.Said(
                    id: word.id, pattern: word.pattern, clause: word.clause, mode: word.mode.rawValue,
                    person: word.person, at: word.at, ended: word.ended, endedBy: word.endedBy)
            })
    }

    /// Does what a person has said.
    ///
    /// - Returns: how many items or words it concerned; 0 when what it names is not there.
    public func answer(_ answer: GateAnswer, by person: String) throws -> Int {
        do {
            switch answer {
            case .approve(let names): return try decide(.once, names, by: person)
            case .hold(let names): return try decide(.hold, names, by: person)
            case .rule(let word, let text, let clause):
                guard let pattern = SeriesPattern(text) else { return 0 }
                let mode: GateApproval.Mode =
                    switch word {
                    case .standing: .standing
                    case .ask: .ask
                    case .hold: .hold
                    }
                let review = try say(mode, of: pattern, clause: clause, by: person)
                return max(1, review.leaving + review.asked + review.held)
            case .takeBack(let id):
                try takeBack(id, by: person)
                return 1
            }
        } catch is GateRefusal {
            return 0
        }
    }

    private func decide(_ mode: GateApproval.Mode, _ names: [String], by person: String) throws -> Int {
        let wanted = Set(names)
        return try gateQueue(limit: .max).filter { wanted.contains($0.name) }.count {
            try decide(mode, on: $0, by: person)
        }
    }

    private func gateChoices() -> [GateBoard.Choice] {
        configuration.agreement.provisions.filter { $0.kind == .share }.flatMap { provision in
            provision.series.compactMap { $0.narrowed(to: party) }.map { pattern in
                GateBoard.Choice(
                    pattern: pattern.description, clause: provision.clause,
                    readers: provision.readers.map { names(of: Audience($0)) } ?? [],
                    word: word(on: pattern, clause: provision.clause))
            }
        }
    }

    /// The word on the series of a pattern: exact for a pattern of one series, that on the whole for a wider one.
    private func word(on pattern: SeriesPattern, clause: String) -> GateBoard.Word {
        let word = gate.word { rule in (rule.clause == nil || rule.clause == clause) && rule.pattern.covers(pattern) }
        switch word {
        case .approved: return .standing
        case .ask: return .ask
        case .hold: return .hold
        }
    }

    private func names(of audience: Audience) -> [LocalizedText] {
        switch audience.readers {
        case .everybody: []
        case .parties(let parties): parties.filter { $0 != party }.sorted().map { configuration.name(of: $0) }
        }
    }
}
