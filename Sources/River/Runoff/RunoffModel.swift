/// A model that turns rain and evaporation on a sub-basin into flow at its outlet: the door behind which all of them stand.
///
/// A new one is a file with a type that conforms, a line in ``RunoffModels/all(_:)`` and a test that hands it to
/// `RunoffConformance`. Depths are mm over the sub-basin and the step, as in the papers; ``RunoffForcing`` says how they become
/// m3/s.
public protocol RunoffModel: Sendable {
    /// As it is written on a command line, for example `GR4J`.
    var name: String { get }
    /// One sentence with author and year.
    var summary: String { get }
    /// s of the step that the parameters are made for; nil when the model converts them to any step.
    var step: Int64? { get }
    /// Its parameters in order.
    var parameters: [RunoffParameter] { get }
    /// The names of the stores whose contents a run lists, for example `Prod`.
    var storeNames: [String] { get }
    /// Those among them that may fall below zero without end, as the exponential store of GR6J does.
    var bottomlessStores: Set<String> { get }
    /// Whether the forcing must hold snow layers.
    var needsSnow: Bool { get }
    /// The largest share of precipitation by which the water balance may miss: rounding alone unless the model says otherwise.
    var balanceTolerance: Double { get }
    /// The state from which a run without history starts.
    func start(_ parameters: [Double], _ forcing: RunoffForcing) -> RunoffState
    /// The state without any water.
    func dryStart(_ parameters: [Double], _ forcing: RunoffForcing) -> RunoffState
    /// Runs over the whole forcing.
    ///
    /// - Parameters:
    ///   - parameters: in order and in range, see ``RunoffModel/problem(with:)``; anything else is a bug of the caller.
    ///   - state: made by the same model with the same parameters.
    func run(_ forcing: RunoffForcing, _ parameters: [Double], from state: RunoffState) -> RunoffRun
    /// mm of water in a state.
    func water(in state: RunoffState, _ parameters: [Double], _ forcing: RunoffForcing) -> Double
    /// A runner of many parameter sets over one forcing, each from its own start.
    func candidates(_ forcing: RunoffForcing) -> any RunoffCandidates
}

/// Runs parameter sets over one forcing and keeps what they share.
public protocol RunoffCandidates {
    /// The discharge of each set, mm per step over the whole forcing: that of a single run to a few units of the last digit, and
    /// the same bits whatever the other sets are.
    mutating func discharges(of sets: [[Double]]) -> [[Double]]
    /// The objective of each set: that of its discharge.
    mutating func criteria(of sets: [[Double]], _ problem: CalibrationProblem) -> [Double]
}

extension RunoffCandidates {
    /// From the discharges.
    public mutating func criteria(of sets: [[Double]], _ problem: CalibrationProblem) -> [Double] {
        discharges(of: sets).map { problem.criterion(of: $0) }
    }
}

extension RunoffModel {
    /// Rounding alone.
    public var balanceTolerance: Double { 1e-10 }
    /// No snow.
    public var needsSnow: Bool { false }
    /// None.
    public var bottomlessStores: Set<String> { [] }

    /// One run after another.
    public func candidates(_ forcing: RunoffForcing) -> any RunoffCandidates {
        SingleCandidates(model: self, forcing: forcing)
    }

    /// The place of a parameter that is not a number or out of its range; nil when all are usable. A wrong count of parameters is
    /// the place of the first that is missing or too many.
    public func problem(with values: [Double]) -> Int? {
        for (place, parameter) in parameters.enumerated() {
            guard place < values.count, values[place].isFinite, parameter.range.contains(values[place]) else {
                return place
            }
        }
        return values.count > parameters.count ? parameters.count : nil
    }
}

/// The plain way: one run after another.
private struct SingleCandidates<Model: RunoffModel>: RunoffCandidates {
    let model: Model
    let forcing: RunoffForcing

    func discharges(of sets: [[Double]]) -> [[Double]] {
        sets.map { model.run(forcing, $0, from: model.start($0, forcing)).discharge }
    }
}

/// A parameter of a runoff model.
public struct RunoffParameter: Hashable, Sendable {
    /// The symbol of the paper, for example `X1`.
    public let name: String
    /// Its unit; `-` for a plain number.
    public let unit: String
    /// What it is, in English.
    public let meaning: String
    /// The values with which the model can run.
    public let range: ClosedRange<Double>
    /// How the searches see it.
    public let transform: ParameterTransform
    /// The transformed values from which Michel's search starts, usually three; empty where none are published.
    public let startGrid: [Double]

    /// Makes a parameter.
    public init(
        _ name: String, unit: String, meaning: String, range: ClosedRange<Double>,
        transform: ParameterTransform = .linear, startGrid: [Double] = []
    ) {
        self.name = name
        self.unit = unit
        self.meaning = meaning
        self.range = range
        self.transform = transform
        self.startGrid = startGrid
    }
}

/// What a run can be told beside its parameters.
public struct RunoffOptions: Hashable, Sendable {
    /// Which constants the GR models use.
    public enum Constants: String, Sendable, CaseIterable, Hashable {
        /// As the papers print them: 90 % of the effective rain go to the routing store.
        case published
        /// As the reference program airGR has them: some are 32-bit numbers, so that 90 % are 0.8999999761581421.
        case airGR = "airgr"

        /// A decimal constant as the choice has it.
        public func value(_ constant: Double) -> Double { self == .airGR ? Double(Float(constant)) : constant }
    }

    /// How XAJ parts the runoff into its sources.
    public enum Sources: String, Sendable, CaseIterable, Hashable {
        /// In one piece.
        case whole
        /// In pieces of at most 5 mm.
        case fiveMillimetres = "5mm"
    }

    /// The constants of the GR models and CemaNeige.
    public var constants: Constants
    /// The parting of XAJ.
    public var sources: Sources

    /// Makes options.
    public init(constants: Constants = .published, sources: Sources = .whole) {
        self.constants = constants
        self.sources = sources
    }
}

/// The list of models.
public enum RunoffModels {
    /// Every model, in the order in which they are listed for people.
    public static func all(_ options: RunoffOptions = RunoffOptions()) -> [any RunoffModel] {
        let days = [
            GRModel.gr4J(options.constants), GRModel.gr5J(options.constants), GRModel.gr6J(options.constants),
        ]
        let hours = [GRModel.gr4H(options.constants), GRModel.gr5H(options.constants)]
        let snow = (days + hours).map { CemaNeige(above: $0, constants: options.constants) }
        return days + hours + snow + [Xinanjiang(sources: options.sources), Recession()]
    }

    /// The model of a name, whatever its case; nil when none is called so.
    public static func named(_ name: String, _ options: RunoffOptions = RunoffOptions()) -> (any RunoffModel)? {
        all(options).first { $0.name.lowercased() == name.lowercased() }
    }
}
