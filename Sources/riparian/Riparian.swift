import ArgumentParser
import Foundation
import Storage

/// The command line of one party's node; each command is one file in `Commands`.
@main
struct Riparian: AsyncParsableCommand {
    /// The version of the program.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "riparian",
        abstract: "Early exchange of river information between neighbours, and the follow-up of their agreement.",
        discussion: """
            Every command has --json for machines and a table for people.
            Exit codes: 0 done or yes, 1 the answer is no, 2 usage or unreadable input, 3 a fault of the program.
            """,
        version: version,
        subcommands: [
            AccordCommand.self, BackupCommand.self, BenchCommand.self, DemoCommand.self, DrillCommand.self,
            EndureCommand.self,
            GateCommand.self, IngestCommand.self, InitCommand.self, KeyCommand.self, LaneCommand.self,
            PackCommand.self, PeerCommand.self, PersonCommand.self, ReplayCommand.self, RestoreCommand.self,
            SeriesCommand.self,
            ServeCommand.self, UploadCommand.self,
        ])

    /// Runs a command and turns what it throws into the exit codes of the contract.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let refusal as CommandRefusal {
            if let message = refusal.message { standardError("riparian: error: \(message)") }
            Foundation.exit(refusal.code.rawValue)
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch let problem as StorageError {
            standardError("riparian: error: \(problem)")
            Foundation.exit(OutcomeCode.usage.rawValue)
        } catch {
            end(with: error)
        }
    }

    /// Help is printed and is no error; wrong usage says what was expected; anything else is a fault of the program.
    private static func end(with error: any Error) -> Never {
        switch exitCode(for: error) {
        case .success:
            print(fullMessage(for: error))
            Foundation.exit(0)
        case .validationFailure:
            let message = fullMessage(for: error)
            let plain = message.hasPrefix("Error: ") ? String(message.dropFirst("Error: ".count)) : message
            standardError("riparian: error: \(plain)")
            Foundation.exit(OutcomeCode.usage.rawValue)
        default:
            standardError("riparian: error: \(error) - this is a fault of the program, please report it")
            Foundation.exit(OutcomeCode.ours.rawValue)
        }
    }
}
