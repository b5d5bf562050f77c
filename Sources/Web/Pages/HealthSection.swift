import Formats
import NodeCore
import Series

/// How a node is, for its operators.
struct HealthSection {
    struct Fact {
        let name: String
        let value: String
    }

    struct Lane {
        let origin: String
        let own: String
        let size: String
    }

    let heading: String
    let facts: [Fact]
    let lanesHeading: String
    let columns: [String]
    let lanes: [Lane]
    let note: String

    /// Makes the section's model.
    init(_ health: NodeHealth, now: Instant, context: PageContext) {
        heading = context.text("health.title")
        let number = { (count: Int) in context.format.number(Double(count), digits: 0) }
        let megabytes = { (bytes: Int) in context.format.number(Double(bytes) / 1e6, digits: 1) + " MB" }
        let waiting = health.waiting.sorted { $0.key < $1.key }
            .map { context.text("gate.state." + $0.key) + " " + number($0.value) }
        let rows: [(String, String?)] = [
            ("version", health.version), ("started", health.started.map { context.shortAllTimes($0) }),
            ("lastCycle", health.lastCycle.map { context.shortAllTimes($0) }),
            ("waiting", waiting.isEmpty ? context.text("health.nothing") : context.list(waiting)),
            ("database", health.databaseBytes.map(megabytes)), ("free", health.freeBytes.map(megabytes)),
        ]
        facts = rows.compactMap { key, value in value.map { Fact(name: context.text("health." + key), value: $0) } }
        lanesHeading = context.text("health.lanes")
        columns = ["health.lane", "health.whose", "health.entries"].map { context.text($0) }
        lanes = health.lanes.map { lane in
            Lane(
                origin: lane.origin, own: context.text(lane.isOwn ? "health.own" : "health.peer"),
                size: number(lane.size))
        }
        note = context.text("health.note", ["address": "/metrics"])
    }
}
