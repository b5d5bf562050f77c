import Series
import TestKit
import Testing

@testable import River

/// Dams drawn from a seed.
private struct DamMaker {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func number(_ low: Double, _ high: Double) -> Double { low + (high - low) * generator.nextUnit() }

    mutating func dam() throws -> Dam {
        var rows: [StorageTable.Row] = []
        var (level, storage, area) = (number(20, 60), number(0, 1e8), number(1e6, 5e6))
        let hasAreas = generator.nextUnit() < 0.7
        for _ in 0..<Int(number(2, 12)) {
            rows.append(.init(level: level, storage: storage, area: hasAreas ? area : nil))
            let height = number(0.5, 8)
            (level, storage) = (level + height, storage + area * height)
            area *= number(1, 1.5)
        }
        let table = try #require(StorageTable(rows: rows.count < 2 ? rows + [.init(level: 90, storage: 9e8)] : rows))
        let (low, high) = (table.rows[0].level, table.rows[table.rows.count - 1].level)
        let passed = try #require(
            RatingTable(inputs: [low + 1, (low + high) / 2 + 1.01, high + 2.1], outputs: [0, number(0, 300), 500]))
        let jet = GateGroup.Rating.underflow(
            sill: number(low - 5, high), width: number(5, 15), height: number(4, 12), weir: 1.8, contraction: 0.61)
        let rating = generator.nextUnit() < 0.5 ? jet : .table(passed)
        let gates = try #require(
            GateGroup(
                id: "gates", count: Int(number(1, 9)), rating: rating, movesWhole: generator.nextUnit() < 0.5,
                lowestLevel: generator.nextUnit() < 0.3 ? number(low, high) : nil))
        return try #require(
            Dam(
                table: table, gates: generator.nextUnit() < 0.9 ? gates : nil,
                overflow: generator.nextUnit() < 0.5
                    ? Weir(crest: number(low, high), length: number(10, 100), coefficient: 2) : nil,
                turbines: generator.nextUnit() < 0.8
                    ? RatingTable(inputs: [low, low + 0.5, high], outputs: [0, 200, 300]) : nil,
                evaporation: generator.nextUnit() < 0.5 ? 6e-8 : 0))
    }
}

@Suite struct PoolLanesTests {
    @Test(arguments: [UInt64](1...60))
    func `four lanes hold the bits of four scalar runs, inside the table and beyond it`(seed: UInt64) throws {
        var maker = DamMaker(seed: seed)
        let dam = try maker.dam()
        guard let stepper = PoolStepper(dam) else { return }
        let rows = dam.table.rows
        var starts = PoolLanes.Lanes(repeating: 0)
        for lane in 0..<4 {
            starts[lane] = maker.number(rows[0].storage - 1e7, rows[rows.count - 1].storage * 1.1)
        }
        var lanes = PoolLanes(stepper, storage: starts)
        var states = (0..<4).map { PoolStepper.State(storage: starts[$0]) }
        for _ in 0..<40 {
            var (inflow, open, release) = (starts, starts, starts)
            for lane in 0..<4 {
                inflow[lane] = maker.number(0, 2000)
                open[lane] = maker.number(-1, 10)
                release[lane] = maker.generator.nextUnit() < 0.2 ? .infinity : maker.number(0, 1500)
            }
            lanes.advance(steps: 12, inflow: inflow, open: open, release: release)
            let levels = lanes.level()
            for lane in 0..<4 {
                for _ in 0..<12 {
                    stepper.advance(
                        &states[lane], inflow: inflow[lane], order: DamOrder(open: open[lane], release: release[lane]))
                }
                #expect(lanes.storage[lane] == states[lane].storage)
                #expect(lanes.turbineVolume[lane] == states[lane].turbineVolume)
                #expect(lanes.spillVolume[lane] == states[lane].spillVolume)
                #expect(lanes.evaporationVolume[lane] == states[lane].evaporationVolume)
                #expect(levels[lane] == dam.table.level(atStorage: states[lane].storage))
            }
        }
    }

    @Test(arguments: [UInt64](1...30))
    func `water is conserved to a billionth`(seed: UInt64) throws {
        var maker = DamMaker(seed: seed)
        let dam = try maker.dam()
        guard let stepper = PoolStepper(dam) else { return }
        let start = dam.table.rows[dam.table.rows.count - 1].storage
        var state = PoolStepper.State(storage: start)
        var came = 0.0
        for _ in 0..<2000 {
            let inflow = maker.number(0, 1500)
            stepper.advance(&state, inflow: inflow, order: DamOrder(open: maker.number(0, 8), release: 300))
            came += inflow * 300
        }
        let left = state.turbineVolume + state.spillVolume + state.evaporationVolume
        #expect((state.storage - start - came + left).magnitude <= 1e-9 * max(start, came))
        #expect(state.storage.isFinite)
    }

    @Test func `equal steps agree with the pool that chooses its own`() throws {
        let table = try #require(StorageTable(area: 4e6, from: 0, to: 30))
        let gates = try #require(
            GateGroup(
                id: "gates", count: 4,
                rating: .underflow(sill: 8, width: 10, height: 6, weir: 1.8, contraction: 0.61)))
        let dam = try #require(
            Dam(table: table, gates: gates, overflow: Weir(crest: 24, length: 60, coefficient: 2), evaporation: 5e-8))
        let stepper = try #require(PoolStepper(dam))
        var state = PoolStepper.State(storage: table.storage(atLevel: 12))
        let exact = PoolSimulation(table: table, evaporation: 5e-8)
        var other = exact.state(atLevel: 12)
        for hour in 0..<120 {
            let inflow = 500 + 1500 * Double(hour % 40) / 40
            let open = Double(hour / 30 % 5)
            for _ in 0..<12 { stepper.advance(&state, inflow: inflow, order: DamOrder(open: open, release: 0)) }
            exact.advance(&other, over: 3600, inflow: (inflow, inflow)) { dam.spill(atLevel: $0, open: open) }
            #expect((table.level(atStorage: state.storage) - other.level).magnitude <= 1e-5)
        }
    }

    @Test func `turbines take what gates leave of the release that is wanted`() throws {
        let table = try #require(StorageTable(area: 1e8, from: 0, to: 100))
        let rating = try #require(RatingTable(inputs: [0], outputs: [600]))
        let gates = try #require(GateGroup(id: "gates", count: 2, rating: .table(rating)))
        let dam = try #require(
            Dam(table: table, gates: gates, turbines: RatingTable(inputs: [9, 10], outputs: [0, 500])))
        let stepper = try #require(PoolStepper(dam))
        func passed(_ open: Double, _ release: Double) -> (turbines: Double, spill: Double) {
            var state = PoolStepper.State(storage: table.storage(atLevel: 50))
            stepper.advance(&state, inflow: 0, order: DamOrder(open: open, release: release))
            return ((state.turbineVolume / 300).rounded(), (state.spillVolume / 300).rounded())
        }
        #expect(passed(0, 300) == (300, 0))
        #expect(passed(1, 800) == (200, 600))
        #expect(passed(1, 500) == (0, 600), "a gate is not moved by the turbines")
        #expect(passed(2, .infinity) == (500, 1200))
    }

    @Test func `a pool that empties faster than steps can follow is refused`() throws {
        let pond = try #require(StorageTable(area: 10, from: 0, to: 5))
        let weir = Weir(crest: 1, length: 500, coefficient: 2)
        let (fast, still) = (try #require(Dam(table: pond, overflow: weir)), try #require(Dam(table: pond)))
        #expect(PoolStepper(fast) == nil)
        #expect(PoolStepper(still, step: 0) == nil)
        #expect(Dam(table: pond, evaporation: .nan) == nil)
    }
}
