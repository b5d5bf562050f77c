import Accord
import ArgumentParser
import Formats
import NodeCore
import Series

extension AccordCommand {
    /// `riparian accord agenda`.
    struct Agenda: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "agenda",
            abstract: "Build the agenda of a conference from what its predecessor left open or slow.",
            discussion: """
                It holds what every party may read; --for narrows or widens that.

                Examples:
                  riparian accord agenda --edition conference-6 --dir nodes --party vn-lao-cai
                  riparian accord agenda --edition conference-6 --dir nodes --party vn-lao-cai --json
                """)
        @OptionGroup var node: GateNode
        @Option(help: "The edition whose conference it is for.") var edition: String
        @Flag(help: "Everything that this node holds, not only what every party may read.") var own = false
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            let opened = try node.open()
            let register = try await opened.register()
            let zone = opened.configuration.register.zone(of: opened.party)
            let parties = register.parties(ofEdition: edition)
            guard
                let agenda = register.agenda(
                    of: edition, audience: own ? nil : parties, on: TimeInput.now.civil(in: zone).date)
            else {
                throw CommandRefusal(.no, "no edition \(edition) is here - open it with riparian accord open-edition")
            }
            guard json else {
                let rows = agenda.items.enumerated().map { number, item in
                    [
                        "\(number + 1)", item.field, item.provision?.description ?? item.party?.text ?? "",
                        item.reason.rawValue,
                        String(item.text.orOther(.english).prefix(60)),
                    ]
                }
                print(
                    "\(agenda.edition.title.orOther(.english)), chaired by \(agenda.edition.chair?.text ?? "nobody yet")"
                )
                print(TextTable(header: ["no", "field", "about", "why", "item"], rows: rows, rightAligned: [0]).text)
                return
            }
            printDocument([
                "edition": .string(agenda.edition.id), "about": .optional(agenda.about?.id),
                "chair": .optional(agenda.edition.chair?.text),
                "items": .array(
                    agenda.items.map { item in
                        [
                            "field": .string(item.field), "reason": .string(item.reason.rawValue),
                            "provision": .optional(item.provision?.description), "indicator": .optional(item.indicator),
                            "period": .optional(item.period), "party": .optional(item.party?.text),
                            "text": [
                                "vi": .string(item.text.vi), "zh": .string(item.text.zh), "en": .string(item.text.en),
                            ],
                            "standings": .object(
                                Dictionary(
                                    uniqueKeysWithValues: item.standings.map {
                                        ($0.key.text, .string($0.value.rawValue))
                                    })),
                            "obstacles": .array(item.obstacles.map { .string($0) }),
                        ]
                    }),
            ])
        }
    }

    /// `riparian accord open-edition`.
    struct OpenEdition: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "open-edition",
            abstract:
                "Open the next edition of the protocol: what is not kept and not closed goes on with its lineage.",
            discussion: """
                Who chairs it is taken from the edition before, where the conference has named somebody; it is never guessed.

                Example:
                  riparian accord open-edition conference-6 --after conference-5 --title-vi "Hội nghị lần thứ sáu" \\
                    --title-zh "第六次会晤" --title-en "Sixth conference" --by "Secretariat" --dir nodes --party vn-lao-cai
                """)
        @Argument(help: "The new edition's id.") var id: String
        @Option(help: "The edition that it follows.") var after: String
        @Option(help: "Its name in Vietnamese.") var titleVi = ""
        @Option(help: "Its name in Chinese.") var titleZh = ""
        @Option(help: "Its name in English.") var titleEn = ""
        @Option(help: "Who chairs it, where the conference before has not said so.") var chair: String?
        @Option(help: "Who does it: name or office. It is kept.") var by: String
        @OptionGroup var node: GateNode

        func run() async throws {
            let opened = try node.open()
            let chair = try chair.map { try AccordCommand.party($0) }
            let title = LocalizedText(vi: titleVi, zh: titleZh, en: titleEn)
            guard
                let acts = try await opened.register().opening(
                    after: after, id: id, title: title, chair: chair, by: opened.party,
                    on: TimeInput.now.civil(in: opened.configuration.register.zone(of: opened.party)).date)
            else {
                throw CommandRefusal(.no, "\(after) is not here, or \(id) exists already - see riparian register list")
            }
            _ = try await RegisterCommand.perform(acts.map { ($0, "\(id):1:1") }, at: opened, by: by)
            let card = try await opened.register().editions[id]?.card
            print(
                "\(id) is open: \(acts.count - 1) provisions go on, chaired by \(card?.chair?.text ?? "nobody yet - name somebody with --chair")"
            )
        }
    }
}
