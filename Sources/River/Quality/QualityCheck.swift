public import Series

/// The difference to an alarm level that a bulletin prints beside a level.
public struct StatedDifference: Hashable, Sendable {
    /// In the property's unit: level minus alarm level.
    public let value: Double
    /// The alarm level meant, 1...3.
    public let alarmLevel: Int

    /// Makes a difference.
    public init(value: Double, alarmLevel: Int) {
        self.value = value
        self.alarmLevel = alarmLevel
    }
}

/// A reading as the checks see it.
public struct CheckedReading: Hashable, Sendable {
    /// When.
    public let time: Instant
    /// In the property's unit.
    public let value: Double
    /// The difference that was printed beside it.
    public let stated: StatedDifference?

    /// Makes a reading.
    public init(time: Instant, value: Double, stated: StatedDifference? = nil) {
        self.time = time
        self.value = value
        self.stated = stated
    }
}

/// What one check says about one reading.
public struct CheckFinding: Hashable, Sendable {
    /// The id of the check.
    public let check: QualityCheck
    /// Suspect or fail.
    public let quality: Quality
    /// For a person, in English, with the numbers.
    public let reason: String
}

/// The verdict of all checks on one reading.
public struct Assessment: Hashable, Sendable {
    /// The worst flag.
    public let quality: Quality
    /// What led to it, worst first; empty when good.
    public let findings: [CheckFinding]
}

/// The checks, one file each: a new one is a case here, a line in ``QualityCheck/finding(at:of:in:)`` and its file.
public enum QualityCheck: String, CaseIterable, Sendable, Hashable {
    /// Outside the range that the gauge can show.
    case range
    /// Faster than water moves.
    case rate
    /// Alone above or below its neighbours.
    case spike
    /// An instrument that stands still.
    case flatLine = "flat-line"
    /// Level minus alarm level is not the difference printed beside it.
    case alarmDifference = "alarm-difference"

    /// Every check, in the order in which findings of one weight are told.
    static let inOrder = allCases

    /// One sentence for documentation.
    public var summary: String {
        switch self {
        case .range: "the value lies outside the range that the gauge can show"
        case .rate: "the value changed faster than water moves since the last good reading"
        case .spike: "the value stands alone above or below its neighbours"
        case .flatLine: "the record stands still although water moves"
        case .alarmDifference: "level minus alarm level is not the difference printed beside it"
        }
    }

    func finding(at index: Int, of readings: [CheckedReading], in context: CheckContext) -> CheckFinding? {
        switch self {
        case .range: rangeFinding(readings[index], context)
        case .rate: rateFinding(index, readings, context)
        case .spike: spikeFinding(index, readings, context)
        case .flatLine: flatLineFinding(index, readings, context)
        case .alarmDifference: alarmDifferenceFinding(readings[index], context)
        }
    }
}

/// What the checks know beside the readings.
struct CheckContext {
    let limits: CheckLimits
    let unit: String
    let alarms: (Instant) -> [AlarmLevel]
    /// Readings that an earlier check failed: later readings are not measured against them.
    var failed: Set<Int> = []

    /// The last reading before `index` that has not failed.
    func lastUsable(before index: Int) -> Int? {
        (0..<index).last { !failed.contains($0) }
    }
}

/// Runs every check over a record as it stood at one moment: only readings that had been received by then.
///
/// - Parameters:
///   - readings: strictly increasing in time.
///   - first: the place of the first reading to judge; those before it are only looked at.
///   - failed: places before `first` whose readings failed earlier: later readings are not measured against them.
///   - station: for its alarm levels.
///   - zone: in which their days count, ``Basin/zone``.
///   - limits: a check whose limit is absent is not run.
/// - Returns: one assessment for each reading from `first` on.
public func assess(
    _ readings: [CheckedReading], from first: Int = 0, failed: Set<Int> = [], of property: Property,
    at station: Station, in zone: UTCOffset, limits: CheckLimits
) -> [Assessment] {
    var context = CheckContext(limits: limits, unit: property.unit.rawValue) { time in
        station.alarms(for: property, on: time.civil(in: zone).date)
    }
    context.failed = failed
    var assessments: [Assessment] = []
    assessments.reserveCapacity(readings.count - first)
    for index in first..<readings.count {
        var findings: [CheckFinding] = []
        for check in QualityCheck.inOrder {
            if let finding = check.finding(at: index, of: readings, in: context) { findings.append(finding) }
        }
        if findings.count > 1 { findings.sort { $0.quality.rawValue > $1.quality.rawValue } }
        let quality = findings.first?.quality ?? .good
        if quality == .fail { context.failed.insert(index) }
        assessments.append(Assessment(quality: quality, findings: findings))
    }
    return assessments
}

/// A number for a message, at most three digits after the point.
func short(_ value: Double) -> String {
    let scaled = (value * 1000).rounded() / 1000
    return scaled == scaled.rounded() && scaled.magnitude < 1e15 ? String(Int64(scaled)) : scaled.description
}

extension Assessment {
    /// Of a reading that no check was run on.
    public static let notEvaluated = Assessment(quality: .notEvaluated, findings: [])
}
