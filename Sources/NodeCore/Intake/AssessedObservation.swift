import Accord
import River
import Series
import Storage

/// An observation that the agreement lets this party have and the checks have looked at: the only way to one is
/// ``SeriesDesk/assess(_:database:)``.
struct AssessedObservation: Hashable, Sendable {
    /// The observation with what the checks say.
    let observation: Observation
    /// Where it came from.
    let origin: String
    /// The clause that grants it.
    let clause: String
    /// The difference to an alarm level that was printed beside it.
    let stated: StatedDifference?

    fileprivate init(_ verified: VerifiedObservation, quality: Quality, stated: StatedDifference?) {
        var observation = verified.observation
        observation.quality = quality
        self.observation = observation
        origin = verified.origin
        clause = verified.clause
        self.stated = stated
    }
}

/// A verified observation with the difference printed beside it.
struct ArrivingObservation {
    let verified: VerifiedObservation
    let stated: StatedDifference?
}

/// Everything that a node needs again and again about one series: its place, its limits, its last days of record.
///
/// A reading is judged against what is stored, whether the days are held here or read again: flags of earlier readings are
/// those that were stored with them. Belongs to one node and is only used inside it.
final class SeriesDesk {
    let series: SeriesID
    /// nil for a place that the basin does not know: its readings are kept unchecked.
    let station: Station?
    let limits: CheckLimits
    /// In which the days of alarm levels count.
    let zone: UTCOffset
    /// What may leave of it, and whither.
    let plan: GatePlan
    /// nil until it is read, and after something other than a plain continuation came in.
    private var recent: RecentRecord?

    /// s of record before the new readings that the checks look at.
    static let memory: Int64 = 10 * 86_400

    init(_ series: SeriesID, basin: Basin, plan: GatePlan) {
        self.series = series
        station = basin.stations[series.station]
        limits = basin.checkLimits.limits(for: series.station, series.property)
        zone = basin.zone
        self.plan = plan
    }

    /// Forgets the days of record: they will be read again.
    func forget() { recent = nil }

    /// Runs the checks over the record as it stands with the new readings, and keeps their order.
    func assess(_ arriving: [ArrivingObservation], database: NodeDatabase) throws -> [AssessedObservation] {
        guard station != nil else { return arriving.map { assessed($0, .notEvaluated) } }
        if let continuation = try continuation(arriving, database: database) { return continuation }
        recent = nil
        return try assessMixed(arriving, database: database)
    }

    private func assessed(_ item: ArrivingObservation, _ quality: Quality) -> AssessedObservation {
        AssessedObservation(
            item.verified, quality: item.verified.observation.value == nil ? .missing : quality, stated: item.stated)
    }

    /// The usual case: first reports, each later than everything before. Nil for any other.
    private func continuation(
        _ arriving: [ArrivingObservation], database: NodeDatabase
    ) throws -> [AssessedObservation]? {
        guard let station, let first = arriving.first?.verified.observation.observed else { return [] }
        var record = try recent ?? RecentRecord(series, before: first, database: database)
        recent = nil  // one owner: the days are not copied when readings are added
        record.trim(before: first - SeriesDesk.memory)
        let count = record.readings.count
        var last = record.last
        for item in arriving {
            let observation = item.verified.observation
            guard observation.revision == 0, last.map({ observation.observed > $0 }) ?? true,
                let value = observation.value
            else { return nil }
            last = observation.observed
            record.readings.append(
                CheckedReading(time: observation.observed, value: value, stated: item.stated))
        }
        let assessments = River.assess(
            record.readings, from: count, failed: record.failed, of: series.property, at: station, in: zone,
            limits: limits)
        for (offset, assessment) in assessments.enumerated() where assessment.quality == .fail {
            record.failed.insert(count + offset)
        }
        record.last = last
        recent = record
        return zip(arriving, assessments).map { assessed($0, $1.quality) }
    }

    /// Corrections, late and missing readings: the record is read and merged.
    private func assessMixed(
        _ arriving: [ArrivingObservation], database: NodeDatabase
    ) throws -> [AssessedObservation] {
        struct Current {
            let revision: Int
            let reading: CheckedReading
            /// The place among the new readings; nil for a stored one.
            let place: Int?
            let hasFailed: Bool
        }
        var current: [Instant: Current] = [:]
        func offer(_ observation: Observation, _ stated: StatedDifference?, _ place: Int?) {
            guard let value = observation.value else { return }
            if let known = current[observation.observed], known.revision >= observation.revision { return }
            current[observation.observed] = Current(
                revision: observation.revision,
                reading: CheckedReading(time: observation.observed, value: value, stated: stated), place: place,
                hasFailed: place == nil && observation.quality == .fail)
        }
        let times = arriving.map(\.verified.observation.observed)
        guard let station, let first = times.min(), let last = times.max() else { return [] }
        for kept in try database.kept(of: series, during: (first - SeriesDesk.memory)...last) {
            offer(kept.observation, kept.stated, nil)
        }
        for (place, item) in arriving.enumerated() { offer(item.verified.observation, item.stated, place) }
        let ordered = current.sorted { $0.key < $1.key }.map(\.value)
        let failed = Set(ordered.indices.filter { ordered[$0].hasFailed })
        let assessments = River.assess(
            ordered.map(\.reading), failed: failed, of: series.property, at: station, in: zone,
            limits: limits)
        var qualities = [Quality](repeating: .notEvaluated, count: arriving.count)
        for (item, assessment) in zip(ordered, assessments) {
            if let place = item.place { qualities[place] = assessment.quality }
        }
        return zip(arriving, qualities).map { assessed($0, $1) }
    }
}

/// The last days of a series as they are stored: latest revisions, increasing in time, with their flags.
private struct RecentRecord {
    var readings: [CheckedReading] = []
    /// Places of readings that failed.
    var failed: Set<Int> = []
    /// The last stored time, with or without a value; nil for an empty record.
    var last: Instant?

    init(_ series: SeriesID, before first: Instant, database: NodeDatabase) throws {
        let end = Instant(secondsSinceEpoch: .max / 4)
        for kept in try database.kept(of: series, during: (first - SeriesDesk.memory)...end) {
            let observation = kept.observation
            last = observation.observed
            guard let value = observation.value else { continue }
            if readings.last?.time == observation.observed { drop(from: readings.count - 1) }
            if observation.quality == .fail { failed.insert(readings.count) }
            readings.append(CheckedReading(time: observation.observed, value: value, stated: kept.stated))
        }
    }

    private mutating func drop(from place: Int) {
        readings.removeLast(readings.count - place)
        failed.remove(place)
    }

    /// Forgets what lies before a time, once it is much.
    mutating func trim(before time: Instant) {
        guard readings.count > 64, let first = readings.firstIndex(where: { $0.time >= time }),
            first > readings.count / 2
        else { return }
        readings.removeFirst(first)
        failed = Set(failed.compactMap { $0 >= first ? $0 - first : nil })
    }
}
