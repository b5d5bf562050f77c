import River
import Series
import Testing

@testable import Forecasting

/// Cascades of real size for tests, drawn from a seed.
enum MadePlants {
    static func cascade(
        members: Int, steps: Int = 60, seed: UInt64, plants count: Int = 2, flood: Double = 1, highest: Double = 117,
        sharedSteps: Int = 12, spacing: Int64 = 7200
    ) throws -> PlannedCascade {
        var generator = SeededGenerator(seed: seed)
        func number(_ low: Double, _ high: Double) -> Double { low + (high - low) * generator.nextUnit() }
        let plants = try (0..<count).map { try plant($0, highest: highest, spacing: spacing) }
        let kernels = (0..<count).map { kernel(4 + 3 * $0) }
        var reaches: [PlannedCascade.Reach] = []
        for place in 0..<count - 1 {
            reaches.append(.init(from: place, to: .plant(place + 1), kernel: kernels[place]))
        }
        reaches.append(.init(from: 0, to: .town(0), kernel: kernel(3)))
        reaches.append(.init(from: count - 1, to: .town(1), kernel: kernels[count - 1]))
        let made = (0..<members).map { _ in
            let (factor, time) = (number(0.6, 1.4) * flood, number(24, 36))
            func wave(_ base: Double, _ peak: Double, _ delay: Double) -> [Double] {
                (0..<steps).map { step in
                    let distance = (Double(step) - time - delay) / 18
                    return base + factor * peak / (1 + distance * distance)
                }
            }
            return PlannedCascade.Member(
                toPlants: (0..<count).map { wave(900 / Double($0 + 1), 7000 / Double($0 + 1), 3 * Double($0)) },
                toTowns: [wave(300, 1500, 4), wave(600, 2500, 10)])
        }
        return PlannedCascade(
            start: Instant(secondsSinceEpoch: 1_724_000_000), zone: 7 * 3600, steps: steps, sharedSteps: sharedSteps,
            plants: plants, towns: try towns(), reaches: reaches, members: made)
    }

    static func kernel(_ lag: Int) -> [ReleaseProblem.KernelTerm] {
        [.init(lag: lag, weight: 0.25), .init(lag: lag + 1, weight: 0.5), .init(lag: lag + 2, weight: 0.25)]
    }

    static func plant(_ place: Int, highest: Double, spacing: Int64) throws -> PlannedCascade.Plant {
        func level(_ kind: CharacteristicLevel.Kind, _ value: Double) -> CharacteristicLevel {
            .init(kind: kind, level: value, article: "made \(kind.rawValue)", quality: .estimated, source: "made")
        }
        let table = try #require(
            StorageTable(rows: [
                .init(level: 80, storage: 1.2e9, area: 5e7), .init(level: 100, storage: 2.4e9, area: 7e7),
                .init(level: 122, storage: 4.2e9, area: 9e7),
            ]))
        let gates = try #require(
            GateGroup(
                id: "bottom", count: 8,
                rating: .underflow(sill: 60, width: 6, height: 8, weir: 1.7, contraction: 0.61), leastSpacing: spacing))
        let dam = try #require(
            Dam(
                table: table, gates: gates, turbines: RatingTable(inputs: [79, 80, 100], outputs: [0, 900, 1100]),
                evaporation: 5e-8))
        let below = try #require(StationID("below"))
        let party = try #require(PartyID(place == 0 ? "north" : "south"))
        let rules = OperatingRules(
            levels: [level(.beforeFlood, 101), level(.normal, 117), level(.check, 121)],
            triggers: place == 0
                ? [
                    DownstreamTrigger(
                        station: below, above: 11.5, endsBelow: 11, leadHours: 24,
                        storeUpTo: 108, article: "made trigger")
                ] : [], leastRelease: 100)
        return PlannedCascade.Plant(
            id: "dam-\(place)", party: party, dam: dam, rules: rules,
            level: 101, releaseBefore: 900, lowest: 82, season: 101, highest: highest, target: 101, rampMax: 1500,
            notice: 4 * 3600)
    }

    static func towns() throws -> [PlannedCascade.Town] {
        let (north, south) = (try #require(PartyID("north")), try #require(PartyID("south")))
        return [
            .init(id: "upper", party: north, alarms: [3000, 5000, 7000]),
            .init(
                id: "below", party: south, alarms: [5000, 8000, 11_000],
                rating: RatingTable(inputs: [0, 20_000], outputs: [2, 16])),
        ]
    }
}
