public import Series

/// How a table writes its times: ISO 8601 with a zone, or its own patterns in a zone that the mapping states.
public struct ClockText: Hashable, Sendable {
    /// The zone of times that carry none; nil: such times are refused, never guessed.
    public var zone: UTCOffset?
    /// Patterns of letters `Y M D h m s f`, for example `YYYY-MM-DD hh:mm:ss`, tried in order after ISO 8601. A letter
    /// alone stands for one or two digits; a run of letters for exactly as many; `f` for a fraction of a second, which
    /// is dropped.
    public var patterns: [String]

    /// Makes a reader of times; without arguments ISO 8601 with the zone written.
    public init(zone: UTCOffset? = nil, patterns: [String] = []) {
        self.zone = zone
        self.patterns = patterns
    }

    /// The instant that a field holds.
    func instant(_ word: String?, column: String) throws(RowRefusal) -> Instant {
        guard let word else { throw RowRefusal("no time in \(column)", .time) }
        let problem: TimeTextProblem
        do {
            return try Instant(iso8601: word)
        } catch {
            problem = error
        }
        if let zone {
            if problem.code == .zoneMissing, let time = try? Instant(iso8601: word + zone.description) { return time }
            for pattern in patterns {
                if let time = Self.read(word, pattern: pattern, zone: zone) { return time }
            }
        }
        let kind =
            switch problem.code {
            case .zoneMissing: "time without a zone"
            case .form: "malformed time"
            case .range: "time that does not exist"
            }
        throw RowRefusal(
            "\(kind) in \(column), \(word): \(problem.advice)", problem.code == .zoneMissing ? .zone : .time)
    }

    private static func read(_ word: String, pattern: String, zone: UTCOffset) -> Instant? {
        var rest = Substring(word)
        var layout = Substring(pattern)
        var parts: [Character: Int] = [:]
        while let letter = layout.first {
            let run = layout.prefix { $0 == letter }.count
            layout = layout.dropFirst(run)
            guard "YMDhmsf".contains(letter) else {
                guard rest.hasPrefix(String(repeating: letter, count: run)) else { return nil }
                rest = rest.dropFirst(run)
                continue
            }
            let most = letter == "f" ? 9 : (run == 1 ? 2 : run)
            let digits = rest.prefix(most).prefix { ("0"..."9").contains($0) }
            guard digits.count == most || ((run == 1 || letter == "f") && !digits.isEmpty), let value = Int(digits)
            else { return nil }
            parts[letter] = value
            rest = rest.dropFirst(digits.count)
        }
        guard rest.isEmpty, let year = parts["Y"], let month = parts["M"], let day = parts["D"],
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        let (hour, minute, second) = (parts["h"] ?? 0, parts["m"] ?? 0, parts["s"] ?? 0)
        guard hour < 24, minute < 60, second < 60 else { return nil }
        return Instant(date, secondOfDay: hour * 3600 + minute * 60 + second, offset: zone)
    }
}
