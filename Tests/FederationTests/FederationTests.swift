import Foundation
import Testing

/// Which seeds to run: `RIPARIAN_SEED` for one, `RIPARIAN_SEEDS` for how many from 1.
enum Seeds {
    static let chosen: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let one = environment["RIPARIAN_SEED"].flatMap({ UInt64($0) }) { return [one] }
        let usual = environment["RIPARIAN_SOAK"] == nil ? 200 : 5000
        let count = environment["RIPARIAN_SEEDS"].flatMap { Int($0) } ?? usual
        return count > 0 ? (1...count).map { UInt64($0) } : []
    }()

    /// What to type to see a seed again.
    static func command(_ seed: UInt64) -> String { "RIPARIAN_SEED=\(seed) swift test --filter FederationTests" }

    /// Runs a world; nil when everything held.
    static func broken(_ world: World) async throws -> BrokenInvariant? {
        do {
            try await world.run()
            return nil
        } catch let broken as BrokenInvariant {
            return broken
        }
    }
}

/// What one seed has come to.
private struct SeedOutcome: Sendable {
    let counts: [String: Int]
    /// What broke, with what happened before and how to see it again; nil when everything held.
    let failure: String?

    init(seed: UInt64) async throws {
        let world = try World(seed: seed)
        let broken = try await Seeds.broken(world)
        counts = world.counts
        failure = broken.map { broken in
            let last = world.trace.suffix(14).joined(separator: "\n")
            return "seed \(seed), step \(world.step): \(broken)\n\(last)\nreplay: \(Seeds.command(seed))"
        }
    }
}

@Suite struct FederationTests {
    @Test func `whatever dies, lies or is cut, the invariants hold for every seed`() async throws {
        let seeds = Seeds.chosen
        let width = min(ProcessInfo.processInfo.activeProcessorCount, max(seeds.count, 1))
        let counts = try await withThrowingTaskGroup(of: [String: Int].self) { group in
            for first in 0..<width {
                group.addTask {
                    var counts: [String: Int] = [:]
                    for place in stride(from: first, to: seeds.count, by: width) {
                        let outcome = try await SeedOutcome(seed: seeds[place])
                        if let failure = outcome.failure { Issue.record("\(failure)") }
                        counts.merge(outcome.counts) { $0 + $1 }
                    }
                    return counts
                }
            }
            return try await group.reduce(into: [:]) { all, part in all.merge(part) { $0 + $1 } }
        }
        print(
            "\(seeds.count) seeds:",
            counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        guard seeds.count >= 200 else { return }
        for word in ["crash", "disk-full", "tampered", "other-history", "fork found", "line down", "equal reports"] {
            #expect(counts[word, default: 0] > 0, "no seed has met: \(word)")
        }
    }

    @Test func `one seed gives one trace`() async throws {
        for seed: UInt64 in [3, 14, 15] {
            let (first, second) = (try World(seed: seed), try World(seed: seed))
            _ = try await Seeds.broken(first)
            _ = try await Seeds.broken(second)
            #expect(first.traceHash == second.traceHash)
            #expect(first.trace == second.trace)
        }
    }
}
