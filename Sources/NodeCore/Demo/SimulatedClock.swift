public import Series
import Synchronization

/// A clock that stands until it is set: the time of a replay.
public final class SimulatedClock: Sendable {
    private let time: Mutex<Instant>

    /// Makes a clock.
    public init(_ start: Instant) {
        time = Mutex(start)
    }

    /// The time.
    public var now: Instant { time.withLock { $0 } }

    /// Sets the time; it may go back, for a replay that begins again.
    public func set(_ instant: Instant) { time.withLock { $0 = instant } }
}
