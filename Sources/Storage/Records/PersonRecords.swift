public import Series

/// A person of a node as the store keeps one.
public struct PersonRecord: Hashable, Sendable {
    /// Lower-case words joined by hyphens; the name to sign in with.
    public var id: String
    /// The name that stands below what the person says, 2 to 80 characters.
    public var name: String
    /// The word of the role.
    public var role: String
    /// The hash of the password with its parameters.
    public var passwordHash: String
    /// The sealed secret of the one-time codes; nil where none are asked.
    public var codeSecret: [UInt8]?
    /// The last step of time whose code was used; no code of it or an earlier one counts again.
    public var lastCodeStep: Int64
    /// Wrong passwords.
    public var passwordAttempts: FailedAttempts
    /// Wrong one-time codes.
    public var codeAttempts: FailedAttempts
    /// Since when the person may not sign in; nil while it may.
    public var disabled: Instant?
    /// When the entry was made.
    public var made: Instant

    /// Makes a record.
    public init(
        id: String, name: String, role: String, passwordHash: String, codeSecret: [UInt8]? = nil,
        lastCodeStep: Int64 = 0, passwordAttempts: FailedAttempts = FailedAttempts(),
        codeAttempts: FailedAttempts = FailedAttempts(), disabled: Instant? = nil, made: Instant
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.passwordHash = passwordHash
        self.codeSecret = codeSecret
        self.lastCodeStep = lastCodeStep
        self.passwordAttempts = passwordAttempts
        self.codeAttempts = codeAttempts
        self.disabled = disabled
        self.made = made
    }

    /// The attempts with one proof.
    public subscript(proof: PersonProof) -> FailedAttempts {
        get {
            switch proof {
            case .password: passwordAttempts
            case .code: codeAttempts
            }
        }
        set {
            switch proof {
            case .password: passwordAttempts = newValue
            case .code: codeAttempts = newValue
            }
        }
    }
}

/// What a person proves to be itself with.
public enum PersonProof: Hashable, Sendable {
    /// At the door.
    case password
    /// When signing.
    case code
}

/// Attempts since the last one that was right.
public struct FailedAttempts: Hashable, Sendable {
    /// How many.
    public var failures: Int
    /// Until when no attempt counts; nil when one may be made now.
    public var lockedUntil: Instant?

    /// Makes a count.
    public init(failures: Int = 0, lockedUntil: Instant? = nil) {
        self.failures = failures
        self.lockedUntil = lockedUntil
    }
}

/// One line of the audit log: who did what to what, from where, and what came of it. Never a secret.
public struct AuditRecord: Hashable, Sendable {
    /// Its number, from 1; 0 before it is kept.
    public var number: Int64
    /// When.
    public let time: Instant
    /// Who: the id of a person, or the name that stands on a command line; empty where nobody is known.
    public let person: String
    /// The word of the act.
    public let act: String
    /// What it was done to; may be empty.
    public let object: String
    /// The word of what came of it.
    public let outcome: String
    /// The address that it came from; empty for commands.
    public let address: String

    /// Makes a record.
    public init(
        number: Int64 = 0, time: Instant, person: String, act: String, object: String = "", outcome: String,
        address: String = ""
    ) {
        self.number = number
        self.time = time
        self.person = person
        self.act = act
        self.object = object
        self.outcome = outcome
        self.address = address
    }
}

/// What became of the wish to try a password or a code.
public enum AttemptVerdict: Hashable, Sendable {
    /// It was counted as one more failure, until ``NodeDatabase/noteSuccess(of:with:)`` says otherwise.
    case counted(failures: Int, lockedUntil: Instant?)
    /// No attempt counts before then.
    case locked(until: Instant)
}
