import ArgumentParser
import NodeCore

extension LaneCommand {
    /// `riparian lane settle ORIGIN --dir NODES --party P --by PERSON`.
    struct Settle: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "settle",
            abstract: "Let a node read a lane on after its provider has shown two histories: a person has decided.",
            discussion: """
                Example: riparian lane settle riparian/cn-yunnan/AGREEMENT/vn-lao-cai --dir nodes --party vn-lao-cai --by "Nguyen Van A"

                Speak with the provider first. The lane is read on as this node holds it; the proof stays where it is.
                Exit code 0: settled, 1: no two histories of that lane are known, 2: it cannot be read.
                """)

        @Argument(help: "The lane's origin.") var origin: String
        @Option(help: "Who has decided: name or office. It is kept.") var by: String
        @OptionGroup var node: GateNode

        func run() async throws {
            guard !by.isEmpty else { throw CommandRefusal(.usage, "nobody is named (--by) - say who has decided") }
            guard let fork = try await node.open().settleFork(of: origin, by: by), let settled = fork.settled else {
                throw CommandRefusal(
                    .no, "no two histories of \(origin) are known to \(node.party) - nothing was changed")
            }
            print("\(origin): read on by \(settled.person), \(settled.at); the proof stays in \(fork.file)")
        }
    }
}
