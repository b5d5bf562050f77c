import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series
import Storage

/// `riparian drill`: marked test entries there and back.
struct DrillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Send marked test entries to other parties' nodes, and see how long their answers take.",
        discussion: """
            A drill goes the way of every reading: signed into a lane, fetched, proved, stored, answered in a lane of the other
            party, and back. It says nothing about the river, is marked as a test and counts for no duty. Both nodes must be
            running (riparian serve), and the other one answers only where a person there has let it.

            Examples:
              riparian drill --by "Duty officer" --dir nodes --party cn-yunnan
              riparian drill vn-lao-cai --name "Before the flood season" --count 5 --by "Duty officer" \\
                  --dir nodes --party cn-yunnan
              riparian drill allow --by "Head of office" --dir nodes --party vn-lao-cai
            """,
        subcommands: [Call.self, Allow.self, Forbid.self], defaultSubcommand: Call.self)

    /// `riparian drill call`, or no word at all.
    struct Call: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "call", abstract: "Call a drill and wait for the answers.")
        @Argument(help: "Who is to answer; everybody whose address the node knows if nobody is named.")
        var parties: [String] = []
        @Option(help: "What the drill is called; others see it.") var name = "drill"
        @Option(help: "Who calls it.") var by: String
        @Option(help: "How many test entries, one after the other, 1 to 100.") var count = 1
        @Option(help: "How long to wait for the answers of each, s, 1 to 3600.") var timeout = 120
        @OptionGroup var place: GateNode
        @Flag(help: "Print a JSON document.") var json = false

        func validate() throws {
            guard (1...100).contains(count) else { throw ValidationError("--count takes 1 to 100") }
            guard (1...3600).contains(timeout) else { throw ValidationError("--timeout takes 1 to 3600 seconds") }
            guard !name.isEmpty, name.utf8.count <= LaneDrill.maximumName else {
                throw ValidationError("--name takes 1 to \(LaneDrill.maximumName) bytes")
            }
        }

        func run() async throws {
            let node = try place.open()
            guard FileLock(place.folder + "/node.lock") == nil else {
                throw CommandRefusal(
                    .usage, "nobody serves \(place.folder) (\(place.folder)/node.lock:1:1) - start riparian serve first"
                )
            }
            let asked = try asked(node)
            let names = asked.map(\.text).joined(separator: ", ")
            if !json { standardError("waiting for \(names), at most \(timeout) s a test entry - Ctrl-C ends it") }
            var rounds: [DrillRound] = []
            for number in 1...count {
                if number > 1 { try await Task.sleep(for: .milliseconds(2_500)) }
                let round = try await DrillRound.run(
                    on: node, asking: asked, name: name, by: try KeyInput.person(by), timeout: .seconds(timeout)
                ) { if !json { standardError("\(number) of \(count): \($0)") } }
                rounds.append(round)
                guard !round.replies.isEmpty else {
                    if !json, round.silent.isEmpty {
                        standardError("\(number) of \(count): nobody has answered within \(timeout) s")
                    }
                    break
                }
            }
            show(asked, rounds)
            if rounds.contains(where: { !$0.isComplete }) { throw CommandRefusal(.no) }
        }

        private func asked(_ node: Node) throws -> [PartyID] {
            let known = try NodeDescription.kept(in: place.folder)?.addresses.keys.sorted() ?? []
            let named = try parties.isEmpty ? known : parties.map { try KeyInput.party($0) }
            if let stranger = named.first(where: { !known.contains($0) && $0 != node.party }) {
                let met = known.filter { $0 != node.party }.map(\.text).joined(separator: ", ")
                throw CommandRefusal(
                    .usage,
                    "\(stranger) cannot be asked: the node knows no address of it - take in its introduction with riparian peer "
                        + "add, or ask one of those it knows: \(met.isEmpty ? "none yet" : met)")
            }
            let asked = Set(named).subtracting([node.party]).sorted()
            guard !asked.isEmpty else {
                throw CommandRefusal(
                    .usage,
                    "nobody can be asked: the node knows no address - take in an introduction with riparian peer add")
            }
            return asked
        }

        private func show(_ asked: [PartyID], _ rounds: [DrillRound]) {
            let rows = asked.map { DrillRow(party: $0, rounds: rounds) }
            if json { return printDocument(["drill": .string(name), "parties": .array(rows.map(\.json))]) }
            let header = ["party", "sent", "answered", "there and back: shortest", "median", "longest", "why not"]
            print(TextTable(header: header, rows: rows.map(\.cells), rightAligned: [1, 2, 3, 4, 5]).text)
        }
    }

    /// `riparian drill allow`.
    struct Allow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "allow",
            abstract: "Let the node answer other parties' test entries by itself, from now on.")
        @Option(help: "Who says so.") var by: String
        @OptionGroup var place: GateNode
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            guard !by.isEmpty else { throw CommandRefusal(.usage, "nobody is named (--by) - say who allows it") }
            try await place.open().letDrillsBeAnswered(by: try KeyInput.person(by))
            if json { return printDocument(["answers": true, "by": .string(by)]) }
            print("the node of \(place.party) answers test entries; riparian drill forbid ends it")
        }
    }

    /// `riparian drill forbid`.
    struct Forbid: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "forbid",
            abstract: "Have the node answer no test entries any more.")
        @Option(help: "Who says so; need not be given.") var by: String?
        @OptionGroup var place: GateNode
        @Flag(help: "Print a JSON document.") var json = false

        func run() async throws {
            try await place.open().letDrillsBeAnswered(by: nil)
            if json { return printDocument(["answers": false]) }
            print("the node of \(place.party) answers no test entries")
        }
    }
}

/// One test entry to each party, and what came back.
struct DrillRound {
    /// What came back from one party.
    struct Reply {
        /// From the signed entry to the stored answer, by this machine's steady clock.
        let roundTrip: Duration
        let answer: DrillAnswer
        let receipt: Instant?
    }

    let sent: SentDrill
    private(set) var replies: [PartyID: Reply] = [:]
    /// Who has signed that it holds the question, and does not answer it: nobody there lets its node do so, or it has been
    /// answered a moment ago.
    private(set) var silent: Set<PartyID> = []

    var isComplete: Bool { sent.unreachable.isEmpty && replies.count == sent.questions.count }
    private var isWaiting: Bool { sent.questions.keys.contains { replies[$0] == nil && !silent.contains($0) } }

    /// How long an answer is waited for where the receipt of its question came after some time: an answer is announced at once
    /// and receipts are asked for now and then, so that it is mostly there before.
    static func patience(afterReceiptIn time: Duration) -> Duration { time + .seconds(8) }

    static func run(
        on node: Node, asking parties: [PartyID], name: String, by person: String, timeout: Duration,
        report: (String) -> Void
    ) async throws -> DrillRound {
        let clock = ContinuousClock()
        let begin = clock.now
        var round = DrillRound(sent: try await node.sendDrill(to: parties, name: name, by: person))
        var held: [PartyID: Duration] = [:]
        while round.isWaiting, clock.now - begin < timeout {
            try await Task.sleep(for: .milliseconds(20))
            for party in round.sent.questions.keys.sorted() where round.replies[party] == nil {
                let now = clock.now - begin
                let receipt = try node.drillReceipt(of: party, for: round.sent)
                if let answer = try node.drillAnswer(of: party, to: round.sent) {
                    round.replies[party] = Reply(roundTrip: now, answer: answer, receipt: receipt)
                    report("\(party) has answered after \(DrillRow.text(now))")
                } else if receipt != nil, round.isSilent(party, heldSince: &held[party], now: now) {
                    let since = DrillRow.text(held[party] ?? now)
                    report("\(party) holds the test entry, says its receipt after \(since), and does not answer it")
                }
            }
        }
        return round
    }

    /// Notes that a party holds the question; true once, when it has kept silent for longer than an answer takes.
    private mutating func isSilent(_ party: PartyID, heldSince begin: inout Duration?, now: Duration) -> Bool {
        let since = begin ?? now
        begin = since
        return now > DrillRound.patience(afterReceiptIn: since) && silent.insert(party).inserted
    }
}

/// What a drill has shown of one party.
struct DrillRow {
    let party: PartyID
    let rounds: [DrillRound]

    static func text(_ duration: Duration) -> String {
        duration.formatted(.units(allowed: [.seconds], width: .narrow, fractionalPart: .show(length: 2)))
    }

    private var replies: [DrillRound.Reply] { rounds.compactMap { $0.replies[party] } }
    private var times: [Duration] { replies.map(\.roundTrip).sorted() }
    private var sentCount: Int { rounds.count { $0.sent.questions[party] != nil } }

    private var fault: String? {
        if rounds.contains(where: { $0.sent.unreachable.contains(party) }) {
            return "the agreement gives no lane both ways"
        }
        guard replies.count < sentCount else { return nil }
        return rounds.contains { $0.silent.contains(party) }
            ? "its node holds the test entry and does not answer: has a person there let it (riparian drill allow)?"
            : "no answer in time: does its node run, and has a person there let it answer (riparian drill allow)?"
    }

    var cells: [String] {
        let shown = [times.first, times.isEmpty ? nil : times[times.count / 2], times.last]
        return [party.text, "\(sentCount)", "\(replies.count)"] + shown.map { $0.map(DrillRow.text) ?? "" } + [
            fault ?? ""
        ]
    }

    var json: JSONValue {
        [
            "party": .string(party.text), "sent": .integer(sentCount), "answered": .integer(replies.count),
            "round_trip_s": .array(replies.map { .number($0.roundTrip / .seconds(1)) }),
            "answers": .array(
                replies.map {
                    [
                        "lane": .string($0.answer.lane), "index": .integer($0.answer.index),
                        "stored_there": .string("\($0.answer.received)"),
                        "receipt": .optional($0.receipt.map { "\($0)" }),
                    ]
                }), "fault": .optional(fault),
        ]
    }
}
