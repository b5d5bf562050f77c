/// Storage and surface of a reservoir against the water level.
///
/// Straight between rows; beyond the table its first or last two rows go on. Level and storage rise strictly from row to
/// row, so that each gives the other.
public struct StorageTable: Hashable, Sendable {
    /// One row.
    public struct Row: Hashable, Sendable {
        /// m.
        public let level: Double
        /// m3.
        public let storage: Double
        /// m2; nil where the table does not say.
        public let area: Double?

        /// Makes a row.
        public init(level: Double, storage: Double, area: Double? = nil) {
            self.level = level
            self.storage = storage
            self.area = area
        }
    }

    /// In ascending order, two or more.
    public let rows: [Row]

    /// Makes a table; nil when fewer than two rows are given, when level or storage do not rise strictly, when a number is
    /// not finite, or when an area is negative or smaller than that of a lower row.
    public init?(rows: [Row]) {
        guard rows.count >= 2 else { return nil }
        var largestArea = 0.0
        for (index, row) in rows.enumerated() {
            guard row.level.isFinite, row.storage.isFinite else { return nil }
            if let area = row.area {
                guard area.isFinite, area >= largestArea else { return nil }
                largestArea = area
            }
            guard index > 0 else { continue }
            guard rows[index - 1].level < row.level, rows[index - 1].storage < row.storage else { return nil }
        }
        self.rows = rows
    }

    /// A basin with vertical walls: `area` m2 between two levels, empty at the lower one.
    public init?(area: Double, from bottom: Double, to top: Double) {
        self.init(rows: [
            Row(level: bottom, storage: 0, area: area), Row(level: top, storage: area * (top - bottom), area: area),
        ])
    }

    /// m3 at a level, m.
    public func storage(atLevel level: Double) -> Double {
        let (a, b) = rowsAround { $0.level <= level }
        return a.storage + (level - a.level) / (b.level - a.level) * (b.storage - a.storage)
    }

    /// m at a storage, m3.
    public func level(atStorage storage: Double) -> Double {
        let (a, b) = rowsAround { $0.storage <= storage }
        return a.level + (storage - a.storage) / (b.storage - a.storage) * (b.level - a.level)
    }

    /// m2 of water surface at a level, m, never negative: of the table where both rows have it, otherwise the change of
    /// storage with the level.
    public func area(atLevel level: Double) -> Double {
        let (a, b) = rowsAround { $0.level <= level }
        guard let lower = a.area, let upper = b.area else {
            return (b.storage - a.storage) / (b.level - a.level)
        }
        return max(0, lower + (level - a.level) / (b.level - a.level) * (upper - lower))
    }

    /// The two rows between which a value lies, by halving.
    private func rowsAround(_ isBelow: (Row) -> Bool) -> (Row, Row) {
        var (low, high) = (0, rows.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if isBelow(rows[middle]) { low = middle } else { high = middle }
        }
        return (rows[low], rows[high])
    }
}

/// A quantity that never falls with another, straight between rows and constant beyond them: tailwater against release, or
/// the flow of an opened gate against the level.
public struct RatingTable: Hashable, Sendable {
    /// What it is read at, strictly ascending.
    public let inputs: [Double]
    /// What is read, never falling.
    public let outputs: [Double]

    /// Makes a table; nil when it is empty, the columns differ in length, or they do not rise.
    public init?(inputs: [Double], outputs: [Double]) {
        guard !inputs.isEmpty, inputs.count == outputs.count, (inputs + outputs).allSatisfy(\.isFinite) else {
            return nil
        }
        for index in inputs.indices.dropFirst() {
            guard inputs[index - 1] < inputs[index], outputs[index - 1] <= outputs[index] else { return nil }
        }
        self.inputs = inputs
        self.outputs = outputs
    }

    /// The value at an input.
    public func value(at input: Double) -> Double {
        guard input > inputs[0] else { return outputs[0] }
        guard input < inputs[inputs.count - 1] else { return outputs[outputs.count - 1] }
        var (low, high) = (0, inputs.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if inputs[middle] <= input { low = middle } else { high = middle }
        }
        let share = (input - inputs[low]) / (inputs[high] - inputs[low])
        return outputs[low] + share * (outputs[high] - outputs[low])
    }
}
