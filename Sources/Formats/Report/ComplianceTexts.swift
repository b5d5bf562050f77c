import Accord
public import Series

/// The names that a compliance report shows beside ids; ids without a name stand as they are.
public struct ComplianceNames: Sendable {
    /// Parties and witnesses.
    public let parties: [PartyID: LocalizedText]
    /// Stations and reservoirs.
    public let stations: [StationID: LocalizedText]

    /// Makes names.
    public init(parties: [PartyID: LocalizedText] = [:], stations: [StationID: LocalizedText] = [:]) {
        self.parties = parties
        self.stations = stations
    }
}

/// The texts of a compliance report in one language.
struct ComplianceTexts {
    let catalogue: Catalogue
    let names: ComplianceNames

    var language: Language { catalogue.language }
    private var format: PeopleFormat { catalogue.format }

    func text(_ key: String, _ arguments: [String: String] = [:]) -> String {
        catalogue.text("compliance." + key, arguments)
    }

    func party(_ party: PartyID) -> String { names.parties[party]?[language] ?? party.text }

    func party(_ party: PartyID?) -> String { party.map { self.party($0) } ?? text("undisclosed") }

    func reader(_ reader: DutyReader) -> String {
        switch reader {
        case .party(let party): self.party(party)
        case .everybody: text("everybody")
        case .undisclosed: text("undisclosed")
        }
    }

    /// `Manhao, stage` for a series; a pattern as it stands.
    func series(_ name: String) -> String {
        guard let series = SeriesID(name) else { return name.isEmpty ? text("undisclosed") : name }
        let station = names.stations[series.station]?[language] ?? series.station.text
        let property = series.property.standardName.name[language]
        return language == .chinese ? "\(station)\(property)" : "\(station), \(property)"
    }

    func time(_ time: Instant, _ zone: NamedZone) -> String { format.time(time, in: zone.offset) }

    func number(_ count: Int) -> String { format.number(Double(count), digits: 0) }

    func value(_ value: Double, of property: Property) -> String {
        let unit = format.unit(property.unit)
        let number = format.number(value, digits: property.standardName.displayDigits)
        return unit.isEmpty ? number : number + "\u{A0}" + unit
    }

    func share(_ part: Int, of whole: Int) -> String { format.percent(Double(part) / Double(max(whole, 1))) }

    func period(_ period: CompliancePeriod) -> String {
        period == .whole ? text("whole") : period.description
    }

    func standing(_ standing: ComplianceStanding) -> String { text("standing." + standing.rawValue) }

    func duration(_ seconds: Int64) -> String {
        let minutes = seconds / 60
        if minutes == 0 { return text("duration.seconds", ["seconds": "\(seconds)"]) }
        if minutes < 60 { return text("duration.minutes", ["minutes": "\(minutes)"]) }
        if minutes < 1440 {
            return text("duration.hours", ["hours": "\(minutes / 60)", "minutes": "\(minutes % 60)"])
        }
        return text("duration.days", ["days": "\(minutes / 1440)", "hours": "\(minutes % 1440 / 60)"])
    }

    func late(_ counts: ComplianceCounts) -> String {
        guard let median = counts.medianLate, let worst = counts.worstLate else { return "" }
        return text("lateBy", ["median": duration(median), "worst": duration(worst)])
    }

    /// Phrases one after the other.
    func list(_ phrases: [String]) -> String { phrases.joined(separator: language == .chinese ? "；" : "; ") }
}
