public import Accord

extension Fault {
    /// The row of `pack check` and `accord check` as JSON: file, line, column, rule, message, advice.
    public var json: JSONValue {
        [
            "file": .string(file), "line": .integer(position.line), "column": .integer(position.column),
            "rule": .string(rule), "message": .string(message), "advice": .string(advice),
        ]
    }

    /// `FILE:LINE:COLUMN: MESSAGE [RULE] - ADVICE`.
    public var text: String { "\(file):\(position.line):\(position.column): \(message) [\(rule)] - \(advice)" }
}
