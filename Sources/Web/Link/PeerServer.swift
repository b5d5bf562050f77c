import Accord
import Formats
import Foundation
import HTTPTypes
public import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import NIOSSL
import NodeCore
import Series

/// How patient the server for peers is, and how much it takes.
public struct PeerServerLimits: Sendable {
    /// s without a byte after which a connection ends; a listener for events hears something more often.
    public var idleSeconds: Int64 = 40
    /// Connections at once.
    public var connections = 256
    /// s between the signs of life in a stream of events.
    public var signOfLifeSeconds: Int64 = 10

    /// The limits of a node.
    public init() {}
}

/// Builds the server that peers pull from: TLS 1.3, both sides with a certificate of a party's manifest, files and events.
///
/// The own certificate is the one that is shown when a connection begins. The peer's is compared by the node itself, at the
/// handshake and again at each request, so that a revocation counts
/// at once.
public func buildPeerServer(
    _ door: PeerDoor, showing shown: ShownIdentity, host: String, port: Int,
    limits: PeerServerLimits = PeerServerLimits(),
    logger: Logger = Logger(label: "riparian.line"),
    onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
    let identity = shown.current
    var tls = TLSConfiguration.makeServerConfiguration(
        certificateChain: [.certificate(identity.chain)], privateKey: .privateKey(identity.key))
    tls.sslContextCallback = { _, promise in promise.succeed(shown.override) }
    tls.minimumTLSVersion = .tlsv13
    tls.certificateVerification = .noHostnameVerification
    tls.trustRoots = .certificates([])
    let checked = TLSChannelConfiguration(tlsConfiguration: tls) { certificates in
        switch try certificates.first.map({ door.identify(try $0.toDERBytes()) }) ?? .failure(.unknown) {
        case .success: return .certificateVerified
        case .failure(let refusal):
            door.log("a connection was refused: \(refusal)")
            return .failed
        }
    }
    let channel = HTTP1Channel.Configuration(
        idleTimeout: .seconds(limits.idleSeconds),
        httpDecoderConfiguration: .init(maxHeaderFieldSize: 8_192, maxHeaderListSize: 16_384, maxHeaderFieldCount: 50))
    return Application(
        router: PeerRoutes(door: door, limits: limits).router(),
        server: try .tls(.http1(configuration: channel), configuration: checked),
        configuration: ApplicationConfiguration(
            address: .hostname(host, port: port), serverName: "riparian",
            availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
        onServerRunning: { await onServerRunning($0.localAddress?.port ?? port) }, logger: logger)
}

/// A request with the channel that it came on, whose other end has shown a certificate.
struct PeerRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// What peers may ask for.
struct PeerRoutes: Sendable {
    let door: PeerDoor
    let limits: PeerServerLimits
    /// Bytes from which on a file is packed.
    static let packedFrom = 1_024
    static let timeHeader = HTTPField.Name("Riparian-Time")

    func router() -> Router<PeerRequestContext> {
        let router = Router(context: PeerRequestContext.self)
        for kind in ["lanes", "receipts"] {
            router.get("/\(kind)/**") { request, context in
                let path = kind + "/" + context.parameters.getCatchAll().joined(separator: "/")
                return try await file(path, request, context)
            }
        }
        router.get("/events") { _, context in try await events(context) }
        return router
    }

    /// Who asks.
    private func reader(_ context: PeerRequestContext) async throws -> PartyID {
        guard let shown = try await context.channel.nioSSL_peerCertificate().get() else {
            throw HTTPError(.forbidden)
        }
        switch door.identify(try shown.toDERBytes()) {
        case .success(let party): return party
        case .failure(let refusal):
            door.log("a request was refused: \(refusal)")
            throw HTTPError(.forbidden)
        }
    }

    private func headers(_ type: String) -> HTTPFields {
        var headers: HTTPFields = [.contentType: type, .cacheControl: "no-store"]
        if let name = PeerRoutes.timeHeader { headers[name] = String(door.milliseconds()) }
        return headers
    }

    private func file(_ path: String, _ request: Request, _ context: PeerRequestContext) async throws -> Response {
        let reader = try await reader(context)
        var headers = headers("application/octet-stream")
        guard let bytes = try await door.serve(path, reader) else {
            return Response(status: .notFound, headers: headers)
        }
        if let offset = PeerRoutes.offset(request.headers[.range]), offset > 0 {
            guard offset < bytes.count else {
                headers[.contentRange] = "bytes */\(bytes.count)"
                return Response(status: .rangeNotSatisfiable, headers: headers)
            }
            headers[.contentRange] = "bytes \(offset)-\(bytes.count - 1)/\(bytes.count)"
            return Response(
                status: .partialContent, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes[offset...])))
        }
        guard bytes.count >= PeerRoutes.packedFrom, request.headers[.acceptEncoding]?.contains("gzip") == true else {
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        headers[.contentEncoding] = "gzip"
        let packed = Gzip.packed(bytes)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: packed)))
    }

    /// The byte of `bytes=N-`; nil for any other range: the whole file is the answer then.
    static func offset(_ range: String?) -> Int? {
        guard let range, range.hasPrefix("bytes="), range.hasSuffix("-") else { return nil }
        return Int(range.dropFirst("bytes=".count).dropLast())
    }

    /// A stream of server-sent events: the checkpoints as they stand, then each that is new, and signs of life between.
    private func events(_ context: PeerRequestContext) async throws -> Response {
        let reader = try await reader(context)
        let news = await door.announcements.listen(as: reader)
        let standing = await door.checkpoints(reader).sorted { $0.key < $1.key }
        let seconds = limits.signOfLifeSeconds
        return Response(
            status: .ok, headers: headers("text/event-stream"),
            body: ResponseBody { writer in
                for (origin, note) in standing {
                    try await writer.write(PeerEvents.bytes(of: LaneAnnouncement(origin: origin, note: note)))
                }
                for await event in PeerEvents.withSignsOfLife(news, every: seconds) {
                    try await writer.write(event.map { PeerEvents.bytes(of: $0) } ?? ByteBuffer(string: ":\n\n"))
                }
                try await writer.finish(nil)
            })
    }
}

/// The form of announcements in a stream of server-sent events: `data: ORIGIN NOTE [FROM ENTRIES]`, bytes in base64.
enum PeerEvents {
    static func bytes(of announcement: LaneAnnouncement) -> ByteBuffer {
        var words = [announcement.origin, Data(announcement.note).base64EncodedString()]
        if !announcement.entries.isEmpty {
            words += ["\(announcement.from)", Data(announcement.entries).base64EncodedString()]
        }
        return ByteBuffer(string: "event: checkpoint\ndata: \(words.joined(separator: " "))\n\n")
    }

    /// The announcement of a line; nil for every other line.
    static func announcement(_ line: some StringProtocol) -> LaneAnnouncement? {
        guard line.hasPrefix("data: ") else { return nil }
        let words = line.dropFirst("data: ".count).split(separator: " ")
        guard words.count == 2 || words.count == 4, let note = Data(base64Encoded: String(words[1])) else { return nil }
        guard words.count == 4 else { return LaneAnnouncement(origin: String(words[0]), note: Array(note)) }
        guard let from = Int(words[2]), from >= 0, let entries = Data(base64Encoded: String(words[3])) else {
            return nil
        }
        return LaneAnnouncement(origin: String(words[0]), note: Array(note), from: from, entries: Array(entries))
    }

    /// The announcements of a stream, and nil each time a while has passed.
    static func withSignsOfLife(
        _ news: AsyncStream<LaneAnnouncement>, every seconds: Int64
    ) -> AsyncStream<LaneAnnouncement?> {
        AsyncStream { continuation in
            let reading = Task {
                for await announcement in news { continuation.yield(announcement) }
                continuation.finish()
            }
            let beating = Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: .seconds(seconds))
                    continuation.yield(nil)
                }
            }
            continuation.onTermination = { _ in
                reading.cancel()
                beating.cancel()
            }
        }
    }
}
