import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import River
import Series
import Storage

extension AccordCommand {
    /// `riparian accord report --from TIME --to TIME`.
    struct Report: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "report",
            abstract: "Say what was due and what became of it, from the lanes and receipts that a node holds.",
            discussion: """
                Examples:
                  riparian accord report --dir nodes --party vn-lao-cai --from 2024-09-01T00:00+07:00 \\
                    --to 2024-10-01T00:00+07:00 --write-manifest september.json --output september.html
                  riparian accord report --dir nodes --party cn-yunnan --common-with september.json \\
                    --write-manifest common.json --format csv
                  riparian accord report --dir nodes --party vn-lao-cai --manifest common.json --format csv

                The report rests on what its evidence manifest names and on nothing else: two nodes make the same bytes
                from one manifest. A node that lacks something of it names that and makes no report (exit code 1).
                See Documentation/ComplianceReport.md.
                """)

        /// In which form the report is written.
        enum Format: String, ExpressibleByArgument, CaseIterable {
            case html
            case json
            case csv
        }

        @Option(help: "The folder of the basin pack; the one in the node's folder if not given.") var pack: String?
        @Option(help: "The folder that holds one folder a party.") var dir: String
        @Option(help: "The party whose node is asked.") var party: String
        @Option(help: "The first moment: deadlines from here on. Not needed with --manifest.") var from: String?
        @Option(help: "The first moment that no longer counts. Not needed with --manifest.") var to: String?
        @Option(help: "html, json or csv.") var format = Format.html
        @Option(help: "A file that names the evidence; without it everything counts that the node holds.")
        var manifest: String?
        @Option(help: "A file to write the evidence manifest into.") var writeManifest: String?
        @Option(help: "Only lanes that this party holds too, so that it can make the same report; may be repeated.")
        var sharedWith: [String] = []
        @Option(help: "A partner's evidence manifest: only what it names and this node holds counts.")
        var commonWith: String?
        @Option(help: "vi, zh-Hans or en, for html; by default all three, one after the other.") var language: String?
        @Option(help: "A file to write the report into; by default standard output.") var output: String?

        func validate() throws {
            let isFromFile = manifest != nil || commonWith != nil
            if !isFromFile, from == nil || to == nil {
                throw ValidationError("without --manifest the span is needed - give --from and --to")
            }
            if manifest != nil && commonWith != nil {
                throw ValidationError("--manifest and --common-with both name the evidence - give one of the two")
            }
            if isFromFile, from != nil || to != nil || !sharedWith.isEmpty {
                throw ValidationError("a manifest states span and lanes - leave --from, --to and --shared-with out")
            }
            if let from, let to, let first = try? Instant(iso8601: from), let last = try? Instant(iso8601: to) {
                guard first < last else { throw ValidationError("--to is not after --from - give a longer span") }
                guard last - first <= EvidenceManifest.longestSpan else {
                    throw ValidationError("--to is more than three years after --from - make the report year by year")
                }
            }
            if let language, Language(rawValue: language) == nil {
                throw ValidationError("\(language) is no language of the report - write vi, zh-Hans or en")
            }
        }

        func run() throws {
            let basinPack = try loadPack(packFolder(pack, of: "\(dir)/\(party)"))
            let agreement = try NodeComposition(pack: basinPack).agreement
            let (stored, now) = try openStore(agreement)
            let evidence = try stored.lanes(sharedWith: try sharedWith.map { try partner($0, of: agreement) })
            let manifest = try chosenManifest(stored, evidence, now)
            let report: ComplianceReport
            do throws(EvidenceRefusal) {
                report = try compliance(of: agreement, under: manifest, evidence: evidence)
            } catch {
                for missing in error.missing { standardError("riparian: missing evidence: \(missing)") }
                throw CommandRefusal(
                    .no,
                    "\(party) lacks evidence that the manifest names - fetch it from its holder, or use --common-with")
            }
            if let writeManifest { try write(manifest.bytes + Array("\n".utf8), to: writeManifest, "--write-manifest") }
            let text = try text(of: report, basinPack)
            if let output {
                try write(Array(text.utf8), to: output, "--output")
            } else {
                print(text, terminator: "")
            }
        }

        /// The store of the party's node, and its clock; no clock where the node keeps the key of a demonstration.
        private func openStore(_ agreement: Agreement) throws -> (StoredEvidence, Instant?) {
            let id = try partner(party, of: agreement)
            let folder = NodeFolders(root: dir).folder(of: id)
            guard FileManager.default.fileExists(atPath: folder + "/node.sqlite") else {
                throw CommandRefusal(noNodeOf: id, in: dir)
            }
            let keys = try NodeKeys.kept(in: folder, party: id)
            let isDemonstration = try keys.peerKey == NodeKeys.demonstration(of: id).peerKey
            let database = try NodeDatabase(path: folder + "/node.sqlite")
            return (StoredEvidence(database: database, agreement: agreement), isDemonstration ? nil : TimeInput.now)
        }

        private func partner(_ text: String, of agreement: Agreement) throws -> PartyID {
            if let id = PartyID(text), agreement.party(id) != nil { return id }
            let known = agreement.parties.map(\.id.text).joined(separator: ", ")
            throw CommandRefusal(.usage, "\(text) is no party of the agreement \(agreement.id) - it lists \(known)")
        }

        private func chosenManifest(
            _ stored: StoredEvidence, _ evidence: [LaneEvidence], _ now: Instant?
        ) throws -> EvidenceManifest {
            if let manifest { return try readManifest(manifest) }
            guard let commonWith else {
                return try stored.manifest(
                    of: evidence, from: try AccordCommand.instant(from ?? ""),
                    until: try AccordCommand.instant(to ?? ""), now: now)
            }
            let theirs = try readManifest(commonWith)
            let own = try stored.manifest(of: evidence, from: theirs.from, until: theirs.until, now: now)
            if let common = own.common(with: theirs) { return common }
            throw CommandRefusal(
                .usage,
                "\(commonWith) is about the agreement \(theirs.agreement) \(theirs.identity) (\(commonWith):1:1) - here is "
                    + "\(own.agreement) \(own.identity)")
        }

        private func readManifest(_ path: String) throws -> EvidenceManifest {
            do throws(ManifestProblem) {
                return try EvidenceManifest(try fileBytes(path))
            } catch {
                throw CommandRefusal(
                    .usage, "not an evidence manifest: \(error) (\(path):1:1) - use a file that --write-manifest wrote")
            }
        }

        private func fileBytes(_ path: String) throws(ManifestProblem) -> [UInt8] {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw ManifestProblem(place: path, what: "the file is absent or unreadable")
            }
            return [UInt8](data)
        }

        private func text(of report: ComplianceReport, _ pack: BasinPack) throws -> String {
            switch format {
            case .json: return report.json.readableText + "\n"
            case .csv: return report.csv
            case .html:
                let languages = language.flatMap(Language.init).map { [$0] } ?? Language.allCases
                let names = ComplianceNames(
                    parties: pack.register.parties.mapValues(\.name), stations: pack.basin.stations.mapValues(\.name))
                return report.document(in: languages, catalogues: try pack.catalogues(), names: names)
            }
        }

        private func write(_ bytes: [UInt8], to path: String, _ option: String) throws {
            guard !FileManager.default.fileExists(atPath: path) else {
                throw CommandRefusal(.usage, "\(path) exists (\(path):1:1) - give \(option) another name, or remove it")
            }
            do { try Data(bytes).write(to: URL(filePath: path)) } catch {
                throw CommandRefusal(.usage, "\(path) cannot be written (\(path):1:1) - check that the folder exists")
            }
        }
    }
}
