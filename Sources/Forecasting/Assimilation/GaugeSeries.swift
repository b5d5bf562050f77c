/// What is known about a gauge and the water that comes to it, a value a step: the input of forecasts that learn from the past.
public struct GaugeSeries: Sendable {
    /// A run of a model over the whole record, with the rain that its maker had: where that is the rain that fell, forecasts made
    /// from it are those of a perfect rain forecast, and to be called so.
    public struct Simulation: Sendable {
        /// The model's name.
        public let name: String
        /// Flow of each step in the unit of the target, >= 0; nil while the model warms up.
        public let flow: [Double?]
        /// Flow so many steps after each issue time, where the model is restarted from readings at each of them; empty for a plain run,
        /// which says of a step the same whenever it is asked.
        public let later: [Int: [Double?]]

        /// Makes a simulation.
        public init(name: String, flow: [Double?], later: [Int: [Double?]] = [:]) {
            self.name = name
            self.flow = flow
            self.later = later
        }
    }

    /// The flow to be forecast, >= 0.
    public let target: [Double?]
    /// Flows at other gauges, >= 0.
    public let upstream: [[Double?]]
    /// Gauges on one river above the target, the uppermost first: water goes from one to the next and from the last to the target.
    public let line: [[Double?]]
    /// Rain of each step, >= 0.
    public let rain: [[Double?]]
    /// Whether the rain of a step is known when the step's flow is: false where a table stamps the beginning of its period.
    public let isRainKnown: Bool
    /// Steps over which changes of flow up to now are looked at: about the travel times between the gauges.
    public let changes: [Int]
    /// Runs of models.
    public let simulations: [Simulation]

    /// Takes series of equal length; changes are 1 or more. Anything else is a bug of the caller.
    public init(
        target: [Double?], upstream: [[Double?]] = [], line: [[Double?]] = [], rain: [[Double?]] = [],
        isRainKnown: Bool = false, changes: [Int] = [1, 2, 3, 4, 8], simulations: [Simulation] = []
    ) {
        let all = upstream + line + rain + simulations.map(\.flow)
        precondition(all.allSatisfy { $0.count == target.count }, "series of equal length")
        precondition(!changes.isEmpty && changes.allSatisfy { $0 >= 1 }, "a change looks back")
        self.target = target
        self.upstream = upstream
        self.line = line
        self.rain = rain
        self.isRainKnown = isRainKnown
        self.changes = changes
        self.simulations = simulations
    }

    /// Number of steps.
    public var count: Int { target.count }

    /// Square roots of a series, not a number where it is missing.
    static func roots(_ values: [Double?]) -> [Double] {
        // the larger of nought and what is no number would be nought
        values.map { value in value?.flowRoot ?? .nan }
    }
}

/// Series in which what is missing is not a number, so that whatever is computed from it is missing too.
enum Columns {
    /// The value some steps before; missing at the beginning.
    static func before(_ steps: Int, _ column: [Double]) -> [Double] {
        column.indices.map { $0 >= steps ? column[$0 - steps] : .nan }
    }

    /// The value some steps later; missing at the end.
    static func later(_ steps: Int, _ column: [Double]) -> [Double] {
        column.indices.map { $0 + steps < column.count ? column[$0 + steps] : .nan }
    }

    /// Sums over so many steps up to each; missing where one of them is.
    static func sums(_ column: [Double], over steps: Int) -> [Double] {
        var (sum, missing) = (0.0, 0)
        return column.indices.map { place in
            if column[place].isNaN { missing += 1 } else { sum += column[place] }
            if place >= steps {
                if column[place - steps].isNaN { missing -= 1 } else { sum -= column[place - steps] }
            }
            return place >= steps - 1 && missing == 0 ? max(0, sum) : .nan
        }
    }

    static func map(_ a: [Double], _ b: [Double], _ body: (Double, Double) -> Double) -> [Double] {
        zip(a, b).map(body)
    }
}
