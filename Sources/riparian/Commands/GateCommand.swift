import Accord
import ArgumentParser
import Foundation
import NodeCore
import Series
import Storage

/// `riparian gate`: what may leave a party's node, and by whose word.
struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "See what waits to leave a node, and let it leave or hold it.",
        discussion: """
            Nothing enters a lane without a person's word. What has left cannot be called back.

            Examples:
              riparian gate queue --dir nodes --party vn-lao-cai
              riparian gate approve 'vn-lao-cai/*/stage' --by "Duty officer" --dir nodes --party vn-lao-cai
              riparian gate approve vn-lao-cai/bao-ha/stage --once --by "Duty officer" --dir nodes --party vn-lao-cai
              riparian gate hold 'vn-lao-cai/bao-ha/stage' --clause 1.4 --by "Duty officer" --dir nodes --party vn-lao-cai
              riparian gate take-back 3 --by "Head of office" --dir nodes --party vn-lao-cai
            """,
        subcommands: [Queue.self, Rules.self, Approve.self, Hold.self, Ask.self, TakeBack.self])
}

/// Which node a gate command is about.
struct GateNode: ParsableArguments {
    @Option(help: "The folder that holds one folder a party.")
    var dir: String

    @Option(help: "The party whose node it is.")
    var party: String

    @Option(help: "The folder of the basin pack; the one in the node's folder if not given.")
    var pack: String?

    /// The node's folder.
    var folder: String { "\(dir)/\(party)" }

    /// Opens the node that already lies there.
    func open() throws -> Node { try NodeFolders(root: dir).kept(try KeyInput.party(party), pack: pack).node }
}

/// What a rule of the gate is about, and who says so.
struct GateRuleOptions: ParsableArguments {
    @Argument(help: "Which series: party/station/property, each part an id or *.")
    var pattern: String

    @Option(help: "Only under this clause; by default under every clause that grants the series.")
    var clause: String?

    @Option(help: "Who says so: name or office. It is kept.")
    var by: String

    /// What is said, for the audit log.
    func summary(_ word: String) -> String { "\(word) \(pattern) \(clause ?? "*")" }

    /// The pattern, read.
    func read() throws -> SeriesPattern {
        guard let read = SeriesPattern(pattern) else {
            throw CommandRefusal(
                .usage, "not a pattern of series: \(pattern) - write party/station/property, or * for a part")
        }
        return read
    }
}

extension GateCommand {
    /// `riparian gate queue`.
    struct Queue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "queue",
            abstract: "List what waits: for a delay, a person, or on hold.")
        @OptionGroup var node: GateNode
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            let open = try node.open()
            let items = try open.gateQueue()
            guard json else {
                let zone = open.configuration.register.zone(of: open.party)
                let rows = items.map { item in
                    [
                        item.observation.series.description, item.observation.observed.iso8601(in: zone),
                        "\(item.observation.revision)", item.clause, item.state.rawValue, item.due.iso8601(in: zone),
                        item.lane,
                    ]
                }
                print(
                    TextTable(
                        header: ["series", "observed", "revision", "clause", "waits", "not before", "lane"], rows: rows,
                        rightAligned: [2]
                    ).text)
                return
            }
            printDocument(
                .array(
                    items.map { item in
                        [
                            "series": .string(item.observation.series.description),
                            "observed": .string(item.observation.observed.iso8601()),
                            "revision": .integer(item.observation.revision), "clause": .string(item.clause),
                            "state": .string(item.state.rawValue), "due": .string(item.due.iso8601()),
                            "lane": .string(item.lane),
                        ]
                    }))
        }
    }

    /// `riparian gate rules`.
    struct Rules: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rules",
            abstract: "List who has said what, oldest first.")
        @OptionGroup var node: GateNode
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            let open = try node.open()
            let rules = try open.approvals()
            guard json else {
                let zone = open.configuration.register.zone(of: open.party)
                let rows = rules.map { rule in
                    [
                        "\(rule.id)", rule.mode.rawValue, rule.pattern, rule.clause ?? "every", rule.person,
                        rule.at.iso8601(in: zone), rule.ended?.iso8601(in: zone) ?? "", rule.endedBy ?? "",
                    ]
                }
                print(
                    TextTable(
                        header: ["no", "word", "series", "clause", "by", "at", "until", "taken back by"], rows: rows,
                        rightAligned: [0]
                    ).text)
                return
            }
            printDocument(
                .array(
                    rules.map { rule in
                        [
                            "id": .integer(Int(rule.id)), "mode": .string(rule.mode.rawValue),
                            "pattern": .string(rule.pattern), "clause": .optional(rule.clause),
                            "person": .string(rule.person), "at": .string(rule.at.iso8601()),
                            "ended": .optional(rule.ended?.iso8601()), "ended_by": .optional(rule.endedBy),
                        ]
                    }))
        }
    }

    /// `riparian gate approve`.
    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "approve",
            abstract: "Let series leave from now on without asking again, and what waits of them too.",
            discussion:
                "With --once only what waits now leaves, also what was held one by one; later readings ask again.")
        @OptionGroup var rule: GateRuleOptions
        @Flag(help: "Only what waits now.") var once = false
        @OptionGroup var node: GateNode
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            let pattern = try rule.read()
            let open = try node.open()
            guard once else {
                try await GateOutcome(of: open, in: node.folder, by: rule.by, what: rule.summary("standing")) {
                    try await $0.say(.standing, of: pattern, clause: rule.clause, by: rule.by)
                }
                .show("approved", json: json)
                return
            }
            try await GateOutcome(of: open, in: node.folder, by: rule.by, what: rule.summary("approve")) { node in
                var review = GateReview()
                for item in try node.gateQueue(limit: .max) where pattern.matches(item.observation.series) {
                    guard item.state != .delayed, rule.clause == nil || rule.clause == item.clause else { continue }
                    if try await node.decide(.once, on: item, by: rule.by) { review.leaving += 1 }
                }
                return review
            }.show("approved once", json: json)
        }
    }

    /// `riparian gate hold`.
    struct Hold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hold",
            abstract: "Let nothing of a series leave until that is taken back, whatever else was said.")
        @OptionGroup var rule: GateRuleOptions
        @OptionGroup var node: GateNode
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            let pattern = try rule.read()
            try await GateOutcome(of: node.open(), in: node.folder, by: rule.by, what: rule.summary("hold")) {
                try await $0.say(.hold, of: pattern, clause: rule.clause, by: rule.by)
            }
            .show("held; what has left before stays with its readers", json: json)
        }
    }

    /// `riparian gate ask`.
    struct Ask: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ask",
            abstract: "Let a person decide about each reading of a series.")
        @OptionGroup var rule: GateRuleOptions
        @OptionGroup var node: GateNode
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            let pattern = try rule.read()
            try await GateOutcome(of: node.open(), in: node.folder, by: rule.by, what: rule.summary("ask")) {
                try await $0.say(.ask, of: pattern, clause: rule.clause, by: rule.by)
            }
            .show("readings of \(rule.pattern) wait for a person from now on", json: json)
        }
    }

    /// `riparian gate take-back`.
    struct TakeBack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "take-back", abstract: "End an approval, a hold or a question by its number.")
        @Argument(help: "The number that 'gate rules' lists.") var number: Int64
        @Option(help: "Who says so: name or office. It is kept.") var by: String
        @OptionGroup var node: GateNode
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            try await GateOutcome(of: node.open(), in: node.folder, by: by, what: "take-back \(number)") {
                try await $0.takeBack(number, by: by)
            }
            .show("taken back", json: json)
        }
    }
}

/// What became of a word at the gate.
private struct GateOutcome {
    let review: GateReview
    /// Entries that left by it at once; the rest of what may leave waits for its delay.
    let left: Int
    /// Whether a running node lets them leave instead, within a second.
    let isServed: Bool

    /// Says it to a node and lets leave what may.
    init(
        of node: Node, in folder: String, by person: String, what: String,
        saying word: (Node) async throws -> GateReview
    ) async throws {
        do {
            review = try await word(node)
        } catch let refusal as GateRefusal {
            let code: OutcomeCode = if case .noSuchWord = refusal { .no } else { .usage }
            throw CommandRefusal(code, "\(refusal)")
        }
        try PeopleFiles(folder: folder).desk(of: node.database).note(
            .gate, by: person, on: what, outcome: .done, from: "")
        let waiting = try node.gateQueue(limit: .max).count
        isServed = try await !node.publishUnlessServed(in: folder)
        left = waiting - (try node.gateQueue(limit: .max).count)
    }

    func show(_ sentence: String, json: Bool) {
        if json {
            printDocument([
                "approved": .integer(review.leaving), "held": .integer(review.held), "asked": .integer(review.asked),
                "left": .integer(left), "served": .bool(isServed),
            ])
            return
        }
        print(sentence)
        let departures =
            isServed && review.leaving > 0 && left == 0
            ? "the running node lets leave within a second what need not wait" : "\(left) have left"
        print(
            "of what waits: \(review.leaving) readings approved, \(review.held) held, \(review.asked) ask again; "
                + departures)
    }
}
