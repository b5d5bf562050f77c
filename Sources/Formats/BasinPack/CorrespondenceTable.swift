import River
import Series

/// One pair of stages with where it comes from.
private struct StagePair {
    let upstream: Double
    let downstream: Double
    let validity: Validity
    let basis: String
    /// The row of `correspondences.csv`; nil for a pair of alarm levels.
    let row: TableRow?
}

/// The stage correspondences of a pack: alarm levels of equal number at neighbouring gauges without a dam between, and the
/// rows of `correspondences.csv`; one for each pair of gauges and each span of days.
///
/// Fewer than two pairs make no correspondence. A row that does not rise at both gauges is a fault; gauges whose alarm levels
/// contradict each other are left out, because those faults stand already.
func stageCorrespondences(_ tables: PackFolder) -> (correspondences: [StageCorrespondence], faults: [Fault]) {
    let doubtful = doubtfulAlarmStations(tables)
    let alarms = Dictionary(grouping: alarmRows(tables).filter { $0.property == .stage }) { $0.station }
    var pairs: [GaugePair: [StagePair]] = [:]
    for (upper, lower) in gaugePairs(tables, where: Set(alarms.keys), acrossDams: false) {
        pairs[GaugePair(upper: upper, lower: lower)] = alarmPairs(alarms[upper] ?? [], alarms[lower] ?? [])
    }
    for row in tables.records(.correspondences) {
        guard let upper = row.id("upstream", StationID.self), let lower = row.id("downstream", StationID.self),
            let upstream = row.number("upstream_stage_m"), let downstream = row.number("downstream_stage_m")
        else { continue }
        pairs[GaugePair(upper: upper, lower: lower), default: []].append(
            StagePair(
                upstream: upstream, downstream: downstream, validity: row.validity, basis: row.text("basis"), row: row))
    }
    var result: (correspondences: [StageCorrespondence], faults: [Fault]) = ([], [])
    for (gauges, all) in pairs.sorted(by: { $0.key < $1.key })
    where !doubtful.contains(gauges.upper) && !doubtful.contains(gauges.lower) {
        for group in groups(all) {
            let faults = risingFaults(group)
            result.faults += faults
            guard faults.isEmpty, group.count >= 2 else { continue }
            result.correspondences.append(correspondence(gauges, group))
        }
    }
    return result
}

private struct GaugePair: Hashable, Comparable {
    let upper: StationID
    let lower: StationID

    static func < (left: GaugePair, right: GaugePair) -> Bool { (left.upper, left.lower) < (right.upper, right.lower) }
}

private func alarmPairs(_ upper: [AlarmRow], _ lower: [AlarmRow]) -> [StagePair] {
    upper.flatMap { above in
        lower.filter { $0.level == above.level && $0.validity.overlaps(above.validity) }.map { below in
            StagePair(
                upstream: above.value, downstream: below.value, validity: above.validity.shared(with: below.validity),
                basis: "alarm levels", row: nil)
        }
    }
}

/// Pairs that hold together: those of the alarm levels by their days, each with the rows that share days with it.
private func groups(_ pairs: [StagePair]) -> [[StagePair]] {
    let rows = pairs.filter { $0.row != nil }
    let spans = Set(pairs.filter { $0.row == nil }.map(\.validity)).sorted {
        ($0.from ?? .earliest, $0.until ?? .latest) < ($1.from ?? .earliest, $1.until ?? .latest)
    }
    if spans.isEmpty { return rows.isEmpty ? [] : [rows.sorted { $0.upstream < $1.upstream }] }
    return spans.map { span in
        let group = pairs.filter { $0.row == nil ? $0.validity == span : $0.validity.overlaps(span) }
        return group.sorted { $0.upstream < $1.upstream }
    }
}

private func risingFaults(_ group: [StagePair]) -> [Fault] {
    group.indices.dropFirst().compactMap { index in
        let (lower, upper) = (group[index - 1], group[index])
        guard upper.upstream <= lower.upstream || upper.downstream <= lower.downstream,
            let row = upper.row ?? lower.row
        else { return nil }
        return row.fault(
            "downstream_stage_m", .correspondenceNotIncreasing,
            "\(row.text("upstream")) \(row.text("upstream_stage_m")) m and \(row.text("downstream")) "
                + "\(row.text("downstream_stage_m")) m do not rise together with the pair beside them")
    }
}

private func correspondence(_ gauges: GaugePair, _ group: [StagePair]) -> StageCorrespondence {
    let validity = group.dropFirst().reduce(group[0].validity) { $0.shared(with: $1.validity) }
    var bases: [String] = []
    for pair in group where !bases.contains(pair.basis) { bases.append(pair.basis) }
    return StageCorrespondence(
        upstream: gauges.upper, downstream: gauges.lower,
        pairs: group.map { .init(upstream: $0.upstream, downstream: $0.downstream) }, validity: validity,
        source: bases.joined(separator: "; "))
}

extension Validity {
    /// The days that two spans share; meaningless when they share none.
    func shared(with other: Validity) -> Validity {
        let from = max(self.from ?? .earliest, other.from ?? .earliest)
        let until = min(self.until ?? .latest, other.until ?? .latest)
        return Validity(from: from == .earliest ? nil : from, until: until == .latest ? nil : until)
    }
}
