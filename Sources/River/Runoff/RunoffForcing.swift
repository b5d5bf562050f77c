/// The weather on a sub-basin: one value a step, without holes.
public struct RunoffForcing: Hashable, Sendable {
    /// mm per step, >= 0.
    public let precipitation: [Double]
    /// Potential evaporation, mm per step, >= 0.
    public let evaporation: [Double]
    /// s of a step, > 0.
    public let step: Int64
    /// The weather by height; nil where no model asks for it.
    public let snow: SnowForcing?

    /// Makes a forcing; series of unequal length, or values that are negative or no numbers are a bug of the caller.
    public init(precipitation: [Double], evaporation: [Double], step: Int64, snow: SnowForcing? = nil) {
        precondition(step > 0, "a step of time is positive")
        precondition(precipitation.count == evaporation.count, "rain and evaporation have equal length")
        precondition(precipitation.allSatisfy { $0 >= 0 && $0.isFinite }, "rain is not negative")
        precondition(evaporation.allSatisfy { $0 >= 0 && $0.isFinite }, "evaporation is not negative")
        precondition(snow.map { $0.layers.allSatisfy { $0.count == precipitation.count } } ?? true, "equal length")
        self.precipitation = precipitation
        self.evaporation = evaporation
        self.step = step
        self.snow = snow
    }

    /// Number of steps.
    public var count: Int { precipitation.count }

    /// The steps of a range.
    public subscript(range: Range<Int>) -> RunoffForcing {
        RunoffForcing(
            precipitation: Array(precipitation[range]), evaporation: Array(evaporation[range]), step: step,
            snow: snow.map { snow in
                SnowForcing(layers: snow.layers.map { $0[range] }, meanAnnualSolid: snow.meanAnnualSolid)
            })
    }

    /// The same weather with other rain, for models below a snow cover.
    func withPrecipitation(_ precipitation: [Double]) -> RunoffForcing {
        RunoffForcing(precipitation: precipitation, evaporation: evaporation, step: step)
    }

    /// m3/s of a depth on an area.
    ///
    /// - Parameters:
    ///   - depth: mm per step.
    ///   - area: km2, > 0.
    public static func discharge(ofDepth depth: Double, area: Double, step: Int64) -> Double {
        depth * area * 1000 / Double(step)
    }

    /// mm per step of a flow from an area.
    ///
    /// - Parameters:
    ///   - discharge: m3/s.
    ///   - area: km2, > 0.
    public static func depth(ofDischarge discharge: Double, area: Double, step: Int64) -> Double {
        discharge * Double(step) / (area * 1000)
    }
}

/// Rain, temperature and the share of snow in layers of equal area from the lowest to the highest.
public struct SnowForcing: Hashable, Sendable {
    /// One layer of height.
    public struct Layer: Hashable, Sendable {
        /// mm per step.
        public let precipitation: [Double]
        /// Degrees Celsius.
        public let temperature: [Double]
        /// 0...1 of the precipitation.
        public let solidShare: [Double]

        /// Makes a layer; unequal lengths are a bug of the caller.
        public init(precipitation: [Double], temperature: [Double], solidShare: [Double]) {
            precondition(
                precipitation.count == temperature.count && temperature.count == solidShare.count, "equal length")
            self.precipitation = precipitation
            self.temperature = temperature
            self.solidShare = solidShare
        }

        /// Number of steps.
        var count: Int { precipitation.count }

        /// The steps of a range.
        subscript(range: Range<Int>) -> Layer {
            Layer(
                precipitation: Array(precipitation[range]), temperature: Array(temperature[range]),
                solidShare: Array(solidShare[range]))
        }
    }

    /// From the lowest to the highest, at least one.
    public let layers: [Layer]
    /// mm of snow that fall in a year on average, from which the threshold of full cover is made.
    public let meanAnnualSolid: Double

    /// Makes a snow forcing.
    public init(layers: [Layer], meanAnnualSolid: Double) {
        precondition(!layers.isEmpty, "at least one layer")
        precondition(meanAnnualSolid >= 0 && meanAnnualSolid.isFinite, "snow of a year is not negative")
        self.layers = layers
        self.meanAnnualSolid = meanAnnualSolid
    }

    /// mm of snow a year on average over the layers, from the steps of a range.
    public static func meanAnnualSolid(_ layers: [Layer], during range: Range<Int>, step: Int64) -> Double {
        guard !range.isEmpty, !layers.isEmpty else { return 0 }
        let means = layers.map { layer in
            range.reduce(0.0) { $0 + layer.solidShare[$1] * layer.precipitation[$1] } / Double(range.count)
        }
        return means.reduce(0, +) / Double(means.count) * 365.25 * 86_400 / Double(step)
    }
}

/// What a model remembers between steps.
public struct RunoffState: Hashable, Sendable {
    /// mm, in the order of the model's ``RunoffModel/storeNames`` and further ones behind them.
    public var stores: [Double]
    /// mm still to come, by hydrograph; the first value of each is that of the newest step.
    public var pending: [[Double]]

    /// Makes a state.
    public init(stores: [Double], pending: [[Double]] = []) {
        self.stores = stores
        self.pending = pending
    }
}

/// The result of a run.
public struct RunoffRun: Hashable, Sendable {
    /// mm per step.
    public let discharge: [Double]
    /// The contents of each store at the end of each step, mm: [store, step].
    public let stores: [[Double]]
    /// Actual evaporation, mm per step.
    public let evaporation: [Double]
    /// Further series by name, for example the snow packs.
    public let further: [(name: String, values: [Double])]
    /// mm of precipitation that the model took in.
    public let taken: Double
    /// mm that evaporated, weighted as the balance asks.
    public let evaporated: Double
    /// mm that the exchange with neighbours brought; negative where it took.
    public let exchanged: Double
    /// The state after the last step.
    public let end: RunoffState

    /// Makes a result.
    public init(
        discharge: [Double], stores: [[Double]], evaporation: [Double], taken: Double, evaporated: Double,
        exchanged: Double, end: RunoffState, further: [(name: String, values: [Double])] = []
    ) {
        self.discharge = discharge
        self.stores = stores
        self.evaporation = evaporation
        self.taken = taken
        self.evaporated = evaporated
        self.exchanged = exchanged
        self.end = end
        self.further = further
    }

    /// Equal series and states.
    public static func == (left: RunoffRun, right: RunoffRun) -> Bool {
        left.discharge == right.discharge && left.stores == right.stores && left.evaporation == right.evaporation
            && left.end == right.end
    }

    /// Of the discharge and the end.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(discharge)
        hasher.combine(end)
    }
}

extension RunoffModel {
    /// mm by which taken + exchanged - evaporated - discharge - change of storage misses zero.
    public func imbalance(
        of run: RunoffRun, from state: RunoffState, _ parameters: [Double], _ forcing: RunoffForcing
    ) -> Double {
        let change = water(in: run.end, parameters, forcing) - water(in: state, parameters, forcing)
        return run.taken + run.exchanged - run.evaporated - run.discharge.reduce(0, +) - change
    }
}
