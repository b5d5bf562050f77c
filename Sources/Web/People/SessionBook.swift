import NodeCore
import Series

/// Who has signed in: in memory only, so that a restart signs everybody out and loses nothing else. Of a cookie only the digest
/// is kept.
actor SessionBook<Content: Sendable> {
    /// One browser that has signed in.
    struct Session: Sendable {
        /// Whose it is; sessions of one owner are counted together.
        let owner: [UInt8]
        /// What every form of the session carries.
        let formKey: String
        let begun: Instant
        var lastUse: Instant
        var content: Content
    }

    /// How long sessions last, s, and how many there are at once.
    struct Limits: Sendable {
        /// s without a request after which a session ends.
        let idle: Int64
        /// s after which it ends in any case.
        var longest = Int64.max
        var capacity = 200
        var perOwner = 8
    }

    private let limits: Limits
    /// By the digest of the cookie.
    private var sessions: [[UInt8]: Session] = [:]

    init(_ limits: Limits) { self.limits = limits }

    /// Begins a session.
    ///
    /// - Parameters:
    ///   - cookie: the secret of its cookie.
    ///   - formKey: what its forms carry.
    func begin(_ owner: [UInt8], cookie: String, formKey: String, content: Content, at now: Instant) {
        endOld(at: now)
        let own = sessions.filter { $0.value.owner == owner }
        if own.count >= limits.perOwner { endOldest(of: own) }
        if sessions.count >= limits.capacity { endOldest(of: sessions) }
        sessions[UploadToken.digest(of: cookie)] = Session(
            owner: owner, formKey: formKey, begun: now, lastUse: now, content: content)
    }

    /// The session of a cookie; nil where there is none.
    func session(_ cookie: String, at now: Instant) -> Session? {
        endOld(at: now)
        return sessions[UploadToken.digest(of: cookie)]
    }

    /// Notes that a session is used now.
    func use(_ cookie: String, at now: Instant) { sessions[UploadToken.digest(of: cookie)]?.lastUse = now }

    /// Changes what a session holds; nil where there is none.
    func change<Value: Sendable>(
        _ cookie: String, _ body: @Sendable (inout Content) -> Value
    ) -> Value? {
        let key = UploadToken.digest(of: cookie)
        guard var session = sessions[key] else { return nil }
        let value = body(&session.content)
        sessions[key] = session
        return value
    }

    /// Ends a session.
    func end(_ cookie: String) { sessions[UploadToken.digest(of: cookie)] = nil }

    private func endOld(at now: Instant) {
        sessions = sessions.filter { _, session in
            now - session.lastUse < limits.idle && now - session.begun < limits.longest
        }
    }

    private func endOldest(of some: [[UInt8]: Session]) {
        if let oldest = some.min(by: { $0.value.lastUse < $1.value.lastUse }) { sessions[oldest.key] = nil }
    }
}
