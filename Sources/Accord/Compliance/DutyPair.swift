import Series

/// What one party owes another of one series under one provision.
struct DutyPair {
    /// Of what.
    enum Subject: Hashable, Comparable {
        case series(SeriesID)
        /// A pattern with `*` that no series of the evidence fills.
        case pattern(SeriesPattern)
        /// The document does not say.
        case undisclosed

        var series: SeriesID? {
            if case .series(let series) = self { series } else { nil }
        }

        var text: String {
            switch self {
            case .series(let series): series.description
            case .pattern(let pattern): pattern.description
            case .undisclosed: ""
            }
        }

        static func < (left: Subject, right: Subject) -> Bool {
            left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
        }
    }

    struct Key: Hashable, Comparable {
        let provider: PartyID?
        let subject: Subject
        let reader: DutyReader
        /// The lane's origin; readers that come or go begin another one.
        let lane: String?

        static func < (left: Key, right: Key) -> Bool {
            if left.provider != right.provider { return (left.provider?.text ?? "") < (right.provider?.text ?? "") }
            if left.subject != right.subject { return left.subject < right.subject }
            return left.reader == right.reader ? (left.lane ?? "") < (right.lane ?? "") : left.reader < right.reader
        }
    }

    let clause: String
    let key: Key
    var values: [DueValue] = []

    var provider: PartyID? { key.provider }
    var reader: DutyReader { key.reader }
    var lane: String? { key.lane }
}

extension CompliancePeriod {
    /// The month of a moment in a zone.
    init(of moment: Instant, in zone: NamedZone) {
        let (year, month, _) = moment.civil(in: zone.offset).date.parts
        self = .month(year: year, month: month)
    }
}

extension [JudgedDelivery] {
    /// One row a month in which something was due or delivered, then one of the whole span.
    ///
    /// A duty whose rhythm is not public belongs to no month.
    func rows(_ pair: DutyPair, zone: NamedZone, readings: [CompliancePeriod: Int]) -> [ComplianceRow] {
        let dated = filter { $0.value.unknown != .rhythm }
        let months = Dictionary(grouping: dated) { CompliancePeriod(of: $0.value.moment, in: zone) }
        let periods = Set(months.keys).union(readings.keys).subtracting([.whole]).sorted() + [.whole]
        return periods.map { period in
            let judged = period == .whole ? self : months[period] ?? []
            var counts = ComplianceCounts()
            for item in judged { counts.add(item) }
            counts.readings = readings[period] ?? 0
            return ComplianceRow(
                clause: pair.clause, provider: pair.provider, series: pair.key.subject.text, reader: pair.reader,
                period: period, counts: counts, evidence: judged.evidence(lane: pair.lane))
        }
    }

    private func evidence(lane: String?) -> RowEvidence {
        let receipts = Set(compactMap(\.receipt)).sorted {
            ($0.time, $0.size, $0.reader) < ($1.time, $1.size, $1.reader)
        }
        let ends = receipts.count > 1 ? [receipts[0], receipts[receipts.count - 1]] : receipts
        return RowEvidence(
            lane: lane, entries: entries, clocks: Set(receipts.map(\.reader)).sorted(), receipts: ends)
    }

    fileprivate var entries: ClosedRange<Int>? {
        let indices = compactMap { $0.isDelivered ? $0.row?.index : nil }
        guard let first = indices.min(), let last = indices.max() else { return nil }
        return first...last
    }

    /// Values in the order of time that stand the same way for the same reason, where that is not simply on time.
    func findings(_ pair: DutyPair) -> [ComplianceFinding] {
        var runs: [[JudgedDelivery]] = []
        for item in self {
            if let last = runs.last?.last, last.standing == item.standing, last.reason == item.reason {
                runs[runs.count - 1].append(item)
            } else {
                runs.append([item])
            }
        }
        let plain: [ComplianceStanding] = [.onTime, .noDeadline]
        return runs.filter { !plain.contains($0[0].standing) }.map { $0.finding(pair) }
    }

    private func finding(_ pair: DutyPair) -> ComplianceFinding {
        let worst = self.max { ($0.lateBy ?? -1) < ($1.lateBy ?? -1) }
        let deciding = worst?.lateBy == nil ? self.last { $0.receipt != nil } : worst
        let dues = compactMap(\.value.due)
        let observed = map(\.value.observed)
        return ComplianceFinding(
            clause: pair.clause, provider: pair.provider, series: pair.key.subject.text, reader: pair.reader,
            standing: self[0].standing,
            count: count,
            observed: (observed.map(\.lowerBound).min() ?? self[0].value.moment)...(observed.map(\.upperBound).max()
                ?? self[0].value.moment),
            due: dues.min().flatMap { first in dues.max().map { first...$0 } },
            lane: pair.lane, entries: entries, worstLate: worst?.lateBy, receipt: deciding?.receipt,
            other: deciding?.other, reason: self[0].reason)
    }
}
