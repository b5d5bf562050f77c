import Accord
import NodeCore
import Series

/// What the exchange page shows, for programs: sizes, signatures and receipts. No value of any series is in it.
struct ExchangeDocument {
    let exchange: ExchangeBoard
    let board: DutyBoard
    let standing: PartyStanding?

    var json: JSONValue {
        var members = BoardDocument.frame(board)
        members["own"] = .array(exchange.own.map { lane($0) })
        members["peers"] = .array(exchange.peers.map { lane($0) })
        members["refusals"] = .array(
            exchange.refusals.map {
                ["origin": .string($0.origin), "at": .time($0.at), "code": .string($0.code)]
            })
        members["refusal_counts"] = .object(exchange.refusalCounts.mapValues { .integer($0) })
        members["not_joined"] = .array(exchange.notJoined.map { JSONValue($0) })
        members["lines"] = .array(exchange.lines.map { line($0.standing, name: $0.name) })
        members["forks"] = .array(exchange.forks.map { fork($0) })
        return .object(members)
    }

    private func lane(_ lane: ExchangeBoard.Lane) -> JSONValue {
        [
            "origin": .string(lane.origin), "provider": .string(lane.provider.text), "name": JSONValue(lane.name),
            "public": .bool(lane.isPublic), "size": .integer(lane.size), "root": .string(lane.root),
            "signed": .time(lane.heartbeat), "last_entry": .time(lane.lastEntry),
            "quarantined": .integer(lane.quarantined),
            "unreachable_since": .time(standing?.unreachable[lane.provider]),
            "receipts": .array(
                lane.readings.map {
                    [
                        "reader": .string($0.reader.text), "name": JSONValue($0.name), "joined": .bool($0.hasJoined),
                        "size": $0.size.map { .integer($0) } ?? .null, "time": .time($0.time),
                    ]
                }),
        ]
    }

    private func line(_ line: LineStanding, name: LocalizedText) -> JSONValue {
        [
            "peer": .string(line.peer.text), "name": JSONValue(name), "last_answer": .time(line.lastAnswer),
            "silent_since": .time(line.silentSince), "failure": .optional(line.failure?.rawValue),
            "round_trip_ms": line.roundTrip.map { .number(Double($0)) } ?? .null,
            "clock_ahead_ms": line.skew.map { .number(Double($0)) } ?? .null,
        ]
    }

    private func fork(_ fork: ExchangeBoard.Fork) -> JSONValue {
        [
            "origin": .string(fork.fork.origin), "provider": .string(fork.provider.text),
            "name": JSONValue(fork.name), "size": .integer(fork.fork.size), "found": .time(fork.fork.found),
            "settled": .time(fork.fork.settled?.at), "proof": .string(fork.fork.file),
        ]
    }
}
