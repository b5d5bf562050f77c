/// What a person is at a node. Each has one role.
public enum Role: String, CaseIterable, Hashable, Sendable {
    /// Reads the pages.
    case reader
    /// Decides what leaves at the gate.
    case dutyOfficer = "duty-officer"
    /// Works at a reservoir.
    case reservoirOperator = "operator"
    /// Sees to it that what is owed goes out and comes in, and can prove it.
    case steward
    /// Keeps the minutes of the conference.
    case secretary
    /// Manages the people of the node.
    case administrator

    /// What the role lets a person do: the one table.
    public var acts: Set<PageAct> {
        switch self {
        case .reader: [.seePages]
        case .reservoirOperator: [.seePages, .keepDesk]
        case .secretary: [.seePages, .keepRegister, .saySecondWord]
        case .dutyOfficer: [.seePages, .answerGate, .keepDesk, .saySecondWord, .signWarnings]
        case .steward: [.seePages, .seeAudit, .keepDesk, .keepRegister]
        case .administrator: [.seePages, .seeAudit, .changeNode]
        }
    }

    /// Whether the role may do more than look: then a session ends an hour after its last use.
    public var signs: Bool {
        !acts.isDisjoint(with: [.answerGate, .changeNode, .keepDesk, .keepRegister, .signWarnings])
    }
}

/// What can be done on a node's pages.
public enum PageAct: String, CaseIterable, Hashable, Sendable {
    /// Reading every page and table of the node.
    case seePages = "see-pages"
    /// Letting series leave, holding them, asking about them, taking words back.
    case answerGate = "answer-gate"
    /// Entering readings, letters and the shift log.
    case keepDesk = "keep-desk"
    /// Following up provisions and indicators, and the conference.
    case keepRegister = "keep-register"
    /// Saying the second word about what leaves, where a party wants two people.
    case saySecondWord = "say-second-word"
    /// Signing warnings and notices.
    case signWarnings = "sign-warnings"
    /// Reading the audit log.
    case seeAudit = "see-audit"
    /// Stopping and starting the node where its pages may do so.
    case changeNode = "change-node"
}
