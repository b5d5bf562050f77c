import River
import Series
import Testing

@testable import Forecasting

@Suite struct StateFilterTests {
    private let parameters = [350.0, 0.2, 80, 5]

    /// Hours with three storms; what the model is told is a third less than what fell.
    private func storm(_ share: Double) -> RunoffForcing {
        let rain = (0..<400).map { step in (60..<72).contains(step % 130) ? 6 * share : 0 }
        return RunoffForcing(
            precipitation: rain, evaporation: [Double](repeating: 0.1, count: 400), step: 3600)
    }

    @Test func `readings move the stores of a model that is told too little rain`() throws {
        let model = try #require(RunoffModels.named("GR4H") as? GRModel)
        let truth = model.run(storm(1), parameters, from: model.start(parameters, storm(1))).discharge
        let told = storm(0.65)
        let open = model.run(told, parameters, from: model.start(parameters, told)).discharge
        let filter = StateFilter(model, parameters)
        let found = filter.run(told, observed: truth, leads: [1, 6], seed: 1)
        func error(_ forecast: (Int) -> Double?, _ lead: Int) -> Double {
            (50..<390).reduce(0) { sum, issue in
                let miss = (forecast(issue) ?? 0) - truth[issue + lead]
                return sum + miss * miss
            }
        }
        for lead in [1, 6] {
            #expect(error({ found.later[lead]?[$0] }, lead) < 0.6 * error({ open[$0 + lead] }, lead), "lead \(lead)")
        }
        #expect(filter.run(told, observed: truth, leads: [1, 6], seed: 1) == found)
        #expect(filter.run(told, observed: truth, leads: [1, 6], seed: 2) != found)
        #expect(found.analysed.allSatisfy { $0 >= 0 && $0.isFinite } && found.later[6]?[399] == .some(nil))
    }

    @Test func `nothing after issue but the weather is used, and without readings the model runs on`() throws {
        let model = try #require(RunoffModels.named("GR4H") as? GRModel)
        let told = storm(1)
        let truth = model.run(told, parameters, from: model.start(parameters, told)).discharge.map { Optional($0) }
        let filter = StateFilter(model, parameters)
        let found = filter.run(told, observed: truth, leads: [6], seed: 1)
        let changed = truth.enumerated().map { $0 <= 200 ? $1 : 9 }
        let other = filter.run(told, observed: changed, leads: [6], seed: 1)
        #expect(found.later[6]?[200] == other.later[6]?[200] && found.later[6]?[201] != other.later[6]?[201])
        let blind = filter.run(told, observed: truth.map { _ in nil }, leads: [], seed: 1)
        #expect(blind.analysed.allSatisfy { $0 >= 0 && $0.isFinite } && blind.later.isEmpty)
        let dry = RunoffForcing(precipitation: [0, 0, 0], evaporation: [0, 0, 0], step: 3600)
        #expect(filter.run(dry, observed: [0, nil, 1e6], leads: [1], seed: 1).analysed.allSatisfy { $0.isFinite })
    }
}
