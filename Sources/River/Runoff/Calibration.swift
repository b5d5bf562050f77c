/// How parameters are searched.
public enum CalibrationMethod: String, Sendable, CaseIterable, Hashable {
    /// A grid of starts, then a descent along the axes with a growing and shrinking pace (Michel 1991).
    case michel
    /// Dynamically dimensioned search (Tolson and Shoemaker 2007).
    case dds
    /// Covariance matrix adaptation (Hansen and Ostermeier 2001).
    case cmaes
}

/// What is calibrated against what.
public struct CalibrationProblem: Sendable {
    /// Scored values without a gap.
    struct Unbroken: Sendable {
        /// The step of the first.
        let first: Int
        /// mm per step.
        let values: [Double]
        /// The sum of their squared deviations from their mean.
        let squares: Double
    }

    /// The model.
    public let model: any RunoffModel
    /// Warm-up and run together.
    public let forcing: RunoffForcing
    /// mm per step, one for each step of the forcing; nil where none was read.
    public let observed: [Double?]
    /// Steps at the beginning that are not scored.
    public let warmup: Int
    /// What is made as large as possible.
    public let objective: CalibrationObjective
    private let places: [Int]
    private let known: [Double]
    /// The scored values, where none is missing between them.
    let unbroken: Unbroken?

    /// Makes a problem; a length that differs from the forcing's is a bug of the caller.
    public init(
        model: any RunoffModel, forcing: RunoffForcing, observed: [Double?], warmup: Int,
        objective: CalibrationObjective
    ) {
        precondition(observed.count == forcing.count, "one observed value a step, or none")
        precondition(warmup >= 0, "a warm-up is not negative")
        self.model = model
        self.forcing = forcing
        self.observed = observed
        self.warmup = warmup
        self.objective = objective
        places = observed.indices.filter { $0 >= warmup && observed[$0] != nil }
        let known = places.compactMap { observed[$0] }
        self.known = known
        if let first = places.first, let last = places.last, last - first + 1 == places.count {
            unbroken = Unbroken(
                first: first, values: known,
                squares: PairMoments(observed: known, simulated: known).observedSquares)
        } else {
            unbroken = nil
        }
    }

    /// Number of observed values that are scored.
    public var scored: Int { places.count }

    /// Whether the scored values vary: without that no objective exists.
    public var canBeScored: Bool { known.contains { $0 != known[0] } && known.contains { $0 != 0 } }

    /// The objective of a simulated series over the whole forcing.
    public func criterion(of discharge: [Double]) -> Double {
        guard let first = places.first, let last = places.last else { return -.infinity }
        let simulated =
            last - first + 1 == places.count ? Array(discharge[first...last]) : places.map { discharge[$0] }
        return objective.value(observed: known, simulated: simulated)
    }

    /// The same problem with only the observed values for which `isKept` says yes.
    public func keeping(_ isKept: (Int) -> Bool) -> CalibrationProblem {
        CalibrationProblem(
            model: model, forcing: forcing, observed: observed.indices.map { isKept($0) ? observed[$0] : nil },
            warmup: warmup, objective: objective)
    }
}

/// The result of a search.
public struct Calibration: Hashable, Sendable {
    /// In the model's order and units.
    public let parameters: [Double]
    /// The objective there.
    public let criterion: Double
    /// How often the model ran.
    public let runs: Int
    /// How many steps the search took, the screening of starts included.
    public let iterations: Int
    /// The best objective after each iteration.
    public let history: [Double]
}

/// Searches the parameters of a model.
///
/// - Parameters:
///   - seed: of the methods that draw numbers; equal seeds give equal parameters.
///   - evaluations: the budget of runs of `dds` and `cmaes`; Michel's search ends by itself.
public func calibrate(
    _ problem: CalibrationProblem, method: CalibrationMethod, seed: UInt64 = 1, evaluations: Int = 2000
) -> Calibration {
    var runner = problem.model.candidates(problem.forcing)
    let parameters = problem.model.parameters
    func criteria(_ sets: [[Double]]) -> [Double] {
        runner.criteria(of: sets.map { problem.model.clamped($0) }, problem)
    }
    switch method {
    case .michel: return michelSearch(parameters, criteria)
    case .dds: return dimensionedSearch(parameters, seed: seed, evaluations: evaluations, criteria)
    case .cmaes: return covarianceSearch(parameters, seed: seed, evaluations: evaluations, criteria)
    }
}

extension RunoffModel {
    /// The nearest values with which the model can run.
    public func clamped(_ values: [Double]) -> [Double] {
        zip(values, parameters).map { min(max($0, $1.range.lowerBound), $1.range.upperBound) }
    }

    /// Whether Michel's search has published starts for it.
    public var hasStartGrid: Bool { parameters.allSatisfy { !$0.startGrid.isEmpty } }
}

/// How a set of parameters does on values that it was not fitted to.
public struct Validation: Hashable, Sendable {
    /// What was fitted.
    public let calibration: Calibration
    /// The objective over the values that were left out.
    public let criterion: Double
}

/// Cuts the scored steps into `parts` of equal length, leaves each out in turn, fits on the rest and scores on what was left out.
/// Two parts are the split sample test, both ways (Klemes 1986).
public func crossValidate(
    _ problem: CalibrationProblem, parts: Int, method: CalibrationMethod, seed: UInt64 = 1, evaluations: Int = 2000
) -> [Validation] {
    precondition(parts >= 2, "something must be left out and something be left")
    let length = problem.forcing.count - problem.warmup
    return (0..<parts).map { part in
        let out = problem.warmup + length * part / parts..<problem.warmup + length * (part + 1) / parts
        let calibration = calibrate(
            problem.keeping { !out.contains($0) }, method: method, seed: seed, evaluations: evaluations)
        let state = problem.model.start(problem.model.clamped(calibration.parameters), problem.forcing)
        let run = problem.model.run(problem.forcing, problem.model.clamped(calibration.parameters), from: state)
        let rest = problem.keeping { out.contains($0) }
        return Validation(calibration: calibration, criterion: rest.criterion(of: run.discharge))
    }
}

extension [RunoffParameter] {
    /// The real values of places in the unit cube, through the transformed space of each parameter.
    func values(ofUnit place: [Double]) -> [Double] {
        let bound = ParameterTransform.searchBound
        return zip(self, place).map { $0.transform.value(2 * bound * $1 - bound, in: $0.range) }
    }
}
