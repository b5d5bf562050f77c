import ArgumentParser
import Forecasting
import Formats
import Foundation
import NodeCore
import River
import Series

/// `riparian replay`: an event as it would have been forecast, without nodes and pages.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay an event: forecasts from what had been received by then, beside what was read later.",
        discussion: """
            Examples:
              riparian replay --event yagi-2024
              riparian replay --event my-flood/ --json > result.json
              riparian replay --event yagi-2024 --what-if Packs/red-river/events/yagi-2024/what-if-manhao.yaml

            An event is a folder with levels.csv and, where there are any, forecasts.csv, releases.csv, deliveries.csv and
            stations.csv; see Documentation/Tutorial.md. Every row is used, refused or superseded, with the reason.
            """)

    @OptionGroup var inputs: EventOptions

    @Option(help: "A what-if file: adds one estimated series and prints the forecasts with and without it.")
    var whatIf: String?

    @Flag(help: "Print the whole result as one JSON document.")
    var json = false

    func run() async throws {
        let (pack, event) = try inputs.load()
        let question = try whatIf.map { path in
            do throws(EventFileProblem) { return try readWhatIf(at: path) } catch {
                throw CommandRefusal(unreadable: error.fault)
            }
        }
        let progress = ProgressLine("cycles")
        let report = EventReplay(pack: pack, event: event).run(
            whatIf: question, progress: { progress.update($0, of: $1) })
        progress.end()
        if json {
            printDocument(report.json)
        } else {
            print(ReplayTables(report: report, event: event, basin: pack.basin.adding(event.stations)).text)
        }
    }
}

/// The options that name a pack and an event, shared by the commands that replay one.
struct EventOptions: ParsableArguments {
    @Option(help: "The folder of the basin pack.")
    var pack = StandardPack.folder

    @Option(help: "An event of the pack, or the folder of one.")
    var event = "yagi-2024"

    /// Reads both.
    ///
    /// - Throws: a refusal with the first fault's place when one of them cannot be used.
    func load() throws -> (pack: BasinPack, event: EventReading) {
        let reading = readBasinPack(at: pack)
        guard let pack = reading.pack else {
            guard let fault = reading.faults.first else { throw CommandRefusal(.ours, "the pack cannot be read") }
            throw CommandRefusal(unreadable: fault)
        }
        var isFolder: ObjCBool = false
        let isPath = FileManager.default.fileExists(atPath: event, isDirectory: &isFolder) && isFolder.boolValue
        guard isPath || pack.eventIDs.contains(event) else {
            let known = pack.eventIDs.joined(separator: ", ")
            throw CommandRefusal(
                .usage, "no event '\(event)' - give a folder, or one of the pack's events: \(known)")
        }
        let found = readEvent(at: isPath ? event : pack.eventFolder(event), basin: pack.basin)
        if let fault = found.faults.first { throw CommandRefusal(unreadable: fault) }
        return (pack, found)
    }
}

/// One line of progress on a terminal; silent elsewhere.
struct ProgressLine: Sendable {
    private let what: String
    private let isTerminal = isatty(STDERR_FILENO) == 1

    init(_ what: String) { self.what = what }

    /// Shows how many of how many are done.
    func update(_ done: Int, of total: Int) { update("\(what): \(done) of \(total)") }

    /// Shows a text.
    func update(_ text: String) {
        guard isTerminal else { return }
        FileHandle.standardError.write(Data("\r\(text)\u{1b}[K".utf8))
    }

    /// Clears the line.
    func end() {
        if isTerminal { FileHandle.standardError.write(Data("\r\u{1b}[K".utf8)) }
    }
}
