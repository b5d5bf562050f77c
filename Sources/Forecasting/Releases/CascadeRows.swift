/// What a row of the program stands for: a limit of the problem, in the words of its file.
public enum PlanLimit: String, Hashable, Sendable, CaseIterable {
    /// Storage at the end of a step is not below its minimum.
    case storageMin = "storage_min"
    /// Storage at the end of a step is not above its maximum.
    case storageMax = "storage_max"
    /// A release is not negative.
    case releaseMin = "release_min"
    /// A release is not above what turbines and spillway pass at the storage before the step.
    case releaseMax = "release_max"
    /// The release does not change faster than allowed.
    case rampMax = "ramp_max"
}

/// The rows of a structured convex program, equal for all scenarios but for a constant of each row.
///
/// A row is `y = constant + coefficients x`. It may cost `linear y + quadratic y^2 / 2`, be bounded (`sign y <= limit`) and
/// carry hinges (`slope max(0, y - level)`). Variables come in the order of elimination: those of one scenario first
/// (`0..<privateCount`), then those that all scenarios share (`sharedCount`).
struct CascadeRows {
    /// What a row says.
    enum Meaning: Hashable {
        case storage, release, room, ramp, peak, flow, tail, level
    }

    /// Where a row comes from.
    struct Label: Hashable {
        let meaning: Meaning
        /// Of a row of a flow point its place in ``ReleaseProblem/flowPoints``.
        let reservoir: Int
        let step: Int
        /// Which piece of the largest spill.
        var piece = 0
    }

    let privateCount: Int
    let sharedCount: Int
    private(set) var labels: [Label] = []
    private(set) var starts: [Int32] = [0]
    private(set) var variables: [Int32] = []
    private(set) var coefficients: [Double] = []
    private(set) var linear: [Double] = []
    private(set) var quadratic: [Double] = []
    private(set) var boundStarts: [Int32] = [0]
    private(set) var boundSigns: [Double] = []
    private(set) var boundLimits: [Double] = []
    private(set) var boundNames: [PlanLimit?] = []
    private(set) var hingeStarts: [Int32] = [0]
    private(set) var hingeLevels: [Double] = []
    private(set) var hingeSlopes: [Double] = []
    /// Cost that no variable changes.
    private(set) var constantCost = 0.0

    /// Taken off every variable: rows of shared variables alone count them from 0.
    let offset: Int

    init(privateCount: Int, sharedCount: Int, offset: Int = 0) {
        self.privateCount = privateCount
        self.sharedCount = sharedCount
        self.offset = offset
    }

    /// The same rows with costs times a number.
    func times(_ factor: Double) -> CascadeRows {
        var rows = self
        rows.linear = linear.map { $0 * factor }
        rows.quadratic = quadratic.map { $0 * factor }
        rows.hingeSlopes = hingeSlopes.map { $0 * factor }
        rows.constantCost *= factor
        return rows
    }

    var count: Int { labels.count }
    var bounds: Int { boundSigns.count }
    var hinges: Int { hingeSlopes.count }

    /// Begins a row; terms of the same variable are added up, those that cancel are left out.
    mutating func addRow(_ label: Label, _ terms: [(variable: Int, coefficient: Double)]) {
        labels.append(label)
        var place = 0
        let ordered = terms.sorted { $0.variable < $1.variable }
        while place < ordered.count {
            let variable = ordered[place].variable
            var sum = 0.0
            while place < ordered.count, ordered[place].variable == variable {
                sum += ordered[place].coefficient
                place += 1
            }
            guard sum != 0 else { continue }
            variables.append(Int32(variable - offset))
            coefficients.append(sum)
        }
        starts.append(Int32(variables.count))
        linear.append(0)
        quadratic.append(0)
        boundStarts.append(Int32(boundSigns.count))
        hingeStarts.append(Int32(hingeSlopes.count))
    }

    /// Costs of the last row: `slope (y - level) + curvature y^2 / 2`.
    mutating func charge(linear slope: Double = 0, from level: Double = 0, quadratic curvature: Double = 0) {
        linear[count - 1] += slope
        constantCost -= slope * level
        quadratic[count - 1] += curvature
    }

    /// Bounds the last row: `sign y <= limit`.
    mutating func bound(_ sign: Double, limit: Double, as name: PlanLimit? = nil) {
        boundSigns.append(sign)
        boundLimits.append(limit)
        boundNames.append(name)
        boundStarts[count] = Int32(boundSigns.count)
    }

    /// Charges the last row with `slope max(0, y - level)`; nothing where the slope is zero.
    mutating func hinge(above level: Double, slope: Double) {
        guard slope > 0 else { return }
        hingeLevels.append(level)
        hingeSlopes.append(slope)
        hingeStarts[count] = Int32(hingeSlopes.count)
    }
}

extension CascadeRows {
    /// A release of one step and its change from the step before.
    struct Change {
        let place, step: Int
        let release, change: [(variable: Int, coefficient: Double)]
        /// The smallest release, the largest change either way, and what a change costs.
        let least, most, weight: Double
    }

    /// Adds the rows of a release and of its change.
    mutating func add(_ change: Change, _ form: PlanForm) {
        addRow(Label(meaning: .release, reservoir: change.place, step: change.step), change.release)
        bound(-1, limit: -change.least, as: .releaseMin)
        addRow(Label(meaning: .ramp, reservoir: change.place, step: change.step), change.change)
        bound(-1, limit: change.most, as: .rampMax)
        bound(1, limit: change.most, as: .rampMax)
        switch form {
        case .quadratic: charge(quadratic: 2 * change.weight)
        case .linear:
            charge(linear: -change.weight)
            hinge(above: 0, slope: 2 * change.weight)
        }
    }
}
