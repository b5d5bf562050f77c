import Accord
public import Forecasting
import River
public import Series
import Storage

/// What one cycle of a node did.
public struct CycleOutcome: Hashable, Sendable {
    /// The cycle's time.
    public let issued: Instant
    /// Whether it ran now; false when it, or a later one, is already kept.
    public let isNew: Bool
    /// Forecasts kept.
    public let forecasts: Int
    /// Drafts kept.
    public let drafts: Int
}

extension Node {
    /// Releases that are announced and not over: in notices of other parties and in own ones that were sent. Exercises are none.
    public func noticedReleases(at now: Instant) throws -> [NoticedRelease] {
        try notices().compactMap { kept in
            let notice = kept.notice
            let values = notice.current.values
            guard notice.terms.event.isRelease, !notice.isExercise, !notice.isOver,
                notice.sentAt.map({ $0 <= now }) ?? false, let dam = StationID(notice.subject),
                let start = values[.start]?.earliest
            else { return nil }
            func number(_ field: NoticeField) -> Double? {
                if case .number(let number)? = values[field], number >= 0 { number } else { nil }
            }
            let end = values[.end]?.earliest
            guard end.map({ $0 > now }) ?? true else { return nil }
            return NoticedRelease(
                dam: dam, flow: number(.flowTo), before: number(.flowFrom), start: start,
                end: end.flatMap { $0 > start ? $0 : nil })
        }
    }

    /// Runs one forecast cycle with what had been received by its time, and keeps what it made in one transaction.
    ///
    /// What was issued is never made again: a cycle at or before the last one changes nothing.
    public func runCycle(at issued: Instant) throws -> CycleOutcome {
        if let last = try database.lastCycle(), last >= issued {
            return CycleOutcome(issued: issued, isNew: false, forecasts: 0, drafts: 0)
        }
        let oldest = issued - Int64(configuration.settings.memoryHours) * 3600
        var readings: [CycleReading] = []
        for series in try database.allSeries() where configuration.basin.stations[series.station] != nil {
            for kept in try database.kept(of: series, receivedBy: issued, during: oldest...issued) {
                readings.append(CycleReading(kept.observation, stated: kept.stated))
            }
        }
        let earlier = try (archive ?? database.forecasts(issuedFrom: oldest)).filter { $0.issued >= oldest }
        let result = runForecastCycle(
            CycleInput(
                issued: issued, readings: readings, archive: earlier, warnings: try database.warningStates(),
                releases: try noticedReleases(at: issued), settings: configuration.settings),
            in: configuration.basin)
        let isNew = try database.keep(
            CycleRecord(
                issued: issued, forecasts: result.forecasts, drafts: result.drafts, warningStates: result.warnings))
        archive = earlier + result.forecasts
        effects.log("cycle \(issued): \(result.forecasts.count) forecasts, \(result.drafts.count) drafts")
        return CycleOutcome(
            issued: issued, isNew: isNew, forecasts: result.forecasts.count, drafts: result.drafts.count)
    }
}
