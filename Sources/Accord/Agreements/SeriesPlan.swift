public import Series

/// In which lanes the values of one series belong, worked out once so that a gate can ask for every observation.
///
/// It answers exactly as ``Agreement/audiences(for:at:now:)`` of the agreement that it was made from. Between two edges of
/// a season, of force or of a party's validity the answer is the same; for the years of ``prepared`` they are looked up.
public struct SeriesPlan: Sendable {
    /// One audience that one clause gives the series for a span of time.
    private struct Opening: Sendable {
        let audience: Audience
        let clause: String
        /// Its place among the provisions.
        let place: Int
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

    /// The years whose answers are worked out beforehand.
    static let prepared = 1990...2060

    /// The series.
    public let series: SeriesID
    /// By audience, then in the order of the provisions.
    private let openings: [Opening]
    /// The times at which the answer may change, in order, and the answer from each of them to the next.
    private var edges: [Instant] = []
    private var answers: [Answer] = []
    /// Whether a clause holds values back for a while.
    private let hasDelay: Bool

    fileprivate init(_ agreement: Agreement, _ series: SeriesID) {
        self.series = series
        var found: [Opening] = []
        for place in agreement.provisionsAbout(series) {
            let provision = agreement.provisions[place]
            guard provision.series.contains(where: { $0.matches(series) }),
                agreement.openTerm(of: provision, coversSeries: true) == nil
            else { continue }
            for span in agreement.spans(of: provision, by: series.provider) {
                found.append(
                    Opening(
                        audience: span.audience, clause: provision.clause, place: place, from: span.from,
                        until: span.until,
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
        hasDelay = openings.contains { $0.delay > 0 }
        edges = SeriesPlan.edges(of: openings)
        answers = edges.map { Answer(of: open(at: $0, now: nil)) }
    }

    /// The first and the last moment that are prepared, and every time between them at which an answer may change.
    private static func edges(of openings: [Opening]) -> [Instant] {
        func midnight(_ day: MonthDay, _ year: Int, _ zone: NamedZone) -> Instant? {
            // In a year without 29 February its edge is that of 1 March.
            let date = CivilDate(year: year, month: day.month, day: day.day) ?? CivilDate(year: year, month: 3, day: 1)
            return date.map { Instant($0, offset: zone.offset) }
        }
        var edges: Set<Instant> = []
        for opening in openings {
            edges.formUnion([opening.from, opening.until, opening.since, opening.notBefore].compactMap { $0 })
            guard let season = opening.season else { continue }
            for year in (prepared.lowerBound - 1)...(prepared.upperBound + 1) {
                for day in [season.from, season.to.dayAfter] {
                    if let edge = midnight(day, year, season.zone) { edges.insert(edge) }
                }
            }
        }
        let ends = [prepared.lowerBound, prepared.upperBound + 1].compactMap { CivilDate(year: $0, month: 1, day: 1) }
            .map { Instant($0) }
        guard let first = ends.first, let last = ends.last else { return [] }
        return [first] + edges.filter { first < $0 && $0 < last }.sorted() + [last]
    }

    /// Whether no value of the series may ever leave.
    public var isClosed: Bool { openings.isEmpty }

    /// The audiences whose lanes a value observed at a time belongs to, with the clause that grants it, by audience.
    ///
    /// - Parameters:
    ///   - observed: the observed time of the value.
    ///   - now: when it would leave; a minimum delay that has not passed keeps it back. Nil leaves delays out of account.
    public func lanes(at observed: Instant, now: Instant? = nil) -> [(audience: Audience, clause: String)] {
        if now == nil || !hasDelay, let place = preparedPlace(of: observed) { return answers[place].lanes }
        return Answer(of: open(at: observed, now: now)).lanes
    }

    /// The clause by which a reader may have a value observed at a time, ``Verdict/ownClause`` for the provider; nil where
    /// ``Agreement/verdict(for:reader:at:now:)`` without a time of handing over grants nothing.
    public func clause(for reader: PartyID, at observed: Instant) -> String? {
        if reader == series.provider { return Verdict.ownClause }
        let answer = preparedPlace(of: observed).map { answers[$0] } ?? Answer(of: open(at: observed, now: nil))
        return answer.everybody ?? answer.clauses[reader]
    }

    /// The last edge that is not after a time; nil for times that are not prepared.
    private func preparedPlace(of observed: Instant) -> Int? {
        guard let first = edges.first, let last = edges.last, first <= observed, observed < last else { return nil }
        var (low, high) = (0, edges.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if edges[middle] <= observed { low = middle } else { high = middle }
        }
        return low
    }

    /// The openings that hold at a time.
    private func open(at observed: Instant, now: Instant?) -> [Opening] {
        openings.filter { opening in
            let judged = opening.notBefore.map { max($0, observed) } ?? observed
            guard opening.from <= judged, judged < opening.until else { return false }
            if let season = opening.season, !season.contains(observed) { return false }
            if let since = opening.since, observed < since { return false }
            return now.map { $0 >= observed + opening.delay } ?? true
        }
    }

    /// What the openings that hold at a time come to.
    private struct Answer: Sendable {
        var lanes: [(audience: Audience, clause: String)] = []
        /// The clause by which everybody reads.
        var everybody: String?
        /// The first clause of each reader.
        var clauses: [PartyID: String] = [:]

        /// - Parameter openings: by audience, then in the order of the provisions.
        init(of openings: [Opening]) {
            for opening in openings where lanes.last?.audience != opening.audience {
                lanes.append((opening.audience, opening.clause))
            }
            for opening in openings.sorted(by: { $0.place < $1.place }) {
                switch opening.audience.readers {
                case .everybody: everybody = everybody ?? opening.clause
                case .parties(let readers):
                    for reader in readers where clauses[reader] == nil { clauses[reader] = opening.clause }
                }
            }
        }
    }
}

extension Agreement {
    /// The plan of a series: make it once, ask it for every observation.
    public func plan(for series: SeriesID) -> SeriesPlan { SeriesPlan(self, series) }
}
