import Series

/// Counts what somebody does in a while, and says how long to wait when it is too much. Its memory is bounded.
struct RateLimiter: Sendable {
    /// Times within a window.
    let limit: Int
    /// s
    let window: Int64
    /// Names remembered at once; when there are more, those whose window began first are forgotten.
    let capacity: Int
    private var counts: [String: (begin: Instant, count: Int)] = [:]

    init(limit: Int, window: Int64, capacity: Int = 4_096) {
        self.limit = limit
        self.window = window
        self.capacity = capacity
    }

    /// The seconds until a name may try again; nil when it may now.
    func wait(_ name: String, at now: Instant) -> Int64? {
        guard let entry = counts[name], entry.count >= limit else { return nil }
        // A clock that was set back must not shut anybody out.
        guard now >= entry.begin, now - entry.begin < window else { return nil }
        return entry.begin + window - now
    }

    /// Counts one time for a name.
    mutating func count(_ name: String, at now: Instant) {
        if let entry = counts[name], now >= entry.begin, now - entry.begin < window {
            counts[name] = (entry.begin, entry.count + 1)
            return
        }
        if counts.count >= capacity, counts[name] == nil {
            let oldest = counts.sorted { $0.value.begin < $1.value.begin }.prefix(capacity / 4 + 1)
            for (key, _) in oldest { counts[key] = nil }
        }
        counts[name] = (now, 1)
    }
}
