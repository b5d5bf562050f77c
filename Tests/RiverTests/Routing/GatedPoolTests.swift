import Testing

@testable import River

/// Gates of a reservoir: their law, and pools that they let out.
@Suite struct GatedPoolTests {
    private let gate = SluiceGate(width: 20, sill: 100, coefficient: 0.6)
    private let pool = LevelPool(rows: [
        LevelPool.Row(level: 90, storage: 1e6, outflow: 0), LevelPool.Row(level: 110, storage: 41e6, outflow: 0),
        LevelPool.Row(level: 112, storage: 46e6, outflow: 900),
    ])

    @Test func `an edge in the water makes a jet of its opening, a lifted one leaves critical flow over the sill`()
        throws
    {
        let gate = try #require(gate)
        // 0.6 x 20 m x 0.5 m x sqrt(2 g (8 - 0.5) m)
        #expect((gate.flow(atLevel: 108, opening: 0.5) - 72.7832).magnitude < 1e-3)
        // Broad crest: C b (2/3)^1.5 sqrt(g) h^1.5 with 1.705 m^0.5/s
        #expect((gate.flow(atLevel: 103, opening: 9) - 0.6 * 20 * 1.70489 * 5.196152).magnitude < 1e-3)
        #expect(gate.flow(atLevel: 99, opening: 1) == 0 && gate.flow(atLevel: 108, opening: 0) == 0)
        let edge = gate.flow(atLevel: 103, opening: 2 - 1e-9)
        #expect((edge - gate.flow(atLevel: 103, opening: 2 + 1e-9)).magnitude < 1e-6, "both laws meet")
        var last = 0.0
        for step in 0...400 {
            let flow = gate.flow(atLevel: 99 + Double(step) * 0.03, opening: 1.5)
            #expect(flow >= last)
            last = flow
        }
    }

    @Test(arguments: [(-1.0, 100.0, 0.6), (20, 1e6, 0.6), (20, 100, 0), (20, 100, 1.2), (.nan, 100, 0.6)])
    func `numbers that are no gates are refused`(width: Double, sill: Double, coefficient: Double) {
        #expect(SluiceGate(width: width, sill: sill, coefficient: coefficient) == nil)
    }

    @Test func `a steady inflow through a steady opening stands at the level of the law`() throws {
        let gated = GatedPool(pool: try #require(pool), gate: try #require(gate))
        // h = a + (Q / (C b a))^2 / (2 g)
        let level = 100 + 0.8 + (90 / (0.6 * 20 * 0.8)) * (90 / (0.6 * 20 * 0.8)) / (2 * 9.81)
        var state = gated.state(atOutflow: 90, opening: 0.8)
        #expect((state.level - level).magnitude < 1e-9)
        for _ in 0..<500 { state = gated.advance(state, inflow: (90, 90), opening: 0.8, step: 3600) }
        #expect((state.level - level).magnitude < 1e-6 && (state.outflow - 90).magnitude < 1e-6)
        let shut = gated.state(atOutflow: 90, opening: 0)
        #expect((shut.outflow - 90).magnitude < 1e-6 && shut.level > 110, "the spillway lets it out")
    }

    @Test func `every step keeps its water to the last bits, shut gates leave the pool as it is`() throws {
        let plain = try #require(pool)
        let gated = GatedPool(pool: plain, gate: try #require(gate))
        var state = gated.state(atLevel: 104, opening: 0.2)
        var alone = plain.state(atLevel: 104)
        var shut = alone
        for step in 0..<300 {
            let inflow = (Double(step % 17) * 20, Double((step + 1) % 17) * 20)
            let opening = Double((step + 1) % 5) * 0.7
            let next = gated.advance(state, inflow: inflow, opening: opening, step: 900)
            let change = 450 * (inflow.0 + inflow.1 - state.outflow - next.outflow)
            #expect((next.storage - state.storage - change).magnitude <= 1e-8 * 46e6)
            #expect((plain.state(atLevel: next.level).storage - next.storage).magnitude < 1e-4 * 46)
            state = next
            alone = plain.advance(alone, inflow: inflow, step: 900)
            shut = gated.advance(shut, inflow: inflow, opening: 0, step: 900)
            #expect((alone.level - shut.level).magnitude < 1e-9)
        }
    }
}
