import Series

/// How long wrong attempts make somebody wait: growing, and never for ever.
enum LockOut {
    /// Failures in a row that cost nothing but their number.
    static let free = 5
    /// s after the fifth failure; twice as long after each further one.
    static let first: Int64 = 30
    /// s at most.
    static let longest: Int64 = 900

    /// The same for an address: a whole office may come from one.
    static let freeForAddress = 20

    /// The s to wait after that many failures in a row; 0 for none.
    static func pause(after failures: Int, free: Int = free) -> Int64 {
        guard failures >= free else { return 0 }
        return min(longest, first << Int64(min(10, failures - free)))
    }
}

/// The same for addresses, and for names that nobody has: in memory, of bounded size.
struct PauseBook: Sendable {
    private struct Entry {
        var failures: Int
        var until: Instant
        var last: Instant
    }

    /// s after the last failure until it is forgotten.
    static let memory: Int64 = 3_600
    /// Names remembered at once; when there are more, those that failed longest ago are forgotten.
    static let capacity = 4_096
    private var entries: [String: Entry] = [:]

    /// The s until a name may try again; nil when it may now.
    func wait(_ name: String, at now: Instant) -> Int64? {
        // A clock that was set back must not shut anybody out.
        guard let entry = entries[name], entry.until > now, now >= entry.last else { return nil }
        return entry.until - now
    }

    /// Counts an attempt before it is looked at.
    ///
    /// - Parameter free: failures in a row that cost nothing but their number.
    mutating func count(_ name: String, free: Int = LockOut.free, at now: Instant) {
        let old = entries[name].flatMap { now - $0.last < PauseBook.memory && now >= $0.last ? $0 : nil }
        let failures = (old?.failures ?? 0) + 1
        if entries.count >= PauseBook.capacity, entries[name] == nil {
            let oldest = entries.sorted { $0.value.last < $1.value.last }.prefix(PauseBook.capacity / 4)
            for (key, _) in oldest { entries[key] = nil }
        }
        entries[name] = Entry(failures: failures, until: now + LockOut.pause(after: failures, free: free), last: now)
    }

    /// Forgets the failures of a name whose attempt was right.
    mutating func forget(_ name: String) { entries[name] = nil }
}
