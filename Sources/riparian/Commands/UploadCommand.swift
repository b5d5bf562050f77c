import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series

/// `riparian upload`: who may post readings without a node.
struct UploadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload",
        abstract: "Let a dam company or a station post its readings to a node: by form, by program, by mail.",
        discussion: """
            Examples:
              riparian upload grant nansha-company --series nansha-dam/pool-level,nansha-dam/release --intentions \\
                  --name "Nansha dam company" --dir nodes --party cn-yunnan
              riparian upload list --dir nodes --party cn-yunnan
              riparian upload renew nansha-company --dir nodes --party cn-yunnan
              riparian upload revoke nansha-company --dir nodes --party cn-yunnan
              riparian upload collect --from mail --dir nodes --party cn-yunnan

            The door itself is opened by riparian serve --upload HOST:PORT. What is granted or taken back counts at once, also
            while the node is served. See Documentation/Upload.md.
            """,
        subcommands: [Grant.self, List.self, Revoke.self, Renew.self, Collect.self])

    /// Which node.
    struct Place: ParsableArguments {
        @Option(help: "The folder that holds one folder a party.") var dir: String
        @Option(help: "The party whose node it is.") var party: String

        /// The node's folder and description.
        func open() throws -> (folder: String, description: NodeDescription) {
            let id = try KeyInput.party(party)
            return (NodeFolders(root: dir).folder(of: id), try NodeDescription.demanded(of: id, in: dir))
        }
    }

    /// The id of an uploader.
    static func id(_ text: String) throws -> UploaderID {
        guard let id = UploaderID(text) else {
            throw CommandRefusal(.usage, "\(text) is no id - write lower-case words joined by hyphens: nansha-company")
        }
        return id
    }

    /// An uploader whom the book has.
    static func known(_ text: String, in book: UploaderBook) throws -> Uploader {
        guard let uploader = book[try id(text)] else {
            let all = book.uploaders.map(\.id.text).joined(separator: ", ")
            throw CommandRefusal(
                .usage,
                "nobody is called \(text) - known: \(all.isEmpty ? "nobody yet; run riparian upload grant" : all)")
        }
        return uploader
    }

    /// When a grant of that many days ends.
    static func end(ofDays days: Int, from now: Instant) throws -> Instant {
        guard (1...3_660).contains(days) else { throw CommandRefusal(.usage, "--days takes 1 to 3660") }
        return now + Int64(days) * 86_400
    }

    /// A token that nobody can foresee.
    static func newToken() -> UploadToken {
        UploadToken((0..<UploadToken.size).map { _ in UInt8.random(in: .min ... .max) })
    }
}
