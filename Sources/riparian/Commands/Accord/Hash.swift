import Accord
import ArgumentParser

extension AccordCommand {
    /// `riparian accord hash FILE`.
    struct Hash: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hash",
            abstract: "Print the identity of an agreement document.",
            discussion: """
                Example:
                  riparian accord hash Packs/red-river/agreement.yaml
                """)
        @Argument(help: "The YAML document.") var file: String
        @Flag(help: "Write JSON.") var json = false

        func run() throws {
            let agreement = try AccordCommand.agreement(at: file)
            if json {
                printDocument(["id": .string(agreement.id.text), "identity": .string(agreement.identity.description)])
            } else {
                print("\(agreement.identity)  \(agreement.id)")
            }
        }
    }
}
