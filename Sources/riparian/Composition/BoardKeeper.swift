import NodeCore
import Series

/// The board that a node's pages show: made anew when the store has changed, at most once a second, and every ten seconds
/// because ages grow. Whoever asks while one is being made gets the one before, so that no page waits for another's, unless
/// nobody has asked for a while: what is old is not shown where a moment brings what is new.
actor BoardKeeper {
    private struct Kept {
        let board: DutyBoard
        let version: Int
        /// ns of the steady clock.
        let made: Int64
    }

    private let make: @Sendable () throws -> DutyBoard
    private let version: @Sendable () -> Int
    private let nanoseconds: @Sendable () -> Int64
    private var kept: Kept?
    private var making: Task<Void, Never>?

    private static let (least, most): (Int64, Int64) = (1_000_000_000, 10_000_000_000)
    /// ns after which a board that is being replaced is shown to nobody any more.
    private static let stale: Int64 = 3_000_000_000

    /// - Parameters:
    ///   - version: another number whenever the store has changed.
    ///   - nanoseconds: a clock that nobody sets.
    ///   - make: makes a board of what the store holds; runs beside this actor.
    init(
        version: @escaping @Sendable () -> Int, nanoseconds: @escaping @Sendable () -> Int64,
        make: @escaping @Sendable () throws -> DutyBoard
    ) {
        self.version = version
        self.nanoseconds = nanoseconds
        self.make = make
    }

    /// The board now; nil when none can be made.
    func board() async -> DutyBoard? {
        refresh()
        if kept.map({ nanoseconds() - $0.made > BoardKeeper.stale }) ?? true { await making?.value }
        return kept?.board
    }

    /// What is another text for another board.
    func mark() -> String {
        refresh()
        return kept.map { "\($0.version) \($0.made)" } ?? ""
    }

    private func refresh() {
        guard making == nil else { return }
        let now = nanoseconds()
        if let kept, now - kept.made < BoardKeeper.least { return }
        let current = version()
        if let kept, kept.version == current, now - kept.made < BoardKeeper.most { return }
        let make = make
        making = Task { [weak self] in
            let board = await Task.detached { try? make() }.value
            await self?.take(board, version: current, made: now)
        }
    }

    private func take(_ board: DutyBoard?, version: Int, made: Int64) {
        making = nil
        if let board { kept = Kept(board: board, version: version, made: made) }
    }
}
