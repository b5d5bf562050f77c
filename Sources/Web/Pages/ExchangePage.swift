import Formats
import NodeCore
import Series

/// The page of a data steward: is mine out, is theirs in, and can I prove it?
struct ExchangePage {
    struct Lane {
        let name: String
        let origin: String
        let unreachable: String?
        let size: String
        let quarantined: String?
        let root: String?
        let signed: String
        let age: String?
        let receipts: [Receipt]
    }

    struct Receipt {
        let text: String
        let kind: String
    }

    struct Refusal {
        let time: String
        let reason: String
        let place: String
    }

    struct Fork {
        let text: String
        let origin: String
        let standing: String
        let person: String?
        let proof: String
        let place: String
    }

    let layout: Layout
    let heading: String
    let lines: LinesSection?
    let forksHeading: String?
    let forks: [Fork]
    let ownHeading: String
    let ownNote: String
    let ownColumns: [String]
    let entriesLabel: String
    let rootLabel: String
    let signedLabel: String
    let receiptsLabel: String
    let own: [Lane]
    let noOwn: String?
    let ownEmpty: String?
    let peersHeading: String
    let peerColumns: [String]
    let peers: [Lane]
    let noPeers: String?
    let peersEmpty: String?
    let refusedHeading: String
    let refusedNote: String
    let refusalColumns: [String]
    let refusalCounts: [String]
    let refusals: [Refusal]
    let noRefusals: String?
    let othersHeading: String
    let others: [String]
    let noOthers: String?

    /// Makes the page's model.
    init(_ exchange: ExchangeBoard, board: DutyBoard, frame: PageFrame) {
        let context = frame.context
        heading = context.text("exchange.title", ["party": board.partyName[context.language]])
        layout = Layout(title: heading, path: "/\(board.party)/exchange", frame: frame, board: board)
        forksHeading = exchange.forks.isEmpty ? nil : context.text("exchange.forks")
        forks = exchange.forks.map { ExchangePage.fork($0, party: board.party, context: context) }
        lines = LinesSection(exchange.lines, now: board.now, context: context)
        ownHeading = context.text("exchange.own")
        ownNote = context.text("exchange.own.note")
        entriesLabel = context.text("exchange.entries")
        rootLabel = context.text("exchange.root")
        signedLabel = context.text("exchange.signed")
        receiptsLabel = context.text("exchange.receipts")
        let columns = [entriesLabel, rootLabel, signedLabel, receiptsLabel]
        ownColumns = [context.text("exchange.readers")] + columns
        own = exchange.own.filter { $0.size > 0 }.map { lane in
            let name = ExchangePage.readers(of: lane, context: context)
            return ExchangePage.lane(lane, name: name, unreachable: nil, now: board.now, context: context)
        }
        noOwn = own.isEmpty ? context.text("exchange.noLanes") : nil
        ownEmpty = ExchangePage.empty(exchange.own, context: context) {
            ExchangePage.readers(of: $0, context: context)
        }
        peersHeading = context.text("exchange.peers")
        peerColumns = [context.text("exchange.provider")] + columns
        peers = exchange.peers.filter { $0.size > 0 }.map { lane in
            ExchangePage.lane(
                lane, name: lane.name[context.language], unreachable: frame.standing?.unreachable[lane.provider],
                now: board.now, context: context)
        }
        noPeers = peers.isEmpty ? context.text("exchange.noLanes") : nil
        peersEmpty = ExchangePage.empty(exchange.peers, context: context) { lane in
            "\(lane.name[context.language]) → \(ExchangePage.readers(of: lane, context: context))"
        }
        refusedHeading = context.text("exchange.refused")
        refusedNote = context.text("exchange.refused.note")
        refusalColumns = ["when", "reason", "place"].map { context.text("exchange." + $0) }
        refusalCounts = exchange.refusalCounts.sorted { $0.key < $1.key }.map { code, count in
            context.text(
                "exchange.count", ["count": "\(count)", "reason": ExchangePage.reason(code, context: context)])
        }
        refusals = exchange.refusals.map { refusal in
            Refusal(
                time: context.ownTime(refusal.at), reason: ExchangePage.reason(refusal.code, context: context),
                place: refusal.origin)
        }
        noRefusals = exchange.refusals.isEmpty ? context.text("exchange.refused.none") : nil
        othersHeading = context.text("exchange.others")
        others = exchange.notJoined.map { context.text("exchange.notJoined", ["name": $0[context.language]]) }
        noOthers = exchange.notJoined.isEmpty ? context.text("exchange.others.none") : nil
    }

    /// What happened, in a neighbour's words, and what becomes of the lane meanwhile.
    private static func fork(_ fork: ExchangeBoard.Fork, party: PartyID, context: PageContext) -> Fork {
        let name = fork.name[context.language]
        let known = fork.fork
        let text = context.text(
            "exchange.fork",
            ["name": name, "size": "\(known.size)", "time": context.ownTime(known.found)])
        let standing =
            known.settled.map { context.text("exchange.fork.settled", ["time": context.ownTime($0.at)]) }
            ?? context.text("exchange.fork." + (fork.provider == party ? "own" : "open"), ["name": name])
        return Fork(
            text: text, origin: known.origin, standing: standing, person: known.settled?.person,
            proof: context.text("exchange.fork.proof"), place: known.file)
    }

    private static func readers(of lane: ExchangeBoard.Lane, context: PageContext) -> String {
        if lane.isPublic { return context.text("exchange.everybody") }
        return context.list(lane.readings.map { $0.name[context.language] })
    }

    /// One sentence about the lanes that hold nothing yet; nil when all hold something.
    private static func empty(
        _ lanes: [ExchangeBoard.Lane], context: PageContext, name: (ExchangeBoard.Lane) -> String
    ) -> String? {
        let names = lanes.filter { $0.size == 0 }.map(name)
        guard !names.isEmpty else { return nil }
        return context.text(
            "exchange.empty", ["lanes": names.joined(separator: context.language == .chinese ? "；" : "; ")])
    }

    private static func lane(
        _ lane: ExchangeBoard.Lane, name: String, unreachable: Instant?, now: Instant, context: PageContext
    ) -> Lane {
        Lane(
            name: name, origin: lane.origin,
            unreachable: unreachable.map {
                context.text("partner.unreachable.since", ["time": context.shortAllTimes($0)])
            }, size: "\(lane.size)",
            quarantined: lane.quarantined > 0
                ? context.text("exchange.quarantined", ["count": "\(lane.quarantined)"]) : nil,
            root: lane.root.isEmpty ? nil : String(lane.root.prefix(12)),
            signed: lane.heartbeat.map { context.ownTime($0) } ?? "–",
            age: lane.heartbeat.map { context.age(of: $0, at: now) },
            receipts: lane.readings.map { receipt($0, of: lane, context: context) })
    }

    private static func receipt(
        _ reading: ExchangeBoard.Reading, of lane: ExchangeBoard.Lane, context: PageContext
    ) -> Receipt {
        let name = reading.name[context.language]
        if !reading.hasJoined {
            return Receipt(text: context.text("exchange.notJoined", ["name": name]), kind: "not-joined")
        }
        guard let size = reading.size, let time = reading.time else {
            return Receipt(text: context.text("exchange.noReceipt", ["name": name]), kind: "open")
        }
        let arguments = [
            "name": name, "size": "\(size)", "total": "\(max(size, lane.size))",
            "time": context.ownTime(time),
        ]
        return Receipt(
            text: context.text("exchange.receipt", arguments), kind: size >= lane.size ? "complete" : "open")
    }

    private static func reason(_ code: String, context: PageContext) -> String {
        let key = "refusal." + code
        return context.text(context.catalogue.contains(key) ? key : "refusal.other")
    }
}
