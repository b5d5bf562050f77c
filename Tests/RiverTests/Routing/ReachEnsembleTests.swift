import River
import Series
import Testing

@Suite struct ReachEnsembleTests {
    @Test(arguments: [1, 3, 4, 5, 8, 9, 16, 17, 51]) func `members side by side have the bits that each has alone`(
        count: Int
    ) throws {
        var random = SeededGenerator(seed: UInt64(count))
        let station = { (text: String) in StationID(text)! }  // valid ids
        let reach = Reach(
            id: ReachID("reach")!, river: "thao", upstream: station("a"), downstream: station("b"), length: 47_000,
            slope: 6e-4, manningN: 0.035, bottomWidth: 120, sideSlope: 2, celerity: 3, known: .estimated, source: "made"
        )
        let inflows = (0..<count).map { _ -> [Double] in
            let (base, height) = (random.nextUnit() * 300, random.nextUnit() * 6000)
            return (0..<200).map { hour in base + height * Double(max(0, 30 - abs(hour - 60))) / 30 + random.nextUnit()
            }
        }
        let routed = reach.route(ensemble: inflows, step: 3600)
        #expect(routed.count == count)
        for (inflow, outflow) in zip(inflows, routed) { #expect(outflow == reach.route(inflow, step: 3600).outflow) }
    }
}
