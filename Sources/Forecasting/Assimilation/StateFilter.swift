public import River
import Series

/// An ensemble Kalman filter on the stores and the water under way of a GR model: many runs with disturbed weather, moved
/// towards what is observed as far as their spread and the reading's error allow.
///
/// Readings and runs are compared in square roots, in which their errors are nearer to normal. Sources: Evensen (1994), J. Geophys.
/// Res. 99, 10143-10162; Burgers et al. (1998), Mon. Weather Rev. 126, 1719-1724 (disturbed readings).
public struct StateFilter: Sendable {
    /// How uncertain what goes in is.
    public struct Settings: Hashable, Sendable {
        /// Runs.
        public var members = 50
        /// Standard deviation over mean of the factor on rain.
        public var rainVariation = 0.3
        /// What the logarithm of that factor keeps from step to step, 0 to below 1.
        public var rainMemory = 0.9
        /// Standard deviation over mean of the factor on potential evaporation.
        public var evaporationVariation = 0.1
        /// Error of a reading, a share of it.
        public var readingError = 0.07
        /// Error of a reading at least, mm per step.
        public var leastError = 0.005

        /// The usual ones.
        public init() {}
    }

    /// What the filter gives, one a step.
    public struct Result: Hashable, Sendable {
        /// Flow of the step after its reading has been used, mm.
        public let analysed: [Double]
        /// Flow so many steps later, mm; missing where the weather ends before.
        public let later: [Int: [Double?]]
    }

    private let model: GRModel
    private let parameters: [Double]
    private let settings: Settings

    /// Makes a filter; parameters are in the model's order and ranges.
    public init(_ model: GRModel, _ parameters: [Double], settings: Settings = Settings()) {
        precondition(model.problem(with: parameters) == nil, "parameters in range")
        precondition(settings.members >= 2 && (0..<1).contains(settings.rainMemory), "some runs that forget")
        self.model = model
        self.parameters = parameters
        self.settings = settings
    }

    /// Runs through a record.
    ///
    /// - Parameters:
    ///   - forcing: the weather; forecasts use what comes after their issue, undisturbed, as a perfect forecast.
    ///   - observed: mm per step; nil where none was read.
    ///   - leads: steps, each >= 1.
    ///   - seed: equal seeds give equal bits.
    public func run(_ forcing: RunoffForcing, observed: [Double?], leads: [Int], seed: UInt64) -> Result {
        precondition(observed.count == forcing.count, "one reading a step, or none")
        precondition(leads.allSatisfy { $0 >= 1 }, "a forecast looks ahead")
        var generator = SeededGenerator(seed: seed)
        var states = [RunoffState](repeating: model.start(parameters, forcing), count: settings.members)
        var weather = [(rain: Double, evaporation: Double)](repeating: (0, 0), count: settings.members)
        var analysed: [Double] = []
        var later: [Int: [Double?]] = [:]
        let furthest = leads.max() ?? 0
        for step in 0..<forcing.count {
            var roots: [Double] = []
            for member in states.indices {
                disturb(&weather[member], &generator)
                let one = RunoffForcing(
                    precipitation: [forcing.precipitation[step] * factor(weather[member].rain, settings.rainVariation)],
                    evaporation: [
                        forcing.evaporation[step] * factor(weather[member].evaporation, settings.evaporationVariation)
                    ], step: forcing.step)
                let run = model.run(one, parameters, from: states[member])
                states[member] = run.end
                roots.append(run.discharge[0].flowRoot)
            }
            if let reading = observed[step] { update(&states, &roots, reading, &generator) }
            let root = roots.reduce(0, +) / Double(roots.count)
            analysed.append(root * root)
            let end = min(forcing.count, step + 1 + furthest)
            guard step + 1 < end else { continue }
            let ahead = forcing[step + 1..<end]
            let runs = states.map { model.run(ahead, parameters, from: $0).discharge }
            for lead in leads where lead <= ahead.count {
                let mean = runs.reduce(0) { $0 + $1[lead - 1].flowRoot } / Double(runs.count)
                later[lead, default: [Double?](repeating: nil, count: forcing.count)][step] = mean * mean
            }
        }
        for lead in leads where later[lead] == nil {
            later[lead] = [Double?](repeating: nil, count: forcing.count)
        }
        return Result(analysed: analysed, later: later)
    }

    private func disturb(_ weather: inout (rain: Double, evaporation: Double), _ generator: inout SeededGenerator) {
        let keep = settings.rainMemory
        let fresh = (1 - keep * keep).squareRoot()
        weather.rain = keep * weather.rain + fresh * generator.nextNormal()
        weather.evaporation = keep * weather.evaporation + fresh * generator.nextNormal()
    }

    /// A lognormal factor of mean one.
    private func factor(_ normal: Double, _ variation: Double) -> Double {
        let variance = Elementary.log(1 + variation * variation)
        return Elementary.exp(variance.squareRoot() * normal - variance / 2)
    }

    /// Moves states and the roots of flow towards a reading.
    private func update(
        _ states: inout [RunoffState], _ roots: inout [Double], _ reading: Double, _ generator: inout SeededGenerator
    ) {
        let count = Double(roots.count)
        let mean = roots.reduce(0, +) / count
        let spread = roots.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let target = reading.flowRoot
        let error = max(settings.readingError * reading, settings.leastError)
        // the error of a root is that of the reading over twice the root
        let deviation = error / (2 * max(target, error.squareRoot()))
        let whole = spread + deviation * deviation
        guard whole > 0 else { return }
        let misses = roots.map { target + deviation * generator.nextNormal() - $0 }
        func gain(_ values: [Double]) -> Double {
            let middle = values.reduce(0, +) / count
            var sum = 0.0
            for (value, root) in zip(values, roots) { sum += (value - middle) * (root - mean) }
            return sum / (count - 1) / whole
        }
        for store in states[0].stores.indices {
            let gain = gain(states.map { $0.stores[store] })
            let isBottomless = model.bottomlessStores.contains(model.storeNames[store])
            // the production store holds X1 at most, the routing store X3
            let ceiling = store < 2 ? parameters[2 * store] : .infinity
            for member in states.indices {
                let moved = states[member].stores[store] + gain * misses[member]
                states[member].stores[store] = min(isBottomless ? moved : max(0, moved), ceiling)
            }
        }
        for row in states[0].pending.indices {
            for place in states[0].pending[row].indices {
                let gain = gain(states.map { $0.pending[row][place] })
                guard gain != 0 else { continue }
                for member in states.indices {
                    states[member].pending[row][place] = max(
                        0, states[member].pending[row][place] + gain * misses[member])
                }
            }
        }
        let own = spread / whole
        for member in roots.indices { roots[member] = max(0, roots[member] + own * misses[member]) }
    }
}
