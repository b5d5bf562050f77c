/// What a bulletin does to an open event.
public enum WarningAction: String, Sendable, Codable, CaseIterable, Hashable {
    /// First warning of the event.
    case new
    /// Same level, new bulletin.
    case `continue`
    /// Longer than said before.
    case extendTime = "extend-time"
    /// Further places than said before.
    case extendArea = "extend-area"
    /// Both.
    case extendBoth = "extend-both"
    /// To a higher level.
    case upgrade
    /// To a lower level.
    case downgrade
    /// The event is over, earlier than said.
    case cancel
    /// The event has run out as said.
    case expire
    /// The text was wrong, the level and the places were not.
    case correct

    /// The action that a change of level alone is.
    init(from old: Int, to new: Int) {
        self = new <= 0 ? .cancel : old <= 0 ? .new : new > old ? .upgrade : new < old ? .downgrade : .continue
    }

    /// The three letters of the valid time event code (NWS Instruction 10-1703); lowering has none there, DWN is ours.
    public var code: String {
        switch self {
        case .new: "NEW"
        case .continue: "CON"
        case .extendTime: "EXT"
        case .extendArea: "EXA"
        case .extendBoth: "EXB"
        case .upgrade: "UPG"
        case .downgrade: "DWN"
        case .cancel: "CAN"
        case .expire: "EXP"
        case .correct: "COR"
        }
    }

    /// The kind of message that carries it; nil for an event that runs out: its last message says until when it holds.
    public var message: WarningMessageKind? {
        switch self {
        case .new: .alert
        case .continue, .extendTime, .extendArea, .extendBoth, .upgrade, .downgrade, .correct: .update
        case .cancel: .cancel
        case .expire: nil
        }
    }

    /// Whether people must be woken and answer: a first warning, a higher level, or more places.
    public var needsAcknowledgement: Bool {
        switch self {
        case .new, .upgrade, .extendArea, .extendBoth: true
        case .continue, .extendTime, .downgrade, .cancel, .expire, .correct: false
        }
    }
}

/// The kinds of message by which warnings travel, named as in CAP 1.2.
public enum WarningMessageKind: String, Sendable, Codable, CaseIterable, Hashable {
    /// The first of an event.
    case alert = "Alert"
    /// Replaces all earlier ones of its event.
    case update = "Update"
    /// Ends its event.
    case cancel = "Cancel"
}
