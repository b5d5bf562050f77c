import Accord
import River
import Series
import Storage

/// An observation that the agreement lets this party have and the checks have looked at: the only way to one is
/// ``IntakeAssessment/assess(_:stated:in:database:)``.
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

/// The step from verified to assessed.
enum IntakeAssessment {
    /// s of record before the new readings that the checks look at.
    static let memory: Int64 = 10 * 86_400

    /// Runs the checks over the record as it stands with the new readings, and keeps their order.
    ///
    /// - Parameter stated: printed differences by origin.
    static func assess(
        _ verified: [VerifiedObservation], stated: [String: StatedDifference], in basin: Basin, database: NodeDatabase
    ) throws -> [AssessedObservation] {
        var qualities: [String: Quality] = [:]
        for (series, added) in Dictionary(grouping: verified, by: \.observation.series).sorted(by: { $0.key < $1.key })
        {
            guard let station = basin.stations[series.station] else { continue }
            let record = try Record(series, adding: added, stated: stated, database: database)
            let limits = basin.checkLimits.limits(for: series.station, series.property)
            let assessments = River.assess(record.checked, of: series.property, at: station, limits: limits)
            for (reading, assessment) in zip(record.origins, assessments) { qualities[reading] = assessment.quality }
        }
        return verified.map { item in
            let quality = item.observation.value == nil ? .missing : qualities[item.origin] ?? .notEvaluated
            return AssessedObservation(item, quality: quality, stated: stated[item.origin])
        }
    }

    /// A series with new readings in it: current revisions, strictly increasing in time.
    private struct Record {
        var checked: [CheckedReading] = []
        var origins: [String] = []

        init(
            _ series: SeriesID, adding added: [VerifiedObservation], stated: [String: StatedDifference],
            database: NodeDatabase
        ) throws {
            var current: [Instant: (revision: Int, reading: CheckedReading, origin: String)] = [:]
            func offer(_ observation: Observation, _ origin: String, _ stated: StatedDifference?) {
                guard let value = observation.value else { return }
                if let known = current[observation.observed], known.revision >= observation.revision { return }
                let reading = CheckedReading(time: observation.observed, value: value, stated: stated)
                current[observation.observed] = (observation.revision, reading, origin)
            }
            let times = added.map(\.observation.observed)
            guard let first = times.min(), let last = times.max() else { return }
            for kept in try database.kept(of: series, during: (first - IntakeAssessment.memory)...last) {
                offer(kept.observation, kept.origin, kept.stated)
            }
            for item in added { offer(item.observation, item.origin, stated[item.origin]) }
            for (_, item) in current.sorted(by: { $0.key < $1.key }) {
                checked.append(item.reading)
                origins.append(item.origin)
            }
        }
    }
}
