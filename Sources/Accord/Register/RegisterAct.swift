public import Series

/// One act of a party in the register: what it says stands beside what others say, and a later act of the same party about the
/// same thing takes the place of its earlier one, which stays in the history.
public enum RegisterAct: Hashable, Sendable {
    /// Opens or changes an edition.
    case edition(EditionCard)
    /// Registers a provision, or changes its entry.
    case provision(ProvisionCard)
    /// Says how a provision stands.
    case standing(StandingStatement)
    /// Names an obstacle, ends it, or takes it back.
    case obstacle(ObstacleStatement)
    /// Names a file that shows something.
    case evidence(EvidenceStatement)
    /// Says whether a provision goes on.
    case decision(DecisionStatement)
    /// Proposes a text for a draft.
    case proposal(ProposalStatement)
    /// Accepts a text of a draft.
    case acceptance(AcceptanceStatement)
    /// Defines an indicator, or changes its definition.
    case indicator(IndicatorCard)
    /// Gives a figure.
    case figure(FigureStatement)
    /// Sets a target, or says why figures differ.
    case note(IndicatorNote)
    /// Keeps what was said at a conference.
    case minute(MinuteStatement)
    /// Puts an item on an agenda.
    case agenda(AgendaStatement)
    /// Says who holds an office; never leaves the node.
    case holder(OfficeHolder)
    /// Registers a letter; never leaves the node, as everything about letters and shifts.
    case letter(LetterCard)
    /// Adds a way to understand a letter.
    case reading(LetterReading)
    /// Drafts or sends a reply.
    case reply(LetterReply)
    /// Registers an answer.
    case answer(LetterAnswer)
    /// Notes that an office was told or has acknowledged.
    case word(LetterWord)
    /// Writes into the shift log.
    case shift(ShiftEntry)

    /// The word of the act in documents.
    public var name: String {
        switch self {
        case .edition: "edition"
        case .provision: "provision"
        case .standing: "standing"
        case .obstacle: "obstacle"
        case .evidence: "evidence"
        case .decision: "decision"
        case .proposal: "proposal"
        case .acceptance: "acceptance"
        case .indicator: "indicator"
        case .figure: "figure"
        case .note: "note"
        case .minute: "minute"
        case .agenda: "agenda"
        case .holder: "holder"
        case .letter: "letter"
        case .reading: "reading"
        case .reply: "reply"
        case .answer: "answer"
        case .word: "word"
        case .shift: "shift"
        }
    }

    /// What the act is about, in a few words for the audit log: ids alone.
    public var subject: String {
        switch self {
        case .edition(let card): card.id
        case .provision(let card): card.key.description
        case .standing(let said): "\(said.provision) \(said.standing.rawValue)"
        case .obstacle(let said): said.provision.description
        case .evidence(let said): said.provision?.description ?? said.indicator ?? said.edition ?? ""
        case .decision(let said): "\(said.provision) \(said.word.rawValue)"
        case .proposal(let said): said.provision.description
        case .acceptance(let said): "\(said.provision) \(said.digest.prefix(12))"
        case .indicator(let card): card.id
        case .figure(let said): "\(said.indicator) \(said.period)"
        case .note(let said): "\(said.indicator) \(said.period)"
        case .minute(let said): said.provision?.description ?? said.edition
        case .agenda(let said): said.edition
        case .holder(let said): said.office
        case .letter(let card): "\(card.number)"
        case .reading(let said): "\(said.letter) \(said.label)"
        case .reply(let said): "\(said.letter)"
        case .answer(let said): "\(said.letter)"
        case .word(let said): "\(said.letter) \(said.office)"
        case .shift(let entry): entry.kind.rawValue
        }
    }

    /// Whether the act never leaves the node of the party that did it.
    public var isLocal: Bool {
        switch self {
        case .holder, .letter, .reading, .reply, .answer, .word, .shift: true
        default: false
        }
    }
}

extension RegisterAct: Codable {
    private enum Key: String, CodingKey {
        case act
        case of
    }

    /// Reads `{"act": NAME, "of": {...}}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func read<Body: Decodable>(_ make: (Body) -> RegisterAct) throws -> RegisterAct {
            make(try container.decode(Body.self, forKey: .of))
        }
        let name = try container.decode(String.self, forKey: .act)
        self =
            switch name {
            case "edition": try read(RegisterAct.edition)
            case "provision": try read(RegisterAct.provision)
            case "standing": try read(RegisterAct.standing)
            case "obstacle": try read(RegisterAct.obstacle)
            case "evidence": try read(RegisterAct.evidence)
            case "decision": try read(RegisterAct.decision)
            case "proposal": try read(RegisterAct.proposal)
            case "acceptance": try read(RegisterAct.acceptance)
            case "indicator": try read(RegisterAct.indicator)
            case "figure": try read(RegisterAct.figure)
            case "note": try read(RegisterAct.note)
            case "minute": try read(RegisterAct.minute)
            case "agenda": try read(RegisterAct.agenda)
            case "holder": try read(RegisterAct.holder)
            case "letter": try read(RegisterAct.letter)
            case "reading": try read(RegisterAct.reading)
            case "reply": try read(RegisterAct.reply)
            case "answer": try read(RegisterAct.answer)
            case "word": try read(RegisterAct.word)
            case "shift": try read(RegisterAct.shift)
            default:
                throw DecodingError.dataCorruptedError(
                    forKey: .act, in: container, debugDescription: "no act is called \(name)")
            }
    }

    /// Writes `{"act": NAME, "of": {...}}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .act)
        switch self {
        case .edition(let body): try container.encode(body, forKey: .of)
        case .provision(let body): try container.encode(body, forKey: .of)
        case .standing(let body): try container.encode(body, forKey: .of)
        case .obstacle(let body): try container.encode(body, forKey: .of)
        case .evidence(let body): try container.encode(body, forKey: .of)
        case .decision(let body): try container.encode(body, forKey: .of)
        case .proposal(let body): try container.encode(body, forKey: .of)
        case .acceptance(let body): try container.encode(body, forKey: .of)
        case .indicator(let body): try container.encode(body, forKey: .of)
        case .figure(let body): try container.encode(body, forKey: .of)
        case .note(let body): try container.encode(body, forKey: .of)
        case .minute(let body): try container.encode(body, forKey: .of)
        case .agenda(let body): try container.encode(body, forKey: .of)
        case .holder(let body): try container.encode(body, forKey: .of)
        case .letter(let body): try container.encode(body, forKey: .of)
        case .reading(let body): try container.encode(body, forKey: .of)
        case .reply(let body): try container.encode(body, forKey: .of)
        case .answer(let body): try container.encode(body, forKey: .of)
        case .word(let body): try container.encode(body, forKey: .of)
        case .shift(let body): try container.encode(body, forKey: .of)
        }
    }
}

/// An act as it is kept.
public struct RegisterRecord: Hashable, Sendable {
    /// Whose act it is.
    public let party: PartyID
    /// 1, 2, ... among the acts of that party.
    public let number: Int
    /// When it was done, by the clock of that party's node.
    public let at: Instant
    /// Who did it; empty for acts of other parties, whose people are their own affair.
    public let person: String
    /// The act.
    public let act: RegisterAct

    /// Makes a record.
    public init(party: PartyID, number: Int, at: Instant, person: String, act: RegisterAct) {
        self.party = party
        self.number = number
        self.at = at
        self.person = person
        self.act = act
    }
}
