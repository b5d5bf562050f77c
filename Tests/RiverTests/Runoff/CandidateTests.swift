import Series
import TestKit
import Testing

@testable import River

/// Parameter sets that run side by side.
@Suite struct CandidateTests {
    private static let models = ["GR4J", "GR5J", "GR6J", "GR4H", "GR5H"]

    private func forcing(_ model: any RunoffModel) throws -> RunoffForcing {
        model.step == 3600 ? try RunoffFixtures.hourly()[0..<1500] : try RunoffFixtures.daily()[0..<1500]
    }

    /// Sets about an ordinary one, some of equal X1 and X4, as a search makes them.
    private func sets(_ model: any RunoffModel, _ count: Int) -> [[Double]] {
        var generator = SeededGenerator(seed: 5)
        let ordinary = RunoffModelTests.ordinary(model)
        return (0..<count).map { number in
            ordinary.enumerated().map { place, value in
                number % 3 != 0 && (place == 0 || place == 3) ? value : value * (0.7 + 0.6 * generator.nextUnit())
            }
        }.map { model.clamped($0) }
    }

    @Test(arguments: models)
    func `a set has the same bits whoever runs beside it, and whatever ran before`(_ name: String) throws {
        let model = try #require(RunoffModels.named(name))
        let (forcing, sets) = (try forcing(model), sets(model, 21))
        var runner = model.candidates(forcing)
        let together = runner.discharges(of: sets)
        for size in [1, 2, 3, 7, 8, 9] {
            var other = model.candidates(forcing)
            var found: [[Double]] = []
            for first in stride(from: 0, to: sets.count, by: size) {
                found += other.discharges(of: Array(sets[first..<min(first + size, sets.count)]))
            }
            #expect(found == together, "\(size) at a time")
        }
        #expect(Array(runner.discharges(of: sets.reversed()).reversed()) == together)
    }

    @Test(arguments: models)
    func `a set beside others flows as it does alone, and its objective is that of its flow`(_ name: String) throws {
        let model = try #require(RunoffModels.named(name))
        let (forcing, sets) = (try forcing(model), sets(model, 5))
        var runner = model.candidates(forcing)
        let flows = runner.discharges(of: sets)
        for (set, flow) in zip(sets, flows) {
            let alone = model.run(forcing, set, from: model.start(set, forcing)).discharge
            // a flow that is what two others leave has the digits of these
            #expect(zip(flow, alone).allSatisfy { ($0 - $1).magnitude <= 1e-11 * max($1, 1e-3) })
        }
        let observed = model.run(forcing, sets[0], from: model.start(sets[0], forcing)).discharge.map { Optional($0) }
        // one flow that was not read makes the plain way necessary
        for known in [observed, observed.indices.map { $0 == 900 ? nil : observed[$0] }] {
            for objective in [CalibrationObjective.nashSutcliffe, .klingGupta] {
                for warmup in [0, 333, 1001] {
                    let problem = CalibrationProblem(
                        model: model, forcing: forcing, observed: known, warmup: warmup, objective: objective)
                    #expect(runner.criteria(of: sets, problem) == flows.map { problem.criterion(of: $0) })
                }
            }
        }
    }

    @Test func `weather as dry or wet as none, and no weather at all, are run`() throws {
        let model = try #require(RunoffModels.named("GR4J"))
        let sets = sets(model, 3)
        for (rain, evaporation) in [(0.0, 0.0), (0, 900), (4000, 0), (1, 1)] {
            let forcing = RunoffForcing(
                precipitation: Array(repeating: rain, count: 300),
                evaporation: Array(repeating: evaporation, count: 300), step: 86_400)
            var runner = model.candidates(forcing)
            let flows = runner.discharges(of: sets)
            #expect(flows.allSatisfy { $0.allSatisfy { $0.isFinite && $0 >= 0 } })
            for (set, flow) in zip(sets, flows) {
                let alone = model.run(forcing, set, from: model.start(set, forcing)).discharge
                #expect(zip(flow, alone).allSatisfy { ($0 - $1).magnitude <= 1e-10 * max($1, 1e-6) })
            }
        }
        var empty = model.candidates(RunoffForcing(precipitation: [], evaporation: [], step: 86_400))
        #expect(empty.discharges(of: sets) == [[], [], []])
    }

    @Test func `a shelf keeps what was asked for last`() {
        let shelf = SeriesShelf<Int>(length: 3, most: 2)
        func ask(_ key: Int) -> Bool {
            shelf.begin()
            let (memory, isKnown) = shelf.series(key)
            if !isKnown { memory[0] = Double(key) }
            #expect(memory[0] == Double(key))
            return isKnown
        }
        #expect([1, 2, 1, 3, 1, 2, 3].map(ask) == [false, false, true, false, true, false, false])
    }
}
