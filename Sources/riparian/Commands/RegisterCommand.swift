import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series
import Storage

/// `riparian register`: the provisions of a protocol and what is followed up beside them.
struct RegisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Register provisions and indicators from tables, list them, and write tables.",
        discussion: """
            Tables are CSV; their headings say what they are. See Documentation/Register.md for the columns.

            Examples:
              riparian register import Packs/red-river/register/editions.csv --by "Secretariat" --dir nodes --party vn-lao-cai
              riparian register list --edition conference-5 --standing slow --dir nodes --party vn-lao-cai
              riparian register export --edition conference-5 --dir nodes --party vn-lao-cai > provisions.csv
              riparian register two-people yes --dir nodes --party vn-lao-cai
            """,
        subcommands: [Import.self, FromAgreement.self, List.self, Export.self, TwoPeople.self])

    /// Does acts at a node, all or none; a rule that keeps one out names its row.
    static func perform(_ acts: [(act: RegisterAct, place: String)], at node: Node, by person: String) async throws
        -> Int
    {
        switch try await node.perform(acts.map(\.act), by: person) {
        case .success(let count): return count
        case .failure(let refused):
            let (act, place) = acts[refused.place]
            throw CommandRefusal(
                .no,
                "\(act.name) \(act.subject): \(refused.problem.code.rawValue) at \(refused.problem.field) \(refused.problem.detail) (\(place)) - "
                    + "mend the row; nothing of this table was kept")
        }
    }
}

extension RegisterCommand {
    /// `riparian register import`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Register the rows of tables as acts of this party, each table as a whole.")
        @Argument(
            help: "Tables: editions, provisions, indicators, figures, standings or notes, in this order.",
            completion: .file())
        var files: [String]
        @OptionGroup var node: GateNode
        @Option(help: "Who does it: name or office. It is kept.") var by: String
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            let opened = try node.open()
            var counts: [String: JSONValue] = [:]
            for file in files {
                guard let data = FileManager.default.contents(atPath: file) else {
                    throw CommandRefusal(.usage, "the table cannot be read (\(file):1:1) - check the path")
                }
                let read = RegisterImport(Array(data), file: file, party: opened.party)
                if let fault = read.faults.first { throw CommandRefusal(unreadable: fault) }
                let acts = read.acts.map { ($0.act, "\(file):\($0.position.line):\($0.position.column)") }
                let count = try await RegisterCommand.perform(acts, at: opened, by: by)
                counts[file] = .integer(count)
                if !json { print("\(file): \(count) acts are kept") }
            }
            if json { printDocument(.object(["kept": .object(counts)])) }
        }
    }

    /// `riparian register list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List provisions with their standing.")
        @OptionGroup var node: GateNode
        @Option(help: "The edition; the current one if not given.") var edition: String?
        @Option(help: "Only this field of cooperation.") var field: String?
        @Option(help: "Only this standing: kept, on-course, slow, open, carried-over, agreed-reason.") var standing:
            String?
        @Option(help: "Only provisions with these words.") var words: String?
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            let opened = try node.open()
            let rows = try RegisterCommand.rows(
                try await opened.register(), edition: edition, field: field, standing: standing, words: words)
            let today = TimeInput.now.civil(in: opened.configuration.register.zone(of: opened.party)).date
            guard json else {
                let lines = rows.map { row in
                    [
                        row.key.clause, row.card.field, row.standing.rawValue, row.card.due?.description ?? "",
                        "\(row.evidence)",
                        String(row.card.text.orOther(.english).prefix(70)),
                    ]
                }
                print(
                    TextTable(
                        header: ["clause", "field", "standing", "due", "evidence", "text"], rows: lines,
                        rightAligned: [4]
                    ).text)
                return
            }
            printDocument(
                .array(
                    rows.map { row in
                        [
                            "clause": .string(row.key.clause), "edition": .string(row.key.edition),
                            "field": .string(row.card.field),
                            "kind": .string(row.card.kind), "standing": .string(row.standing.rawValue),
                            "standings": .object(
                                Dictionary(
                                    uniqueKeysWithValues: row.standings.map {
                                        ($0.key.text, .string($0.value.rawValue))
                                    })),
                            "due": .optional(row.card.due?.description), "overdue": .bool(row.isOverdue(on: today)),
                            "evidence": .integer(row.evidence),
                            "text": [
                                "vi": .string(row.card.text.vi), "zh": .string(row.card.text.zh),
                                "en": .string(row.card.text.en),
                            ],
                        ]
                    }))
        }
    }

    /// `riparian register export`.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write the provisions of an edition, or all figures, as CSV to standard output.",
            discussion:
                "With --for only what all the named parties may read; by default what every party of the edition may read."
        )
        @OptionGroup var node: GateNode
        @Option(help: "The edition; the current one if not given.") var edition: String?
        @Option(name: .customLong("for"), help: "Whose eyes it is for: party ids joined by commas, or own.")
        var readers: String?
        @Flag(help: "Write figures of indicators instead of provisions.") var figures = false

        func run() async throws {
            let register = try await node.open().register()
            guard !figures else {
                print(FigureTable(register).text, terminator: "")
                return
            }
            guard let id = edition ?? register.currentEdition, let card = register.editions[id]?.card else {
                throw CommandRefusal(
                    .no, "no such edition is here: \(edition ?? "none at all") - see riparian register import --help")
            }
            var query = RegisterQuery(edition: id)
            query.audience = try audience(card, of: register)
            print(
                ProvisionTable(register.rows(query)).text, terminator: "")
        }

        private func audience(_ card: EditionCard, of register: Register) throws -> [PartyID]? {
            let parties = register.parties(ofEdition: card.id)
            guard let readers else { return parties }
            if readers == "own" { return nil }
            return try readers.split(separator: ",").map { name in
                guard let party = PartyID(String(name)), parties.contains(party) else {
                    throw CommandRefusal(
                        .usage,
                        "--for: '\(name)' takes no part in \(card.id) - give some of \(parties.map(\.text).joined(separator: ", "))"
                    )
                }
                return party
            }
        }
    }

    /// `riparian register two-people`.
    struct TwoPeople: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "two-people",
            abstract:
                "Say whether what leaves by a person's word needs another person's word too; without a word, tell.")
        @Argument(help: "yes or no.") var word: String?
        @OptionGroup var node: GateNode

        func run() async throws {
            let opened = try node.open()
            if let word {
                guard word == "yes" || word == "no" else {
                    throw CommandRefusal(.usage, "\(word) is neither yes nor no - write one of them")
                }
                try opened.setNeedsTwoPeople(word == "yes")
            }
            print(
                try opened.needsTwoPeople()
                    ? "two people are needed for what leaves" : "one person is enough for what leaves")
        }
    }

    static func rows(
        _ register: Register, edition: String?, field: String?, standing: String?, words: String?
    ) throws -> [RegisterRow] {
        guard let id = edition ?? register.currentEdition, register.editions[id] != nil else {
            throw CommandRefusal(
                .no, "no such edition is here: \(edition ?? "none at all") - see riparian register import --help")
        }
        var query = RegisterQuery(edition: id)
        query.field = field
        if let standing {
            guard let word = ProvisionStanding(rawValue: standing) else {
                let known = ProvisionStanding.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandRefusal(.usage, "\(standing) is no standing - write one of \(known)")
            }
            query.standing = word
        }
        query.words = (words ?? "").split(separator: " ").map(String.init)
        return register.rows(query)
    }
}
