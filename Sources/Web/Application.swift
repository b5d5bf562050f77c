public import Hummingbird
public import Logging

/// The web application of a site: a service that can run in a group of services.
///
/// - Parameters:
///   - site: what the pages are made from.
///   - host: the address to listen on, for example `127.0.0.1`.
///   - port: 0 for any free one.
///   - name: the name under which browsers reach the pages; forms that come from pages of another name are not taken. The host
///     if not given.
///   - logger: where requests that fail are written.
///   - onServerRunning: called with the port once the pages can be asked for.
public func buildApplication(
    site: DutySite, host: String, port: Int, name: String? = nil, logger: Logger = Logger(label: "riparian.web"),
    onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) -> some ApplicationProtocol {
    Application(
        router: SiteRoutes(site: site, host: name ?? host).router(),
        configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "riparian"),
        onServerRunning: { await onServerRunning($0.localAddress?.port ?? port) }, logger: logger)
}
