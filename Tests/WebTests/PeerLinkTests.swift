import Accord
import Formats
import Foundation
import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import NodeCore
import Series
import ServiceLifecycle
import Synchronization
import Testing

@testable import Web

/// The line between two nodes as the other end may be: right, wrong, or out to do harm.
@Suite(.serialized) struct PeerLinkTests {
    private static let yunnan = PartyID("cn-yunnan")!  // a literal id
    private static let laoCai = PartyID("vn-lao-cai")!  // a literal id
    private static let now = Instant(secondsSinceEpoch: Int64(Date().timeIntervalSince1970))

    /// An identity that is valid now.
    private static func identity(_ party: PartyID, days: ClosedRange<Int64> = 0...30) throws -> LineIdentity {
        try LineIdentity.made(
            for: party, from: now + days.lowerBound * 86_400, until: now + days.upperBound * 86_400)
    }

    /// A door to two files for one reader.
    private func door(
        hub: AnnouncementHub = AnnouncementHub(),
        reader: LineIdentity, ahead: Int64 = 0, refusals: LogOfLines = LogOfLines()
    ) -> PeerDoor {
        let known = reader.certificate
        return PeerDoor(
            identify: { shown in
                shown == known && refusals.isKnown.withLock { $0 } ? .success(PeerLinkTests.laoCai) : .failure(.unknown)
            },
            serve: { path, reader in
                guard reader == PeerLinkTests.laoCai else { return nil }
                switch path {
                case "lanes/a/checkpoint": return Array("short".utf8)
                case "lanes/a/tile/entries/000": return (0..<200_000).map { UInt8($0 % 7) }
                default: return nil
                }
            }, checkpoints: { _ in ["lane-1": [1, 2, 3]] }, announcements: hub,
            milliseconds: { Int64(Date().timeIntervalSince1970 * 1000) + ahead }, log: { refusals.add($0) })
    }

    private func line(
        to port: Int, as identity: LineIdentity, believing certificates: [[UInt8]],
        limits: PeerLineLimits = PeerLineLimits(), observe: @escaping @Sendable (LineReading) -> Void = { _ in }
    ) throws -> PeerLine {
        try PeerLine(
            to: PeerLinkTests.yunnan, at: "https://127.0.0.1:\(port)", identity: identity, believing: certificates,
            limits: limits, milliseconds: { Int64(Date().timeIntervalSince1970 * 1000) }, observe: observe)
    }

    private func fault(_ body: () async throws -> Void) async -> LineFault? {
        do { try await body() } catch { return error as? LineFault }
        return nil
    }

    private var impatient: PeerLineLimits {
        var limits = PeerLineLimits()
        limits.connect = 8
        limits.silence = 8
        limits.whole = 14
        return limits
    }

    @Test func `files come whole, packed, from a byte on, or not at all`() async throws {
        let (server, client) = (
            try PeerLinkTests.identity(PeerLinkTests.yunnan), try PeerLinkTests.identity(PeerLinkTests.laoCai)
        )
        try await LiveServer.serving({ running in
            try buildPeerServer(
                door(reader: client), showing: ShownIdentity(server), host: "127.0.0.1", port: 0,
                onServerRunning: running)
        }) { port in
            let line = try line(to: port, as: client, believing: [server.certificate])
            let whole = (0..<200_000).map { UInt8($0 % 7) }
            #expect(try await line.link.fetch("lanes/a/checkpoint") == Array("short".utf8))
            #expect(try await line.link.fetch("lanes/a/tile/entries/000") == whole)
            let tail = try await line.link.fetchTail("lanes/a/tile/entries/000", 199_990)
            #expect(tail == FetchedTail(bytes: Array(whole[199_990...]), isTail: true))
            #expect(try await line.link.fetch("lanes/b/checkpoint") == nil)
            await line.close()
        }
    }

    @Test func `events begin with what stands and go on with what is new`() async throws {
        let (server, client) = (
            try PeerLinkTests.identity(PeerLinkTests.yunnan), try PeerLinkTests.identity(PeerLinkTests.laoCai)
        )
        let hub = AnnouncementHub()
        try await LiveServer.serving({ running in
            try buildPeerServer(
                door(hub: hub, reader: client), showing: ShownIdentity(server), host: "127.0.0.1", port: 0,
                onServerRunning: running)
        }) { port in
            let line = try line(to: port, as: client, believing: [server.certificate])
            var heard: [LaneAnnouncement] = []
            try await line.events { announcement in
                heard.append(announcement)
                if heard.count == 1 {
                    await hub.announce(LaneAnnouncement(origin: "other", note: [9]), to: [PeerLinkTests.yunnan])
                    await hub.announce(LaneAnnouncement(origin: "lane-1", note: [4]), to: [PeerLinkTests.laoCai])
                } else {
                    await hub.close()
                }
            }
            #expect(
                heard == [
                    LaneAnnouncement(origin: "lane-1", note: [1, 2, 3]), LaneAnnouncement(origin: "lane-1", note: [4]),
                ])
            await line.close()
        }
    }

    @Test func `the other clock is read through the line`() async throws {
        let (server, client) = (
            try PeerLinkTests.identity(PeerLinkTests.yunnan), try PeerLinkTests.identity(PeerLinkTests.laoCai)
        )
        let readings = Mutex<[LineReading]>([])
        try await LiveServer.serving({ running in
            try buildPeerServer(
                door(reader: client, ahead: 600_000), showing: ShownIdentity(server), host: "127.0.0.1", port: 0,
                onServerRunning: running)
        }) { port in
            let line = try line(
                to: port, as: client, believing: [server.certificate],
                observe: { reading in readings.withLock { $0.append(reading) } })
            _ = try await line.link.fetch("lanes/a/checkpoint")
            await line.close()
        }
        let reading = try #require(readings.withLock { $0.first })
        #expect(abs(reading.skew - 600_000) <= reading.roundTrip / 2 + 2)
        var standing = LineStanding(peer: PeerLinkTests.yunnan)
        standing.note(roundTrip: reading.roundTrip, skew: reading.skew)
        #expect(standing.isSkewed)
    }

    @Test func `a server that shows another or an expired certificate is not believed`() async throws {
        let client = try PeerLinkTests.identity(PeerLinkTests.laoCai)
        let listed = try PeerLinkTests.identity(PeerLinkTests.yunnan)
        for shown in [
            try PeerLinkTests.identity(PeerLinkTests.yunnan),
            try PeerLinkTests.identity(PeerLinkTests.yunnan, days: -30 ... -2),
        ] {
            let believed = shown.until < PeerLinkTests.now ? shown.certificate : listed.certificate
            try await LiveServer.serving({ running in
                try buildPeerServer(
                    door(reader: client), showing: ShownIdentity(shown), host: "127.0.0.1", port: 0,
                    onServerRunning: running)
            }) { port in
                let line = try line(to: port, as: client, believing: [believed], limits: impatient)
                #expect(await fault { _ = try await line.link.fetch("lanes/a/checkpoint") } == .otherCertificate)
                await line.close()
            }
        }
    }

    @Test func `in the overlap of a rotation either certificate is believed, and a server goes over to the new one`()
        async throws
    {
        let client = try PeerLinkTests.identity(PeerLinkTests.laoCai)
        let (old, new) = (
            try PeerLinkTests.identity(PeerLinkTests.yunnan), try PeerLinkTests.identity(PeerLinkTests.yunnan)
        )
        for believed in [[old.certificate, new.certificate], [new.certificate, old.certificate]] {
            let shown = ShownIdentity(old)
            try await LiveServer.serving({ running in
                try buildPeerServer(
                    door(reader: client), showing: shown, host: "127.0.0.1", port: 0, onServerRunning: running)
            }) { port in
                for identity in [old, new] {
                    shown.show(identity)
                    let both = try line(to: port, as: client, believing: believed, limits: impatient)
                    #expect(try await both.link.fetch("lanes/a/checkpoint") != nil)
                    await both.close()
                    let only = try line(to: port, as: client, believing: [identity.certificate], limits: impatient)
                    #expect(try await only.link.fetch("lanes/a/checkpoint") != nil)
                    await only.close()
                }
            }
        }
    }

    @Test func `a stranger is not let in, and a revoked certificate not for one request more`() async throws {
        let (server, client) = (
            try PeerLinkTests.identity(PeerLinkTests.yunnan), try PeerLinkTests.identity(PeerLinkTests.laoCai)
        )
        let stranger = try PeerLinkTests.identity(PeerLinkTests.laoCai)
        let log = LogOfLines()
        try await LiveServer.serving({ running in
            try buildPeerServer(
                door(reader: client, refusals: log), showing: ShownIdentity(server), host: "127.0.0.1", port: 0,
                onServerRunning: running)
        }) { port in
            let outside = try line(to: port, as: stranger, believing: [server.certificate], limits: impatient)
            #expect(await fault { _ = try await outside.link.fetch("lanes/a/checkpoint") } != nil)
            #expect(log.all.contains { $0.contains("no party's manifest lists the certificate") })
            let inside = try line(to: port, as: client, believing: [server.certificate], limits: impatient)
            #expect(try await inside.link.fetch("lanes/a/checkpoint") != nil)
            log.isKnown.withLock { $0 = false }
            #expect(await fault { _ = try await inside.link.fetch("lanes/a/checkpoint") } == .notLetIn)
            await outside.close()
            await inside.close()
        }
    }

    /// A server with the right certificate that answers as somebody who means harm.
    private func evil(
        _ identity: LineIdentity, _ running: @escaping @Sendable (Int) async -> Void,
        answer: @escaping @Sendable () async throws -> Response
    ) throws -> any Service {
        let router = Router()
        router.get("/**") { _, _ in try await answer() }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(identity.chain)], privateKey: .privateKey(identity.key))
        tls.minimumTLSVersion = .tlsv13
        return Application(
            router: router, server: try .tls(.http1(), tlsConfiguration: tls),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { await running($0.localAddress?.port ?? 0) })
    }

    private func isSilence(_ fault: LineFault?) -> Bool {
        if case .noAnswer? = fault { true } else { false }
    }

    private func faultOfEvil(_ answer: @escaping @Sendable () async throws -> Response) async throws -> LineFault? {
        let (server, client) = (
            try PeerLinkTests.identity(PeerLinkTests.yunnan), try PeerLinkTests.identity(PeerLinkTests.laoCai)
        )
        var found: LineFault?
        try await LiveServer.serving({ try evil(server, $0, answer: answer) }) { port in
            let line = try line(to: port, as: client, believing: [server.certificate], limits: impatient)
            found = await fault { _ = try await line.link.fetch("lanes/a/checkpoint") }
            await line.close()
        }
        return found
    }

    @Test func `an oversized answer, a packed bomb and damaged packing are refused by name`() async throws {
        let long = try await faultOfEvil {
            Response(status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: 7, count: 80_000)))
        }
        #expect(long == .tooLong(limit: 65_536))
        let bomb = Gzip.packed([UInt8](repeating: 0, count: 20_000_000))
        #expect(bomb.count < 65_536)
        let packed: HTTPFields = [.contentEncoding: "gzip"]
        let burst = try await faultOfEvil {
            Response(status: .ok, headers: packed, body: .init(byteBuffer: ByteBuffer(bytes: bomb)))
        }
        #expect(burst == .packed(.tooLong(limit: 65_536)))
        let cutOff = Gzip.packed(Array(0...255)).dropLast(9)
        let cut = try await faultOfEvil {
            Response(status: .ok, headers: packed, body: .init(byteBuffer: ByteBuffer(bytes: cutOff)))
        }
        #expect(cut == .packed(.damaged))
    }

    @Test func `a redirect is not followed, and a server that drips or is silent ends in time`() async throws {
        let away = try await faultOfEvil { Response(status: .found, headers: [.location: "/lanes/a/checkpoint"]) }
        #expect(away == .elsewhere(302))
        let broken = try await faultOfEvil { Response(status: .internalServerError) }
        #expect(broken == .status(500))
        let silent = try await faultOfEvil {
            try await Task.sleep(for: .seconds(40))
            return Response(status: .ok)
        }
        #expect(isSilence(silent))
        let drip = try await faultOfEvil {
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    for _ in 0..<100 {
                        try await writer.write(ByteBuffer(string: "x"))
                        try await Task.sleep(for: .milliseconds(500))
                    }
                    try await writer.finish(nil)
                })
        }
        #expect(isSilence(drip))
    }

    @Test func `a client that says nothing loses its connection, and others are served meanwhile`() async throws {
        let (server, client) = (
            try PeerLinkTests.identity(PeerLinkTests.yunnan), try PeerLinkTests.identity(PeerLinkTests.laoCai)
        )
        var limits = PeerServerLimits()
        limits.idleSeconds = 4
        try await LiveServer.serving({ running in
            try buildPeerServer(
                door(reader: client), showing: ShownIdentity(server), host: "127.0.0.1", port: 0, limits: limits,
                onServerRunning: running)
        }) { port in
            let silent = try Socket(port: port)
            let line = try line(to: port, as: client, believing: [server.certificate])
            #expect(try await line.link.fetch("lanes/a/checkpoint") == Array("short".utf8))
            #expect(silent.isClosed(within: 60), "a connection without a handshake stays open for ever")
            await line.close()
        }
    }
}

/// Lines that were logged, and whether the reader is known.
final class LogOfLines: Sendable {
    let isKnown = Mutex(true)
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

/// A connection that says nothing.
private struct Socket {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
    }

    /// Whether the other end closes within that many seconds.
    func isClosed(within seconds: Int) -> Bool {
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, 0)
        close(descriptor)
        return count == 0 || (count < 0 && errno == ECONNRESET)
    }
}
