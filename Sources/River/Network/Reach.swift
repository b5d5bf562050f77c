public import Series

/// A stretch of river between two points of the network, with the section that routing uses.
public struct Reach: Hashable, Sendable {
    /// The id.
    public let id: ReachID
    /// The river, as `rivers.csv` names it.
    public let river: String
    /// The upper end.
    public let upstream: StationID
    /// The lower end.
    public let downstream: StationID
    /// m along the river, > 0.
    public let length: Double
    /// Bed slope, m/m, > 0.
    public let slope: Double
    /// Manning's n, s m^(-1/3), > 0.
    public let manningN: Double
    /// m, > 0.
    public let bottomWidth: Double
    /// Horizontal per vertical, >= 0.
    public let sideSlope: Double
    /// Speed of a flood wave, m/s, > 0: the travel time where no rating exists.
    public let celerity: Double
    /// How the section and the celerity are known.
    public let known: Known
    /// Where the numbers come from.
    public let source: String

    /// Makes a reach; numbers outside their ranges are a bug of the caller (the pack reader refuses them with a message).
    public init(
        id: ReachID, river: String, upstream: StationID, downstream: StationID, length: Double, slope: Double,
        manningN: Double, bottomWidth: Double, sideSlope: Double, celerity: Double, known: Known, source: String
    ) {
        precondition(
            length > 0 && slope > 0 && manningN > 0 && bottomWidth > 0 && sideSlope >= 0 && celerity > 0,
            "a reach has a positive length, slope, roughness, width and celerity")
        self.id = id
        self.river = river
        self.upstream = upstream
        self.downstream = downstream
        self.length = length
        self.slope = slope
        self.manningN = manningN
        self.bottomWidth = bottomWidth
        self.sideSlope = sideSlope
        self.celerity = celerity
        self.known = known
        self.source = source
    }

    /// s that a flood wave needs from end to end.
    public var travelTime: Double { length / celerity }
}

/// Pairs of stages that belong together at two gauges of one river: what stands in for a rating where none exists.
public struct StageCorrespondence: Hashable, Sendable {
    /// One pair.
    public struct Pair: Hashable, Sendable {
        /// m at the upper gauge.
        public let upstream: Double
        /// m at the lower gauge.
        public let downstream: Double

        /// Makes a pair.
        public init(upstream: Double, downstream: Double) {
            self.upstream = upstream
            self.downstream = downstream
        }
    }

    /// The upper gauge.
    public let upstream: StationID
    /// The lower gauge.
    public let downstream: StationID
    /// Strictly increasing at both gauges, at least two.
    public let pairs: [Pair]
    /// When it holds.
    public let validity: Validity
    /// Where it comes from, for example `alarm levels I-III; flood of 2008`.
    public let source: String

    /// Makes a correspondence; fewer than two pairs or pairs out of order are a bug of the caller.
    public init(
        upstream: StationID, downstream: StationID, pairs: [Pair], validity: Validity = .always, source: String
    ) {
        precondition(pairs.count >= 2, "a correspondence has at least two pairs")
        for index in pairs.indices.dropFirst() {
            precondition(
                pairs[index - 1].upstream < pairs[index].upstream
                    && pairs[index - 1].downstream < pairs[index].downstream,
                "the pairs of a correspondence increase at both gauges")
        }
        self.upstream = upstream
        self.downstream = downstream
        self.pairs = pairs
        self.validity = validity
        self.source = source
    }
}
