public import NodeCore
import Synchronization

/// A line between two nodes of one process that can be cut, lose, and falsify; the same calls give the same faults.
public final class SimulatedLink: Sendable {
    /// The line does not carry.
    public struct Down: Error {}

    private struct State {
        var isUp = true
        var lossEvery = 0
        var calls = 0
        var carried: [String] = []
        var falsify: (@Sendable (_ path: String, _ bytes: [UInt8]) -> [UInt8]?)?
    }

    private let state = Mutex(State())
    private let source: @Sendable (String) async throws -> [UInt8]?

    /// Makes a line to whoever serves `source`.
    public init(source: @escaping @Sendable (String) async throws -> [UInt8]?) {
        self.source = source
    }

    /// Cuts the line, or brings it back.
    public func setUp(_ isUp: Bool) { state.withLock { $0.isUp = isUp } }

    /// Loses every n-th fetch; 0 for none.
    public func lose(every count: Int) { state.withLock { $0.lossEvery = count } }

    /// Changes what is carried; nil for an honest line.
    public func falsify(_ change: (@Sendable (_ path: String, _ bytes: [UInt8]) -> [UInt8]?)?) {
        state.withLock { $0.falsify = change }
    }

    /// The paths that were carried, in order.
    public var carried: [String] { state.withLock { $0.carried } }

    /// The line as a node uses it.
    public var link: LaneLink {
        LaneLink { [self] path in
            try state.withLock { state in
                state.calls += 1
                let isLost = state.lossEvery > 0 && state.calls % state.lossEvery == 0
                if !state.isUp || isLost { throw Down() }
            }
            guard let bytes = try await source(path) else { return nil }
            return state.withLock { state in
                state.carried.append(path)
                return state.falsify.map { $0(path, bytes) } ?? bytes
            }
        }
    }
}
