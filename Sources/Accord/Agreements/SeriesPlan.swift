public import Series

/// In which lanes the values of one series belong, worked out once so that a gate can ask for every observation.
///
/// It answers exactly as ``Agreement/audiences(for:at:now:)`` of the agreement that it was made from.
public struct SeriesPlan: Sendable {
    /// One audience that one clause gives the series for a span of time.
    private struct Opening: Sendable {
        let audience: Audience
        let clause: String
        /// The span of the judged time, the end excluded.
        let from: Instant
        let until: Instant
        let season: SeasonWindow?
        /// The first observed time of a history clause.
        let since: Instant?
        /// What the judged time of a history clause is not before.
        let notBefore: Instant?
        /// s between the observed time and the moment at which a value may leave.
        let delay: Int64
    }

    /// The series.
    public let series: SeriesID
    /// By audience, then in the order of the provisions.
    private let openings: [Opening]

    fileprivate init(_ agreement: Agreement, _ series: SeriesID) {
        self.series = series
        var found: [Opening] = []
        for provision in agreement.provisions where provision.grantsSeries {
            guard provision.series.contains(where: { $0.matches(series) }),
                agreement.openTerm(of: provision, coversSeries: true) == nil
            else { continue }
            for span in agreement.spans(of: provision, by: series.provider) {
                found.append(
                    Opening(
                        audience: span.audience, clause: provision.clause, from: span.from, until: span.until,
                        season: provision.season, since: provision.history?.start,
                        notBefore: provision.history == nil ? nil : agreement.beginningOfForce,
                        delay: Int64(provision.minimumDelayMinutes ?? 0) * 60))
            }
        }
        // Stable: two clauses with one audience keep the order of the document, and the first of them is named.
        openings = found.enumerated().sorted {
            $0.element.audience == $1.element.audience
                ? $0.offset < $1.offset : $0.element.audience < $1.element.audience
        }.map(\.element)
    }

    /// Whether no value of the series may ever leave.
    public var isClosed: Bool { openings.isEmpty }

    /// The audiences whose lanes a value observed at a time belongs to, with the clause that grants it, by audience.
    ///
    /// - Parameters:
    ///   - observed: the observed time of the value.
    ///   - now: when it would leave; a minimum delay that has not passed keeps it back. Nil leaves delays out of account.
    public func lanes(at observed: Instant, now: Instant? = nil) -> [(audience: Audience, clause: String)] {
        var lanes: [(audience: Audience, clause: String)] = []
        for opening in openings {
            let judged = opening.notBefore.map { max($0, observed) } ?? observed
            guard opening.from <= judged, judged < opening.until, lanes.last?.audience != opening.audience else {
                continue
            }
            if let season = opening.season, !season.contains(observed) { continue }
            if let since = opening.since, observed < since { continue }
            if let now, now < observed + opening.delay { continue }
            lanes.append((opening.audience, opening.clause))
        }
        return lanes
    }
}

extension Agreement {
    /// The plan of a series: make it once, ask it for every observation.
    public func plan(for series: SeriesID) -> SeriesPlan { SeriesPlan(self, series) }
}
