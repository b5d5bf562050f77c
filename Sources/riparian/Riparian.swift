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
            AccordCommand.self, BackupCommand.self, BenchCommand.self, CalibrateCommand.self, CapCommand.self,
            DemoCommand.self, DrillCommand.self, EndureCommand.self, ForecastCommand.self, GateCommand.self,
            HindcastCommand.self,
            IngestCommand.self, InitCommand.self, KeyCommand.self, LaneCommand.self,
            PackCommand.self,
            PeerCommand.self, PersonCommand.self, PlanCommand.self, QualityCommand.self, RatingCommand.self,
            RegisterCommand.self, ReplayCommand.self, RestoreCommand.self, RouteCommand.self, RunoffCommand.self,
            ScoreCommand.self, SeriesCommand.self, ServeCommand.self, UploadCommand.self,
        ])

    /// Runs a command and turns what it throws into the exit codes of the contract.
    static func main() async {
        if let refusal = ProcessorCheck.refusal {
            standardError("riparian: error: \(refusal)")
            Foundation.exit(OutcomeCode.usage.rawValue)
        }
        let code = await run()
        if code == OutcomeCode.usage.rawValue, namesRelativePath, access(".", X_OK) != 0 {
            standardError(
                "riparian: remark: this user may not enter the folder that the command was run in: paths that do not begin with / "
                    + "lead nowhere from here")
        }
        FolderOwner.handOver()
        if code != 0 { Foundation.exit(code) }
    }

    /// Whether the command names a path that begins here.
    private static var namesRelativePath: Bool {
        let words = CommandLine.arguments.dropFirst()
        return zip([""] + words, words).contains { before, word in
            guard !word.hasPrefix("/"), !word.hasPrefix("-") else { return false }
            return before == "--dir" || word.contains("/") || word.contains(".")
        }
    }

    private static func run() async -> Int32 {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch let refusal as CommandRefusal {
            if let message = refusal.message { standardError("riparian: error: \(message)") }
            return refusal.code.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch let problem as StorageError {
            standardError("riparian: error: \(problem)")
            return OutcomeCode.usage.rawValue
        } catch {
            return code(for: error)
        }
    }

    /// Help is printed and is no error; wrong usage says what was expected; anything else is a fault of the program.
    private static func code(for error: any Error) -> Int32 {
        switch exitCode(for: error) {
        case .success:
            print(fullMessage(for: error))
            return 0
        case .validationFailure:
            let message = fullMessage(for: error)
            let plain = message.hasPrefix("Error: ") ? String(message.dropFirst("Error: ".count)) : message
            standardError("riparian: error: \(plain)")
            return OutcomeCode.usage.rawValue
        default:
            standardError("riparian: error: \(error) - this is a fault of the program, please report it")
            return OutcomeCode.ours.rawValue
        }
    }
}
