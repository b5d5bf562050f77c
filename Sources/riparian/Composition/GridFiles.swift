import Accord
import Forecasting
import Formats
import Foundation
import Series
import Storage

/// Reads files of gridded forecasts in programs of their own, several at a time, and remembers what was read.
actor GridFiles {
    /// A file as it was when it was read.
    struct Stand: Hashable, Sendable {
        let path: String
        let size: Int
        let changed: Date

        /// As it is now.
        init(_ path: String) {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            self.path = path
            size = attributes?[.size] as? Int ?? -1
            changed = attributes?[.modificationDate] as? Date ?? .distantPast
        }
    }

    /// What one file gave.
    struct Reading: Sendable {
        var amounts: [(run: Instant, amount: RainAmount)] = []
        /// The names of messages that are no rain.
        var others: Set<String> = []
        /// What is wrong with it.
        var faults: [Fault] = []
    }

    private let form: GridForm
    private var known: [Stand: Reading] = [:]
    /// s that a program may take for a file of a MiB, at least.
    private static let patience = 60.0

    init(form: GridForm) { self.form = form }

    /// The files of a folder that a provider may have written, in the order of their names.
    static func files(in folder: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let endings = ["grib", "grib1", "grib2", "grb", "grb2", "nc", "nc4"]
        return names.filter { name in
            !name.hasPrefix(".") && endings.contains { name.lowercased().hasSuffix("." + $0) }
                || name.lowercased().hasPrefix("gfs.") && !name.lowercased().hasSuffix(".idx")
        }.sorted().map { folder + "/" + $0 }
    }

    /// Reads files, those that have changed since they were read; the answers in the order of the files. Of others nothing is
    /// remembered.
    ///
    /// - Parameter progress: called with how many are read.
    func read(_ stands: [Stand], progress: (Int) -> Void = { _ in }) async throws -> [Reading] {
        let now = Set(stands)
        known = known.filter { now.contains($0.key) }
        let new = stands.indices.filter { known[stands[$0]] == nil }
        let form = form
        try await withThrowingTaskGroup(of: (Int, Reading).self) { group in
            var (waiting, done) = (new[...], 0)
            for _ in 0..<max(1, ProcessInfo.processInfo.activeProcessorCount) {
                guard let place = waiting.popFirst() else { break }
                group.addTask { (place, try await GridFiles.read(stands[place], form)) }
            }
            while let (place, reading) = try await group.next() {
                known[stands[place]] = reading
                done += 1
                progress(done)
                guard let place = waiting.popFirst() else { continue }
                group.addTask { (place, try await GridFiles.read(stands[place], form)) }
            }
        }
        return stands.map { known[$0] ?? Reading() }
    }

    /// Reads one file in a program of its own. A program that ends on a message is told as a fault of that message.
    private static func read(_ stand: Stand, _ form: GridForm) async throws -> Reading {
        let (file, limit) = (stand.path, patience + Double(max(0, stand.size)) / 1e6)
        let outcome = try await ChildProgram(
            StandardPack.program, ["ingest", "fields", file] + form.arguments, limit: limit,
            variables: ["SWIFT_BACKTRACE": "enable=no"]
        ).runAside()
        var reading = Reading()
        var last: RainLine?
        for text in String(decoding: outcome.output, as: UTF8.self).split(separator: "\n") {
            guard let line = RainLine(text: String(text)) else { continue }
            last = line
            if let fault = line.problem(in: file) { reading.faults.append(fault) }
            if let other = line.other { reading.others.insert(other) }
            if let amount = line.amount { reading.amounts.append(amount) }
        }
        if let fault = fault(of: outcome, file, after: last) { reading.faults.append(fault) }
        return reading
    }

    private static func fault(of outcome: ChildProgram.Outcome, _ file: String, after last: RainLine?) -> Fault? {
        guard outcome.status != 0 else { return nil }
        let number = (last?.message ?? 0) + 1
        if outcome.status > 128 {
            let why = outcome.status == 128 + SIGKILL ? "does not come to an end with it" : "ends on it"
            return Fault(
                file: file, line: number, rule: "grid-library",
                message: "message \(number): the library that reads it \(why)",
                advice: "the message is damaged: fetch the file again")
        }
        let said = String(decoding: outcome.errors, as: UTF8.self).split(separator: "\n").last ?? "without a word"
        return Fault(
            file: file, line: number, rule: "grid-library", message: "the program that reads it has ended: \(said)",
            advice: "read it alone with riparian ingest fields, and report what it says")
    }
}
