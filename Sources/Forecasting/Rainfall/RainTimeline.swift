public import Series

/// What one message of a forecast says: rain of an interval, as means over sub-basins.
public struct RainAmount: Hashable, Sendable {
    /// The member of the ensemble; 0 is the control.
    public let member: Int
    /// Where the interval begins: the start of the run for totals, the start of a bucket for others.
    public let begin: Instant
    /// Where it ends, later than its beginning.
    public let end: Instant
    /// mm of the interval, one a sub-basin; nil where a cell has no value.
    public let depths: [Double?]

    /// Makes an amount.
    public init(member: Int, begin: Instant, end: Instant, depths: [Double?]) {
        precondition(end > begin, "rain falls in an interval")
        self.member = member
        self.begin = begin
        self.end = end
        self.depths = depths
    }
}

/// Rain of the steps of one run of an ensemble, taken out of totals and buckets.
public struct RainTimeline: Hashable, Sendable {
    /// An interval without a gap before it.
    public struct Step: Hashable, Sendable {
        /// Where it begins.
        public let begin: Instant
        /// Where it ends.
        public let end: Instant
    }

    /// Why amounts make no timeline.
    public enum Flaw: Error, Hashable, Sendable {
        /// Nothing was given.
        case empty
        /// An interval and a member twice, with different amounts.
        case twice(member: Int, begin: Instant, end: Instant)
        /// Nothing is known between two times.
        case gap(member: Int, from: Instant, to: Instant)
        /// An interval begins where no other ends.
        case misfit(member: Int, begin: Instant, end: Instant)
        /// A member lacks a step that others have.
        case incomplete(member: Int, begin: Instant, end: Instant)
        /// A total falls by more than packing explains.
        case falls(member: Int, area: Int, begin: Instant, end: Instant, by: Double)
    }

    /// The members in order.
    public let members: [Int]
    /// The intervals without gaps, in order.
    public let steps: [Step]
    /// mm, >= 0, [member][area][step]; nil where nothing is known.
    public let depths: [[[Double?]]]
    /// Totals that fell a little, as packed numbers do, and were taken as no rain.
    public let clamped: Int

    /// mm that a total may fall: 16 bits of packing over 1,600 mm.
    public static let packing = 0.05

    /// Makes the timeline of one run.
    ///
    /// Totals since the start of the run (ECMWF), buckets that begin anew (GFS: 0-3, 0-6, 6-9, 6-12 h) and amounts of each step may
    /// stand together: an interval is what its message says less what is known of its beginning.
    public init(_ amounts: [RainAmount]) throws(Flaw) {
        guard !amounts.isEmpty else { throw .empty }
        var lines: [Int: MemberLine] = [:]
        for amount in amounts.sorted(by: RainTimeline.comesBefore) {
            try lines[amount.member, default: MemberLine(member: amount.member)].add(amount)
        }
        let members = lines.keys.sorted()
        // The finest common steps are those of the member that has most; the others must have the same.
        let longest = members.compactMap { lines[$0] }.max { $0.steps.count < $1.steps.count }
        let steps = longest?.steps ?? []
        for member in members {
            let own = lines[member]?.steps ?? []
            for (place, step) in steps.enumerated() where place >= own.count || own[place] != step {
                throw .incomplete(member: member, begin: step.begin, end: step.end)
            }
        }
        self.members = members
        self.steps = steps
        depths = members.map { lines[$0]?.depths ?? [] }
        clamped = members.reduce(0) { $0 + (lines[$1]?.clamped ?? 0) }
    }

    /// What ends first comes first; of two that end together the shorter one, which needs no difference.
    private static func comesBefore(_ left: RainAmount, _ right: RainAmount) -> Bool {
        if left.end != right.end { return left.end < right.end }
        if left.begin != right.begin { return left.begin > right.begin }
        return left.member < right.member
    }
}

/// The steps of one member, as far as they are known.
private struct MemberLine {
    let member: Int
    var steps: [RainTimeline.Step] = []
    /// [area][step]
    var depths: [[Double?]] = []
    var clamped = 0
    private var last: RainAmount?

    init(member: Int) { self.member = member }

    mutating func add(_ amount: RainAmount) throws(RainTimeline.Flaw) {
        if let last, last.begin == amount.begin, last.end == amount.end {
            guard last.depths == amount.depths else {
                throw .twice(member: member, begin: amount.begin, end: amount.end)
            }
            return
        }
        defer { last = amount }
        guard let known = steps.last else {
            steps = [RainTimeline.Step(begin: amount.begin, end: amount.end)]
            depths = amount.depths.map { [$0] }
            return
        }
        if amount.end == known.end, steps.contains(where: { $0.begin == amount.begin }) { return }
        guard amount.begin <= known.end else {
            throw .gap(member: member, from: known.end, to: amount.begin)
        }
        let first: Int
        if amount.begin == known.end {
            first = steps.count
        } else if let place = steps.firstIndex(where: { $0.begin == amount.begin }), amount.end > known.end {
            first = place
        } else {
            throw .misfit(member: member, begin: amount.begin, end: amount.end)
        }
        try append(amount, knownFrom: first, after: known.end)
    }

    private mutating func append(
        _ amount: RainAmount, knownFrom first: Int, after begin: Instant
    ) throws(RainTimeline.Flaw) {
        for (area, depth) in amount.depths.enumerated() {
            var rest = depth
            for earlier in depths[area][first...] { rest = rest.flatMap { rest in earlier.map { rest - $0 } } }
            if let fall = rest, fall < 0 {
                guard fall >= -RainTimeline.packing else {
                    throw .falls(member: member, area: area, begin: begin, end: amount.end, by: -fall)
                }
                clamped += 1
                rest = 0
            }
            depths[area].append(rest)
        }
        steps.append(RainTimeline.Step(begin: begin, end: amount.end))
    }
}
