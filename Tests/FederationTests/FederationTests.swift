import Foundation
import Testing

/// Which seeds to run: `RIPARIAN_SEED` for one, `RIPARIAN_SEEDS` for how many from 1.
enum Seeds {
    static let chosen: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let one = environment["RIPARIAN_SEED"].flatMap({ UInt64($0) }) { return [one] }
        let soak = environment["RIPARIAN_SOAK"] == nil ? 200 : 5000
        let count = environment["RIPARIAN_SEEDS"].flatMap { Int($0) } ?? soak
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

@Suite struct FederationTests {
    @Test func `whatever dies, lies or is cut, the invariants hold for every seed`() async throws {
        var counts: [String: Int] = [:]
        for seed in Seeds.chosen {
            let world = try World(seed: seed)
            let broken = try await Seeds.broken(world)
            if let broken {
                let last = world.trace.suffix(12).joined(separator: "\n")
                Issue.record("seed \(seed), step \(world.step): \(broken)\n\(last)\nreplay: \(Seeds.command(seed))")
            }
            counts.merge(world.counts) { $0 + $1 }
        }
        print(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
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
