import Accord
import ArgumentParser
import Formats
import Foundation
import Series

extension CapCommand {
    /// `riparian cap show FILE`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show what an alert says, in the reader's language where it has it.",
            discussion: """
                Examples:
                  riparian cap show alert.xml --language vi
                  riparian cap show alert.xml --canonical --output alert.canonical.xml

                --canonical writes the compact form that is signed, without signature. The signature is not judged here: see
                riparian cap verify.
                """)

        @Argument(help: "The alert; - for standard input.") var file: String
        @Option(help: "The language of the reader: vi, zh-Hans or en.") var language = "en"
        @Flag(help: "Print the canonical bytes instead.") var canonical = false
        @Option(help: "With --canonical, the new file.") var output: String?
        @Flag(help: "Print the alert as JSON.") var json = false

        func run() throws {
            let (contents, message) = try CapCommand.message(file)
            guard let reader = Language(rawValue: language) else {
                throw CommandRefusal(.usage, "\(language) is no language (--language) - known: vi, zh-Hans, en")
            }
            if canonical { return try writeCanonical(contents) }
            if json { return printDocument(message.node.json) }
            for name in AlertMessage.headNames {
                for field in message.fields(name) { print("\(name): \(field.text)") }
            }
            let isSigned = message.node.children.contains { $0.name == "Signature" }
            print("signature: \(isSigned ? "there is one; riparian cap verify judges it" : "none")")
            guard let info = message.info(for: reader) else { return print("info: none") }
            print("languages: \(message.infos.map(\.language).joined(separator: ", "))")
            show(info)
        }

        private func show(_ info: AlertInfo) {
            print("")
            for child in info.node.children {
                let text = child.text.split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
                switch child.name {
                case "eventCode", "parameter", "geocode":
                    print("\(child.name): \(child.children.map(\.text).joined(separator: " = "))")
                case "area":
                    for part in child.children {
                        let value =
                            part.children.isEmpty ? part.text : part.children.map(\.text).joined(separator: " = ")
                        print("area \(part.name): \(value)")
                    }
                case "resource":
                    for part in child.children where part.name != "derefUri" {
                        print("resource \(part.name): \(part.text)")
                    }
                default: print("\(child.name): \(text)")
                }
            }
        }

        private func writeCanonical(_ contents: [UInt8]) throws {
            let bytes: [UInt8]
            do throws(AlertSigningRefusal) { bytes = try canonicalAlert(contents) } catch {
                throw CommandRefusal(
                    .usage, "\(file) has no canonical form (\(file):1:1) - look for relative namespaces")
            }
            if let output { return try KeyInput.write(bytes, to: output) }
            FileHandle.standardOutput.write(Data(bytes))
        }
    }
}

extension AlertMessage {
    /// The elements before the info blocks, in the order of the standard.
    fileprivate static let headNames = [
        "identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "addresses", "code",
        "note",
        "references", "incidents",
    ]
}

extension MarkupNode {
    /// The element as JSON: a text, or its children by name, a list each.
    fileprivate var json: JSONValue {
        guard !children.isEmpty else { return .string(text) }
        var members: [String: [JSONValue]] = [:]
        for child in children where child.name != "Signature" { members[child.name, default: []].append(child.json) }
        return .object(members.mapValues { .array($0) })
    }
}
