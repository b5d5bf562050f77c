import Accord
import Series

extension AgreementReader {
    static let provisionKeys = [
        "clause", "kind", "field", "text", "model", "series", "readers", "season", "rhythm", "deadline_minutes",
        "redistribution", "minimum_delay_minutes", "rounding", "aggregation", "responsible", "notice", "target",
        "action", "undisclosed",
    ]

    /// One provision; nil when it lacks what every provision has.
    mutating func provision(_ value: MarkedValue) -> Provision? {
        guard mapping(value, keys: Self.provisionKeys, required: ["clause", "kind", "field", "text"]) else {
            return nil
        }
        let clause = value["clause"].flatMap { text($0) }
        let kind = value["kind"].flatMap { choice($0, ProvisionKind.self) }
        let field = value["field"].flatMap { choice($0, FieldOfCooperation.self) }
        let words = localized(value["text"])
        if let clause, clause == Verdict.ownClause, let place = value["clause"] {
            report(place, "reserved-clause", "own is the word for a party's own series", "use another number")
        }
        guard let clause, let kind, let field, let words else { return nil }
        var provision = Provision(clause: clause, kind: kind, field: field, text: words)
        provision.model = value["model"].flatMap { text($0) }
        provision.undisclosed = terms(value["undisclosed"])
        provision.series = list(value["series"]).compactMap { pattern($0) }
        provision.readers = readers(value["readers"])
        provision.season = season(value["season"])
        readDelivery(value, into: &provision)
        readDuty(value, into: &provision)
        checkShare(provision, at: value)
        return provision
    }

    private mutating func readDelivery(_ value: MarkedValue, into provision: inout Provision) {
        provision.rhythm = rhythm(value["rhythm"])
        provision.deadlineMinutes = minutes(value["deadline_minutes"])
        provision.redistribution = value["redistribution"].flatMap { choice($0, Redistribution.self) }
        provision.minimumDelayMinutes = minutes(value["minimum_delay_minutes"], from: 0)
        provision.rounding = number(value["rounding"], 1e-6...1e9)
        if let place = value["aggregation"],
            mapping(place, keys: ["statistic", "period_minutes"], required: ["statistic", "period_minutes"]),
            let statistic = place["statistic"].flatMap({ choice($0, Aggregation.Statistic.self) }),
            let period = minutes(place["period_minutes"])
        {
            provision.aggregation = Aggregation(statistic: statistic, periodMinutes: period)
        }
    }

    private mutating func readDuty(_ value: MarkedValue, into provision: inout Provision) {
        for item in list(value["responsible"]) {
            guard mapping(item, keys: ["party", "authority", "name"], required: ["party"]),
                let party = party(item["party"])
            else { continue }
            let authority = identifier(item["authority"]) { isTableIdentifier($0) ? $0 : nil }
            provision.responsible.append(
                ResponsibleBody(party: party, authority: authority, name: localized(item["name"])))
        }
        if let place = value["notice"], mapping(place, keys: ["event", "hours_before"], required: ["event"]),
            let event = place["event"].flatMap({ choice($0, NoticeTerms.Event.self) })
        {
            provision.notice = NoticeTerms(event: event, hoursBefore: number(place["hours_before"], 0...8760))
        }
        if let place = value["target"], mapping(place, keys: ["value", "by"], required: ["value"]),
            let number = number(place["value"], -1e15...1e15)
        {
            provision.target = TargetTerms(value: number, by: date(place["by"]))
        }
        if let place = value["action"], mapping(place, keys: ["by"], required: []) {
            provision.actionBy = date(place["by"])
        }
        checkDuty(provision, at: value)
    }

    private mutating func checkDuty(_ provision: Provision, at value: MarkedValue) {
        for (kind, key) in [(ProvisionKind.notice, "notice"), (.target, "target"), (.action, "action")] {
            if let place = value[key], provision.kind != kind {
                report(place, "wrong-kind", "\(key) belongs to a provision of kind \(kind.rawValue)", "change the kind")
            } else if provision.kind == kind, kind != .action, value[key] == nil {
                report(value, "missing-key", "a provision of kind \(kind.rawValue) needs \(key)", "add \(key)")
            }
        }
    }

    private mutating func checkShare(_ provision: Provision, at value: MarkedValue) {
        guard provision.kind == .share else { return }
        if value["readers"] == nil, !provision.undisclosed.contains(.readers) {
            report(
                value, "share-without-readers", "the share \(provision.clause) names no readers",
                "add readers, or readers under undisclosed where the text is not public")
        }
        if value["series"] == nil, !provision.undisclosed.contains(.series) {
            report(
                value, "share-without-series", "the share \(provision.clause) names no series",
                "add series, or series under undisclosed where the text is not public")
        }
    }

    /// `party/station/property`, each part an id or `*`.
    private mutating func pattern(_ value: MarkedValue) -> SeriesPattern? {
        guard let text = text(value) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else {
            report(value, "bad-series", "\(text) is not a series", "write party/station/property, each may be *")
            return nil
        }
        let (provider, station) = (PartyID(parts[0]), StationID(parts[1]))
        let property = Property(rawValue: parts[2])
        if parts[0] != "*", !parties.contains(where: { $0.id == provider }) {
            report(value, "provider-not-party", "\(parts[0]) is no party of this document", "add it to parties")
            return nil
        }
        if parts[1] != "*", station.map({ stations?.contains($0) == false }) ?? true {
            report(value, "unknown-station", "the station \(parts[1]) is not known", "use an id of the pack's stations")
            return nil
        }
        if parts[2] != "*", property == nil {
            report(
                value, "unknown-property", "\(parts[2]) is not a standard name",
                "use one of " + Property.allCases.map(\.rawValue).joined(separator: ", "))
            return nil
        }
        return SeriesPattern(provider: provider, station: station, property: property)
    }

    /// `public`, or a list of parties.
    private mutating func readers(_ value: MarkedValue?) -> Readers? {
        guard let value else { return nil }
        if case .scalar(.string("public"), _) = value.content { return .everybody }
        let items = list(value)
        if items.isEmpty {
            report(value, "share-without-readers", "nobody is named", "list party ids, or write public")
            return nil
        }
        return Readers(items.compactMap { party($0) })
    }

    private mutating func season(_ value: MarkedValue?) -> SeasonWindow? {
        guard let value, mapping(value, keys: ["from", "to", "zone"], required: ["from", "to"]) else { return nil }
        let days = ["from", "to"].map { key -> MonthDay? in
            guard let place = value[key], let text = text(place) else { return nil }
            if let day = MonthDay(text) { return day }
            report(place, "bad-season", "\(text) is not a day of the year", "write a day that exists as \"MM-DD\"")
            return nil
        }
        guard let zone = zone(of: value, rule: "season-without-zone"), let from = days[0], let to = days[1] else {
            return nil
        }
        return SeasonWindow(from: from, to: to, zone: zone)
    }

    private mutating func rhythm(_ value: MarkedValue?) -> Rhythm? {
        guard let value, mapping(value, keys: ["every_minutes", "clock"], required: []) else { return nil }
        if (value["every_minutes"] == nil) == (value["clock"] == nil) {
            report(value, "bad-rhythm", "a rhythm is either every_minutes or clock", "keep one of the two")
            return nil
        }
        if let place = value["every_minutes"] { return minutes(place).map { .every(minutes: $0) } }
        return .clock(list(value["clock"]).compactMap { delivery($0) })
    }

    private mutating func delivery(_ value: MarkedValue) -> ClockDelivery? {
        guard mapping(value, keys: ["deadline", "zone", "covers", "step_minutes"], required: ["deadline"]) else {
            return nil
        }
        let deadline = clock(value["deadline"])
        var covers: CoveredWindow?
        if let place = value["covers"], mapping(place, keys: ["from", "to"], required: ["from", "to"]),
            let from = relativeTime(place["from"]), let to = relativeTime(place["to"])
        {
            covers = CoveredWindow(from: from, to: to)
            if (from.day, from.time.minutes) > (to.day, to.time.minutes) {
                report(place, "bad-window", "the covered window ends before it begins", "put the earlier time first")
            }
        }
        let step = minutes(value["step_minutes"])
        guard let zone = zone(of: value, rule: "deadline-without-zone"), let deadline else { return nil }
        return ClockDelivery(deadline: deadline, zone: zone, covers: covers, stepMinutes: step)
    }

    /// `same-day hh:mm` or `previous-day hh:mm`.
    private mutating func relativeTime(_ value: MarkedValue?) -> RelativeTime? {
        guard let value, let text = text(value) else { return nil }
        for (word, day) in [("same-day ", 0), ("previous-day ", -1)] where text.hasPrefix(word) {
            if let time = ClockTime(String(text.dropFirst(word.count))) { return RelativeTime(day: day, time: time) }
        }
        report(
            value, "bad-clock", "\(text) is not a time of the day of delivery",
            "write \"same-day hh:mm\" or \"previous-day hh:mm\"")
        return nil
    }
}
