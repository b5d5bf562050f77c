import Accord
import ArgumentParser
import Foundation
import NodeCore
import Series
import Storage

/// `riparian endure`: a provider and a reader at work until the process is killed; for tests of what survives.
///
/// It says on standard output what has been acknowledged, after it was, so that whoever kills it can ask for it again.
struct EndureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endure",
        abstract: "Take readings in and pull them, without end, to be killed by a test.",
        discussion: """
            Lines on standard output: 'up MS' once both nodes serve, 'acknowledged N' after the first N made readings are
            durable with their signed checkpoint, 'pulled N' after the reader has stored N entries and given its receipt.
            With --judge nothing is taken in: the stores are compared, and the answer is no when something is missing twice
            or once too often.
            """, shouldDisplay: false)

    @Option(help: "The folder of the two nodes.")
    var dir: String

    @Option(help: "Seed of the sizes of batches.")
    var seed: UInt64 = 1

    @Flag(help: "Judge what is there instead of working.")
    var judge = false

    func run() async throws {
        let begin = ContinuousClock.now
        let world = try BenchWorld(root: dir, seed: 7)
        let provider = try await world.node("provider")
        let reader = try world.readerNode("reader")
        let link = LaneLink { try await provider.serve($0, to: BenchWorld.reader) }
        _ = try await provider.publishCheckpoints()
        var count = try provider.database.observationCount()
        say("up \(Int((ContinuousClock.now - begin).inSeconds * 1000))")
        if judge { return try await judge(provider, reader, link) }
        var generator = SeededGenerator(seed: seed)
        while true {
            let size = 1 + Int(generator.next(below: 400))
            _ = try await provider.receive(world.readings(count..<(count + size)))
            count += size
            say("acknowledged \(count)")
            _ = try await provider.publishCheckpoints()
            _ = try await reader.pull(from: BenchWorld.provider, over: link)
            say("pulled \(try reader.database.peerLanes().first?.size ?? 0)")
        }
    }

    private func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// Compares the store of the provider, its lane, its files and the store of the reader.
    private func judge(_ provider: Node, _ reader: Node, _ link: LaneLink) async throws {
        let pulled = try reader.database.peerLanes().first?.size ?? 0
        let receipt = try reader.database.receipts().map(\.size).max() ?? 0
        _ = try await reader.pull(from: BenchWorld.provider, over: link)
        let origin = try provider.database.ownLanes().first ?? ""
        let entries = try provider.database.laneEntries(origin)
        var seen: Set<String> = []
        var rows = 0
        for entry in entries {
            guard case .observations(let observations) = try LaneEntry(entry.bytes) else { continue }
            for observation in observations {
                rows += 1
                seen.insert("\(observation.series) \(observation.observed.secondsSinceEpoch)")
            }
        }
        let kept = try provider.database.observationCount()
        let received = try reader.database.observationCount()
        let damaged = try await provider.scrubLanes()
        say("kept \(kept) rows \(rows) distinct \(seen.count) received \(received) entries \(entries.count)")
        say("pulled \(pulled) receipt \(receipt) damaged \(damaged.count)")
        let isWhole = kept == rows && rows == seen.count && received == kept && damaged.isEmpty && receipt <= pulled
        if !isWhole { throw CommandRefusal(.no, "the stores do not agree - please report it with the folder \(dir)") }
    }
}
