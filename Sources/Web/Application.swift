public import Hummingbird
import HummingbirdCore
public import Logging

/// The web application of a site: a service that can run in a group of services.
///
/// - Parameters:
///   - site: what the pages are made from.
///   - host: the address to listen on, for example `127.0.0.1`.
///   - port: 0 for any free one.
///   - name: the name under which browsers reach the pages; forms that come from pages of another name are not taken. The host
///     if not given.
///   - limits: how patient it is, and how much it takes.
///   - logger: where requests that fail are written.
///   - onServerRunning: called with the port once the pages can be asked for.
public func buildApplication(
    site: DutySite, host: String, port: Int, name: String? = nil, limits: SiteLimits = SiteLimits(),
    logger: Logger = Logger(label: "riparian.web"),
    onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) -> some ApplicationProtocol {
    let channel = HTTP1Channel.Configuration(
        idleTimeout: .seconds(limits.idleSeconds),
        httpDecoderConfiguration: .init(maxHeaderFieldSize: 8_192, maxHeaderListSize: 16_384, maxHeaderFieldCount: 64))
    return Application(
        router: SiteRoutes(site: site, host: name ?? host, limits: limits).router(),
        server: .http1(configuration: channel),
        configuration: ApplicationConfiguration(
            address: .hostname(host, port: port), serverName: "riparian",
            availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
        onServerRunning: { await onServerRunning($0.localAddress?.port ?? port) }, logger: logger)
}
