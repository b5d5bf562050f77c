public import Formats
public import Series

/// Why a posted row was not taken: what, where, and what to do.
public enum UploadReason: Hashable, Sendable {
    /// The row cannot be read: the kind of fault, and the sentence of the reader.
    case unreadable(RowFault, String)
    /// The station is observed by another party.
    case foreignStation(StationID)
    /// The grant does not name the series.
    case notGranted(SeriesID)
    /// The grant does not let intended releases be posted.
    case noIntentions(StationID)
    /// A reading of a time that has not come yet.
    case future(Instant)
    /// A reading older than a number of days.
    case old(Instant, days: Int)
    /// An intention for a time that has passed.
    case intentionPast(Instant)
    /// An intention for a time that lies too far ahead: more than a number of days.
    case intentionFar(Instant, days: Int)
    /// Something said in advance, posted as a reading.
    case saidInAdvance(SeriesID)
    /// Another value is kept for that time and revision.
    case conflicting(SeriesID, Instant)
    /// The node does not let it in.
    case notLetIn(IntakeRefusalReason)

    /// A short word for machines.
    public var code: String {
        switch self {
        case .unreadable(let fault, _): fault.rawValue
        case .foreignStation: "foreign-station"
        case .notGranted: "not-granted"
        case .noIntentions: "no-intentions"
        case .future: "future"
        case .old: "old"
        case .intentionPast: "intention-past"
        case .intentionFar: "intention-far"
        case .saidInAdvance: "said-in-advance"
        case .conflicting: "conflicting"
        case .notLetIn: "not-let-in"
        }
    }

    /// Every code, for the catalogues and the documentation.
    public static let codes: [String] =
        RowFault.allCases.map(\.rawValue) + [
            "foreign-station", "not-granted", "no-intentions", "future", "old", "intention-past", "intention-far",
            "said-in-advance", "conflicting", "not-let-in",
        ]

    /// One sentence for people at the command line and in logs of programs, in English.
    public var sentence: String {
        switch self {
        case .unreadable(_, let sentence): sentence
        case .foreignStation(let station):
            "the station \(station) belongs to another party: post only stations of the party whose node this is"
        case .notGranted(let series):
            "\(series.station)/\(series.property.rawValue) is not in your grant: ask the operator of the node to add it"
        case .noIntentions(let station):
            "your grant has no intended releases (\(station)): ask the operator of the node for a grant with intentions"
        case .future(let time): "\(time) has not come yet: check the date, the hour and the zone"
        case .old(let time, let days):
            "\(time) is more than \(days) days ago: check the date, or say that old readings are meant (old=yes)"
        case .intentionPast(let time):
            "an intention for \(time), which has passed: post what was released as release"
        case .intentionFar(let time, let days):
            "an intention for \(time), more than \(days) days ahead: check the date"
        case .saidInAdvance(let series):
            "\(series.property.rawValue) known as forecast is no reading: post an intended release as release-intention"
        case .conflicting(let series, let time):
            "another value of \(series.station)/\(series.property.rawValue) is kept for \(time): check it; to replace it, "
                + "post it as a correction (correct=yes, or a higher revision)"
        case .notLetIn(let reason): reason.sentence
        }
    }

    /// What the texts of the catalogues put in, times excepted; ``time`` is written in the zone of the reader.
    public var arguments: [String: String] {
        switch self {
        case .unreadable(_, let sentence): ["detail": sentence]
        case .foreignStation(let station), .noIntentions(let station): ["series": station.text]
        case .notGranted(let series), .saidInAdvance(let series), .conflicting(let series, _):
            ["series": "\(series.station)/\(series.property.rawValue)"]
        case .old(_, let days), .intentionFar(_, let days): ["days": "\(days)"]
        case .notLetIn(let reason): ["detail": reason.sentence]
        case .future, .intentionPast: [:]
        }
    }

    /// The time that the reason is about.
    public var time: Instant? {
        switch self {
        case .future(let time), .old(let time, _), .intentionPast(let time), .intentionFar(let time, _),
            .conflicting(_, let time):
            time
        default: nil
        }
    }
}
