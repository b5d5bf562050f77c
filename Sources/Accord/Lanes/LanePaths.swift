/// The paths of a lane's bundles and tiles, in the order in which a check reads them.
public struct LanePaths: Sequence, IteratorProtocol, Sendable {
    private let size: Int
    private let from: Int
    private var level = 0
    private var number: Int
    private var isTile = false

    /// The files of a lane.
    ///
    /// - Parameters:
    ///   - size: number of entries, 0 or more.
    ///   - from: entries that somebody has already; only files that hold or cover later ones are named.
    public init(size: Int, from: Int = 0) {
        precondition(size >= 0 && from >= 0, "a size is 0 or more")
        self.size = size
        self.from = from
        number = from / LaneTiles.width
    }

    /// The next path; nil after the last.
    public mutating func next() -> String? {
        while level < 8, size >> (8 * level) > 0 {
            let count = size >> (8 * level)
            guard number * LaneTiles.width < count, size > from else {
                level += 1
                number = (from >> Swift.min(8 * level, 63)) / LaneTiles.width
                continue
            }
            let held = Swift.min(LaneTiles.width, count - number * LaneTiles.width)
            let isBundle = level == 0 && !isTile
            let path = LaneTiles.path(isBundle ? "entries" : "\(level)", number: number, count: held)
            isTile = isBundle
            if !isBundle { number += 1 }
            return path
        }
        return nil
    }
}
