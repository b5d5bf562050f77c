import Accord
import ArgumentParser
import Formats
import Foundation

/// The exit codes of every command.
enum OutcomeCode: Int32 {
    /// The answer is no: a check failed, something is refused or infeasible.
    case no = 1
    /// Usage, or an input that cannot be read.
    case usage = 2
    /// A fault of the program.
    case ours = 3
}

/// Ends a command with a code and one line for a person: `riparian: error: WHAT (FILE:LINE:COLUMN) - ADVICE`.
struct CommandRefusal: Error {
    let code: OutcomeCode
    /// Without the prefix; nil when the output has already said it.
    let message: String?

    init(_ code: OutcomeCode, _ message: String? = nil) {
        self.code = code
        self.message = message
    }

    /// An input that cannot be read, with its place.
    init(unreadable fault: Fault) {
        self.init(
            .usage,
            "\(fault.message) (\(fault.file):\(fault.position.line):\(fault.position.column)) - \(fault.advice)")
    }
}

/// Writes one line to standard error.
func standardError(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}

/// Writes a JSON document to standard output, indented, keys sorted.
func printDocument(_ value: JSONValue) {
    print(value.readableText)
}
