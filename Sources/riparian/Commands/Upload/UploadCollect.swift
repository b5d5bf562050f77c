import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series
import Storage

extension UploadCommand {
    /// `riparian upload collect --from DIR`.
    struct Collect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "collect",
            abstract: "Take in the tables that a mail program has put into a folder, one folder an uploader.",
            discussion: """
                Examples:
                  riparian upload collect --from mail --dir nodes --party cn-yunnan
                  riparian upload collect --from mail --watch --dir nodes --party cn-yunnan

                mail/nansha-company/*.csv are the attachments that came from nansha-company; the mail program's filter puts
                them there. What was read is moved to taken/ or refused/ below that folder, with a receipt in three languages.
                A file that has changed within 10 seconds waits. Nothing is deleted, and no link is followed.
                riparian serve --upload-mail does the same each minute.
                """)
        @Option(help: "The folder that holds one folder an uploader.") var from: String
        @Flag(help: "Go on each minute, until Ctrl-C.") var watch = false
        @OptionGroup var place: Place
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            let (folder, description) = try place.open()
            let opened = try NodeFolders(root: place.dir).kept(description.party, pack: nil)
            let (node, pack) = (opened.node, opened.composition.pack)
            let mail = UploadMailFolder(
                path: from, desk: UploadDesk(of: node, folder: folder, pack: pack.folder),
                catalogues: try pack.catalogues(),
                zone: pack.register.zone(of: description.party))
            repeat {
                let outcomes = try await mail.collect(at: Date().timeIntervalSince1970)
                try await node.publishUnlessServed(in: folder)
                show(outcomes)
                if !watch, outcomes.contains(where: { $0.state == .refused || ($0.receipt?.count(.refused) ?? 0) > 0 })
                {
                    throw CommandRefusal(.no)
                }
                if watch { try await Task.sleep(for: .seconds(UploadMailService.period)) }
            } while watch
        }

        private func show(_ outcomes: [UploadMailFolder.Outcome]) {
            if json {
                printDocument(.array(outcomes.map(\.json)))
            } else {
                for outcome in outcomes { print(outcome.line) }
                if !watch { print("\(outcomes.count) files looked at") }
            }
            fflush(nil)
        }
    }
}

extension UploadMailFolder.Outcome {
    /// One line for people.
    fileprivate var line: String {
        let name = "\(uploader)/\(file) \(state.rawValue)"
        guard let receipt else { return "\(name): \(reason ?? "")" }
        return "\(name): \(receipt.count(.taken)) taken, \(receipt.count(.corrected)) corrected, "
            + "\(receipt.count(.known)) known, \(receipt.count(.refused)) refused, receipt \(receipt.id)"
    }

    /// The same for programs.
    fileprivate var json: JSONValue {
        func count(_ verdict: UploadRow.Verdict) -> JSONValue { receipt.map { .integer($0.count(verdict)) } ?? .null }
        return [
            "uploader": .string(uploader), "file": .string(file), "state": .string(state.rawValue),
            "place": .optional(place), "receipt": .optional(receipt?.id), "reason": .optional(reason),
            "taken": count(.taken), "corrected": count(.corrected), "already_known": count(.known),
            "refused": count(.refused),
        ]
    }
}
