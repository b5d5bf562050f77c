import Accord
import ArgumentParser
import Formats
import Foundation
import Series

extension CapCommand {
    /// `riparian cap verify FILE --key FILE`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Judge the signature of alerts by pinned keys.",
            discussion: """
                Examples:
                  riparian cap verify alert.xml --key neighbour.pem --received 2026-07-01T06:00:00+07:00
                  riparian cap verify alert.xml --key old.pem --key new.pem --revoked 2026-06-30T00:00:00+08:00 --json
                  riparian cap verify alert.xml --manifest cn-yunnan.manifest --root cn-yunnan.root.vkey

                A manifest pins every key with which its party signs alerts, each with its own times and revocation. The certificate found inside an alert proves nothing. The key must be valid at sent and at the first receipt, and
                the two may not lie further apart than --limit. --from, --until and --revoked hold for every key given; without
                them a certificate's own times count.
                Exit code 0: every alert is verified; 1: one is not; 2: a file cannot be read.
                """)

        @Argument(help: "The alerts; - for standard input.") var files: [String]
        @Option(help: "A pinned key: a public key or a certificate in PEM. May stand repeatedly.") var key: [String] =
            []
        @Option(help: "A manifest that lists the sender's keys. May stand repeatedly; needs --root.")
        var manifest: [String] = []
        @Option(help: "The public root key of the manifest's party, or a file that holds it; one for each --manifest.")
        var root: [String] = []
        @Option(help: "When the alert was first received, ISO 8601 with a zone; by default now.") var received: String?
        @Option(help: "h between sent and first receipt at most: the agreement's limit.") var limit = 24
        @Option(help: "From when on the keys may sign.") var from: String?
        @Option(help: "Until when the keys may sign.") var until: String?
        @Option(help: "From when on the keys are revoked.") var revoked: String?
        @Option(help: "The language of the verdicts: vi, zh-Hans or en.") var language = "en"
        @Flag(help: "Print the verdicts as JSON.") var json = false

        func run() throws {
            let catalogue = try CapCommand.catalogue(language)
            guard (0...87_600).contains(limit) else {
                throw CommandRefusal(.usage, "\(limit) h is no limit (--limit) - write hours, 0 to 87600")
            }
            guard manifest.count == root.count else {
                throw CommandRefusal(
                    .usage, "a manifest counts by its party's root key (--manifest, --root) - give one --root for each")
            }
            let listed = try zip(manifest, root).flatMap { try pinned(manifest: $0, root: $1) }
            let trust = AlertTrust(keys: try key.map { try pinned($0) } + listed, longestDelay: Int64(limit) * 3600)
            let receipt = try KeyInput.time(received, option: "--received")
            var documents: [JSONValue] = []
            var isVerified = true
            for file in files {
                let verdict = verifyAlert(try bytes(of: file), trust: trust, received: receipt)
                if verdict.state != .verified { isVerified = false }
                if json {
                    documents.append([
                        "file": .string(file), "state": .string(verdict.state.rawValue),
                        "reason": .optional(verdict.reason?.rawValue), "key": .optional(verdict.key),
                        "message": .string(verdict.text(catalogue)),
                    ])
                } else {
                    print("\(file): \(verdict.text(catalogue))")
                }
            }
            if json { printDocument(.array(documents)) }
            if !isVerified { throw CommandRefusal(.no) }
        }

        /// The keys for alerts that a manifest lists.
        private func pinned(manifest path: String, root: String) throws -> [PinnedAlertKey] {
            let shown = try KeyInput.manifest(path, signedBy: root)
            let keys = shown.keys.compactMap { PinnedAlertKey($0, of: shown.party) }
            if keys.isEmpty {
                standardError("riparian: remark: \(path) lists no key for alerts - riparian key alert asks for one")
            }
            return keys
        }

        private func pinned(_ path: String) throws -> PinnedAlertKey {
            let pem = String(decoding: try bytes(of: path), as: UTF8.self)
            let key = PinnedAlertKey(
                name: path, pem: pem, from: try TimeInput.time(from, option: "--from"),
                until: try TimeInput.time(until, option: "--until"),
                revoked: try TimeInput.time(revoked, option: "--revoked"))
            guard let key else {
                throw CommandRefusal(
                    .usage, "this is no P-256 key or certificate in PEM (\(path):1:1) - name the file that was pinned")
            }
            return key
        }
    }
}
