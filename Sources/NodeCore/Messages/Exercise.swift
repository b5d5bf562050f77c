import Foundation
public import Series

/// A case that is to be exercised: a warning that an officer signs and every office answers, as in earnest, with the status
/// Exercise.
public struct ExerciseOrder: Hashable, Sendable {
    /// For which station.
    public let station: StationID
    /// The level that is assumed, 1...4.
    public let level: Int
    /// What the exercise is called.
    public let title: LocalizedText
    /// h from its beginning to the moment at which the level is assumed to be reached, 0...72.
    public let hours: Int
    /// The highest value that is assumed, in the unit of the alarm level and above it; nil for a little above it.
    public let crest: Double?
    /// The moments between which it begins: at one that nobody knows before, unless both are the same.
    public let window: ClosedRange<Instant>

    /// Makes an order.
    public init(
        station: StationID, level: Int, title: LocalizedText, hours: Int, crest: Double?, window: ClosedRange<Instant>
    ) {
        self.station = station
        self.level = level
        self.title = title
        self.hours = hours
        self.crest = crest
        self.window = window
    }

    /// Whether everybody knows when it begins.
    public var isAnnounced: Bool { window.lowerBound == window.upperBound }
}

/// Why no exercise was arranged.
public enum ExerciseProblem: Error, Hashable, Sendable {
    /// The station has no such alarm level.
    case noLevel
    /// The moments lie in the past, or more than a year ahead.
    case noTime
    /// The hours are none from 0 to 72.
    case noHours
    /// The crest lies below the alarm level.
    case noCrest
    /// There is no such exercise, or it is over.
    case noExercise
}

/// An exercise that was arranged, and how far it is.
public struct Exercise: Hashable, Sendable {
    /// How far an exercise is.
    public enum Phase: Hashable, Sendable {
        /// It has not begun.
        case waiting
        /// An officer is to sign its warning.
        case due
        /// Its warning was issued as the message of a number.
        case issued(Int64)
        /// Nobody signed it within a day.
        case missed
        /// A person has called it off.
        case dropped
    }

    /// Names it at this node: a number.
    public let id: Int
    /// What is exercised.
    public let order: ExerciseOrder
    /// When it begins. While it waits nobody is to see it, unless it is announced.
    public let begin: Instant
    /// Who has arranged it.
    public let person: String
    /// When.
    public let arranged: Instant
    /// How far it is.
    public let phase: Phase

    /// s after its beginning within which its warning can be signed.
    static let patience: Int64 = 86_400
    /// s ahead within which it can be arranged.
    static let horizon: Int64 = 366 * 86_400
}

/// What was written about an exercise, as the store keeps it.
struct ExerciseDocument: Codable {
    /// What was written.
    enum Kind: String, Codable {
        case arranged = "exercise-arranged"
        case issued = "exercise-issued"
        case dropped = "exercise-dropped"
    }

    /// What was ordered.
    struct Order: Codable {
        var station: StationID
        var level: Int
        var title: [String: String]
        var hours: Int
        var crest: Double?
        var earliest: Int64
        var latest: Int64
    }

    var kind: Kind
    var order: Order?
    var begin: Int64?
    var identifier: String?

    init(_ kind: Kind) { self.kind = kind }

    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONDecoder().decode(ExerciseDocument.self, from: Data(bytes)) else { return nil }
        self = document
    }

    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}

extension ExerciseDocument.Order {
    init(_ order: ExerciseOrder) {
        self.init(
            station: order.station, level: order.level,
            title: Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0.rawValue, order.title[$0]) }),
            hours: order.hours, crest: order.crest, earliest: order.window.lowerBound.secondsSinceEpoch,
            latest: order.window.upperBound.secondsSinceEpoch)
    }

    /// The order; nil for moments that contradict each other.
    var order: ExerciseOrder? {
        guard earliest <= latest else { return nil }
        func text(_ language: Language) -> String { title[language.rawValue] ?? "" }
        return ExerciseOrder(
            station: station, level: level,
            title: LocalizedText(vi: text(.vietnamese), zh: text(.chinese), en: text(.english)), hours: hours,
            crest: crest, window: Instant(secondsSinceEpoch: earliest)...Instant(secondsSinceEpoch: latest))
    }
}
