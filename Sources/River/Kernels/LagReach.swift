/// A reach as corresponding lag sees it: how long a flow is on its way, and how long it is then stored.
public struct LagReach: Hashable, Sendable {
    /// What holds at one flow.
    public struct Point: Hashable, Sendable {
        /// m3/s
        public let flow: Double
        /// s, >= 0.
        public let lag: Double
        /// s, >= 0.
        public let k: Double

        /// Makes a point.
        public init(flow: Double, lag: Double, k: Double) {
            self.flow = flow
            self.lag = lag
            self.k = k
        }
    }

    /// By rising flow; straight between them, and beyond the ends as at the ends.
    public let points: [Point]
    /// m3 stored at the flow of each point.
    private let storages: [Double]

    /// Makes a reach; nil without points, where flows do not rise, or where a lag or K is below zero.
    public init?(points: [Point]) {
        guard !points.isEmpty, points.allSatisfy({ $0.lag >= 0 && $0.k >= 0 && $0.flow.isFinite }) else { return nil }
        var storages = [points[0].k * points[0].flow]
        for (a, b) in zip(points, points.dropFirst()) {
            guard a.flow < b.flow else { return nil }
            storages.append(storages[storages.count - 1] + (b.flow - a.flow) * 0.5 * (a.k + b.k))
        }
        self.points = points
        self.storages = storages
    }

    /// One lag and one K for all flows, s; those below zero are a bug of the caller.
    public init(lag: Double, k: Double) {
        precondition(lag >= 0 && k >= 0, "lag and K are not below zero")
        points = [Point(flow: 0, lag: lag, k: k)]
        storages = [0]
    }

    /// The longest lag, s.
    public var longestLag: Double { points.reduce(0) { max($0, $1.lag) } }
    /// The least K, s.
    public var leastK: Double { points.reduce(.greatestFiniteMagnitude) { min($0, $1.k) } }

    /// s
    func lag(_ flow: Double) -> Double {
        guard let upper = points.firstIndex(where: { $0.flow > flow }) else { return points[points.count - 1].lag }
        guard upper > 0 else { return points[0].lag }
        let (a, b) = (points[upper - 1], points[upper])
        return a.lag + (b.lag - a.lag) * ((flow - a.flow) / (b.flow - a.flow))
    }

    /// m3 stored at an outflow: straight between points, so that between them K is the mean of theirs.
    func storage(_ outflow: Double) -> Double {
        let (k, flow, storage) = segment { _, point in outflow < point.flow }
        return storage + k * (outflow - flow)
    }

    /// The outflow at which `2 S / dt + O` has a value, m3/s.
    func outflow(_ target: Double, step: Double) -> Double {
        let (k, flow, storage) = segment { stored, point in target < 2 * stored / step + point.flow }
        return (target - 2 * (storage - k * flow) / step) / (2 * k / step + 1)
    }

    /// K and the beginning of the part of the table that lies below the first point of which something is true.
    private func segment(_ isBelow: (Double, Point) -> Bool) -> (k: Double, flow: Double, storage: Double) {
        let last = points.count - 1
        var upper = 0
        while upper <= last, !isBelow(storages[upper], points[upper]) { upper += 1 }
        if upper == 0 || upper > last {
            let end = upper == 0 ? 0 : last
            return (points[end].k, points[end].flow, storages[end])
        }
        let (a, b) = (points[upper - 1], points[upper])
        return (0.5 * (a.k + b.k), a.flow, storages[upper - 1])
    }
}
