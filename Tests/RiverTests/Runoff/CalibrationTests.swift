import Foundation
import TestKit
import Testing

@testable import River

@Suite struct CalibrationTests {
    private func observed(_ file: String, _ column: String) throws -> [Double?] {
        try RunoffFixtures.Columns(file)[column].map { $0.isNaN ? nil : $0 }
    }

    private func expectReference(_ result: Calibration, _ entry: [String: Any]) throws {
        #expect(result.runs == entry["NRuns"] as? Int && result.iterations == entry["NIter"] as? Int)
        #expect(RunoffFixtures.distance(result.parameters, RunoffFixtures.numbers(entry["param"])) < 1e-9)
        #expect((result.criterion - (try #require(entry["crit"] as? Double))).magnitude < 1e-10)
        #expect(RunoffFixtures.distance(result.history, RunoffFixtures.numbers(entry["history_crit"])) < 1e-10)
    }

    @Test func `Michel's search takes the reference's runs, iterations and whole path`() throws {
        let daily = try RunoffFixtures.daily()
        let flow = try observed("synthetic_q_daily.csv", "Q_mm")
        for entry in try RunoffFixtures.cases("calibration.json") {
            let problem = CalibrationProblem(
                model: GRModel.gr4J(.airGR), forcing: daily, observed: flow, warmup: 365,
                objective: entry["criterion"] as? String == "NSE" ? .nashSutcliffe : .klingGupta)
            try expectReference(calibrate(problem, method: .michel), entry)
        }
    }

    /// Two years of hours in an unoptimised build take minutes: in the long loops of `make soak`.
    private static let isLong = ProcessInfo.processInfo.environment["RIPARIAN_SOAK"] != nil

    @Test(.enabled(if: isLong, "long: RIPARIAN_SOAK=1"))
    func `Michel's search of the hourly model does too`() throws {
        let entry = try #require(
            try Repository.json("Fixtures/runoff/calibration_gr4h_nse.json") as? [String: Any])
        let problem = CalibrationProblem(
            model: GRModel.gr4H(.airGR), forcing: try RunoffFixtures.hourly(),
            observed: try observed("synthetic_q_gr4h.csv", "discharge_mm"), warmup: 8760, objective: .nashSutcliffe)
        try expectReference(calibrate(problem, method: .michel), entry)
    }

    @Test(arguments: [CalibrationMethod.dds, .cmaes])
    func `a seeded search finds a good set and the same seed finds the same one`(_ method: CalibrationMethod) throws {
        let problem = CalibrationProblem(
            model: GRModel.gr4J(.published), forcing: try RunoffFixtures.daily()[0..<900],
            observed: Array(try observed("synthetic_q_daily.csv", "Q_mm")[0..<900]), warmup: 365,
            objective: .klingGupta)
        let first = calibrate(problem, method: method, seed: 7, evaluations: 250)
        #expect(first.criterion > 0.5 && first.runs <= 250)
        #expect(zip(first.history, first.history.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(first == calibrate(problem, method: method, seed: 7, evaluations: 250))
        #expect(first != calibrate(problem, method: method, seed: 8, evaluations: 250))
    }

    @Test func `Xin'anjiang is found again from its own flow`() throws {
        let forcing = try RunoffFixtures.daily()[0..<900]
        let model = Xinanjiang()
        let truth = RunoffModelTests.ordinary(model)
        let flow = model.run(forcing, truth, from: model.start(truth, forcing)).discharge
        let problem = CalibrationProblem(
            model: model, forcing: forcing, observed: flow, warmup: 200, objective: .mixture)
        let result = calibrate(problem, method: .cmaes, seed: 3, evaluations: 1500)
        #expect(result.criterion > 0.9)
    }

    @Test func `a split sample scores only what was left out`() throws {
        let problem = CalibrationProblem(
            model: GRModel.gr4J(.published), forcing: try RunoffFixtures.daily()[0..<1500],
            observed: Array(try observed("synthetic_q_daily.csv", "Q_mm")[0..<1500]), warmup: 365,
            objective: .nashSutcliffe)
        let tests = crossValidate(problem, parts: 2, method: .michel)
        #expect(tests.count == 2)
        #expect(tests.allSatisfy { $0.criterion > 0.8 && $0.criterion < 1 })
        #expect(tests[0].calibration.parameters != tests[1].calibration.parameters)
    }

    @Test func `objectives are the sums that they are named after`() {
        let observed = [1.0, 2, 4, 3, 2, 1], simulated = [1.1, 1.8, 3.5, 3.2, 2.1, 1.2]
        // mean 13/6, sum of squares 35 - 169/6 = 41/6; errors 0.01+0.04+0.25+0.04+0.01+0.04 = 0.39
        let nash = CalibrationObjective.nashSutcliffe.value(observed: observed, simulated: simulated)
        #expect((nash - (1 - 0.39 / (41.0 / 6))).magnitude < 1e-12)
        for objective in CalibrationObjective.allCases {
            #expect((objective.value(observed: observed, simulated: observed) - 1).magnitude < 1e-12)
            #expect(objective.value(observed: [2, 2, 2], simulated: [1, 2, 3]) == -.infinity)
        }
    }

    @Test func `transformations and their inverses agree over the range of the search`() {
        let transforms: [ParameterTransform] = [
            .exponential(factor: 1.5), .hyperbolic(divisor: 3), .base(middle: 20, low: 0.5, bound: 9.99),
            .scaled(divisor: 5), .share(bound: 10), .exponentialOver(200), .linear,
        ]
        for transform in transforms {
            for t in stride(from: -9.9, through: 9.9, by: 0.37) {
                let back = transform.transformed(transform.value(t, in: 2...7), in: 2...7)
                #expect((back - t).magnitude < 1e-12, "\(transform) at \(t)")
            }
        }
    }

    @Test func `quick functions keep their promises`() {
        for x in stride(from: -30.0, through: 30, by: 0.0173) {
            #expect((Elementary.quickExp(x) / Foundation.exp(x) - 1).magnitude < 5e-16)
            let size = x.magnitude + 1e-6
            #expect(
                (Elementary.quickLog(size) - Foundation.log(size)).magnitude < 4e-16
                    * max(1, Foundation.log(size).magnitude))
            let lanes = SIMD4<Double>(repeating: x)
            #expect(Elementary.quickExp(lanes) == SIMD4(repeating: Elementary.quickExp(x)))
            let large = 1 + size * size
            let (rough, growth) = Elementary.quickInverseFourthRoot(SIMD4(large, 1e12 * large, 1, 1))
            let fourth = rough + rough * growth
            #expect((fourth[0] * large.squareRoot().squareRoot() - 1).magnitude < 8e-16)
            #expect((fourth[1] * large.squareRoot().squareRoot() * 1000 - 1).magnitude < 1e-15)
            #expect(growth[0].magnitude < 1.2e-8 && growth[1].magnitude < 1.2e-8)
        }
        #expect(Elementary.quickPower(0, 0.3) == 0)
    }
}
