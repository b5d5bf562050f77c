public import Series

/// The discharge at a point as an ensemble of rain and models forecasts it.
public struct DischargeForecast: Hashable, Sendable {
    /// When the traces that reach a threshold have done so.
    public struct Times: Hashable, Sendable {
        /// A tenth of them.
        public let early: Instant
        /// Half of them.
        public let middle: Instant
        /// Nine tenths of them.
        public let late: Instant
    }

    /// The chance of a threshold, and when it is reached.
    public struct Crossing: Hashable, Sendable {
        /// The threshold.
        public let threshold: FlowThreshold
        /// The weight of the traces that reach it, 0...1.
        public let probability: Double
        /// When the traces that reach it do so first; nil where none does.
        public let times: Times?
    }

    /// Where.
    public let station: StationID
    /// The steps after the issue; the first is one step after it.
    public let axis: TimeAxis
    /// m3/s, [trace][step]: the members of the first model, then those of the next.
    public let traces: [[Double]]
    /// The weight of each model, together 1.
    public let weights: [Double]
    /// m3/s: a tenth of the weight is below, [step].
    public let p10: [Double]
    /// m3/s: half of the weight is below, [step].
    public let p50: [Double]
    /// m3/s: nine tenths of the weight are below, [step].
    public let p90: [Double]
    /// One a threshold, in their order.
    public let crossings: [Crossing]
    /// `forecast`, or `estimated` where water from outside comes to the point.
    public let known: Known
    /// Whether readings at the point corrected it.
    public let isUpdated: Bool
    /// Whether there were enough readings to fit the correction; where not, damping and spread are judged.
    public let isFitted: Bool

    init(
        _ station: StationID, axis: TimeAxis, traces: [[Double]], weights: [Double], thresholds: [FlowThreshold],
        known: Known, isUpdated: Bool, isFitted: Bool
    ) {
        self.station = station
        self.axis = axis
        self.traces = traces
        self.weights = weights
        self.known = known
        self.isUpdated = isUpdated
        self.isFitted = isFitted
        let members = traces.count / weights.count
        let shares = traces.indices.map { weights[$0 / members] / Double(members) }
        var (low, middle, high): ([Double], [Double], [Double]) = ([], [], [])
        for step in 0..<axis.count {
            let sample = WeightedSample(traces.map { $0[step] }, shares)
            low.append(sample.quantile(0.1))
            middle.append(sample.quantile(0.5))
            high.append(sample.quantile(0.9))
        }
        (p10, p50, p90) = (low, middle, high)
        crossings = thresholds.map { Crossing($0, traces, shares, axis) }
    }
}

extension DischargeForecast.Crossing {
    fileprivate init(_ threshold: FlowThreshold, _ traces: [[Double]], _ shares: [Double], _ axis: TimeAxis) {
        self.threshold = threshold
        var (steps, weights): ([Double], [Double]) = ([], [])
        for (trace, share) in zip(traces, shares) {
            guard let step = trace.firstIndex(where: { $0 >= threshold.flow }) else { continue }
            steps.append(Double(step))
            weights.append(share)
        }
        probability = min(1, weights.reduce(0, +))
        guard !steps.isEmpty else {
            times = nil
            return
        }
        let sample = WeightedSample(steps, weights)
        func time(_ p: Double) -> Instant { axis[Int(sample.quantile(p).rounded())] }
        times = DischargeForecast.Times(early: time(0.1), middle: time(0.5), late: time(0.9))
    }
}

/// Values with weights, in order.
struct WeightedSample {
    private let values: [Double]
    /// The weight below the middle of each value, of the whole, rising.
    private let places: [Double]

    init(_ values: [Double], _ weights: [Double]) {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        let whole = weights.reduce(0, +)
        var below = 0.0
        var places: [Double] = []
        places.reserveCapacity(values.count)
        for place in order {
            places.append((below + weights[place] / 2) / whole)
            below += weights[place]
        }
        self.values = order.map { values[$0] }
        self.places = places
    }

    /// By straight lines between the middles of the weights: Hazen's positions where the weights are equal.
    func quantile(_ p: Double) -> Double {
        guard let upper = places.firstIndex(where: { $0 >= p }) else { return values[values.count - 1] }
        guard upper > 0 else { return values[0] }
        let share = (p - places[upper - 1]) / (places[upper] - places[upper - 1])
        return values[upper - 1] + share * (values[upper] - values[upper - 1])
    }
}
