public import River

/// What every runoff model must keep, whatever its equations: hand a new one over and expect no complaint.
public struct RunoffConformance {
    private let model: any RunoffModel
    private let parameters: [Double]
    private let forcing: RunoffForcing

    /// Makes the suite.
    ///
    /// - Parameters:
    ///   - parameters: an ordinary set of the model.
    ///   - forcing: at least 400 steps with rain and drought, with snow layers if the model needs them.
    public init(_ model: any RunoffModel, parameters: [Double], forcing: RunoffForcing) {
        self.model = model
        self.parameters = parameters
        self.forcing = forcing
    }

    /// What is wrong, one sentence each; empty when the model keeps all rules.
    public var complaints: [String] {
        [
            usable, closed, notNegative, dry, restarted, repeatable, shared, described,
        ].flatMap { $0() }
    }

    private func run(_ forcing: RunoffForcing) -> (start: RunoffState, run: RunoffRun) {
        let start = model.start(parameters, forcing)
        return (start, model.run(forcing, parameters, from: start))
    }

    private func usable() -> [String] {
        model.problem(with: parameters).map { ["parameter \($0) of the suite is out of the model's own range"] } ?? []
    }

    /// The balance is taken behind a year of warm-up, because a start need not be in balance with itself.
    private func closed() -> [String] {
        let half = forcing.count / 2
        let first = run(forcing[0..<half]).run
        let rest = forcing[half..<forcing.count]
        let second = model.run(rest, parameters, from: first.end)
        let missing = model.imbalance(of: second, from: first.end, parameters, rest)
        let rain = max(second.taken, 1)
        return missing.magnitude <= model.balanceTolerance * rain
            ? [] : ["the water balance misses \(missing) mm of \(rain) mm of rain"]
    }

    private func notNegative() -> [String] {
        let run = run(forcing).run
        let flows = run.discharge.allSatisfy { $0 >= 0 && $0.isFinite }
        let stores = zip(model.storeNames, run.stores).filter { name, values in
            !model.bottomlessStores.contains(name) && values.contains { !($0 >= 0) }
        }
        let air = run.evaporation.allSatisfy { $0 >= 0 && $0.isFinite }
        return (flows ? [] : ["a flow is negative or no number"])
            + stores.map { "the store \($0.0) is negative or no number" }
            + (air ? [] : ["evaporation is negative or no number"])
    }

    /// A basin without water and without rain stays dry, but for what neighbours bring.
    private func dry() -> [String] {
        let none = [Double](repeating: 0, count: 50)
        let layers = forcing.snow.map { snow in
            SnowForcing(
                layers: snow.layers.map { _ in
                    SnowForcing.Layer(precipitation: none, temperature: none, solidShare: none)
                }, meanAnnualSolid: snow.meanAnnualSolid)
        }
        let desert = RunoffForcing(
            precipitation: none, evaporation: none.map { _ in 3 }, step: forcing.step, snow: layers)
        let run = model.run(desert, parameters, from: model.dryStart(parameters, desert))
        let sum = run.discharge.reduce(0, +)
        let borrowed = zip(model.storeNames, run.end.stores).reduce(0.0) { sum, store in
            model.bottomlessStores.contains(store.0) ? sum + max(0, -store.1) : sum
        }
        return sum <= max(0, run.exchanged) + borrowed + 1e-9 ? [] : ["a dry basin without rain gives \(sum) mm"]
    }

    private func restarted() -> [String] {
        let cut = forcing.count / 3
        let whole = run(forcing).run
        let first = run(forcing[0..<cut]).run
        let second = model.run(forcing[cut..<forcing.count], parameters, from: first.end)
        let worst = zip(first.discharge + second.discharge, whole.discharge).map { ($0 - $1).magnitude }.max() ?? 0
        return worst <= 1e-12 ? [] : ["a run that stops and goes on differs by \(worst) mm"]
    }

    private func repeatable() -> [String] {
        run(forcing).run == run(forcing).run ? [] : ["two equal runs differ"]
    }

    private func shared() -> [String] {
        var runner = model.candidates(forcing)
        let sets = (0..<5).map { number in
            model.clamped(parameters.map { $0 * (1 + 0.01 * Double(number)) })
        }
        for (set, flow) in zip(sets, runner.discharges(of: sets)) {
            let alone = model.run(forcing, set, from: model.start(set, forcing)).discharge
            let worst = zip(flow, alone).map { ($0 - $1).magnitude / max($1, 1e-6) }.max() ?? 0
            if worst > 1e-10 { return ["a set among others differs by \(worst) from itself alone"] }
        }
        return []
    }

    private func described() -> [String] {
        let run = run(forcing[0..<10]).run
        let isWhole =
            run.stores.count == model.storeNames.count && run.stores.allSatisfy { $0.count == 10 }
            && run.discharge.count == 10 && run.evaporation.count == 10
        let isTold = !model.summary.isEmpty && model.parameters.allSatisfy { !$0.meaning.isEmpty && !$0.unit.isEmpty }
        return (isWhole ? [] : ["a run does not list one value a step of each store"])
            + (isTold ? [] : ["the model or a parameter is not described"])
    }
}
