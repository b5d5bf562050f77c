import Accord
import ArgumentParser
import Foundation
import Series
import Web

extension KeyCommand {
    /// `riparian key line`.
    struct Line: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "line",
            abstract: "Make a certificate for a node's line and the request to list it in the party's manifest.",
            discussion: """
                Example: riparian key line --party cn-yunnan --dir nodes --id line-2028
                Then, with the root key: riparian key rotate line --keys nodes/cn-yunnan/keys/line-2028.request.json ...
                Give the new manifest to every party before the old certificate ends, and to the own node last: it shows the new
                certificate at once, or from its --from on.
                """)

        @Option(help: "The party.") var party: String
        @Option(help: "The folder that holds one folder a party.") var dir: String
        @Option(help: "The certificate's id: words of a-z and digits, joined by hyphens.") var id: String
        @Option(help: "From when on, ISO 8601 with a zone; by default a day ago.") var from: String?
        @Option(help: "How long it is valid, days, 1 to 3660.") var days = 730
        @Flag(help: "Print the request as JSON.") var json = false

        func validate() throws {
            guard (1...3_660).contains(days) else { throw ValidationError("--days takes 1 to 3660") }
        }

        func run() throws {
            let party = try KeyInput.party(party)
            try KeyInput.expectIdentifier(id)
            let begin = try KeyInput.time(from, option: "--from")
            let folder = "\(dir)/\(party)"
            guard FileManager.default.fileExists(atPath: folder + "/keys") else {
                throw CommandRefusal(noNodeOf: party, in: dir)
            }
            let made = try LineFiles(folder: folder).make(
                id, for: party, from: begin, until: begin + Int64(days) * 86_400)
            let listed = NodeKey(
                id: id, certificate: made.certificate, from: from == nil ? made.from : begin, until: made.until)
            let request = "\(folder)/keys/\(id).request.json"
            try KeyInput.write(Array(listed.request.utf8), to: request)
            if json {
                printDocument(listed.json)
            } else {
                print("certificate valid until \(made.until), request in \(request)")
            }
        }
    }
}
