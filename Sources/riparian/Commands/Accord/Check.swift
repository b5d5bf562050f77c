import Accord
import ArgumentParser
import Formats

extension AccordCommand {
    /// `riparian accord check FILE`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Name every fault of an agreement document.",
            discussion: """
                Example:
                  riparian accord check Packs/red-river/agreement.yaml
                Exit code 0: no fault, 1: faults, 2: it cannot be read.
                """)
        @Argument(help: "The YAML document.") var file: String
        @Flag(help: "Write JSON.") var json = false

        func run() throws {
            let faults = readAgreement(try AccordCommand.bytes(of: file), file: file).faults
            if json {
                printDocument(.array(faults.map(\.json)))
            } else {
                for fault in faults { print(fault.text) }
                if faults.isEmpty { print("\(file): no fault") }
            }
            if !faults.isEmpty { throw CommandRefusal(.no) }
        }
    }
}
