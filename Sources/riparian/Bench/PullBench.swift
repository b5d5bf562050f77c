import Foundation
import Logging
import NodeCore
import Series
import ServiceLifecycle
import Storage
import Web

/// A backlog pulled by a reader over mutual TLS on loopback: fetched, proved against the signed checkpoint, checked against
/// the agreement, and durable. Both nodes work in this process; the provider's readings are stored before the clock starts.
struct PullBench: Benchmark, Sendable {
    let world: BenchWorld
    let observations: Int
    let batch: Int

    var unit: String { "observations/s" }
    var size: String { "a backlog of \(observations) observations of 100 series, entries of batches of \(batch)" }

    /// Stores the readings at the provider.
    init(world: BenchWorld, observations: Int, batch: Int) async throws {
        self.world = world
        self.observations = observations
        self.batch = batch
        world.remove("provider")
        let provider = try await world.node("provider")
        for start in stride(from: 0, to: observations, by: batch) {
            _ = try await provider.receive(world.readings(start..<min(start + batch, observations)))
        }
        _ = try await provider.publishCheckpoints()
        try provider.database.close()
    }

    func run() async throws -> BenchSample {
        defer { world.remove("reader") }
        world.remove("reader")
        let provider = try await world.node("provider")
        let reader = try world.readerNode("reader")
        let now = TimeInput.now
        let identities = try [BenchWorld.provider, BenchWorld.reader].map {
            try LineIdentity.made(for: $0, from: now, until: now + 86_400)
        }
        let readers = identities[1].certificate
        let door = PeerDoor(
            identify: { $0 == readers ? .success(BenchWorld.reader) : .failure(.unknown) },
            serve: { try await provider.serve($0, to: $1) }, checkpoints: { _ in [:] },
            announcements: AnnouncementHub(), milliseconds: NodeAtWork.milliseconds)
        let (ports, told) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "riparian")
        logger.logLevel = .critical
        let server = try buildPeerServer(
            door, showing: ShownIdentity(identities[0]), host: "127.0.0.1", port: 0, logger: logger,
            onServerRunning: { told.yield($0) })
        let group = ServiceGroup(services: [server], logger: logger)
        let serving = Task { try await group.run() }
        defer { serving.cancel() }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else { throw CommandRefusal(.ours, "the server did not start") }
        let line = try PeerLine(
            to: BenchWorld.provider, at: "https://127.0.0.1:\(port)", identity: identities[1],
            believing: [identities[0].certificate], milliseconds: NodeAtWork.milliseconds)
        let begin = ContinuousClock.now
        let outcome = try await reader.pull(from: BenchWorld.provider, over: line.link)
        let spent = (ContinuousClock.now - begin).inSeconds
        await line.close()
        await group.triggerGracefulShutdown()
        guard outcome.recorded == observations, outcome.refused.isEmpty else {
            throw CommandRefusal(
                .ours, "only \(outcome.recorded) of \(observations) readings arrived - please report it")
        }
        let rows = try reader.database.observationCount()
        try reader.database.close()
        try provider.database.close()
        return BenchSample(
            value: Double(observations) / spent, checksum: Double(rows),
            details: ["seconds": spent, "entries": Double(outcome.entries.values.reduce(0, +))])
    }
}
