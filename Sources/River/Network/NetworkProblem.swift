/// Why rows do not make a river network.
public struct NetworkProblem: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Code: String, Sendable {
        /// Two rows have the same id.
        case duplicateID = "duplicate-id"
        /// A downstream id is no id of the table.
        case unknownDownstream = "unknown-downstream"
        /// Reaches flow into each other in a circle, or one flows into itself.
        case cycle
        /// There are more rows than a network may have.
        case tooLarge = "too-large"
    }

    /// What is wrong.
    public let code: Code
    /// The rows concerned, from 0, in the order of the flow for a cycle (at most ten of it).
    public let rows: [Int]

    /// Makes a problem.
    public init(code: Code, rows: [Int]) {
        self.code = code
        self.rows = rows
    }
}
