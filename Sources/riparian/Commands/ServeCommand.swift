import Accord
import ArgumentParser
import Formats
import Foundation
import Hummingbird
import Logging
import NIOCore
import NodeCore
import River
import Series
import ServiceLifecycle
import Storage
import UnixSignals
import Web

/// `riparian serve`: a node at work.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run a party's node: it serves its lanes to peers, pulls theirs, and shows its pages.",
        discussion: """
            Examples:
              riparian serve --dir nodes --party cn-yunnan
              riparian serve --dir nodes --party cn-yunnan --upload 0.0.0.0:8444 --upload-mail mail
              riparian serve --witness --dir witness --party conference --listen 0.0.0.0:8090

            The node listens where node.yaml says. Peers come in over TLS 1.3 with a certificate that their manifest lists;
            nobody else is let in. Keys, manifests and addresses that riparian peer and riparian key put into the folder count
            within two seconds. Other commands may store readings in the same folder meanwhile.
            --upload opens a door of its own, HTTPS, for those to whom riparian upload grant has given a token; without
            --upload-certificate it shows a certificate made once for --upload-name. --upload-mail takes in the attachments of
            a folder each minute. See Documentation/Upload.md.
            --witness runs a neutral witness instead: it cosigns what the parties sign and sees no value. It believes the
            manifests below keys/trusted of its folder, put there by riparian key trust. See Documentation/Witness.md.
            Stop it with Ctrl-C; kill -9 loses nothing that was acknowledged.
            """)

    @Option(help: "The folder that holds one folder a party.") var dir: String
    @Option(help: "The party whose node it is.") var party: String
    @Option(help: "The folder of the basin pack; the one in the node's folder if not given.") var pack: String?
    @Option(help: "Where to listen for peers; what node.yaml says if not given.") var listen: String?
    @Option(help: "Where to show the pages; what node.yaml says if not given.") var pages: String?
    @Option(help: "The name under which browsers reach the pages, where a server in front of them brings TLS.")
    var pagesName: String?
    @OptionGroup var uploads: UploadOptions
    @Flag(help: "Run a neutral witness.") var witness = false

    func validate() throws {
        for (option, text) in [("--listen", listen), ("--pages", pages), ("--upload", uploads.upload)] {
            if let text, HostAndPort(text) == nil {
                throw ValidationError("\(option) takes HOST:PORT, for example 0.0.0.0:8443")
            }
        }
    }

    func run() async throws {
        if witness { return try await serveWitness() }
        let served = try ServedNode(
            dir: dir, party: try KeyInput.party(party), pack: pack,
            log: { line in
                standardError("\(TimeInput.now.iso8601()) \(line)")
            })
        let peers =
            listen.flatMap { HostAndPort($0) } ?? served.description.listen ?? HostAndPort(host: "0.0.0.0", port: 8443)
        let site =
            pages.flatMap { HostAndPort($0) } ?? served.description.pages ?? HostAndPort(host: "127.0.0.1", port: 8080)
        let sentence =
            "Riparian works for \(served.node.party): peers at \(peers), pages at http://\(site)/"
            + (uploads.place.map { ", uploads at https://\($0)/" } ?? "") + " - stop with Ctrl-C"
        let opening = Opening(
            of: [("--listen", peers), ("--pages", site)] + (uploads.place.map { [("--upload", $0)] } ?? []),
            then: sentence)
        let places = [peers, site] + (uploads.place.map { [$0] } ?? [])
        guard !HostAndPort.overlap(places) else {
            throw CommandRefusal(
                .usage, "two doors are to be at one place: \(opening.places) - give each a port of its own")
        }
        try await opening.expectFree()
        let logger = quietLogger
        let whenOpen: @Sendable (Int) async -> Void = { _ in await opening.noteOpen() }
        let doors: [any Service] = [
            try served.peerServer(at: peers, logger: logger, whenOpen: whenOpen),
            buildApplication(
                site: try served.site(trustsOwnMachine: pagesName == nil), host: site.host, port: site.port,
                name: pagesName, logger: logger,
                onServerRunning: whenOpen),
            WorkService(work: served.work, hub: served.hub),
        ]
        try await serve(
            doors + uploads.services(of: served, logger: logger, whenOpen: whenOpen), opening: opening, logger: logger)
    }

    private func serveWitness() async throws {
        let served = try ServedWitness(
            dir: dir, conference: try KeyInput.party(party), pack: pack,
            log: { line in standardError("\(TimeInput.now.iso8601()) \(line)") })
        let place = listen.flatMap { HostAndPort($0) } ?? HostAndPort(host: "0.0.0.0", port: 8090)
        let opening = Opening(
            of: [("--listen", place)],
            then: "Riparian witnesses for \(party) at http://\(place)/ - stop with Ctrl-C\nits key: "
                + served.witness.key.text)
        try await opening.expectFree()
        let logger = quietLogger
        try await serve(
            [served.server(at: place, logger: logger, whenOpen: { _ in await opening.noteOpen() })], opening: opening,
            logger: logger)
    }

    private var quietLogger: Logger {
        var logger = Logger(label: "riparian")
        logger.logLevel = .critical
        return logger
    }

    /// Runs services until the program is to end.
    private func serve(_ services: [any Service], opening: Opening, logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: (services + [EndingService()]).map {
                ServiceGroupConfiguration.ServiceConfiguration(service: $0)
            },
            gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
        // Peers keep connections open; what was acknowledged is durable, so nobody has to wait for them.
        configuration.maximumGracefulShutdownDuration = .seconds(EndingService.patience)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error as IOError where [EADDRINUSE, EADDRNOTAVAIL, EACCES].contains(error.errnoCode) {
            try await opening.expectFree()
            throw CommandRefusal(
                .usage, "\(opening.places): one of them was in use for a moment by another program - start again")
        }
    }
}

/// Works while the servers serve.
private struct WorkService: Service {
    let work: NodeAtWork
    let hub: AnnouncementHub

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await cancelWhenGracefulShutdown { try await work.run() }
        } onGracefulShutdown: {
            Task { await hub.close() }
        }
    }
}

/// Says that the node stops, and ends the program when something in it takes longer than its services are given: a forecast
/// in the middle of its work, say. Whatever was acknowledged is durable.
private struct EndingService: Service {
    /// s that services are given to end by themselves.
    static let patience: Int64 = 2

    func run() async throws {
        try? await gracefulShutdown()
        standardError("\(TimeInput.now.iso8601()) stopping")
        Task.detached {
            try? await Task.sleep(for: .seconds(EndingService.patience + 1))
            Foundation.exit(0)
        }
    }
}

extension HostAndPort {
    /// Whether two of some places are one: the same port at one address, at every address, or at names of this very machine.
    static func overlap(_ places: [HostAndPort]) -> Bool {
        func isEverywhere(_ host: String) -> Bool { ["0.0.0.0", "::", "[::]", ""].contains(host) }
        func isHere(_ host: String) -> Bool { ["127.0.0.1", "::1", "[::1]", "localhost"].contains(host) }
        return places.indices.contains { later in
            places[..<later].contains { earlier in
                let (one, other) = (earlier.host, places[later].host)
                return earlier.port == places[later].port && earlier.port != 0
                    && (one == other || isEverywhere(one) || isEverywhere(other) || (isHere(one) && isHere(other)))
            }
        }
    }
}
