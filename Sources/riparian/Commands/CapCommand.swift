import Accord
import ArgumentParser
import Formats
import Foundation
import Series

/// `riparian cap`: looks at alerts of the Common Alerting Protocol 1.2, signs them and verifies their signatures.
struct CapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cap", abstract: "Check, show, sign and verify alerts of the Common Alerting Protocol 1.2.",
        discussion: "Rules and profiles: Documentation/Warnings.md.",
        subcommands: [Check.self, Show.self, Sign.self, Verify.self, Key.self, Try.self])

    /// The profile of a name, or of a file that ends in `.json`.
    static func profile(_ name: String) throws -> AlertProfile {
        let contents = name.hasSuffix(".json") ? try bytes(of: name) : nil
        do throws(AlertProfile.Problem) {
            guard let contents else { return try AlertProfile(named: name) }
            return try AlertProfile(bytes: contents, name: name)
        } catch {
            throw CommandRefusal(.usage, "\(error.message) (\(error.profile):1:1) - \(error.advice)")
        }
    }

    /// The catalogue of a language by its code.
    static func catalogue(_ code: String) throws -> Catalogue {
        guard let language = Language(rawValue: code) else {
            let known = Language.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandRefusal(.usage, "\(code) is no language (--language) - known: \(known)")
        }
        return try Catalogue.bundled(language)
    }

    /// A message that is read whatever rules it breaks.
    static func message(_ path: String) throws -> (bytes: [UInt8], message: AlertMessage) {
        let contents = try bytes(of: path)
        let english = try Catalogue.bundled(.english)
        do throws(MarkupRefusal) {
            if let message = try AlertMessage(contents) { return (contents, message) }
        } catch {
            let words = english.text("cap.unreadable.\(error.code)", ["detail": error.detail])
            throw CommandRefusal(.usage, "\(words) (\(path):\(error.line):\(error.column)) - \(advice(error.code))")
        }
        throw CommandRefusal(
            .usage,
            "this is no alert of CAP 1.2 (\(path):1:1) - name a file whose root is alert in \(AlertMessage.namespace)")
    }

    private static func advice(_ code: MarkupRefusal.Code) -> String {
        switch code {
        case .size: "send large pictures by their address instead of inside"
        case .encoding: "write the document in UTF-8"
        case .doctype: "remove the document type"
        case .depth, .form: "look at the place, and ask the sender for the document again"
        }
    }
}

extension CapCommand {
    /// `riparian cap check FILE...`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Name every rule that alerts break: schema, standard, profile.",
            discussion: """
                Examples:
                  riparian cap check alert.xml
                  riparian cap check --profile cap-1.2 --language vi received/*.xml
                  riparian cap check update.xml --known first.xml --known second.xml

                A finding of weight must or profile rejects; should and warn reject with --strict only.
                Exit code 0: all are accepted, 1: one is rejected, 2: a file cannot be opened.
                """)

        @Argument(help: "The alerts; - for standard input.") var files: [String]
        @Option(help: "The profile: a name, or a file that ends in .json.") var profile = AlertProfile.standard
        @Option(
            help:
                "An earlier message; updates must name those of their event that have not expired. May stand repeatedly."
        )
        var known: [String] = []
        @Option(help: "The language of the messages: vi, zh-Hans or en.") var language = "en"
        @Flag(help: "Reject for every finding.") var strict = false
        @Flag(help: "Print the findings as JSON.") var json = false

        func run() throws {
            let profile = try CapCommand.profile(profile)
            let catalogue = try CapCommand.catalogue(language)
            let earlier = try known.map { try CapCommand.message($0).message }
            var documents: [JSONValue] = []
            var isRejected = false
            for file in files {
                let check = checkAlert(try bytes(of: file), profile: profile, known: earlier)
                if !check.isAccepted(strict: strict) { isRejected = true }
                if json {
                    documents.append(document(of: check, file, catalogue))
                } else {
                    show(check, file, profile, catalogue)
                }
            }
            if json { printDocument(.array(documents)) }
            if isRejected { throw CommandRefusal(.no) }
        }

        private func document(of check: AlertCheck, _ file: String, _ catalogue: Catalogue) -> JSONValue {
            [
                "file": .string(file), "schema": .string(check.schema.rawValue),
                "verdict": .string(check.isAccepted(strict: strict) ? "accept" : "reject"),
                "findings": .array(
                    check.findings.map { finding in
                        [
                            "rule": .string(finding.rule), "level": .string(finding.level.rawValue),
                            "line": .number(Double(finding.line)), "message": .string(finding.message(catalogue)),
                        ]
                    }),
            ]
        }

        private func show(_ check: AlertCheck, _ file: String, _ profile: AlertProfile, _ catalogue: Catalogue) {
            for finding in check.findings {
                print(
                    "\(file):\(finding.line): \(finding.level.rawValue) \(finding.rule): \(finding.message(catalogue))")
            }
            let verdict = check.isAccepted(strict: strict) ? "accepted" : "rejected"
            print("\(file): \(verdict), schema \(check.schema.rawValue), profile \(profile.id)")
        }
    }
}
