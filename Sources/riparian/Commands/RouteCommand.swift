import Accord
import ArgumentParser
import Dispatch
import Formats
import Foundation
import River
import Series

/// `riparian route`: water through a river network, from tables to a table.
struct RouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Route lateral inflow through a river network of any size.",
        discussion: """
            Examples:
              riparian route --network reaches.csv --lateral inflow.csv --scheme mct --step 3600 --output flow.csv
              riparian route --network muskingum.csv --lateral inflow.csv --scheme muskingum --step 900 --only outlet --output flow.csv
              riparian route --network delta.csv --inflow upstream.csv --downstream-level tide.csv --scheme diffusive --step 3600 --output flow.csv
              riparian route --network lcr_tx --layout t-route --scheme mct --step 300 --begin 2021-08-23T13:00:00Z --output flow.csv

            A network has a row a reach: id, downstream_id, and k_s and x, or length_m, slope, manning_n, bottom_width_m,
            side_slope and, for flood plains, top_width_cc_m and n_cc. Lateral inflow is time,ID,ID,... in m3/s, the mean
            over the step that ends at the time; flows are written for the ends of steps. See Documentation/Routing.md.
            Exit code 3 when the water balance does not close.
            """)

    @Option(help: "The network, CSV; with --layout t-route a folder.")
    var network: String

    @Option(
        help: "How the network is laid out: riparian, or t-route for reaches.csv, lakes.csv and *_ROWSxCOLUMNS.f32.")
    var layout: RouteLayout = .riparian

    @Option(help: "Lateral inflow of the reaches, m3/s, mean over the step that ends at its time.")
    var lateral: String?

    @Option(help: "Hydrographs that enter reaches at their upper ends, m3/s at its times: time,ID,ID,...")
    var inflow: String?

    @Option(
        help: "\(RoutingSchemeName.allCases.map(\.rawValue).joined(separator: ", ")).",
        transform: RouteCommand.scheme)
    var scheme: RoutingSchemeName = .mct

    @Option(help: "Seconds between two rows of the output.")
    var step: Int64

    @Option(help: "Seconds of a routing step, a divisor of --step; --step if not given.")
    var routingStep: Int64?

    @Option(help: "Lakes and reservoirs that take the place of reaches, CSV.")
    var lakes: String?

    @Option(
        help: "How far the gates of lakes are open, m at its times, linear between them: time,ID,ID,...; with --lakes.")
    var gates: String?

    @Option(
        help:
            "Levels that hold the water back at the lower ends of outlets, m above bed_level_m's datum or above the bed, at its times: time,ID,ID,...; with --scheme diffusive."
    )
    var downstreamLevel: String?

    @Option(help: "Where to start: a file of --state-out, or id,flow_m3s; steady for the first lateral if not given.")
    var initial: String?

    @Option(help: "Writes the state at the end, from which a later run goes on.")
    var stateOut: String?

    @Option(help: "Ids whose flows are written, joined by commas; all if not given.")
    var only: String?

    @Option(help: "The time of the first row of lateral inflow, for files without times (t-route).")
    var begin: String?

    @Option(help: "How many threads work; all processors if not given. The result does not depend on it.")
    var threads: Int?

    @Option(help: "double or single.")
    var precision: RoutePrecision = .double

    @Option(help: "Where the flows are written.")
    var output: String

    @Flag(help: "Replace files that exist.")
    var overwrite = false

    @Flag(help: "Print a JSON document.")
    var json = false

    func validate() throws {
        guard (1...31_536_000).contains(step), (1...31_536_000).contains(routingStep ?? step) else {
            throw ValidationError("--step and --routing-step take whole seconds from 1 to a year")
        }
        guard (1...1024).contains(threads ?? 1) else { throw ValidationError("--threads takes 1 to 1024") }
    }

    /// A scheme by its name.
    static func scheme(_ text: String) throws -> RoutingSchemeName {
        guard let scheme = RoutingSchemeName(rawValue: text) else {
            throw ValidationError(
                "--scheme \(text) is not known: take one of "
                    + RoutingSchemeName.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return scheme
    }

    func run() throws {
        do {
            let clock = ContinuousClock()
            let begin = clock.now
            for path in [output] + [stateOut].compactMap({ $0 })
            where !overwrite && FileManager.default.fileExists(atPath: path) {
                throw CommandRefusal(.usage, "\(path) exists - choose another name, or say --overwrite")
            }
            var job = try RouteInput(command: self).job()
            job.hands = hands
            job.keepsState = stateOut != nil
            job.parallelFor = hands == 1 ? oneAfterTheOther : ParallelHands.run(hands)
            job.aside = aside
            let progress = ProgressLine("steps")
            job.progress = { progress.update($0, of: $1) }
            let read = begin.duration(to: clock.now).inSeconds
            let summary = try job.run()
            progress.end()
            if let stateOut { try write(summary, ids: job.ids, to: stateOut) }
            let seconds = begin.duration(to: clock.now).inSeconds
            show(RouteReport(job: job, summary: summary, seconds: seconds, secondsOfReading: read))
            guard summary.balanceCloses else {
                throw CommandRefusal(
                    .ours,
                    "the water balance misses by \(summary.balance.relativeError) - this is a fault of the program, please report it"
                )
            }
        } catch let problem as RoutingFileProblem {
            throw CommandRefusal(unreadable: problem.fault)
        }
    }

    private var hands: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    /// What works beside the run, or at once where one thread is wanted.
    var aside: Aside { hands == 1 ? atOnce : ParallelHands.aside() }

    private func write(_ summary: RouteSummary, ids: ReachIDs, to path: String) throws {
        let bytes = summary.state.bytes(ids: { ids.text($0) }, names: summary.stateNames)
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
            throw CommandRefusal(.usage, "\(path) cannot be written - check the folder and the permission")
        }
    }

    private func show(_ report: RouteReport) {
        if json { printDocument(report.document) } else { print(report.text) }
    }
}

/// The layouts by the names of the command line.
enum RouteLayout: String, CaseIterable, ExpressibleByArgument {
    case riparian
    case tRoute = "t-route"
}

/// The precisions by the names of the command line.
enum RoutePrecision: String, CaseIterable, ExpressibleByArgument {
    case double
    case single
}

/// Runs pieces on a number of threads.
enum ParallelHands {
    /// Runs pieces of work beside their caller, one after the other.
    static func aside() -> Aside {
        let queue = DispatchQueue(label: "files")
        return { body in
            let end = DispatchGroup()
            queue.async(group: end, execute: DispatchWorkItem(block: body))
            return { end.wait() }
        }
    }

    static func run(_ hands: Int) -> ParallelFor {
        { count, body in
            guard count > 1 else {
                if count == 1 { body(0) }
                return
            }
            let next = NextIndex()
            DispatchQueue.concurrentPerform(iterations: min(hands, count)) { _ in
                while let index = next.take(below: count) { body(index) }
            }
        }
    }
}
