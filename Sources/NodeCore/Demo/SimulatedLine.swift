public import Series

/// How the lines between the nodes of a demonstration behave.
public struct LineCharacter: Hashable, Sendable {
    /// The median time that a request is under way, s; half of them take longer, one in a hundred ten times as long.
    public var delay: Double
    /// The share of fetches that come to nothing, 0 ..< 1.
    public var loss: Double
    /// The chance that a line breaks on a day, 0 ... 1; a break lasts between half an hour and six hours.
    public var outages: Double

    /// Makes a character: half a minute, one fetch in twenty, a break in ten days.
    public init(delay: Double = 30, loss: Double = 0.05, outages: Double = 0.1) {
        precondition(delay >= 0 && (0..<1).contains(loss) && (0...1).contains(outages), "a line's character is bounded")
        self.delay = delay
        self.loss = loss
        self.outages = outages
    }

    /// Lines that carry everything at once.
    public static let perfect = LineCharacter(delay: 0, loss: 0, outages: 0)
}

/// The lines between the nodes of a demonstration: when a reader's requests arrive at a provider, and which come to nothing.
///
/// Everything follows from the seed, the two parties and the time, never from what was asked before, so that a
/// demonstration that was killed goes on with the same lines.
public struct SimulatedLines: Sendable {
    /// The seed.
    public let seed: UInt64
    /// How all lines behave.
    public let character: LineCharacter
    /// s between two requests of one reader to one provider, drawn once for each pair.
    public let periods: ClosedRange<Int64>

    /// Makes lines.
    ///
    /// - Parameter periods: s between two requests of a reader; 5 to 30 minutes if not given.
    public init(
        seed: UInt64, character: LineCharacter = LineCharacter(), periods: ClosedRange<Int64> = 300...1800
    ) {
        precondition(periods.lowerBound > 0, "a reader waits between two requests")
        self.seed = seed
        self.character = character
        self.periods = periods
    }

    /// The first time after `now` at which a request of the reader arrives at the provider.
    public func arrival(of reader: PartyID, at provider: PartyID, after now: Instant) -> Instant {
        let pair = draw(reader, provider, "pair")
        let width = UInt64(periods.upperBound - periods.lowerBound + 1)
        let period = periods.lowerBound + Int64(draw(reader, provider, "period") % width)
        let phase = Int64(pair % UInt64(period))
        // a request of long ago may still be under way
        var number = (now.secondsSinceEpoch - longestDelay - phase) / period - 1
        var first: Int64?
        while true {
            let leaving = phase + number * period
            if let first, leaving >= first { return Instant(secondsSinceEpoch: first) }
            let arriving = leaving + delay(of: number, pair)
            if arriving > now.secondsSinceEpoch { first = min(first ?? .max, arriving) }
            number += 1
        }
    }

    /// Whether a fetch gets through.
    public func carries(_ path: String, from provider: PartyID, to reader: PartyID, at now: Instant) -> Bool {
        guard !isBroken(between: reader, and: provider, at: now) else { return false }
        return unit(draw(reader, provider, path, UInt64(bitPattern: now.secondsSinceEpoch))) >= character.loss
    }

    /// Whether the line between two parties is broken, in both directions.
    public func isBroken(between one: PartyID, and other: PartyID, at now: Instant) -> Bool {
        guard character.outages > 0 else { return false }
        let (low, high) = one < other ? (one, other) : (other, one)
        let today = Int64((Double(now.secondsSinceEpoch) / 86_400).rounded(.down))
        return [today - 1, today].contains { day in
            let number = UInt64(bitPattern: day)
            guard unit(draw(low, high, "outage", number)) < character.outages else { return false }
            let begin = day * 86_400 + Int64(unit(draw(low, high, "begin", number)) * 86_400)
            let length = 1800 + Int64(unit(draw(low, high, "length", number)) * 19_800)
            return (begin..<(begin + length)).contains(now.secondsSinceEpoch)
        }
    }

    // MARK: Chance

    /// s; no request is longer under way.
    private var longestDelay: Int64 { Int64(character.delay * 20) + 1 }

    /// s that a request is under way: log-logistic of shape 2, cut off at twenty medians.
    private func delay(of number: Int64, _ pair: UInt64) -> Int64 {
        let chance = unit(SimulatedLines.mixed(pair ^ UInt64(bitPattern: number)))
        let time = character.delay * min(20, (chance / (1 - chance)).squareRoot())
        return Int64(time.rounded())
    }

    /// A number in 0 ..< 1 of 53 bits.
    private func unit(_ draw: UInt64) -> Double { Double(draw >> 11) * 0x1p-53 }

    private func draw(_ one: PartyID, _ other: PartyID, _ purpose: String, _ number: UInt64 = 0) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(one)/\(other)/\(purpose)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return SimulatedLines.mixed(SimulatedLines.mixed(hash ^ seed) ^ number)
    }

    /// The output step of SplitMix64.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value &+ 0x9e37_79b9_7f4a_7c15
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}
