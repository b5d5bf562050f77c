import Series

/// Finds duplicates, conflicts and corrections among the rows of a folder, in one pass.
struct ReadingLedger {
    private struct Moment: Hashable {
        let series: SeriesID
        let observed: Instant
    }

    private var indicesByMoment: [Moment: [Int]] = [:]

    /// Enters the row at `index` of `rows`; its verdict becomes refused when it repeats or contradicts an earlier one.
    mutating func enter(_ index: Int, of rows: inout [EventRow]) {
        guard rows[index].verdict == .used, let observation = rows[index].observation else { return }
        let moment = Moment(series: observation.series, observed: observation.observed)
        let earlier = indicesByMoment[moment, default: []]
        let twin = earlier.first { rows[$0].observation?.revision == observation.revision }
        if let twin, let first = rows[twin].observation {
            let place = place(of: rows[twin], seenFrom: rows[index])
            rows[index].verdict = .refused
            if first.value == observation.value {
                rows[index].reason = "same as \(place)"
                rows[index].fault = .duplicate
            } else {
                let value = first.value.map { String($0) } ?? "none"
                rows[index].fault = .conflict
                rows[index].reason =
                    "conflict with \(place), which has \(value) for the same series, time and revision: the first is "
                    + "kept; give a correction a higher revision"
            }
            return
        }
        indicesByMoment[moment, default: []].append(index)
    }

    /// Marks every row that one of a higher revision replaces.
    func markSuperseded(in rows: inout [EventRow]) {
        for indices in indicesByMoment.values where indices.count > 1 {
            let ordered = indices.sorted {
                (rows[$0].observation?.revision ?? 0) < (rows[$1].observation?.revision ?? 0)
            }
            for (lower, higher) in zip(ordered, ordered.dropFirst()) {
                let revision = rows[higher].observation?.revision ?? 0
                rows[lower].verdict = .superseded
                rows[lower].reason =
                    "superseded by \(place(of: rows[higher], seenFrom: rows[lower])) (revision \(revision))"
            }
        }
    }

    /// Marks the rows that a later row of the same series names as `line N` in its column `supersedes`: a notice that
    /// moves to another hour replaces the first one all the same.
    static func markReplacedNotices(in rows: inout [EventRow]) {
        var indexByPlace: [String: Int] = [:]
        for (index, row) in rows.enumerated() where row.verdict == .used && row.observation != nil {
            indexByPlace[row.origin] = index
        }
        for row in rows where row.verdict == .used {
            guard let word = row.supersedes, word.hasPrefix("line "), let line = Int(word.dropFirst(5)),
                let index = indexByPlace["\(row.file):\(line)"], line != row.line,
                let observation = row.observation, rows[index].observation?.series == observation.series
            else { continue }
            rows[index].verdict = .superseded
            rows[index].reason = "superseded by line \(row.line) (revision \(observation.revision))"
        }
    }

    private func place(of row: EventRow, seenFrom other: EventRow) -> String {
        row.file == other.file ? "line \(row.line)" : "line \(row.line) of \(row.file)"
    }
}
