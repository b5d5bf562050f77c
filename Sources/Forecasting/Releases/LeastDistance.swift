/// The shortest point that keeps some inequalities, or the weights that say that none does.
///
/// By least squares with weights that are not negative (Lawson and Hanson 1974, chapter 23): the weighted sum of the rows
/// `a x <= b` that comes nearest to "zero is at most minus one" either reaches it, or what is missing is the point. Rows that
/// have a weight at a time are independent, so that none of those of a conflict can be left out.
struct LeastDistance {
    /// `sum of terms <= bound`.
    struct Row: Hashable {
        struct Term: Hashable {
            let variable: Int
            let coefficient: Double
        }
        let terms: [Term]
        let bound: Double

        /// How far a point is beyond the bound.
        func excess(at point: [Double]) -> Double {
            terms.reduce(-bound) { $0 + $1.coefficient * point[$1.variable] }
        }
    }

    /// What came out.
    enum Answer {
        /// Values of all variables; those of no row are 0.
        case point([Double])
        case conflict(Conflict)
        /// Roundings were in the way.
        case undecided
    }

    /// Rows that no point keeps together, though without any one of them there is a point.
    struct Conflict {
        /// Of each row, by its place: the weighted sum of the rows says that zero is at most minus one.
        let weights: [Int: Double]
        private let basis: OrthogonalBasis
        private let system: LeastDistance

        fileprivate init(_ basis: OrthogonalBasis, _ weights: [Double], of system: LeastDistance) {
            self.weights = Dictionary(
                uniqueKeysWithValues: zip(basis.members, weights).map { ($0, $1 / system.columns[$0].length) })
            self.basis = basis
            self.system = system
        }

        /// The point at which all rows but one meet their bounds.
        func point(without row: Int) -> [Double]? {
            basis.members.firstIndex(of: row).flatMap { system.point(basis.dual(of: $0)) }
        }
    }

    /// A target that is missed by less is reached. A point of the length of all bounds together misses it by far more.
    private static let reached = 1e-9
    /// A row whose weight would bring the target nearer by less is left alone.
    private static let useful = 1e-11

    /// Unit columns of the least-squares system: the terms of a row over the variables in use, then its bound; and how long
    /// they were.
    private let columns: [(entries: [(place: Int, value: Double)], length: Double)]
    private let variables: [Int]
    private let variableCount: Int
    private let scale: Double

    /// - Parameters:
    ///   - rows: at least one.
    ///   - variableCount: of the points.
    init(_ rows: [Row], variableCount: Int) {
        self.variableCount = variableCount
        let used = Set(rows.flatMap { $0.terms.map(\.variable) }).sorted()
        variables = used
        let places = Dictionary(uniqueKeysWithValues: zip(used, 0...))
        let largest = rows.reduce(0.0) { max($0, $1.bound.magnitude) }
        let scale = largest > 0 ? largest : 1
        self.scale = scale
        columns = rows.map { row in
            let entries = row.terms.map { (place: places[$0.variable] ?? 0, value: $0.coefficient) }
            let column = entries + [(place: used.count, value: row.bound / scale)]
            let length = column.reduce(0.0) { $0 + $1.value * $1.value }.squareRoot()
            return length > 0 ? (column.map { ($0.place, $0.value / length) }, length) : ([], 1)
        }
    }

    /// Solves.
    ///
    /// - Parameter known: rows with positive weights to begin with, as those of a conflict that one row was taken out of.
    func answer(from known: [Int: Double] = [:]) -> Answer {
        var basis = OrthogonalBasis(size: variables.count + 1)
        var weights: [Double] = []
        for (row, weight) in known.sorted(by: { $0.key < $1.key }) where basis.append(row, columns[row].entries) {
            weights.append(weight * columns[row].length)
        }
        settle(&basis, &weights)
        var isOpen = [Bool](repeating: true, count: columns.count)
        for member in basis.members { isOpen[member] = false }
        for _ in 0..<4 * (columns.count + variables.count + 1) {
            let missing = basis.missing
            if missing.reduce(0, { $0 + $1 * $1 }) <= Self.reached * Self.reached {
                return .conflict(Conflict(basis, weights, of: self))
            }
            guard let next = mostUseful(missing, among: isOpen) else {
                return point(missing).map(Answer.point) ?? .undecided
            }
            isOpen[next] = false
            guard basis.append(next, columns[next].entries) else { continue }
            guard let last = basis.weights.last, last > 0 else {
                // in exact numbers every useful row gets a weight
                basis.keep { $0 < weights.count }
                continue
            }
            weights.append(0)
            settle(&basis, &weights)
            isOpen = [Bool](repeating: true, count: columns.count)
            for member in basis.members { isOpen[member] = false }
        }
        return .undecided
    }

    /// Goes from some weights to the best of the basis, and leaves out on the way what would become negative.
    private func settle(_ basis: inout OrthogonalBasis, _ weights: inout [Double]) {
        while let shorter = Self.step(from: weights, to: basis.weights) {
            basis.keep { shorter[$0] > 0 }
            weights = shorter.filter { $0 > 0 }
        }
        weights = basis.weights
    }

    /// The row whose weight brings the target nearer fastest.
    private func mostUseful(_ missing: [Double], among isOpen: [Bool]) -> Int? {
        var best: (row: Int, gain: Double)?
        for (row, column) in columns.enumerated() where isOpen[row] {
            let gain = column.entries.reduce(0.0) { $0 + $1.value * missing[$1.place] }
            if gain > max(Self.useful, best?.gain ?? 0) { best = (row, gain) }
        }
        return best?.row
    }

    /// As far from some weights to others as none becomes negative, those that end at zero exactly so; nil where the way is
    /// free.
    private static func step(from old: [Double], to new: [Double]) -> [Double]? {
        var share = 1.0
        var first: Int?
        for place in new.indices where new[place] <= 0 {
            let here = old[place] / (old[place] - new[place])
            if here < share || first == nil { (share, first) = (here, place) }
        }
        guard let first else { return nil }
        return new.indices.map { place in
            let value = old[place] + share * (new[place] - old[place])
            return place == first || value <= 0 ? 0 : value
        }
    }

    /// The point for which a vector over the variables in use and the bound stands.
    private func point(_ vector: [Double]) -> [Double]? {
        let last = vector[variables.count]
        guard last < 0 else { return nil }
        var point = [Double](repeating: 0, count: variableCount)
        for (place, variable) in variables.enumerated() { point[variable] = -scale * vector[place] / last }
        return point
    }
}

/// Independent columns, made orthogonal one after the other (Gram and Schmidt, twice), and the target `(0, ..., 0, -1)` in them.
private struct OrthogonalBasis {
    /// The columns' numbers in the order in which they were added.
    private(set) var members: [Int] = []
    /// Weights of the members with which they come nearest to the target.
    private(set) var weights: [Double] = []
    private let size: Int
    private var columns: [[(place: Int, value: Double)]] = []
    private var directions: [[Double]] = []
    /// Of each column its parts along the directions up to its own.
    private var parts: [[Double]] = []

    init(size: Int) { self.size = size }

    /// What the nearest sum of the members misses of the target.
    var missing: [Double] {
        var missing = [Double](repeating: 0, count: size)
        missing[size - 1] = -1
        // twice, so that what is left is right to the last digits
        for _ in 0..<2 {
            for direction in directions {
                let part = Self.product(direction, missing)
                for place in missing.indices { missing[place] -= part * direction[place] }
            }
        }
        return missing
    }

    /// Adds a column; false where it depends on those before.
    mutating func append(_ member: Int, _ column: [(place: Int, value: Double)]) -> Bool {
        guard extend(member, column) else { return false }
        weigh()
        return true
    }

    /// Keeps the members at some places.
    mutating func keep(_ isKept: (Int) -> Bool) {
        let old = (members, columns)
        let first = members.indices.first { !isKept($0) } ?? members.count
        members.removeSubrange(first...)
        columns.removeSubrange(first...)
        directions.removeSubrange(first...)
        parts.removeSubrange(first...)
        for place in first..<old.0.count where isKept(place) { _ = extend(old.0[place], old.1[place]) }
        weigh()
    }

    private mutating func extend(_ member: Int, _ column: [(place: Int, value: Double)]) -> Bool {
        var rest = [Double](repeating: 0, count: size)
        for entry in column { rest[entry.place] += entry.value }
        var along = [Double](repeating: 0, count: directions.count)
        for _ in 0..<2 {
            for (number, direction) in directions.enumerated() {
                let part = Self.product(direction, rest)
                along[number] += part
                for place in rest.indices { rest[place] -= part * direction[place] }
            }
        }
        let length = Self.product(rest, rest).squareRoot()
        guard length > 1e-10 else { return false }
        members.append(member)
        columns.append(column)
        directions.append(rest.map { $0 / length })
        parts.append(along + [length])
        return true
    }

    private mutating func weigh() {
        var found = directions.map { -$0[size - 1] }
        for number in found.indices.reversed() {
            found[number] /= parts[number][number]
            for before in 0..<number { found[before] -= parts[number][before] * found[number] }
        }
        weights = found
    }

    /// The vector in the span of the members that is orthogonal to all of them but one.
    func dual(of number: Int) -> [Double] {
        var shares = [Double](repeating: 0, count: directions.count)
        shares[number] = 1
        for place in number..<directions.count {
            for before in number..<place { shares[place] -= parts[place][before] * shares[before] }
            shares[place] /= parts[place][place]
        }
        var vector = [Double](repeating: 0, count: size)
        for (share, direction) in zip(shares, directions) where share != 0 {
            for place in vector.indices { vector[place] += share * direction[place] }
        }
        return vector
    }

    private static func product(_ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for place in left.indices { sum += left[place] * right[place] }
        return sum
    }
}
