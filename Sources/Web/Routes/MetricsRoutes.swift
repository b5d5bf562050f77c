import Foundation
import Hummingbird
import NodeCore
import Series

/// `/metrics`: the numbers of a site for Prometheus (text exposition format 0.0.4). They are for this machine and for people
/// of the node; nothing of the river is in them.
extension SiteRoutes {
    func addMetricsRoutes(to router: Router<PageRequestContext>, times: RequestTimes) {
        router.get("/metrics") { _, _ in
            var health: [(PartyID, NodeHealth)] = []
            for entry in site.parties where entry.hasPage {
                if let state = await site.desk?.health?(entry.party) { health.append((entry.party, state)) }
            }
            var response = answer(
                MetricsText(health: health, times: times.now).text, type: "text/plain; version=0.0.4; charset=utf-8")
            response.headers[.cacheControl] = "no-store"
            return response
        }
    }
}

/// The numbers as Prometheus reads them.
struct MetricsText {
    let health: [(PartyID, NodeHealth)]
    let times: RequestTimes.Counted

    var text: String {
        var lines: [String] = []
        for metric in MetricsText.gauges {
            let samples = health.flatMap { party, health in metric.samples(party, health) }
            guard !samples.isEmpty else { continue }
            lines += ["# HELP \(metric.name) \(metric.help)", "# TYPE \(metric.name) gauge"] + samples
        }
        return (lines + requests).joined(separator: "\n") + "\n"
    }

    private struct Gauge {
        let name: String
        let help: String
        /// Labels beside the party's, and the value.
        let values: @Sendable (NodeHealth) -> [([(String, String)], Double)]

        func samples(_ party: PartyID, _ health: NodeHealth) -> [String] {
            values(health).map { labels, value in
                let all = ([("party", party.text)] + labels).map { "\($0.0)=\"\(MetricsText.escaped($0.1))\"" }
                return "\(name){\(all.joined(separator: ","))} \(MetricsText.number(value))"
            }
        }
    }

    private static func one(_ value: Double?) -> [([(String, String)], Double)] { value.map { [([], $0)] } ?? [] }

    private static let gauges: [Gauge] = [
        Gauge(name: "riparian_info", help: "The version of the program; always 1.") {
            [([("version", $0.version)], 1)]
        },
        Gauge(name: "riparian_start_time_seconds", help: "When the program started, s since 1970.") {
            one($0.started.map { Double($0.secondsSinceEpoch) })
        },
        Gauge(name: "riparian_database_bytes", help: "Size of the node's database with its journal.") {
            one($0.databaseBytes.map(Double.init))
        },
        Gauge(name: "riparian_disk_free_bytes", help: "Free room on the disk of the node's folder.") {
            one($0.freeBytes.map(Double.init))
        },
        Gauge(name: "riparian_last_cycle_timestamp_seconds", help: "When the last forecast was made, s since 1970.") {
            one($0.lastCycle.map { Double($0.secondsSinceEpoch) })
        },
        Gauge(name: "riparian_gate_waiting", help: "Readings that wait to leave, by why they wait.") {
            $0.waiting.sorted { $0.key < $1.key }.map { ([("state", $0.key)], Double($0.value)) }
        },
        Gauge(name: "riparian_lane_entries", help: "Entries of each lane, signed here or accepted from a peer.") {
            $0.lanes.map { ([("lane", $0.origin), ("own", $0.isOwn ? "true" : "false")], Double($0.size)) }
        },
        Gauge(name: "riparian_peer_up", help: "Whether the last question to a peer was answered.") {
            $0.lines.map { ([("peer", $0.peer.text)], $0.silentSince == nil && $0.lastAnswer != nil ? 1 : 0) }
        },
        Gauge(name: "riparian_peer_last_answer_timestamp_seconds", help: "When a peer last answered, s since 1970.") {
            $0.lines.compactMap { line in
                line.lastAnswer.map { ([("peer", line.peer.text)], Double($0.secondsSinceEpoch)) }
            }
        },
        Gauge(name: "riparian_peer_round_trip_seconds", help: "From a question to a peer to its answer.") {
            $0.lines.compactMap { line in line.roundTrip.map { ([("peer", line.peer.text)], Double($0) / 1_000) } }
        },
        Gauge(name: "riparian_peer_clock_ahead_seconds", help: "How far a peer's clock is ahead of this one's.") {
            $0.lines.compactMap { line in line.skew.map { ([("peer", line.peer.text)], Double($0) / 1_000) } }
        },
    ]

    private var requests: [String] {
        let name = "riparian_http_request_duration_seconds"
        var lines = ["# HELP \(name) From a request for a page to its answer.", "# TYPE \(name) histogram"]
        var below = 0
        for (index, bound) in RequestTimes.bounds.enumerated() {
            below += times.buckets[index]
            lines.append("\(name)_bucket{le=\"\(MetricsText.number(bound))\"} \(below)")
        }
        lines += [
            "\(name)_bucket{le=\"+Inf\"} \(times.count)", "\(name)_sum \(MetricsText.number(times.sum))",
            "\(name)_count \(times.count)",
            "# HELP riparian_http_responses_total Answers by the class of their status.",
            "# TYPE riparian_http_responses_total counter",
        ]
        return lines
            + times.byClass.sorted { $0.key < $1.key }.map {
                "riparian_http_responses_total{class=\"\($0.key)xx\"} \($0.value)"
            }
    }

    static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    /// The shortest text that reads back; whole numbers without a point.
    static func number(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
