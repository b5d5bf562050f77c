import River
import Series
import Testing

@Suite struct RatingCurveTests {
    private let powerLaw = RatingCurve(
        validity: .always, form: .powerLaw(coefficient: 75.7, zero: 25.5, exponent: 2.386), gaugedRange: 29.5...34,
        logDeviation: 0.1, quality: .single, source: "test")
    private let points = RatingCurve(
        validity: .always,
        form: .points([
            .init(stage: 26.17, discharge: 477), .init(stage: 27.41, discharge: 888),
            .init(stage: 28.73, discharge: 1460), .init(stage: 29.94, discharge: 2310),
            .init(stage: 30.88, discharge: 3260), .init(stage: 32.04, discharge: 5530),
        ]), gaugedRange: 26.17...32.04, logDeviation: 0.1, quality: .single, source: "test")

    @Test(arguments: [(30.0, 2740.0), (31, 4430), (32, 6590), (33, 9280), (34, 12500)])
    func `the power law of Yen Bai gives its printed discharges`(stage: Double, printed: Double) throws {
        let value = try #require(powerLaw.discharge(at: .metres(stage)))
        #expect((value.value - printed).magnitude <= 0.01 * printed)
        #expect(value.known == .derived)
    }

    @Test func `a stage beyond the gauged range is marked estimated and rises gently`() throws {
        let high = try #require(points.discharge(at: .metres(35.73)))
        #expect(high.known == .estimated)
        #expect(high.value > 9_000 && high.value < 22_000, "\(high.value)")
        let last = try #require(points.discharge(at: .metres(32.04)))
        #expect((last.value - 5530).magnitude < 1e-9)
        #expect(last.known == .derived)
    }

    @Test(arguments: [26.5, 28.0, 31.0, 33.5])
    func `stage and discharge undo each other to a tenth of a millimetre`(stage: Double) throws {
        for curve in [powerLaw, points] {
            let q = try #require(curve.discharge(at: .metres(stage)))
            let back = try #require(curve.stage(at: .cubicMetresPerSecond(q.value)))
            #expect((back.metres - stage).magnitude < 1e-4)
        }
    }

    @Test func `there is no discharge below the zero of a power law`() {
        #expect(powerLaw.discharge(at: .metres(25.5)) == nil)
        #expect(powerLaw.stage(at: .cubicMetresPerSecond(0)) == nil)
    }
}
