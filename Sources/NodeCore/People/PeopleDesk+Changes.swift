import Series
import Storage

/// Why a change of the people of a node is not made.
public enum PeopleRefusal: Error, Hashable, Sendable {
    /// The text is no id.
    case noID(String)
    /// Somebody has the id already.
    case idInUse(String)
    /// Nobody has the id.
    case unknown(String)
    /// The name is not 2 to 80 characters.
    case noName
    /// The password is not taken; the reason with its advice.
    case password(String)
    /// The key that seals secrets cannot be made.
    case noSealingKey

    /// What is wrong and what to do, in English for the command line.
    public var sentence: String {
        switch self {
        case .noID(let text): "\(text) is no id - write lower-case words joined by hyphens: duty-desk"
        case .idInUse(let id): "\(id) is a person already - see riparian person list"
        case .unknown(let id): "nobody has the id \(id) - see riparian person list"
        case .noName: "a name has 2 to 80 characters - it stands below what the person says"
        case .password(let reason): reason
        case .noSealingKey: "the key that seals secrets cannot be made - check who may write into the node's folder"
        }
    }
}

extension PeopleDesk {
    // MARK: Changes, each with its line in the audit log

    /// Adds a person.
    ///
    /// - Parameter author: who says so, for the audit log.
    /// - Throws: ``PeopleRefusal``.
    public func add(_ id: String, name: String, role: Role, password: String, by author: String) throws {
        guard isTableIdentifier(id), id.count <= 60 else { throw PeopleRefusal.noID(id) }
        let isControlled = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard (2...80).contains(name.count), !isControlled, !name.allSatisfy(\.isWhitespace) else {
            throw PeopleRefusal.noName
        }
        if let reason = PasswordRule.refusal(of: password, id: id) { throw PeopleRefusal.password(reason) }
        let record = PersonRecord(
            id: id, name: name, role: role.rawValue, passwordHash: try hash(password), made: now)
        let line = line(.personAdded, by: author, on: "\(id) \(role.rawValue)")
        guard try database.add(record, noting: line) else { throw PeopleRefusal.idInUse(id) }
    }

    /// Sets a password; every session of the person is over, and so is a pause.
    ///
    /// - Parameter address: from where, for the audit log; empty for the machine of the node.
    public func setPassword(_ password: String, of id: String, by author: String, from address: String = "") throws {
        if let reason = PasswordRule.refusal(of: password, id: id) { throw PeopleRefusal.password(reason) }
        let hash = try hash(password)
        try change(id, line(.passwordSet, by: author, on: id, from: address)) {
            $0.passwordHash = hash
            $0.passwordAttempts = FailedAttempts()
            $0.codeAttempts = FailedAttempts()
        }
    }

    /// Gives a person another role; it counts at once, also in sessions.
    public func setRole(_ role: Role, of id: String, by author: String) throws {
        try change(id, line(.roleSet, by: author, on: "\(id) \(role.rawValue)")) { $0.role = role.rawValue }
    }

    /// Begins one-time codes, with a new secret.
    ///
    /// - Returns: the secret, to be shown once.
    public func beginCodes(of id: String, by author: String) throws -> OneTimeCode {
        guard try database.person(id) != nil else { throw PeopleRefusal.unknown(id) }
        let (code, sealed) = try newCodeSecret(of: id)
        try change(id, line(.codesSet, by: author, on: "\(id) on")) {
            $0.codeSecret = sealed
            $0.lastCodeStep = 0
            $0.codeAttempts = FailedAttempts()
        }
        return code
    }

    /// Ends one-time codes.
    public func endCodes(of id: String, by author: String) throws {
        try change(id, line(.codesSet, by: author, on: "\(id) off")) { $0.codeSecret = nil }
    }

    /// Shuts a person out, at once and also in sessions; the entry stays, and with it the asking who is there.
    public func disable(_ id: String, by author: String) throws {
        let now = now
        try change(id, line(.personDisabled, by: author, on: id)) { $0.disabled = $0.disabled ?? now }
    }

    /// Ends a pause; the person may try again at once.
    public func unlock(_ id: String, by author: String) throws {
        try change(id, line(.personUnlocked, by: author, on: id)) {
            $0.passwordAttempts = FailedAttempts()
            $0.codeAttempts = FailedAttempts()
        }
    }

    /// Lets a person in again, and ends a pause.
    public func enable(_ id: String, by author: String) throws {
        try change(id, line(.personEnabled, by: author, on: id)) {
            $0.disabled = nil
            $0.passwordAttempts = FailedAttempts()
            $0.codeAttempts = FailedAttempts()
        }
    }

    private func change(_ id: String, _ line: AuditRecord, _ body: (inout PersonRecord) throws -> Void) throws {
        guard try database.change(id, noting: line, body) != nil else { throw PeopleRefusal.unknown(id) }
    }
}
