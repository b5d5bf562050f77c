import Accord
import Formats
public import Series
import Storage

extension Node {
    /// The readings of a series as a CSV table for this party's own people, with the provenance of each row.
    ///
    /// - Parameters:
    ///   - asOf: as the node knew the series then; nil for now.
    ///   - latestOnly: of each observed time only the highest revision.
    /// - Returns: nil when the agreement does not let this party have the series, or nothing of it is kept; the two look
    ///   alike on purpose.
    public nonisolated func seriesTable(
        of series: SeriesID, during interval: ClosedRange<Instant>? = nil, asOf: Instant? = nil,
        latestOnly: Bool = false
    ) throws -> [UInt8]? {
        let terms = SeriesTerms(series, in: configuration.agreement, reader: party)
        var table = SeriesTable(of: series.property, expectedRows: 9_000)
        var rows = 0
        let own = terms.provenance(lane: "")
        try database.forEachRow(of: series, receivedBy: asOf, during: interval, latestOnly: latestOnly) { row, names in
            rows += 1
            let marks = SeriesTable.Marks(
                quality: row.quality, known: row.known, status: row.status, revision: row.revision,
                source: row.source, lane: row.lane)
            table.add(
                observed: row.observed, received: row.received, value: row.value, marks: marks,
                index: row.lane == nil ? nil : row.index
            ) {
                (names.sources[row.source], row.lane.map { terms.provenance(lane: names.lanes[$0]) } ?? own)
            }
        }
        return rows == 0 ? nil : table.bytes
    }
}

/// What the agreement says about passing a series on.
private struct SeriesTerms {
    private let series: SeriesID
    private let agreement: Agreement
    private let reader: PartyID

    init(_ series: SeriesID, in agreement: Agreement, reader: PartyID) {
        self.series = series
        self.agreement = agreement
        self.reader = reader
    }

    /// The provenance of rows that came through a lane, or of own and published ones.
    func provenance(lane: String) -> SeriesTable.Provenance {
        if series.provider == reader {
            return SeriesTable.Provenance(clause: Verdict.ownClause, redistribution: "own")
        }
        let granting = agreement.provisions.filter { provision in
            provision.grantsSeries && provision.series.contains { $0.matches(series) }
                && provision.readers?.contains(reader) == true
        }
        let provision = granting.first { lane.isEmpty == ($0.readers == .everybody) } ?? granting.first
        let isPublished = provision?.readers == .everybody
        return SeriesTable.Provenance(
            lane: lane, clause: provision?.clause ?? "",
            redistribution: provision?.redistribution?.rawValue ?? (isPublished ? "public" : ""))
    }
}
