import Accord
import ArgumentParser
import Foundation
import Series

extension AccordCommand {
    /// `riparian accord status FILE`.
    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Say who has signed a version of an agreement, who is missing, and whether it is in force.",
            discussion: """
                Example: riparian accord status agreement.yaml --signatures signatures --keys nodes/vn-lao-cai/keys/trusted
                --keys holds PARTY.vkey (the pinned root key) and PARTY.manifest of each party. --others DIR holds further
                versions of the document, for what it amends and what amends it.
                Exit code 0: in force, 1: not, 2: it cannot be read. An illustrative document is never in force.
                """)

        @Argument(help: "The agreement document.") var file: String
        @Option(help: "A folder of signatures.") var signatures: String?
        @Option(help: "A folder of root keys and manifests.") var keys: String?
        @Option(help: "A folder of further versions.") var others: String?
        @Option(help: "The time that is asked about, ISO 8601 with a zone; by default now.") var at: String?
        @Flag(help: "Print it as JSON.") var json = false

        func run() throws {
            let agreement = try AccordCommand.agreement(at: file)
            let time = try KeyInput.time(at, option: "--at")
            let notes = try signatures.map { folder in
                try Status.files(in: folder, option: "--signatures").map {
                    SignatureSet.Note(source: $0, bytes: try bytes(of: folder + "/" + $0))
                }
            }
            let rings =
                try keys.map { folder -> [PartyID: KeyRing] in
                    _ = try Status.files(in: folder, option: "--keys")
                    return try TrustFolder(path: folder).rings()
                } ?? [:]
            let standing = SignatureSet(notes ?? [], keys: rings).standing(of: agreement, at: time)
            let amendedBy = try versions().filter { $0.general.amends == agreement.identity }
            let report = StandingReport(agreement: agreement, standing: standing, amendedBy: amendedBy)
            if json { printDocument(report.json) } else { report.lines.forEach { print($0) } }
            if !standing.isInForce { throw CommandRefusal(.no) }
        }

        private func versions() throws -> [Agreement] {
            guard let others else { return [] }
            return try Status.files(in: others, option: "--others").filter { $0.hasSuffix(".yaml") }.map {
                try AccordCommand.agreement(at: others + "/" + $0)
            }
        }

        private static func files(in folder: String, option: String) throws -> [String] {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
                throw CommandRefusal(.usage, "\(folder) cannot be read (\(option)) - name a folder")
            }
            return names.filter { !$0.hasPrefix(".") }.sorted()
        }
    }
}

/// How an agreement stands, for people and machines.
private struct StandingReport {
    let agreement: Agreement
    let standing: Standing
    let amendedBy: [Agreement]

    var lines: [String] {
        var lines = ["\(agreement.id), version \(agreement.identity), at \(standing.time)"]
        for signature in standing.signed {
            lines.append("  signed by \(signature.party) at \(signature.time)")
            lines.append("    on paper: \(signature.paper?.words ?? "nothing recorded")")
        }
        lines += standing.missing.map { "  not signed by \($0)" }
        lines += standing.refused.map {
            "  does not count: \($0.source)\($0.party.map { " of \($0)" } ?? ""): \($0.reason)"
        }
        if let amends = agreement.general.amends { lines.append("  amends the version \(amends)") }
        lines += amendedBy.map { "  amended by \($0.id), version \($0.identity)" }
        lines.append(StandingReport.sentence(standing.force))
        if !standing.signed.isEmpty { lines.append("the signatures do not replace the acts on paper") }
        return lines
    }

    var json: JSONValue {
        let refused = standing.refused.map { note -> JSONValue in
            [
                "source": .string(note.source), "party": .optional(note.party?.text),
                "reason": .string(note.reason.description),
            ]
        }
        let (force, asIf): (ForceStanding, Bool) =
            if case .illustrative(let other) = standing.force { (other, true) } else { (standing.force, false) }
        return [
            "agreement": .string(agreement.id.text), "identity": .string(agreement.identity.description),
            "at": .string(standing.time.iso8601()), "illustrative": .bool(agreement.isIllustrative),
            "signed": .array(standing.signed.map(\.json)), "missing": .array(standing.missing.map { .string($0.text) }),
            "refused": .array(refused), "in_force": .bool(standing.isInForce), "force": .string(standing.force.word),
            "as_if": asIf ? .string(force.word) : .null, "since": .optional(StandingReport.since(force)?.iso8601()),
            "amends": .optional(agreement.general.amends?.description),
            "amended_by": .array(amendedBy.map { .string($0.identity.description) }), "replaces_paper": false,
        ]
    }

    private static func since(_ force: ForceStanding) -> Instant? {
        if case .inForce(let since) = force { since } else { nil }
    }

    private static func sentence(_ force: ForceStanding) -> String {
        switch force {
        case .unsigned(let missing): "not in force: \(missing.count) signatures are missing"
        case .noSignatory: "not in force: it names no signatory"
        case .notYet(let from): "signed by all, in force from \(from) on"
        case .expired(let until): "not in force: it ended on \(until)"
        case .inForce(let since): "in force since \(since)"
        case .datesNotPublic: "signed by all; whether it is in force is unknown, its dates are not public"
        case .illustrative(let other):
            "illustrative, never in force; as if somebody had endorsed it: \(sentence(other))"
        }
    }
}
