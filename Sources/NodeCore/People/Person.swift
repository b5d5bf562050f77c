public import Series
import Storage

/// A person of a node, without any secret.
public struct Person: Hashable, Sendable {
    /// The name to sign in with: lower-case words joined by hyphens.
    public let id: String
    /// The name that stands below what the person says.
    public let name: String
    /// What the person is here.
    public let role: Role
    /// Whether what the person signs asks for a one-time code.
    public let asksCode: Bool
    /// Since when the person may not sign in; nil while it may.
    public let disabled: Instant?
    /// Until when no attempt to sign in counts; nil when one may be made.
    public let lockedUntil: Instant?
    /// Until when no one-time code counts; nil when one does.
    public let codesLockedUntil: Instant?
    /// When the entry was made.
    public let made: Instant
    /// Changes with the password: a session that began with another one is over.
    public let credential: [UInt8]

    /// Whether the person may do something.
    public func may(_ act: PageAct) -> Bool { disabled == nil && role.acts.contains(act) }

    init?(_ record: PersonRecord) {
        guard let role = Role(rawValue: record.role) else { return nil }
        id = record.id
        name = record.name
        self.role = role
        asksCode = record.codeSecret != nil
        disabled = record.disabled
        lockedUntil = record.passwordAttempts.lockedUntil
        codesLockedUntil = record.codeAttempts.lockedUntil
        made = record.made
        credential = UploadToken.digest(of: record.passwordHash)
    }
}

/// Why somebody was not let in.
public enum SignInRefusal: Hashable, Sendable {
    /// Name or password is not right, or the person may not sign in; which of them is not said.
    case wrong
    /// Too many wrong ones: nothing counts for so many s.
    case paused(seconds: Int64)
}

/// What came of an attempt to sign in.
public enum SignInAnswer: Hashable, Sendable {
    /// It is this person.
    case signedIn(Person)
    /// It is nobody.
    case refused(SignInRefusal)
}

/// A way to find out who somebody is: the one place to put another door beside the local one, such as OpenID Connect.
///
/// A door answers with a ``Person`` of the node's own list: roles, one-time codes, locks and the audit log stay with the node
/// whatever the door is. Sessions, cookies and pages know no door.
public protocol SignInDoor: Sendable {
    /// Lets somebody in, or not, and writes either into the audit log.
    ///
    /// - Parameters:
    ///   - name: as it was typed; for a door that is told it by somebody else, what that one calls the person.
    ///   - secret: what proves it, a password or what another server has handed out; never kept, never logged.
    ///   - address: where the request comes from.
    func signIn(_ name: String, secret: String, from address: String) async throws -> SignInAnswer
}

/// What came of a one-time code.
public enum CodeVerdict: Hashable, Sendable {
    /// It is right, and used up now.
    case right
    /// It is no code of this time.
    case wrong
    /// It, or a later one, was used before.
    case used
    /// Too many wrong ones: nothing counts for so many s.
    case paused(seconds: Int64)
    /// The secret cannot be opened: its key is not in the node's folder.
    case unreadable
}

/// What stands in the audit log.
public enum AuditAct: String, CaseIterable, Hashable, Sendable {
    /// Somebody came in, or tried to.
    case signIn = "sign-in"
    /// Somebody left.
    case signOut = "sign-out"
    /// Words at the gate.
    case gate
    /// Acts in the register, on letters and at the desk.
    case register
    /// The node was stopped or started from its page.
    case node
    /// A person was added.
    case personAdded = "person-added"
    /// A password was set.
    case passwordSet = "password-set"
    /// A role was given.
    case roleSet = "role-set"
    /// One-time codes were begun or ended.
    case codesSet = "codes-set"
    /// A person may not sign in any more.
    case personDisabled = "person-disabled"
    /// A person may sign in again.
    case personEnabled = "person-enabled"
    /// A pause was ended.
    case personUnlocked = "person-unlocked"
}

/// What came of it.
public enum AuditOutcome: String, CaseIterable, Hashable, Sendable {
    /// It was done.
    case done
    /// A wrong name, password or code.
    case wrong
    /// The same, and from now on a pause.
    case paused
    /// A code that was used before.
    case used
    /// The role does not let the person do it.
    case notAllowed = "not-allowed"
    /// There was nothing to do it to.
    case nothing
}

/// A line of the audit log as it was kept.
public struct AuditLine: Hashable, Sendable {
    /// Its number, from 1.
    public let number: Int64
    /// When.
    public let time: Instant
    /// The id of a person, or the name on a command line; empty where nobody is known.
    public let person: String
    /// What was done; nil for a word of a later program.
    public let act: AuditAct?
    /// What it was done to; may be empty.
    public let object: String
    /// What came of it; nil for a word of a later program.
    public let outcome: AuditOutcome?
    /// Where it came from; empty for commands.
    public let address: String

    init(_ record: AuditRecord) {
        number = record.number
        time = record.time
        person = record.person
        act = AuditAct(rawValue: record.act)
        object = record.object
        outcome = AuditOutcome(rawValue: record.outcome)
        address = record.address
    }
}
