import NodeCore
import Series

/// Who has signed in at the form: in memory only, so that a restart signs everybody out and loses nothing.
actor UploadSessions {
    /// One browser that has signed in.
    struct Session: Sendable {
        /// By which token; asked again at each step.
        let tokenDigest: [UInt8]
        /// What every form of the session carries.
        let formKey: String
        var lastUse: Instant
        /// What was checked and waits for the word to keep it, newest last.
        var drafts: [UploadDraft] = []
        /// What was kept, newest last.
        var kept: [Kept] = []
    }

    /// A receipt, and the table that it is for.
    struct Kept: Sendable {
        let receipt: UploadReceipt
        let draft: UploadDraft
    }

    /// s without a request after which a session ends.
    static let idle: Int64 = 1_800
    /// Sessions at once, and of one token.
    static let capacity = 200
    static let perToken = 8
    /// Drafts and receipts of a session.
    static let remembered = 3

    /// By the digest of the cookie.
    private var sessions: [[UInt8]: Session] = [:]

    /// Begins a session.
    ///
    /// - Parameters:
    ///   - cookie: the secret of its cookie.
    ///   - formKey: what its forms carry.
    func begin(_ tokenDigest: [UInt8], cookie: String, formKey: String, at now: Instant) {
        end(idleAt: now)
        let own = sessions.filter { $0.value.tokenDigest == tokenDigest }
        if own.count >= UploadSessions.perToken { endOldest(of: own) }
        if sessions.count >= UploadSessions.capacity { endOldest(of: sessions) }
        sessions[UploadToken.digest(of: cookie)] = Session(
            tokenDigest: tokenDigest, formKey: formKey, lastUse: now)
    }

    /// The session of a cookie, which is used now; nil where there is none.
    func session(_ cookie: String, at now: Instant) -> Session? {
        end(idleAt: now)
        let key = UploadToken.digest(of: cookie)
        sessions[key]?.lastUse = now
        return sessions[key]
    }

    /// Changes a session; nothing happens where there is none.
    func change(_ cookie: String, _ body: @Sendable (inout Session) -> Void) {
        let key = UploadToken.digest(of: cookie)
        guard var session = sessions[key] else { return }
        body(&session)
        session.drafts = session.drafts.suffix(UploadSessions.remembered)
        session.kept = session.kept.suffix(UploadSessions.remembered)
        sessions[key] = session
    }

    /// Takes a draft out of a session, so that it is kept once only; nil where it is not there any more.
    func takeDraft(_ id: String, of cookie: String) -> UploadDraft? {
        let key = UploadToken.digest(of: cookie)
        guard let place = sessions[key]?.drafts.firstIndex(where: { $0.id == id }) else { return nil }
        return sessions[key]?.drafts.remove(at: place)
    }

    /// Ends a session.
    func end(_ cookie: String) { sessions[UploadToken.digest(of: cookie)] = nil }

    private func end(idleAt now: Instant) {
        sessions = sessions.filter { now - $0.value.lastUse < UploadSessions.idle }
    }

    private func endOldest(of some: [[UInt8]: Session]) {
        if let oldest = some.min(by: { $0.value.lastUse < $1.value.lastUse }) { sessions[oldest.key] = nil }
    }
}

/// A post that was checked and waits for the word to keep it.
struct UploadDraft: Sendable {
    let id: String
    let bytes: [UInt8]
    let wish: UploadWish
    /// Whether the rows were typed into the form, not read from a table.
    let isTyped: Bool
}
