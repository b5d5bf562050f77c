import Accord
import Series
import TestKit
import Testing

/// Whether a value may pass, worked out in the plainest way from the words of the documentation.
private func mayPass(_ agreement: Agreement, _ series: SeriesID, _ reader: PartyID, _ observed: Instant) -> Bool {
    agreement.provisions.contains { mayPass(agreement, $0, series, reader, observed) }
}

private func mayPass(
    _ agreement: Agreement, _ clause: Provision, _ series: SeriesID, _ reader: PartyID, _ observed: Instant
) -> Bool {
    guard clause.kind == .share || clause.kind == .target,
        clause.series.contains(where: { "\($0)" == covering(series, like: $0) }),
        !clause.undisclosed.contains(.season), !clause.undisclosed.contains(.readers)
    else { return false }
    if let season = clause.season {
        let day = String(observed.iso8601(in: season.zone.offset).prefix(10).suffix(5))
        let (from, to) = (season.from.description, season.to.description)
        guard from <= to ? from <= day && day <= to : from <= day || day <= to else { return false }
    }
    if let history = clause.history, observed.iso8601(in: history.zone.offset).prefix(10) < history.since.description {
        return false
    }
    if clause.readers == .everybody { return true }
    guard case .parties(let readers)? = clause.readers, readers.contains(reader), reader != series.provider,
        !agreement.undisclosed.contains(.force)
    else { return false }
    var day = String(observed.iso8601(in: agreement.force?.zone.offset ?? .zero).prefix(10))
    if clause.history != nil, let from = agreement.force?.validity.from { day = max(day, from.description) }
    func holds(_ validity: Validity) -> Bool {
        (validity.from?.description ?? "") <= day && day < (validity.until?.description ?? "~")
    }
    let members = [series.provider, reader].map { id in agreement.parties.first { $0.id == id }?.validity }
    return holds(agreement.force?.validity ?? .always) && members.allSatisfy { $0.map(holds) ?? false }
}

/// The series with `*` where the pattern has it.
private func covering(_ series: SeriesID, like pattern: SeriesPattern) -> String {
    let parts = "\(series)".split(separator: "/"), stars = "\(pattern)".split(separator: "/")
    return zip(parts, stars).map { $1 == "*" ? "*" : String($0) }.joined(separator: "/")
}

@Suite struct GeneratedAgreementTests {
    private static let seeds = Array(UInt64(1)...12)

    @Test(arguments: seeds)
    func `verdict, audiences and plan agree with the plain reading of the document`(seed: UInt64) {
        var generator = AgreementGenerator(seed: seed)
        var granted = 0
        for _ in 0..<6 {
            let agreement = generator.agreement()
            // Beside the years of the agreement two that no plan prepares.
            let outside = ["1985-07-01T00:00:00Z", "2066-07-01T00:00:00Z"].compactMap { try? Instant(iso8601: $0) }
            let moments = outside + (0..<12).map { _ in generator.moment() }
            for series in generator.series {
                let plan = agreement.plan(for: series)
                let kept = Set(agreement.audiences(of: series.provider))
                for at in moments {
                    let lanes = agreement.audiences(for: series, at: at)
                    let planned = plan.lanes(at: at)
                    #expect(planned.map(\.audience) == lanes.map(\.audience))
                    #expect(planned.map(\.clause) == lanes.map(\.clause))
                    #expect(lanes.allSatisfy { kept.contains($0.audience) })
                    for reader in generator.readers where reader != series.provider {
                        let verdict = agreement.verdict(for: series, reader: reader, at: at)
                        let isReached = lanes.contains { $0.audience.readers.contains(reader) }
                        granted += verdict.isGranted ? 1 : 0
                        #expect(plan.clause(for: reader, at: at) == verdict.clause, "\(series) \(reader) \(at)")
                        #expect(verdict.isGranted == isReached, "\(series) \(reader) \(at)")
                        #expect(
                            verdict.isGranted == mayPass(agreement, series, reader, at), "\(series) \(reader) \(at)")
                    }
                }
            }
        }
        #expect(granted > 0, "the seed grants something")
    }

    @Test(arguments: seeds)
    func `a delay keeps a value back from verdict, audiences and plan alike`(seed: UInt64) {
        var generator = AgreementGenerator(seed: seed)
        for _ in 0..<6 {
            let agreement = generator.agreement()
            for series in generator.series {
                let at = generator.moment()
                let plan = agreement.plan(for: series)
                for now in [at, at + 3599, at + 3600, at + 7200] {
                    let lanes = agreement.audiences(for: series, at: at, now: now)
                    #expect(plan.lanes(at: at, now: now).map(\.audience) == lanes.map(\.audience))
                    for reader in generator.readers where reader != series.provider {
                        let verdict = agreement.verdict(for: series, reader: reader, at: at, now: now)
                        #expect(verdict.isGranted == lanes.contains { $0.audience.readers.contains(reader) })
                    }
                }
            }
        }
    }

    @Test(arguments: seeds)
    func `what is due is granted to those to whom it is due, or said to be unknown`(seed: UInt64) {
        var generator = AgreementGenerator(seed: seed)
        for _ in 0..<6 {
            let agreement = generator.agreement()
            let from = generator.moment()
            for duty in agreement.duties(from: from, until: from + 20 * 86_400) {
                #expect(from <= duty.moment && duty.moment < from + 20 * 86_400 && duty.covers.count > 0)
                let series = generator.series.filter { duty.asks(for: $0) }
                for at in times(of: duty.covers) {
                    for reader in generator.readers where duty.readers?.contains(reader) == true {
                        for one in series where reader != one.provider && duty.kind != .notice {
                            let verdict = agreement.verdict(for: one, reader: reader, at: at)
                            #expect(verdict.isGranted || !duty.unknownTerms.isEmpty, "\(duty) \(one) \(reader) \(at)")
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: seeds)
    func `on a grid everything that a clause grants is due once`(seed: UInt64) {
        var generator = AgreementGenerator(seed: seed)
        for _ in 0..<6 {
            let agreement = generator.agreement()
            let from = generator.moment()
            for clause in agreement.provisions where clause.grantsSeries && clause.undisclosed.isEmpty {
                guard case .every(let minutes)? = clause.rhythm, !agreement.undisclosed.contains(.force) else {
                    continue
                }
                let delay = Int64(clause.deadlineMinutes ?? 0) * 60
                let duties = agreement.duties(of: clause, from: from, until: from + 10 * 86_400)
                for series in generator.series {
                    for reader in generator.readers where reader != series.provider && agreement.party(reader) != nil {
                        let due = duties.filter { $0.asks(for: series) && $0.readers?.contains(reader) == true }
                        let expected = grid(minutes, from - delay, from + 10 * 86_400 - delay).filter {
                            agreement.forceHolds(at: $0, for: clause)
                                && mayPass(agreement, clause, series, reader, $0)
                                && (agreement.party(series.provider)?.role == .signatory
                                    || clause.series.contains { $0.provider == series.provider })
                        }
                        guard agreement.party(series.provider) != nil else { continue }
                        #expect(due.flatMap { times(of: $0.covers) } == expected || clause.readers == .everybody)
                    }
                }
            }
        }
    }

    @Test(arguments: seeds)
    func `nothing is passed on that neither the clause of the holder nor one of the reader allows`(seed: UInt64) {
        var generator = AgreementGenerator(seed: seed)
        for _ in 0..<4 {
            let agreement = generator.agreement()
            let at = generator.moment()
            for series in generator.series {
                for holder in generator.readers {
                    for reader in generator.readers where reader != series.provider {
                        let onward = agreement.onwardVerdict(for: series, heldBy: holder, to: reader, at: at)
                        if mayPass(agreement, series, reader, at) {
                            #expect(onward.isGranted)
                            continue
                        }
                        let isSignatory = agreement.signatories.contains(reader)
                        let allows = agreement.provisions.contains { clause in
                            mayPass(agreement, clause, series, holder, at) && holder != series.provider
                                && (clause.redistribution == .everybody
                                    || (clause.redistribution == .parties && isSignatory))
                        }
                        #expect(!onward.isGranted || allows, "\(series) \(holder) \(reader) \(at)")
                    }
                }
            }
        }
    }

    /// The covered times, or the ends of the span and its middle.
    private func times(of covers: Coverage) -> [Instant] {
        switch covers {
        case .each(let times): times
        case .within(let span, _):
            [span.lowerBound, span.lowerBound + (span.upperBound - span.lowerBound) / 2, span.upperBound]
        }
    }

    private func grid(_ minutes: Int, _ from: Instant, _ until: Instant) -> [Instant] {
        let step = Int64(minutes) * 60
        var (times, time) = ([Instant](), from.roundedUp(toStep: step))
        while time < until {
            times.append(time)
            time = time + step
        }
        return times
    }
}

extension Agreement {
    /// Whether the agreement is in force for a clause; public clauses are granted even out of force, but not due.
    fileprivate func forceHolds(at observed: Instant, for clause: Provision) -> Bool {
        guard let force else { return true }
        var day = observed.civil(in: force.zone.offset).date
        if clause.history != nil, let from = force.validity.from { day = max(day, from) }
        return force.validity.contains(day)
    }
}
