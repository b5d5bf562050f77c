import Accord
public import Formats
public import Series

/// Why somebody may not post now.
public enum UploadDenial: Error, Hashable, Sendable {
    /// No token was shown, or one that nobody has.
    case unknown
    /// The grant has ended.
    case expired(UploaderID, Instant)
    /// The grant was taken back.
    case revoked(UploaderID, Instant)
    /// Too many wrong tokens from this address, or too many posts; s to wait.
    case tooOften(seconds: Int64)
    /// The node cannot read who may post.
    case unreadableBook

    /// A short word for machines.
    public var code: String {
        switch self {
        case .unknown: "token-unknown"
        case .expired: "token-expired"
        case .revoked: "token-revoked"
        case .tooOften: "too-often"
        case .unreadableBook: "not-ready"
        }
    }
}

/// How much an upload desk takes.
public struct UploadLimits: Sendable {
    /// Bytes of one post.
    public var bytes = 1_048_576
    /// Rows of one post.
    public var rows = 10_000
    /// Posts of one uploader in a minute.
    public var postsPerMinute = 30
    /// Wrong tokens of one address in ten minutes.
    public var wrongTokens = 10

    /// The limits of a node.
    public init() {}
}

/// Where uploaders post: it knows them by their tokens, reads what they bring and hands it to the node.
public actor UploadDesk {
    /// How much it takes.
    public nonisolated let limits: UploadLimits
    /// The node that keeps what is posted.
    public nonisolated let node: Node
    private let mapping: @Sendable (_ name: String) throws -> IntakeMapping
    private let whenKept: @Sendable () async -> Void
    private var wrongTokens: RateLimiter
    private var posts: RateLimiter
    private var book: (bytes: [UInt8], book: UploaderBook)?
    private var toldFault: String?

    /// Makes the desk of a node.
    ///
    /// - Parameters:
    ///   - mapping: the mapping of a name; throws where there is none.
    ///   - whenKept: is told each time that a post has brought something new.
    public init(
        of node: Node, limits: UploadLimits = UploadLimits(),
        whenKept: @escaping @Sendable () async -> Void = {},
        mapping: @escaping @Sendable (_ name: String) throws -> IntakeMapping
    ) {
        self.whenKept = whenKept
        self.node = node
        self.limits = limits
        self.mapping = mapping
        wrongTokens = RateLimiter(limit: limits.wrongTokens, window: 600)
        posts = RateLimiter(limit: limits.postsPerMinute, window: 60)
    }

    /// The node's clock.
    public nonisolated var now: Instant { node.effects.now() }

    /// A secret that nobody can foresee, 64 hexadecimal digits.
    public nonisolated func secret() -> String { hexadecimal(node.effects.randomBytes(32)) }

    /// Who shows a token. The file is read each time, so that what a command has just written counts at once.
    ///
    /// - Parameter address: where the request comes from; addresses that show too many wrong tokens have to wait.
    public func uploader(showing token: String?, from address: String) throws(UploadDenial) -> Uploader {
        let now = now
        if let seconds = wrongTokens.wait(address, at: now) { throw .tooOften(seconds: seconds) }
        let digest = UploadToken.digest(of: token ?? "")
        do throws(UploadDenial) { return try uploader(ofDigest: digest) } catch {
            if token != nil, error == .unknown { wrongTokens.count(address, at: now) }
            throw error
        }
    }

    /// Who has the token of a digest, now: sessions of the form ask again at each step.
    public func uploader(ofDigest digest: [UInt8]) throws(UploadDenial) -> Uploader {
        var found: Uploader?
        // All are compared, whoever it is.
        for uploader in try uploaders().uploaders where UploadToken.isEqual(uploader.tokenDigest, digest) {
            found = uploader
        }
        guard let found else { throw .unknown }
        if let time = found.revoked { throw .revoked(found.id, time) }
        if found.validUntil <= now { throw .expired(found.id, found.validUntil) }
        return found
    }

    /// The uploader of an id whose grant stands: for folders that the operator's own mail program fills.
    public func uploader(_ id: UploaderID) throws(UploadDenial) -> Uploader {
        guard let found = try uploaders()[id] else { throw .unknown }
        if let time = found.revoked { throw .revoked(id, time) }
        if found.validUntil <= now { throw .expired(id, found.validUntil) }
        return found
    }

    private func uploaders() throws(UploadDenial) -> UploaderBook {
        do {
            let bytes = try node.effects.disk.read(UploaderBook.file) ?? []
            if let book, book.bytes == bytes { return book.book }
            let read = bytes.isEmpty ? UploaderBook() : try UploaderBook(bytes, file: UploaderBook.file)
            book = (bytes, read)
            toldFault = nil
            return read
        } catch {
            if toldFault != "\(error)" { node.effects.log("nobody can post: \(error)") }
            toldFault = "\(error)"
            throw .unreadableBook
        }
    }

    /// Reads what was posted and hands it to the node.
    ///
    /// - Parameters:
    ///   - bytes: a table, or JSON rows.
    ///   - isJSON: which of the two.
    ///   - way: how it came in.
    ///   - isCounted: whether it counts towards the posts of a minute.
    /// - Throws: ``UploadDenial`` when there are too many posts, ``UploadFault`` for a file that cannot be read at all, and
    ///   what the store throws.
    public func post(
        _ bytes: [UInt8], isJSON: Bool = false, by uploader: Uploader, wish: UploadWish = UploadWish(), way: UploadWay,
        isCounted: Bool = true
    ) async throws -> UploadReceipt {
        let now = now
        if isCounted {
            if let seconds = posts.wait(uploader.id.text, at: now) { throw UploadDenial.tooOften(seconds: seconds) }
            posts.count(uploader.id.text, at: now)
        }
        let reading = try read(bytes, isJSON: isJSON, by: uploader, way: way)
        let receipt = try await node.post(reading, by: uploader, wish: wish, way: way)
        if !wish.onlyChecks, receipt.count(.taken) + receipt.count(.corrected) > 0 { await whenKept() }
        return receipt
    }

    private func read(_ bytes: [UInt8], isJSON: Bool, by uploader: Uploader, way: UploadWay) throws -> MappedReading {
        let name = isJSON ? "rows" : "table"
        guard bytes.count <= limits.bytes else {
            throw UploadFault(
                line: 1, column: 1, what: "the file has \(bytes.count) bytes",
                advice: "send at most \(limits.bytes) bytes at once")
        }
        let basin = node.configuration.basin
        let zones = way.isByHand ? [:] : node.configuration.register.parties.mapValues(\.zone)
        let reading =
            isJSON
            ? readUploadedRows(json: bytes, file: name, basin: basin)
            : readUploadedTable(
                bytes, file: name, mapping: try uploader.mapping.map(mapping), basin: basin, zones: zones)
        if let fault = reading.faults.first {
            throw UploadFault(
                line: fault.position.line, column: fault.position.column, what: fault.message, advice: fault.advice)
        }
        guard reading.rows.count <= limits.rows else {
            throw UploadFault(
                line: limits.rows + 1, column: 1, what: "the file has \(reading.rows.count) rows",
                advice: "send at most \(limits.rows) rows at once")
        }
        guard !reading.rows.isEmpty else {
            throw UploadFault(
                line: 1, column: 1, what: "the file has no rows", advice: "put the readings below the header")
        }
        return reading
    }
}

/// Why a posted file cannot be read at all, and where.
public struct UploadFault: Error, Hashable, Sendable {
    /// The line, from 1.
    public let line: Int
    /// The column, from 1.
    public let column: Int
    /// What is wrong, in English.
    public let what: String
    /// What to do, in English.
    public let advice: String

    /// `WHAT (line L, column C) - ADVICE`.
    public var sentence: String { "\(what) (line \(line), column \(column)) - \(advice)" }
}
