import Accord
import AsyncHTTPClient
public import Formats
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
public import NodeCore
public import Series

/// What one exchange over a line has shown about it.
public struct LineReading: Hashable, Sendable {
    /// ms from the request to the first byte of the answer.
    public let roundTrip: Int64
    /// How far the peer's clock is ahead of this machine's, ms; negative when it is behind. Known to half a round trip.
    public let skew: Int64

    /// Makes a reading.
    public init(roundTrip: Int64, skew: Int64) {
        self.roundTrip = roundTrip
        self.skew = skew
    }
}

/// Why a line gave nothing.
public enum LineFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The other end shows a certificate that is not one of the party's, or an expired one.
    case otherCertificate
    /// The other end does not let this node in.
    case notLetIn
    /// Nobody answers, or not in time.
    case noAnswer(String)
    /// An answer is longer than such a file can be.
    case tooLong(limit: Int)
    /// A packed answer is damaged, or unpacks to more than such a file can be.
    case packed(Gzip.Problem)
    /// The other end sends this node elsewhere: a peer's files are nowhere else.
    case elsewhere(Int)
    /// An answer that files do not give.
    case status(Int)
    /// The address is none.
    case address(String)

    /// The reason, for a person.
    public var description: String {
        switch self {
        case .otherCertificate: "the certificate at the other end is not one that the party's manifest lists now"
        case .notLetIn: "the other end does not let this node in: does it know this node's manifest?"
        case .noAnswer(let why): why
        case .tooLong(let limit): "an answer is longer than \(limit) bytes"
        case .packed(let problem): "a packed answer is not usable: \(problem)"
        case .elsewhere(let status): "the other end answers \(status) and names another place; that is not followed"
        case .status(let status): "the other end answers \(status)"
        case .address(let text): "\(text) is no address: write https://HOST:PORT"
        }
    }
}

/// How patient the client is, and how much it takes.
public struct PeerLineLimits: Sendable {
    /// s until a connection stands.
    public var connect: Int64 = 20
    /// s without a byte within an answer.
    public var silence: Int64 = 30
    /// s for one file, all in all.
    public var whole: Int64 = 900
    /// Requests under way at once.
    public var window = 4

    /// The limits of a node.
    public init() {}
}

/// The line to one peer: requests over TLS 1.3 that believe nobody but the peer's own certificates.
public final class PeerLine: Sendable {
    /// The peer.
    public let peer: PartyID
    private let base: String
    private let client: HTTPClient
    private let limits: PeerLineLimits
    private let milliseconds: @Sendable () -> Int64
    private let observe: @Sendable (LineReading) -> Void

    /// Opens nothing yet.
    ///
    /// - Parameters:
    ///   - address: `https://HOST:PORT`.
    ///   - certificates: the peer's, in DER: exactly these are believed.
    ///   - milliseconds: this machine's clock, ms since 1970-01-01 UTC.
    ///   - observe: takes what each answer shows about the line.
    /// - Throws: ``LineFault/address(_:)``, or what certificates throw that cannot be read.
    public init(
        to peer: PartyID, at address: String, identity: LineIdentity, believing certificates: [[UInt8]],
        limits: PeerLineLimits = PeerLineLimits(), milliseconds: @escaping @Sendable () -> Int64,
        observe: @escaping @Sendable (LineReading) -> Void = { _ in }
    ) throws {
        guard let url = URL(string: address), url.scheme == "https", url.host() != nil else {
            throw LineFault.address(address)
        }
        self.peer = peer
        self.limits = limits
        self.milliseconds = milliseconds
        self.observe = observe
        base = address.hasSuffix("/") ? String(address.dropLast()) : address
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv13
        tls.certificateVerification = .noHostnameVerification
        tls.trustRoots = .certificates(try certificates.map { try NIOSSLCertificate(bytes: $0, format: .der) })
        tls.additionalTrustRoots = []
        tls.certificateChain = [.certificate(identity.chain)]
        tls.privateKey = .privateKey(identity.key)
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(limits.connect), read: .seconds(limits.silence))
        configuration.connectionPool = .init(
            idleTimeout: .seconds(25), concurrentHTTP1ConnectionsPerHostSoftLimit: limits.window + 1)
        // The node asks again by its own schedule: that a door is shut is known at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends all requests.
    public func close() async { try? await client.shutdown() }

    deinit {
        // The library traps on a client that goes away while it is open; one that was closed says so and no more.
        client.shutdown { _ in }
    }

    /// What a node pulls over.
    public var link: LaneLink {
        LaneLink(
            fetch: { [self] path in try await fetch(path, from: 0)?.bytes },
            fetchTail: { [self] path, offset in try await fetch(path, from: offset) }, window: limits.window)
    }

    private func fetch(_ path: String, from offset: Int) async throws -> FetchedTail? {
        var request = HTTPClientRequest(url: "\(base)/\(path)")
        request.headers.add(name: "accept-encoding", value: "gzip")
        if offset > 0 { request.headers.add(name: "range", value: "bytes=\(offset)-") }
        let limit = PeerLine.limit(of: path)
        do {
            let asked = request
            return try await within(limits.whole) { try await self.answer(to: asked, limit: limit) }
        } catch {
            throw fault(of: error, limit: limit)
        }
    }

    private func answer(to request: HTTPClientRequest, limit: Int) async throws -> FetchedTail? {
        let asked = milliseconds()
        let response = try await client.execute(request, timeout: .seconds(limits.whole))
        note(response.headers, asked: asked)
        switch response.status.code {
        case 200, 206: break
        case 404, 410: return nil
        case 403: throw LineFault.notLetIn
        case 300..<400: throw LineFault.elsewhere(Int(response.status.code))
        default: throw LineFault.status(Int(response.status.code))
        }
        let body = try await response.body.collect(upTo: limit)
        return FetchedTail(
            bytes: try plain(Array(body.readableBytesView), response.headers, limit),
            isTail: response.status.code == 206)
    }

    /// Ends an exchange that takes too long as a whole: the library's deadline ends with the head of the answer.
    private func within<Value: Sendable>(
        _ seconds: Int64, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                throw LineFault.noAnswer("the answer takes longer than \(seconds) s")
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    private func plain(_ bytes: [UInt8], _ headers: HTTPHeaders, _ limit: Int) throws(LineFault) -> [UInt8] {
        guard headers.first(name: "content-encoding") == "gzip" else { return bytes }
        do throws(Gzip.Problem) { return try Gzip.unpacked(bytes, limit: limit) } catch { throw .packed(error) }
    }

    /// The longest file of a kind, bytes.
    static func limit(of path: String) -> Int {
        path.contains("/tile/entries/") ? LaneTiles.width * (LaneTiles.maximumEntry + 2) : 65_536
    }

    private func note(_ headers: HTTPHeaders, asked: Int64) {
        let answered = milliseconds()
        guard let theirs = headers.first(name: "riparian-time").flatMap({ Int64($0) }), (0..<1 << 52).contains(theirs)
        else {
            return
        }
        let roundTrip = max(0, answered - asked)
        observe(LineReading(roundTrip: roundTrip, skew: theirs - (asked + roundTrip / 2)))
    }

    private func fault(of error: any Error, limit: Int) -> any Error {
        switch error {
        case is LineFault, is CancellationError: return error
        case is NIOTooManyBytesError: return LineFault.tooLong(limit: limit)
        case let error as HTTPClientError where error == .cancelled: return CancellationError()
        case let error as HTTPClientError: return LineFault.noAnswer(LineFault.plainly(error) ?? error.shortDescription)
        default: break
        }
        let words = "\(error)"
        if words.contains("CERTIFICATE_VERIFY_FAILED") { return LineFault.otherCertificate }
        if words.contains("ALERT") { return LineFault.notLetIn }
        return LineFault.noAnswer(LineFault.plainly(error) ?? words)
    }

    // MARK: Events

    /// Hears what the peer announces until the line breaks; returns when the peer ends the stream.
    ///
    /// - Throws: ``LineFault`` when the line breaks or gives no sign of life.
    public func events(_ body: (LaneAnnouncement) async -> Void) async throws {
        do {
            let asked = milliseconds()
            let response = try await client.execute(HTTPClientRequest(url: "\(base)/events"), timeout: .hours(24))
            note(response.headers, asked: asked)
            guard response.status == .ok else {
                throw response.status == .forbidden
                    ? LineFault.notLetIn : LineFault.status(Int(response.status.code))
            }
            var lines = EventLines()
            for try await part in response.body {
                for line in try lines.taking(part) {
                    if let announcement = PeerEvents.announcement(line) { await body(announcement) }
                }
            }
        } catch {
            throw fault(of: error, limit: EventLines.longest)
        }
    }
}

/// Cuts a stream into lines of bounded length.
struct EventLines {
    static let longest = 65_536
    private var rest: [UInt8] = []

    /// The lines that a part of the stream completes.
    mutating func taking(_ part: ByteBuffer) throws(LineFault) -> [String] {
        rest += part.readableBytesView
        var lines: [String] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: rest[..<end], as: UTF8.self))
            rest.removeSubrange(...end)
        }
        guard rest.count <= EventLines.longest else { throw .tooLong(limit: EventLines.longest) }
        return lines
    }
}
