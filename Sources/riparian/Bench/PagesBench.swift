import AsyncHTTPClient
import Formats
import Foundation
import NIOCore
import NodeCore
import Series
import Storage
import Web

/// The duty page of a node of many gauges, asked for 200 times a second while every gauge delivers once a minute.
struct PagesBench: Benchmark {
    private static let (gauges, rate, seconds) = (500, 200, 20)
    private let world: BenchWorld
    private let node: Node
    private let folder: String

    init(root: String, seed: UInt64) async throws {
        world = try BenchWorld(root: root, seed: seed, gauges: PagesBench.gauges)
        node = try await world.node("pages")
        folder = root + "/pages/" + BenchWorld.provider.text
        let hours = (393 * 24)..<(400 * 24)
        for hour in hours {
            _ = try await node.receive(world.readings(hour * PagesBench.gauges..<(hour + 1) * PagesBench.gauges))
        }
    }

    var unit: String { "ms" }
    var size: String {
        "p99 from question to answer, \(PagesBench.rate) questions a second for \(PagesBench.seconds) s, "
            + "\(PagesBench.gauges) gauges deliver each minute"
    }

    func run() async throws -> BenchSample {
        let (node, keeper) = (node, try keeper())
        let site = try DutySite(
            parties: [
                .init(party: BenchWorld.provider, name: LocalizedText(vi: "made", zh: "made", en: "made"), zone: .zero)
            ],
            stationNames: [:], catalogues: try Catalogues.bundled(),
            desk: NodeDesk(
                standing: { PartyStanding(party: $0, state: .running, now: BenchWorld.now, unreachable: [:]) },
                exchange: { _ in nil }, gate: { _ in nil }, history: { _, _ in nil }, table: { _, _ in nil },
                publicLaneFile: { _, _ in nil }, mark: { _ in await keeper.mark() },
                nanoseconds: { TimeInput.steadyNanoseconds },
                trustsOwnMachine: true),
            board: { _ in await keeper.board() })
        let world = world
        return try await SiteHost.serving(site) { address in
            let delivering = Task { try await PagesBench.deliver(world, to: node) }
            defer { delivering.cancel() }
            return try await PagesBench.ask(address)
        }
    }

    private func keeper() throws -> BoardKeeper {
        let watch = try DatabaseWatch(path: folder + "/node.sqlite")
        let node = node
        return BoardKeeper(
            version: { (try? watch.version()) ?? 0 }, nanoseconds: { TimeInput.steadyNanoseconds },
            make: { try node.dutyBoard(at: BenchWorld.now) })
    }

    /// One reading of each gauge a minute, one after the other.
    private static func deliver(_ world: BenchWorld, to node: Node) async throws {
        var place = 392 * 24 * gauges
        while !Task.isCancelled {
            _ = try await node.receive(world.readings(place..<place + 1))
            place += 1
            try await Task.sleep(for: .microseconds(60_000_000 / gauges))
        }
    }

    private static func ask(_ address: String) async throws -> BenchSample {
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        let page = address + "/\(BenchWorld.provider)?lang=en"
        _ = try await SiteHost.get(page, client)
        let clock = ContinuousClock()
        let begin = clock.now
        let results = try await withThrowingTaskGroup(of: (Double, Int).self) { group in
            for number in 0..<rate * seconds {
                try await Task.sleep(until: begin + .microseconds(1_000_000 / rate * number), clock: clock)
                group.addTask {
                    let asked = clock.now
                    let bytes = try await SiteHost.get(page, client)
                    return ((clock.now - asked).inSeconds * 1_000, bytes)
                }
            }
            return try await group.reduce(into: [(Double, Int)]()) { $0.append($1) }
        }
        let times = results.map(\.0).sorted()
        let metrics = try await client.execute(HTTPClientRequest(url: address + "/metrics"), timeout: .seconds(10))
        let text = String(buffer: try await metrics.body.collect(upTo: 1 << 20))
        try await client.shutdown()
        func bucket(_ bound: String) -> Double {
            text.split(separator: "\n").first { $0.contains("le=\"\(bound)\"") }
                .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) } ?? 0
        }
        return BenchSample(
            value: times[times.count * 99 / 100], checksum: 1,
            details: [
                "p50_ms": times[times.count / 2], "page_bytes": Double(results.last?.1 ?? 0),
                "server_share_within_10_ms": bucket("0.01") / max(1, bucket("+Inf")),
            ])
    }
}
