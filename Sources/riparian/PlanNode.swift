import Accord
import Forecasting
import Formats
import Foundation
import NodeCore
import River
import Series

/// Plans for the own dams of a node, and for kept cascades.
struct PlanNode {
    private let command: PlanCommand
    private var language: Language { Language(rawValue: command.lang) ?? .english }

    init(_ command: PlanCommand) { self.command = command }

    /// Plans for a node as it stands at a time.
    func plan(_ folder: String) async throws {
        let path = URL(filePath: folder).standardizedFileURL
        let party = try KeyInput.party(path.lastPathComponent)
        let opened = try NodeFolders(root: path.deletingLastPathComponent().path).kept(party, pack: command.pack)
        let (node, composition) = (opened.node, opened.composition)
        let now = try TimeInput.time(command.at, option: "--at") ?? TimeInput.now
        let found = try await node.cascade(at: now, pack: composition.pack)
        let catalogues = try composition.pack.catalogues()
        for missing in found.missing { standardError("riparian: " + text(of: missing, composition.pack, catalogues)) }
        guard let document = found.document else {
            throw CommandRefusal(
                .no,
                "no dam of \(party) can be planned at \(now) - give level, inflow and release of the last 6 hours, by riparian "
                    + "ingest for example")
        }
        let register = composition.pack.register
        let parties = [party] + (document.cascade.towns.map(\.party) + document.intentions.map(\.party)).sorted()
        let zones = parties.reduce(into: [UTCOffset]()) { zones, party in
            let zone = register.zone(of: party)
            if !zones.contains(zone) { zones.append(zone) }
        }
        try finish(PlanRecord(document, loop: parallelLoop(command.threads)), zones, catalogues)
    }

    private func text(of missing: NodeCascade.Missing, _ pack: BasinPack, _ catalogues: Catalogues) -> String {
        var slots = ["place": pack.basin.stations[missing.place]?.name[language] ?? missing.place.text]
        slots["why"] = missing.text(catalogues, language)
        return catalogues[language].text("advice.report.missing", slots)
    }

    /// Plans for a cascade; a kept plan is compared with what comes out.
    func plan(cascade path: String) throws {
        let (bytes, document): ([UInt8], CascadeDocument)
        do throws(ReleaseFileProblem) {
            bytes = try PlanFiles.bytes(at: path)
            document = try readCascadeDocument(bytes, file: path)
        } catch { throw CommandRefusal(unreadable: error.fault) }
        let catalogues = try Catalogues.bundled()
        let record = PlanRecord(document, loop: parallelLoop(command.threads))
        let zone = UTCOffset(minutes: Int(document.cascade.zone / 60))
        try finish(record, [zone], catalogues)
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.contains("\"kind\":\"plan\"") else { return }
        guard record.json(catalogues).canonicalText + "\n" == text else {
            throw CommandRefusal(
                .no,
                "\(path) says something else than comes out now - it was changed, or made by another version of riparian"
            )
        }
        standardError("riparian: the same plan came out, byte for byte")
    }

    private func finish(_ record: PlanRecord, _ zones: [UTCOffset], _ catalogues: Catalogues) throws {
        let text = record.json(catalogues).canonicalText + "\n"
        if let output = command.output { try PlanFiles.write(text, to: output) }
        if command.json {
            print(text, terminator: "")
        } else {
            print(
                AdviceReport(record, zones: zones, language: language, catalogues: catalogues).text, terminator: "")
        }
    }
}
