import Accord
import Formats
import Foundation
import River
import Series

/// What `riparian route` says when it has finished.
struct RouteReport {
    let job: RouteJob
    let summary: RouteSummary
    /// s of the whole command.
    let seconds: Double
    /// s until the first step.
    let secondsOfReading: Double

    private var reachSteps: Double { Double(summary.reaches) * Double(summary.steps) * Double(summary.members) }
    private var worst: String? {
        summary.balance.worstReach.map { job.ids.text(Int(job.network.rowOfReach[$0])) }
    }

    /// A number; null where there is none.
    private func number(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }

    /// For machines.
    var document: JSONValue {
        let balance = summary.balance
        return [
            "reaches": .integer(summary.reaches), "steps": .integer(summary.steps),
            "members": .integer(summary.members), "scheme": .string(job.scheme.rawValue),
            "precision": .string(job.isDouble ? "double" : "single"),
            "first": .string(summary.times.lowerBound.description),
            "last": .string(summary.times.upperBound.description),
            "outlets": .integer(job.network.outlets.count), "output": .string(job.output),
            "balance": [
                "inflow_m3": number(balance.inflowVolume), "outflow_m3": number(balance.outflowVolume),
                "storage_change_m3": number(balance.storageChange), "relative": number(balance.relativeError),
                "tolerance": summary.tolerance.map { .number($0) } ?? .null,
                "worst_reach": worst.map { .string($0) } ?? .null,
                "worst_relative": number(balance.worstRelativeError),
            ],
            "peak": summary.peak.map { peak in
                [
                    "id": .string(job.ids.text(job.columns[peak.column])), "flow_m3s": .number(peak.flow),
                    "time": .string(peak.time.description),
                ]
            } ?? .null,
            "negative_values": .integer(summary.negativeValues),
            "reaches_outside_range": .integer(summary.reachesOutsideRange),
            "seconds": .number(seconds), "reach_steps_per_s": .number(reachSteps / seconds),
        ]
    }

    /// For a person.
    var text: String {
        let balance = summary.balance
        var lines = [
            "\(summary.reaches) reaches, \(job.network.outlets.count) outlets, \(summary.steps) steps of "
                + "\(job.routingStep) s, \(summary.members) member(s), \(job.scheme.rawValue)",
            "from \(summary.times.lowerBound) to \(summary.times.upperBound), written to \(job.output)",
            "balance: \(figure(balance.inflowVolume)) m3 entered, \(figure(balance.outflowVolume)) m3 left, "
                + "\(figure(balance.storageChange)) m3 stayed; what does not close: \(figure(balance.relativeError))"
                + (worst.map { ", in one reach at most \(figure(balance.worstRelativeError)) (\($0))" } ?? ""),
        ]
        if let peak = summary.peak {
            lines.append(
                "peak: \(figure(peak.flow)) m3/s at \(job.ids.text(job.columns[peak.column])), \(peak.time)")
        }
        if summary.reachesOutsideRange > 0 {
            lines.append(
                "\(summary.reachesOutsideRange) reaches have a step outside 2KX ... 2K(1-X): flows below zero can arise there"
            )
        }
        if summary.negativeValues > 0 { lines.append("\(summary.negativeValues) flows below zero were written") }
        lines.append(
            "\(figure(seconds)) s, of which \(figure(secondsOfReading)) s before the first step; "
                + "\(figure(reachSteps / seconds / 1e6)) million reach-steps a second")
        return lines.joined(separator: "\n")
    }

    private func figure(_ value: Double) -> String { String(format: "%.4g", value) }
}
