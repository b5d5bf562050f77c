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
        try seriesTable(SeriesRequest(series, during: interval, asOf: asOf, latestOnly: latestOnly))?.content
    }

    /// A part of such a table, in the order of observed time, then revision.
    ///
    /// - Returns: nil when there is nothing to tell, see above.
    public nonisolated func seriesTable(_ request: SeriesRequest) throws -> SeriesPart<[UInt8]>? {
        let terms = SeriesTerms(request.series, in: configuration.agreement, reader: party)
        var table = SeriesTable(of: request.series.property, expectedRows: min(request.limit ?? 9_000, 9_000))
        let own = terms.provenance(lane: "")
        let walked = try walk(request) { row, names in
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
        return walked.map { SeriesPart(table.bytes, next: $0.next) }
    }

    /// A part of a series as values, the same rows in the same order as ``seriesTable(_:)``.
    public nonisolated func seriesValues(_ request: SeriesRequest) throws -> SeriesPart<[SeriesValue]>? {
        let terms = SeriesTerms(request.series, in: configuration.agreement, reader: party)
        let own = terms.provenance(lane: "")
        var provenances: [Int: SeriesTable.Provenance] = [:]
        var values: [SeriesValue] = []
        let walked = try walk(request) { row, names in
            var provenance = own
            if let lane = row.lane {
                provenance = provenances[lane] ?? terms.provenance(lane: names.lanes[lane])
                provenances[lane] = provenance
            }
            values.append(
                SeriesValue(
                    observed: Instant(secondsSinceEpoch: row.observed),
                    received: Instant(secondsSinceEpoch: row.received), value: row.value, quality: row.quality,
                    known: row.known, status: row.status, revision: row.revision, source: names.sources[row.source],
                    lane: row.lane.map { names.lanes[$0] }, index: row.lane == nil ? nil : row.index,
                    clause: provenance.clause, redistribution: provenance.redistribution))
        }
        return walked.map { SeriesPart(values, next: $0.next) }
    }

    /// Walks what is asked for; nil when there is nothing.
    private nonisolated func walk(
        _ request: SeriesRequest, _ body: (SeriesRow, SeriesRowNames) throws -> Void
    ) throws -> (last: SeriesCursor, next: SeriesCursor?)? {
        var last: SeriesCursor?
        let hasMore = try database.forEachRow(
            of: request.series, receivedBy: request.asOf, during: request.interval, latestOnly: request.latestOnly,
            after: request.place, limit: request.limit
        ) { row, names in
            last = SeriesCursor(observed: Instant(secondsSinceEpoch: row.observed), revision: row.revision)
            try body(row, names)
        }
        return last.map { ($0, hasMore ? $0 : nil) }
    }
}

/// Which part of a series is asked for.
public struct SeriesRequest: Hashable, Sendable {
    /// Which series.
    public let series: SeriesID
    /// Observed times, both ends included; nil for all.
    public let interval: ClosedRange<Instant>?
    /// As the node knew the series then; nil for now.
    public let asOf: Instant?
    /// Of each observed time only the highest revision.
    public let latestOnly: Bool
    /// Only what follows this place; nil for everything.
    public let place: SeriesCursor?
    /// Rows at most, > 0; nil for all.
    public let limit: Int?

    /// Makes a request.
    public init(
        _ series: SeriesID, during interval: ClosedRange<Instant>? = nil, asOf: Instant? = nil,
        latestOnly: Bool = false, after place: SeriesCursor? = nil, limit: Int? = nil
    ) {
        self.series = series
        self.interval = interval
        self.asOf = asOf
        self.latestOnly = latestOnly
        self.place = place
        self.limit = limit
    }
}

/// One value of a series with where it came from.
public struct SeriesValue: Hashable, Sendable {
    /// When the water stood there.
    public let observed: Instant
    /// When this party first had it.
    public let received: Instant
    /// In the property's standard unit; nil when its provider reports it missing.
    public let value: Double?
    /// What the checks say.
    public let quality: Quality
    /// How it is known.
    public let known: Known
    /// How far its provider has worked on it.
    public let status: ReviewStatus
    /// 0 for the first report.
    public let revision: Int
    /// Where it was published.
    public let source: String
    /// The origin of the lane that it came by; nil for own and published ones.
    public let lane: String?
    /// The lane's entry; nil without a lane.
    public let index: Int?
    /// The clause that grants it.
    public let clause: String
    /// `own`, `none`, `parties`, `public`, or empty where the agreement does not say.
    public let redistribution: String

    /// Makes a value.
    public init(
        observed: Instant, received: Instant, value: Double?, quality: Quality, known: Known, status: ReviewStatus,
        revision: Int, source: String, lane: String?, index: Int?, clause: String, redistribution: String
    ) {
        self.observed = observed
        self.received = received
        self.value = value
        self.quality = quality
        self.known = known
        self.status = status
        self.revision = revision
        self.source = source
        self.lane = lane
        self.index = index
        self.clause = clause
        self.redistribution = redistribution
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
