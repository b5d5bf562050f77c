import Formats
import NodeCore
import River
import Series

/// What every page needs to turn values into the texts of one language and one party's zone.
struct PageContext: Sendable {
    let catalogue: Catalogue
    let zone: UTCOffset
    let stationNames: [StationID: LocalizedText]

    var language: Language { catalogue.language }
    var format: PeopleFormat { catalogue.format }
    /// Every zone of the river, the page's own first.
    var zones: [UTCOffset] { [zone] + format.otherZones(than: zone) }
    /// The next zone of the river beside the page's own; nil where all keep one.
    var secondZone: UTCOffset? { format.otherZones(than: zone).first }

    func text(_ key: String, _ arguments: [String: String] = [:]) -> String { catalogue.text(key, arguments) }

    /// A value with the digits of its property, without its unit.
    func number(_ value: Double, _ property: Property) -> String {
        format.number(value, digits: property.standardName.displayDigits)
    }

    /// The unit of a property as people write it.
    func unit(_ property: Property) -> String { format.unit(property.unit) }

    /// A moment in every zone, without its year.
    func shortAllTimes(_ time: Instant) -> String { format.allTimes(time, in: zone, withYear: false) }

    /// A moment in the page's own zone, without its year.
    func ownTime(_ time: Instant) -> String { format.shortTime(time, in: zone) }

    /// Two phrases side by side.
    func joined(_ first: String, _ second: String) -> String { first + (language == .chinese ? "，" : ", ") + second }

    /// A text with a word about it in brackets.
    func remarked(_ text: String, _ word: String) -> String {
        language == .chinese ? "\(text)（\(word)）" : "\(text) (\(word))"
    }

    /// How long something took or is late, in words: hours and minutes, minutes and seconds, or seconds.
    func duration(_ seconds: Int64) -> String {
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        let key = hours > 0 ? "duration.hours" : minutes > 0 ? "duration.minutes" : "duration.seconds"
        return text(key, ["hours": "\(hours)", "minutes": "\(minutes)", "seconds": "\(rest)"])
    }

    /// Names one after the other.
    func list(_ names: [String]) -> String { names.joined(separator: language == .chinese ? "、" : ", ") }

    /// Things that may hold lists themselves.
    func series(_ things: [String]) -> String { things.joined(separator: language == .chinese ? "；" : "; ") }

    /// Sentences one after the other; a missing full stop is added.
    func sentences(_ texts: [String]) -> String {
        let stop: Character = language == .chinese ? "。" : "."
        let complete = texts.map { $0.last == stop ? $0 : $0 + String(stop) }
        return complete.joined(separator: language == .chinese ? "" : " ")
    }

    /// How long ago something was.
    func age(of time: Instant, at now: Instant) -> String {
        let minutes = max(0, Int((now - time) / 60))
        if minutes < 1 { return text("age.now") }
        if minutes < 60 { return text("age.minutes", ["minutes": "\(minutes)"]) }
        let hours = minutes / 60
        if hours < 24 { return text("age.hours", ["hours": "\(hours)", "minutes": "\(minutes % 60)"]) }
        return text("age.days", ["days": "\(hours / 24)", "hours": "\(hours % 24)"])
    }

    /// How long ago a value was observed, and how it is known.
    func ageAndKnown(_ latest: Observation, at now: Instant) -> String {
        joined(age(of: latest.observed, at: now), known(latest.known))
    }

    /// The key of the text of a check's verdict.
    func quality(_ quality: Quality) -> String {
        switch quality {
        case .good: text("quality.good")
        case .notEvaluated: text("quality.notEvaluated")
        case .suspect: text("quality.suspect")
        case .fail: text("quality.fail")
        case .missing: text("quality.missing")
        }
    }

    func known(_ known: Known) -> String { text("known." + known.rawValue) }

    func levelName(_ level: Int) -> String { text("level.\(max(0, min(4, level)))") }

    /// Why a party may see a point.
    func access(_ access: DutyPoint.Access) -> String {
        switch access {
        case .own: text("access.own")
        case .granted(let clause): text("access.granted", ["clause": clause])
        case .published: text("access.published")
        }
    }
}

/// An alarm level as a mark that does not depend on colour: a shape of its own and a text.
struct LevelChip {
    let level: Int
    let text: String
    let title: String
    let shape: String

    /// Makes a chip; `level` is held within 0...4.
    init(_ level: Int, context: PageContext, title: String? = nil) {
        let bounded = max(0, min(4, level))
        self.level = bounded
        text = context.text("level.short.\(bounded)")
        self.title = title ?? context.levelName(bounded)
        shape = LevelChip.shapes[bounded]
    }

    private static let shapes = [
        "<circle cx=\"7\" cy=\"7\" r=\"5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/>",
        "<polygon points=\"7,1 13,13 1,13\" fill=\"currentColor\"/>",
        "<rect x=\"2\" y=\"2\" width=\"10\" height=\"10\" fill=\"currentColor\"/>",
        "<polygon points=\"7,0 14,7 7,14 0,7\" fill=\"currentColor\"/>",
        "<polygon points=\"4,0 10,0 14,4 14,10 10,14 4,14 0,10 0,4\" fill=\"currentColor\"/>",
    ].map { "<svg class=\"shape\" viewBox=\"0 0 14 14\" width=\"12\" height=\"12\" aria-hidden=\"true\">\($0)</svg>" }
}

extension RequestView {
    /// The page of a point.
    func link(to point: DutyPoint, on board: DutyBoard) -> String {
        link("/\(board.party)/station/\(point.station.id)", asking: ["property": point.property.rawValue])
    }
}
