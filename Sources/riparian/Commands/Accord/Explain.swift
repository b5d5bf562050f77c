import Accord
import ArgumentParser
import Formats
import Series

extension AccordCommand {
    /// `riparian accord explain SERIES --reader PARTY --at TIME`.
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain",
            abstract: "Say whether a reader may have a series observed at a time, by which clause or why not.",
            discussion: """
                With --held-by: whether that party, which has the value from its provider, may pass it on to the reader.

                Examples:
                  riparian accord explain cn-yunnan/manhao/stage --reader vn-lao-cai --at 2024-09-09T15:00+07:00
                  riparian accord explain cn-yunnan/manhao/stage --held-by vn-lao-cai --reader vn-lai-chau \\
                    --at 2024-09-09T15:00+07:00
                Exit code 0: granted, 1: refused or unknown, 2: unreadable.
                """)
        @Argument(help: "party/station/property") var series: String
        @Option(help: "The party that would read.") var reader: String
        @Option(help: "The party that would pass it on.") var heldBy: String?
        @Option(help: "The observed time, with its zone.") var at: String
        @Option(help: "The agreement document.") var agreement = StandardPack.folder + "/agreement.yaml"
        @Flag(help: "Write JSON.") var json = false

        func run() throws {
            let (id, party) = (try AccordCommand.series(series), try AccordCommand.party(reader))
            let time = try AccordCommand.instant(at)
            let holder = try heldBy.map { try AccordCommand.party($0) }
            let document = try AccordCommand.agreement(at: agreement)
            let verdict =
                holder.map { document.onwardVerdict(for: id, heldBy: $0, to: party, at: time) }
                ?? document.verdict(for: id, reader: party, at: time)
            let sentence = verdict.sentence
            let reason = try Catalogues.bundled().localized(sentence.catalogueKey, sentence.arguments)
            if json {
                printDocument([
                    "verdict": .string(verdict.word), "clause": .optional(verdict.clause),
                    "reason": ["vi": .string(reason.vi), "zh": .string(reason.zh), "en": .string(reason.en)],
                    "illustrative": .bool(document.isIllustrative),
                ])
            } else {
                print("\(verdict.word): \(reason.en)")
            }
            if !verdict.isGranted { throw CommandRefusal(.no) }
        }
    }
}
