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

/// Builds the server that uploaders post to: HTTPS with the server's certificate alone, TLS 1.2 or newer. Peers and the
/// node's own pages have doors of their own.
public func buildUploadServer(
    _ door: UploadDoor, identity: ServerIdentity, host: String, port: Int,
    logger: Logger = Logger(label: "riparian.upload"),
    onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
    let limits = PeerServerLimits()
    let channel = HTTP1Channel.Configuration(
        idleTimeout: .seconds(limits.idleSeconds),
        httpDecoderConfiguration: .init(maxHeaderFieldSize: 8_192, maxHeaderListSize: 16_384, maxHeaderFieldCount: 50))
    return Application(
        router: UploadRoutes(door: door).router(),
        server: try .tls(.http1(configuration: channel), tlsConfiguration: identity.configuration),
        configuration: ApplicationConfiguration(
            address: .hostname(host, port: port), serverName: "riparian",
            availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
        onServerRunning: { await onServerRunning($0.localAddress?.port ?? port) }, logger: logger)
}

/// A request with the address that it came from.
struct UploadRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Whom wrong tokens are counted for: an IPv4 address, or the first 64 bits of an IPv6 one.
    let address: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = UploadRequestContext.counted(source.channel.remoteAddress?.ipAddress ?? "unknown")
    }

    /// The first four groups of an IPv6 address, which one household or office may have all to itself; any other text as it is.
    static func counted(_ text: String) -> String {
        guard text.contains(":"), !text.hasPrefix("::ffff:") else { return text }
        let gap = text.range(of: "::")
        let before = gap.map { text[..<$0.lowerBound] } ?? text[...]
        let groups = before.split(separator: ":").prefix(4).map(String.init)
        let behind = gap.map { text[$0.upperBound...].split(separator: ":").map(String.init) } ?? []
        let zeros = [String](repeating: "0", count: max(0, 8 - groups.count - behind.count))
        return (groups + (gap == nil ? [] : zeros + behind)).prefix(4).joined(separator: ":")
    }
}
