import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series
import Storage

/// `riparian ingest table`: takes a party's own table in through a mapping.
struct IngestTable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Read a table of readings through a mapping, and store what is usable in a node.",
        discussion: """
            Examples:
              riparian ingest readings.csv --mapping riparian
              riparian ingest st_river_r.csv --mapping sl323-river --party cn-yunnan --dir nodes

            Without --dir nothing is stored: every row is listed with what would become of it. A mapping is a file, or the
            name of one in the pack's folder intake/; see Documentation/Intake.md.
            """)

    @Argument(help: "The table, CSV in UTF-8; - for standard input.")
    var file: String

    @Option(help: "A mapping: the name of one of the pack's, or a file.")
    var mapping = "riparian"

    @Option(help: "The folder of the basin pack; the one in the node's folder if not given.")
    var pack: String?

    @Option(help: "The party whose node takes the readings; needed with --dir.")
    var party: String?

    @Option(help: "The folder that holds one folder a party; without it nothing is stored.")
    var dir: String?

    @Flag(help: "Take times as they are written, also in another zone than the station's office keeps.")
    var anyZone = false

    @Option(help: "When the readings came in, ISO 8601 with a zone; by default now.")
    var received: String?

    @Flag(help: "Print a JSON document.")
    var json = false

    func run() async throws {
        let basinPack = try loadPack(packPath)
        let table = try bytes(of: file)
        let mapping = try loadMapping()
        let time = try TimeInput.time(received, option: "--received") ?? TimeInput.now
        let reading = readMappedTable(
            table, file: file, mapping: mapping, basin: basinPack.basin,
            zones: anyZone ? [:] : basinPack.register.parties.mapValues(\.zone), received: time)
        if let fault = reading.faults.first { throw CommandRefusal(unreadable: fault) }
        var stored: [IntakeOutcome] = []
        var forNobody: [Observation] = []
        var unpublished: (any Error)?
        if let dir {
            let node = try openNode(basinPack, dir, at: time)
            stored = try await node.receive(reading.observations)
            do { try await node.publishUnlessServed(in: NodeFolders(root: dir).folder(of: node.party)) } catch {
                unpublished = error
            }
            forNobody = try NodeComposition(pack: basinPack).agreement.readForNobody(
                reading.observations.map(\.observation), of: node.party)
        }
        let rows = reading.rows(after: stored)
        show(rows, stored, forNobody)
        if let unpublished {
            throw CommandRefusal(
                .usage,
                "the readings are stored, but nothing of them is published yet: \(unpublished) - the running node publishes it, or "
                    + "the next riparian ingest")
        }
        if rows.isEmpty || rows.contains(where: { $0.verdict == .refused }) { throw CommandRefusal(.no) }
    }

    private var packPath: String {
        get throws { try packFolder(pack, of: dir.flatMap { dir in party.map { "\(dir)/\($0)" } }) }
    }

    private func openNode(_ pack: BasinPack, _ dir: String, at time: Instant) throws -> Node {
        guard let id = party.flatMap({ PartyID($0) }), pack.register.parties[id] != nil else {
            let known = pack.register.parties.keys.sorted().map(\.text).joined(separator: ", ")
            let what = party.map { "\($0) is no party of the pack (--party)" } ?? "--dir needs --party"
            throw CommandRefusal(.usage, "\(what) - say whose node it is: \(known)")
        }
        let folders = NodeFolders(root: dir)
        let opened = try folders.kept(id, clock: { time }, pack: { pack })
        let folder = folders.folder(of: id)
        let ring = try TrustFolder(path: folder + "/keys/trusted").rings()[id]
        if let fault = opened.keys.fault(in: ring, at: TimeInput.now) { standardError("riparian: remark: \(fault)") }
        try opened.composition.layOut(FileFolder(path: folder), keys: opened.keys, peers: [:])
        return opened.node
    }

    private func loadMapping() throws -> IntakeMapping {
        let named = "\(try packPath)/intake/\(mapping).yaml"
        let path = FileManager.default.fileExists(atPath: mapping) ? mapping : named
        let bytes = try bytes(of: path)
        do throws(EventFileProblem) { return try readIntakeMapping(bytes, file: path) } catch {
            throw CommandRefusal(unreadable: error.fault)
        }
    }

    private func show(_ rows: [EventRow], _ stored: [IntakeOutcome], _ forNobody: [Observation]) {
        if json {
            printDocument([
                "rows": .array(rows.map(\.rowVerdict.json)),
                "stored": dir == nil ? .null : .integer(stored.count { $0.result == .recorded }),
                "for_nobody": .integer(forNobody.count),
            ])
            return
        }
        for row in rows where row.verdict != .used || !row.reason.isEmpty {
            print("\(row.file):\(row.line) \(row.verdict.rawValue): \(row.reason)")
        }
        let used = rows.count { $0.verdict == .used }
        if rows.isEmpty { print("no row stands below the heading: see that the whole table was saved") }
        print("\(used) of \(rows.count) rows can be used" + (dir == nil ? "; nothing was stored" : ""))
        if dir != nil {
            print(
                "\(stored.count { $0.result == .recorded }) readings stored, \(stored.count { $0.result == .alreadyKnown }) known before"
            )
        }
        if let first = forNobody.first {
            print(
                "\(forNobody.count) of them stay here: the agreement lets no other party have them, by the time of year or at "
                    + "all - see why with riparian accord explain \(first.series) --reader PARTY --at \(first.observed)"
            )
        }
    }
}

extension Agreement {
    /// Which of a party's own readings no other party may have.
    fileprivate func readForNobody(_ observations: [Observation], of provider: PartyID) -> [Observation] {
        let others = parties.map(\.id).filter { $0 != provider }
        return observations.filter { observation in
            observation.series.provider == provider
                && !others.contains {
                    verdict(for: observation.series, reader: $0, at: observation.observed).isGranted
                }
        }
    }
}

extension MappedReading {
    /// The rows with what the node said of them, where it took or refused readings.
    ///
    /// - Parameter outcomes: one an observation of ``observations``, in order; empty where nothing was stored.
    fileprivate func rows(after outcomes: [IntakeOutcome]) -> [EventRow] {
        var rest = outcomes[...]
        return rows.map { row in
            guard row.verdict != .refused, row.observation != nil, let outcome = rest.popFirst(),
                case .refused(let reason) = outcome.result
            else { return row }
            var refused = row
            refused.verdict = .refused
            refused.reason = reason.sentence
            return refused
        }
    }
}

/// The bytes of a file that the user named, or of standard input for `-`.
func bytes(of path: String) throws -> [UInt8] {
    if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
    guard let data = FileManager.default.contents(atPath: path) else {
        throw CommandRefusal(
            .usage, "\(FolderOwner.fault(of: path)) (\(path):1:1) - check the path, or give it by - as standard input")
    }
    return [UInt8](data)
}

/// Where a command's pack lies: where it was said, else in the node's folder, else the bundled one.
func packFolder(_ given: String?, of node: String?) throws -> String {
    if let given { return given }
    let kept = try node.flatMap { try NodeDescription.kept(in: $0) }
    return kept?.packFolder.map { "\(node ?? "")/\($0)" } ?? StandardPack.folder
}

/// Whether a node lies in a folder: one that has worked, or one that was just made.
func isNode(_ folder: String) throws -> Bool {
    try FileManager.default.fileExists(atPath: folder + "/node.sqlite") || NodeDescription.kept(in: folder) != nil
}

/// Reads a pack for a command.
func loadPack(_ folder: String) throws -> BasinPack {
    guard FileManager.default.fileExists(atPath: folder) else {
        throw CommandRefusal(.usage, "no basin pack lies in \(folder) (\(folder):1:1) - name its folder with --pack")
    }
    let reading = readBasinPack(at: folder)
    guard let pack = reading.pack else {
        guard let fault = reading.faults.first else { throw CommandRefusal(.ours, "the pack cannot be read") }
        throw CommandRefusal(unreadable: fault)
    }
    return pack
}
