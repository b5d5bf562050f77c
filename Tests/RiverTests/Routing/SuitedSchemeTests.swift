import Series
import Testing

@testable import River

@Suite struct SuitedSchemeTests {
    private func reach(slope: Double, celerity: Double, n: Double = 0.035) throws -> Reach {
        Reach(
            id: try #require(ReachID("a-to-b")), river: "made", upstream: try #require(StationID("a")),
            downstream: try #require(StationID("b")), length: 90_000, slope: slope, manningN: n, bottomWidth: 200,
            sideSlope: 2, celerity: celerity, known: .estimated, source: "made")
    }

    private let flood = (0..<240).map { (hour: Int) -> Double in
        let distance = (Double(hour) - 60) / 20
        return 500 + 3500 / (1 + distance * distance * distance * distance)
    }

    @Test func `a reach gets its scheme by the slope that a wave takes from its bed`() throws {
        #expect(try reach(slope: 6e-4, celerity: 3).suitedScheme == .mct)
        #expect(try reach(slope: 6e-5, celerity: 2).suitedScheme == .diffusive)
        // the limit: celerity times slope of a millimetre a second
        #expect(try (reach(slope: 4e-4, celerity: 2.5).waveSlope() - 0.1).magnitude < 1e-15)
        #expect(try reach(slope: 3e-4, celerity: 3).suitedScheme == .diffusive)
        #expect(try reach(slope: 1e-4, celerity: 1).waveSlope(rateOfRise: 1e-5) == 0.1)
    }

    @Test func `both schemes agree on a steep reach, and the flat one is flattened more by the diffusive wave`() throws
    {
        let steep = try reach(slope: 8e-4, celerity: 3)
        let (a, b) = (steep.route(flood, step: 3600), steep.routeDiffusively(flood, step: 3600))
        #expect(a.outflow.count == b.outflow.count && b.outflow[0] == flood[0])
        #expect((a.outflow.max()! / b.outflow.max()! - 1).magnitude < 0.005)
        let flat = try reach(slope: 4e-5, celerity: 1, n: 0.03)
        let wave = flat.routeDiffusively(flood, step: 3600)
        #expect(wave.balance.relativeError.magnitude < 1e-12)
        #expect((wave.outflow.max()! / flat.route(flood, step: 3600).outflow.max()! - 1).magnitude > 0.01)
        #expect(flat.routeDiffusively([700], step: 3600).outflow == [700])
    }
}
