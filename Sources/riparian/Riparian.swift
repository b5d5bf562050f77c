import ArgumentParser
import Crypto
import Logging
import ServiceLifecycle

/// The command line of one party's node.
@main
struct Riparian: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "riparian", abstract: "Exchange of river information between neighbours.")
}
