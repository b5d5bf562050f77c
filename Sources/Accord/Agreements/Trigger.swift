public import Series

/// What the water must do for a notice to be owed: a series passes a level, or rises or falls fast.
public struct Trigger: Hashable, Sendable {
    /// What must happen.
    public enum Condition: String, Sendable, CaseIterable, Hashable {
        /// The value reaches the level or passes it upwards.
        case above
        /// The value reaches the level or passes it downwards.
        case below
        /// The value has risen by as much within the hours.
        case rise
        /// The value has fallen by as much within the hours.
        case fall

        /// Whether it looks at a change within hours.
        public var isRate: Bool { self == .rise || self == .fall }
    }

    /// The series that are watched.
    public let series: SeriesPattern
    /// What must happen.
    public let condition: Condition
    /// The level or the change, in the unit of the property; nil where it is agreed and not public.
    public let value: Double?
    /// The span of a rate, h, > 0; nil where it is not public, and for levels.
    public let hours: Double?

    /// Makes a trigger.
    public init(series: SeriesPattern, condition: Condition, value: Double? = nil, hours: Double? = nil) {
        self.series = series
        self.condition = condition
        self.value = value
        self.hours = hours
    }

    /// Whether its numbers are known, so that the readings can decide.
    public var isDecidable: Bool { value != nil && (!condition.isRate || hours != nil) }

    /// The times at which the condition begins to hold in the readings of one series; empty when it is not decidable.
    ///
    /// It begins to hold at the first reading that meets it, and again only after a reading that does not. Missing values
    /// and those that failed a check are passed over.
    ///
    /// - Parameter readings: of one series, in the order of their observed times.
    public func onsets(in readings: [Observation]) -> [Instant] {
        guard let value, isDecidable else { return [] }
        let usable = readings.filter { $0.quality != .fail && $0.quality != .missing }
        var onsets: [Instant] = []
        var holds = false
        var oldest = usable.startIndex
        for index in usable.indices {
            guard let now = usable[index].value else { continue }
            let span = Int64((hours ?? 0) * 3600)
            while usable[oldest].observed < usable[index].observed - span { oldest += 1 }
            let recent = usable[oldest...index].lazy.compactMap(\.value)
            let met =
                switch condition {
                case .above: now >= value
                case .below: now <= value
                case .rise: now - (recent.min() ?? now) >= value
                case .fall: (recent.max() ?? now) - now >= value
                }
            if met, !holds { onsets.append(usable[index].observed) }
            holds = met
        }
        return onsets
    }
}
