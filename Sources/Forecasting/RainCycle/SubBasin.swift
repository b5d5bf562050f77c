public import River
public import Series

/// The land between the gauges above and an outlet, with the models that turn its rain into flow.
public struct SubBasin: Sendable {
    /// A model with its parameters.
    public struct Model: Sendable {
        /// The model.
        public let model: any RunoffModel
        /// In the model's order.
        public let parameters: [Double]

        /// Makes one; parameters out of range are a bug of the caller.
        public init(_ model: any RunoffModel, _ parameters: [Double]) {
            precondition(model.problem(with: parameters) == nil, "the parameters of \(model.name) are in range")
            self.model = model
            self.parameters = parameters
        }
    }

    /// Its name in tables of weather.
    public let name: String
    /// The point of the basin at which its flow joins the river.
    public let outlet: StationID
    /// km2, > 0.
    public let area: Double
    /// The models side by side.
    public let models: [Model]

    /// Makes a sub-basin.
    public init(name: String, outlet: StationID, area: Double, models: [Model]) {
        precondition(area > 0 && !models.isEmpty, "a sub-basin has an area and a model")
        self.name = name
        self.outlet = outlet
        self.area = area
        self.models = models
    }
}

/// Weather of a sub-basin around the issue of a forecast.
public struct SubBasinWeather: Sendable {
    /// What fell and could evaporate, up to the issue.
    public let past: RunoffForcing
    /// mm of the step, [member][step after the issue].
    public let rain: [[Double]]
    /// mm of the step, [step after the issue].
    public let evaporation: [Double]

    /// Makes weather.
    public init(past: RunoffForcing, rain: [[Double]], evaporation: [Double]) {
        precondition(!rain.isEmpty && rain.allSatisfy { $0.count == evaporation.count }, "members of equal length")
        self.past = past
        self.rain = rain
        self.evaporation = evaporation
    }
}

/// A flow that somebody waits for, for example the one at which an alarm level is reached.
public struct FlowThreshold: Hashable, Sendable {
    /// The alarm level, 1 the lowest.
    public let level: Int
    /// m3/s
    public let flow: Double

    /// Makes a threshold.
    public init(level: Int, flow: Double) {
        self.level = level
        self.flow = flow
    }
}
