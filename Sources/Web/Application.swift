public import Hummingbird
public import Logging

/// The web application of a site: a service that can run in a group of services.
///
/// - Parameters:
///   - site: what the pages are made from.
///   - host: the address to listen on, for example `127.0.0.1`.
///   - port: 0 for any free one.
///   - logger: where requests that fail are written.
public func buildApplication(
    site: DutySite, host: String, port: Int, logger: Logger = Logger(label: "riparian.web")
) -> some ApplicationProtocol {
    Application(
        router: SiteRoutes(site: site, host: host).router(),
        configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "riparian"),
        logger: logger)
}
