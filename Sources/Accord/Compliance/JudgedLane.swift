import Series

/// A lane as a manifest names it, prepared for questions.
struct JudgedLane {
    /// Everything that the lane holds of one observed time of one series.
    struct Value {
        let observed: Instant
        /// The first row that holds a value.
        let first: LaneEvidence.Row
        /// Whether a later row with a higher revision stands beside it.
        var isCorrected = false
        /// Whether a row with a value is left after the tombstones.
        var isStanding = false
        /// The standing row with the highest revision; the first row while none stands.
        var latest: LaneEvidence.Row
    }

    let origin: String
    let provider: PartyID
    let size: Int
    /// Until when the lane is known to hold nothing more: the writer's word or the latest receipt; nil without either.
    let horizon: Instant?
    /// By series, in the order of observed times.
    private(set) var values: [SeriesID: [Value]] = [:]
    /// The notices that neither a tombstone nor another notice has replaced.
    let notices: [LaneEvidence.Notice]
    /// The receipts of one signer, by signer, the provider's own left out.
    let lines: [PartyID: ReceiptLine]
    /// The receipts of all signers but the provider.
    let everyone: ReceiptLine

    /// Takes what the manifest names of the evidence.
    init(_ evidence: LaneEvidence, named lane: EvidenceManifest.Lane, provider: PartyID, clocks: ClockStatements) {
        origin = lane.origin
        self.provider = provider
        size = lane.size
        let receipts = lane.receipts.filter { $0.reader != provider }.map { receipt in
            var dated = receipt
            dated.ahead = clocks.ahead(of: receipt.reader, against: provider, at: receipt.time)
            return dated
        }
        lines = Dictionary(grouping: receipts, by: \.reader).mapValues(ReceiptLine.init)
        everyone = ReceiptLine(receipts)
        horizon = [lane.asOf, receipts.map(\.judged).max()].compactMap(\.self).max()
        let retracted = Set(evidence.retractions.filter { $0.index < lane.size && $0.target < $0.index })
        func isRetracted(_ index: Int, _ offset: Int?) -> Bool {
            retracted.contains { $0.target == index && ($0.offset == nil || $0.offset == offset) }
        }
        let named = evidence.notices.filter { $0.index < lane.size }
        let replaced = Set(named.compactMap(\.supersedes))
        notices = named.filter { !replaced.contains($0.index) && !isRetracted($0.index, nil) }
            .sorted { $0.index < $1.index }
        let targets = Set(retracted.map(\.target))
        let rows = evidence.rows.filter { $0.index < lane.size && $0.series.provider == provider && $0.value != nil }
        for (series, rows) in Dictionary(grouping: rows, by: \.series) {
            values[series] = JudgedLane.values(rows) { targets.contains($0.index) && isRetracted($0.index, $0.offset) }
        }
    }

    private static func values(
        _ rows: [LaneEvidence.Row], isRetracted: (LaneEvidence.Row) -> Bool
    ) -> [Value] {
        var values: [Value] = []
        for row in rows.sorted(by: { ($0.observed, $0.index, $0.offset) < ($1.observed, $1.index, $1.offset) }) {
            if values.last?.observed != row.observed {
                values.append(Value(observed: row.observed, first: row, latest: row))
            }
            let place = values.count - 1
            if row.revision > values[place].first.revision { values[place].isCorrected = true }
            guard !isRetracted(row) else { continue }
            if !values[place].isStanding || row.revision > values[place].latest.revision { values[place].latest = row }
            values[place].isStanding = true
        }
        return values
    }

    /// A value of a series observed in a span: of the standing ones that of a rank in the order in which they entered the
    /// lane, else, at rank 0, one that was taken back.
    func value(of series: SeriesID, in span: ClosedRange<Instant>, rank: Int) -> Value? {
        guard let values = values[series] else { return nil }
        let from = values.partitioningIndex { $0.observed >= span.lowerBound }
        let found = values[from...].prefix { $0.observed <= span.upperBound }
        func isEarlier(_ left: Value, _ right: Value) -> Bool {
            (left.first.index, left.first.offset) < (right.first.index, right.first.offset)
        }
        let standing = found.filter(\.isStanding)
        if standing.isEmpty { return rank == 0 ? found.min(by: isEarlier) : nil }
        guard rank > 0 else { return standing.min(by: isEarlier) }
        return rank < standing.count ? standing.sorted(by: isEarlier)[rank] : nil
    }

    /// The first notice under a clause that belongs to a reading: issued from its time on and before an end, or issued
    /// before and about a time in which it lies. A notice whose subject is another series belongs to that one.
    func notice(under clause: String, about series: SeriesID, onset: Instant, until end: Instant) -> Value? {
        let notice = notices.first { notice in
            guard notice.clause == clause, SeriesID(notice.subject).map({ $0 == series }) ?? true else { return false }
            if notice.issued >= onset { return notice.issued < end }
            return notice.from <= onset && notice.until.map { $0 >= onset } ?? false
        }
        return notice.map { notice in
            let row = LaneEvidence.Row(
                index: notice.index, offset: 0, series: series, observed: onset, received: notice.issued, revision: 0,
                value: nil, known: .observed)
            return Value(observed: onset, first: row, isStanding: true, latest: row)
        }
    }

    /// The standing readings of a series observed from a time on and before another.
    func readings(of series: SeriesID, from: Instant, until: Instant) -> [Value] {
        guard let values = values[series] else { return [] }
        let first = values.partitioningIndex { $0.observed >= from }
        return values[first...].prefix { $0.observed < until }.filter(\.isStanding)
    }
}

/// The receipts of one signer, or of several, for one lane.
struct ReceiptLine {
    private let bySize: [ReceiptEvidence]
    /// The earliest of the receipts from this place on.
    private let earliestFrom: [ReceiptEvidence]
    /// The latest of the receipts up to and with this place.
    private let latestTo: [ReceiptEvidence]
    private let times: [Instant]

    init(_ receipts: [ReceiptEvidence]) {
        bySize = receipts.sorted { ($0.size, $0.judged, $0.reader) < ($1.size, $1.judged, $1.reader) }
        times = receipts.map(\.judged).sorted()
        var earliest: [ReceiptEvidence] = []
        for receipt in bySize.reversed() {
            guard let last = earliest.last else {
                earliest.append(receipt)
                continue
            }
            earliest.append((receipt.judged, receipt.reader) <= (last.judged, last.reader) ? receipt : last)
        }
        earliestFrom = earliest.reversed()
        var latest: [ReceiptEvidence] = []
        for receipt in bySize {
            latest.append(latest.last.map { $0.judged > receipt.judged ? $0 : receipt } ?? receipt)
        }
        latestTo = latest
    }

    /// The earliest receipt that covers an entry.
    func earliest(covering index: Int) -> ReceiptEvidence? {
        let place = bySize.partitioningIndex { $0.size > index }
        return place < bySize.count ? earliestFrom[place] : nil
    }

    /// The latest receipt that does not cover an entry.
    func latest(withoutEntry index: Int) -> ReceiptEvidence? {
        let place = bySize.partitioningIndex { $0.size > index }
        return place > 0 ? latestTo[place - 1] : nil
    }

    /// Whether a receipt was given in a span.
    func hasReceipt(in span: ClosedRange<Instant>) -> Bool {
        let place = times.partitioningIndex { $0 >= span.lowerBound }
        return place < times.count && times[place] <= span.upperBound
    }
}

extension Array {
    /// The first place from which on a condition holds, for an array in which it never holds before; O(log n).
    func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
