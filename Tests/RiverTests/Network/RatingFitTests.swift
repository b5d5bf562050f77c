import Foundation
import TestKit
import Testing

@testable import River

@Suite struct RatingFitTests {
    /// Gaugings of a law with an even error.
    private func made(_ count: Int, error: Double, _ law: (Double) -> Double) -> [Gauging] {
        (0..<count).map { place in
            let stage = 1 + 4 * Double(place) / Double(count - 1)
            let sign = place % 3 == 0 ? 1.0 : place % 3 == 1 ? -1 : 0
            return Gauging(stage: stage, discharge: law(stage) * Elementary.exp(sign * error))
        }
    }

    @Test(.enabled(if: Repository.canUseSharedData, "\(Repository.sharedDataReason)"))
    func `the fits of three real ratings are those of the reference to 1e-5`() throws {
        let golden: [(String, [Double])] = [
            ("isere", [57.918008, 1.468616, -0.151230, 0.041534]),
            ("nordura", [15.140267, 2.179075, 0.870059, 0.079513]),
            ("green_channel", [335.402465, 1.823496, 0.057815, 0.035170]),
        ]
        let folder = try #require(Repository.sharedData)
        for (name, expected) in golden {
            let text = try String(contentsOf: folder.appending(path: "forecast/rating_\(name).csv"), encoding: .utf8)
            let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",") }
            let (stage, flow) = (
                try #require(lines[0].firstIndex(of: "stage")), try #require(lines[0].firstIndex(of: "q"))
            )
            let gaugings = lines.dropFirst().map { Gauging(stage: Double($0[stage])!, discharge: Double($0[flow])!) }
            let fit = try #require(PowerLawFit(gaugings))
            for (own, other) in zip([fit.coefficient, fit.exponent, fit.zero, fit.deviation], expected) {
                #expect((own - other).magnitude < 1e-5 * max(1, other.magnitude), "\(name)")
            }
        }
    }

    @Test func `a law without error is found again, weighted or not`() throws {
        let gaugings = made(12, error: 0) { 30 * Elementary.power($0 - 0.4, 1.7) }
        for isWeighted in [false, true] {
            let fit = try #require(PowerLawFit(gaugings, isWeighted: isWeighted))
            #expect((fit.coefficient - 30).magnitude < 1e-5 && (fit.exponent - 1.7).magnitude < 1e-6)
            #expect((fit.zero - 0.4).magnitude < 1e-6 && fit.deviation < 1e-8)
            #expect(fit.discharge(fit.zero) == nil && fit.discharge(0) == nil)
        }
        #expect(PowerLawFit([Gauging(stage: 1, discharge: 2), Gauging(stage: 2, discharge: 3)]) == nil)
    }

    @Test func `a gauging with a large deviation counts little when it is told`() throws {
        var gaugings = made(15, error: 0.01) { 30 * Elementary.power($0 - 0.4, 1.7) }
            .map { Gauging(stage: $0.stage, discharge: $0.discharge, deviation: 0.02 * $0.discharge) }
        gaugings.append(Gauging(stage: 4.9, discharge: 900, deviation: 800))
        let plain = try #require(PowerLawFit(gaugings))
        let weighted = try #require(PowerLawFit(gaugings, isWeighted: true))
        let truth = 30 * Elementary.power(4.5, 1.7)
        #expect(((weighted.discharge(4.9) ?? 0) / truth - 1).magnitude < 0.02)
        #expect(((plain.discharge(4.9) ?? 0) / truth - 1).magnitude > 0.1)
    }

    @Test func `segments join without a step and refuse what is no rating`() throws {
        let rating = try #require(
            SegmentedRating(
                activations: [1, 2, 4], coefficients: [5, 30, 60], exponents: [1.5, 1.67, 1.7], deviation: 0.1))
        for stage in [2.0, 4.0] {
            let (below, above) = (rating.discharge(stage), rating.discharge(stage + 1e-9))
            #expect((below - above).magnitude < 1e-6)
        }
        #expect(rating.discharge(1) == 0 && rating.discharge(0) == 0)
        #expect(SegmentedRating(activations: [2, 1], coefficients: [1, 1], exponents: [1, 1], deviation: 0.1) == nil)
        #expect(SegmentedRating(activations: [1], coefficients: [-1], exponents: [1], deviation: 0.1) == nil)
    }

    @Test func `two controls are told apart, the band holds the gaugings and a seed repeats`() throws {
        let truth = try #require(
            SegmentedRating(activations: [0.5, 2.5], coefficients: [6, 25], exponents: [1.5, 1.67], deviation: 0.03))
        let gaugings = made(60, error: 0.03) { truth.discharge($0) }
        let posterior = try #require(RatingPosterior(gaugings, controls: [.weir, .channel], seed: 4, steps: 20_000))
        for stage in [1.5, 2.4, 3, 4.5] {
            #expect((posterior.best.discharge(stage) / truth.discharge(stage) - 1).magnitude < 0.05)
        }
        let inside = gaugings.count { gauging in
            let band = posterior.band(at: gauging.stage)
            return band.low <= gauging.discharge && gauging.discharge <= band.high
        }
        #expect(inside >= 54)
        let again = try #require(RatingPosterior(gaugings, controls: [.weir, .channel], seed: 4, steps: 20_000))
        #expect(again.draws == posterior.draws)
        #expect(RatingPosterior(Array(gaugings[..<5]), controls: [.weir, .channel], seed: 4) == nil)
    }
}
