import Forecasting
import Testing

@Suite struct GaugeWeightsTests {
    private func square() throws -> AreaOutline {
        try AreaOutline(
            polygons: [
                [
                    [
                        GroundPoint(longitude: 0, latitude: -1), GroundPoint(longitude: 4, latitude: -1),
                        GroundPoint(longitude: 4, latitude: 1), GroundPoint(longitude: 0, latitude: 1),
                    ]
                ]
            ])
    }

    private func gauge(_ name: String, _ longitude: Double, _ elevation: Double? = nil) -> RainGauge {
        RainGauge(name: name, point: GroundPoint(longitude: longitude, latitude: 0), elevation: elevation)
    }

    private func isNear(_ left: [Double], _ right: [Double]) -> Bool {
        zip(left, right).allSatisfy { ($0 - $1).magnitude < 1e-12 }
    }

    @Test func `Thiessen's parts are exact`() throws {
        var weights = GaugeWeights(
            of: try square(), gauges: [gauge("a", 0), gauge("b", 2), gauge("c", 6)], method: .thiessen)
        #expect(isNear(weights.weights(ofSpeaking: [true, true, true]), [0.25, 0.75, 0]))
        #expect(isNear(weights.weights(ofSpeaking: [true, false, true]), [0.75, 0, 0.25]))
        let (two, none) = (weights.mean([8, nil, 4]), weights.mean([nil, nil, nil]))
        #expect(two == 7)
        #expect(none == nil)
    }

    @Test func `a gauge alone speaks for all, and gauges alike share`() throws {
        for method in [GaugeMethod.thiessen, .inverseDistance(power: 2)] {
            var weights = GaugeWeights(of: try square(), gauges: [gauge("a", 1), gauge("b", 3)], method: method)
            #expect(isNear(weights.weights(ofSpeaking: [true, true]), [0.5, 0.5]), "\(method)")
            #expect(isNear(weights.weights(ofSpeaking: [false, true]), [0, 1]), "\(method)")
        }
    }

    @Test func `a nearer gauge weighs more by the inverse of the distance`() throws {
        var weights = GaugeWeights(
            of: try square(), gauges: [gauge("a", 2), gauge("b", 9)], method: .inverseDistance(power: 2))
        let found = weights.weights(ofSpeaking: [true, true])
        #expect(found[0] > 0.9 && found[1] > 0 && (found[0] + found[1] - 1).magnitude < 1e-12)
    }

    @Test func `rain grows with the height between gauge and sub-basin`() throws {
        var weights = GaugeWeights(
            of: try square(), gauges: [gauge("a", 1, 100), gauge("b", 3, 900)], method: .thiessen,
            orography: GaugeWeights.Orography(elevation: 500, gradient: 0.0005))
        let found = [weights.mean([10, nil]), weights.mean([nil, 10]), weights.mean([10, 10])]
        // 10 mm x 1.2, 10 mm x 0.8, and both
        #expect(isNear(found.compactMap { $0 }, [12, 8, 10]) && found.count == 3)
    }
}
