import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series
import Storage

extension UploadCommand {
    /// `riparian upload list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List who may post what, until when, and what has come of it.",
            discussion: "Example: riparian upload list --dir nodes --party cn-yunnan")
        @OptionGroup var place: Place
        @Flag(help: "Print the uploaders as JSON.") var json = false

        func run() throws {
            let (folder, _) = try place.open()
            let (book, now) = (try UploadFiles(folder: folder).book(), TimeInput.now)
            let database = try NodeDatabase(path: folder + "/node.sqlite")
            let entries = try book.uploaders.map { uploader in
                (uploader, UploadTally(try database.fact(UploadTally.fact(of: uploader.id)) ?? ""))
            }
            guard json else { return show(entries, at: now) }
            printDocument(
                .array(
                    entries.map { uploader, tally in
                        [
                            "id": .string(uploader.id.text),
                            "name": [
                                "vi": .string(uploader.name.vi), "zh": .string(uploader.name.zh),
                                "en": .string(uploader.name.en),
                            ], "series": .array(uploader.series.map { .string($0.description) }),
                            "intentions": .bool(uploader.mayIntend), "mapping": .optional(uploader.mapping),
                            "granted": .string(uploader.granted.iso8601()),
                            "valid_until": .string(uploader.validUntil.iso8601()),
                            "revoked_at": .optional(uploader.revoked?.iso8601()),
                            "state": .string(UploadCommand.state(of: uploader, at: now)), "posted": tally.json,
                        ]
                    }))
        }

        private func show(_ entries: [(Uploader, UploadTally)], at now: Instant) {
            guard !entries.isEmpty else { return print("nobody may post - see riparian upload grant --help") }
            let header = [
                "id", "state", "until", "series", "last post", "posts", "taken", "corrected", "known", "refused",
            ]
            let rows = entries.map { (uploader, tally) -> [String] in
                let series = uploader.series.map(\.description) + (uploader.mayIntend ? ["intended releases"] : [])
                let verdicts: [UploadRow.Verdict] = [.taken, .corrected, .known, .refused]
                let words: [String] = [
                    uploader.id.text, UploadCommand.state(of: uploader, at: now), uploader.validUntil.iso8601(),
                    series.joined(separator: " "), tally.last?.iso8601() ?? "never", "\(tally.posts)",
                ]
                return words + verdicts.map { String(tally.rows[$0] ?? 0) }
            }
            print(TextTable(header: header, rows: rows, rightAligned: [5, 6, 7, 8, 9]).text)
        }
    }

    /// `valid`, `ended` or `revoked`.
    static func state(of uploader: Uploader, at now: Instant) -> String {
        uploader.revoked != nil ? "revoked" : uploader.validUntil <= now ? "ended" : "valid"
    }

    /// `riparian upload revoke ID`.
    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Take a grant back; it counts at once, also while the node is served.",
            discussion: """
                Example: riparian upload revoke nansha-company --dir nodes --party cn-yunnan

                What was posted stays. The entry stays in the list; riparian upload renew gives a new token.
                """)
        @Argument(help: "The uploader.") var id: String
        @OptionGroup var place: Place
        @Flag(help: "Print what was taken back as JSON.") var json = false

        func run() throws {
            let (folder, _) = try place.open()
            let now = TimeInput.now
            let uploader = try UploadFiles(folder: folder).change { book in
                var uploader = try UploadCommand.known(id, in: book)
                uploader.revoked = uploader.revoked ?? now
                book.put(uploader)
                return uploader
            }
            let time = uploader.revoked?.iso8601()
            if json {
                printDocument(["id": .string(uploader.id.text), "revoked_at": .optional(time)])
            } else {
                print("\(uploader.id) can post no more, since \(time ?? ""); what was posted stays")
            }
        }
    }
}
