import Accord
import Series

extension AgreementReader {
    /// One provision; nil when it lacks what every provision has.
    mutating func provision(_ value: MarkedValue) -> Provision? {
        guard mapping(value, .provision) else { return nil }
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
        readRelations(value, into: &provision)
        checkShare(provision, at: value)
        return provision
    }

    private mutating func readDelivery(_ value: MarkedValue, into provision: inout Provision) {
        provision.rhythm = rhythm(value["rhythm"])
        provision.rhythmIsMinimum = boolean(value["rhythm"]?["at_least"]) ?? false
        provision.dataClass = value["data_class"].flatMap { choice($0, DataClass.self) }
        provision.history = history(value["history"], of: provision)
        provision.deadlineMinutes = minutes(value["deadline_minutes"])
        provision.redistribution = value["redistribution"].flatMap { choice($0, Redistribution.self) }
        provision.minimumDelayMinutes = minutes(value["minimum_delay_minutes"], from: 0)
        provision.rounding = number(value["rounding"], 1e-6...1e9)
        if let place = value["aggregation"],
            mapping(place, .aggregation),
            let statistic = place["statistic"].flatMap({ choice($0, Aggregation.Statistic.self) }),
            let period = minutes(place["period_minutes"])
        {
            provision.aggregation = Aggregation(statistic: statistic, periodMinutes: period)
        }
    }

    private mutating func readDuty(_ value: MarkedValue, into provision: inout Provision) {
        provision.responsible = bodies(value["responsible"])
        if let place = value["notice"], mapping(place, .notice),
            let event = place["event"].flatMap({ choice($0, NoticeTerms.Event.self) })
        {
            provision.notice = NoticeTerms(
                event: event, hoursBefore: number(place["hours_before"], 0...8760),
                urgentHoursBefore: number(place["urgent_hours_before"], 0...8760),
                mustState: list(place["must_state"]).compactMap { choice($0, NoticeField.self) },
                timetable: timetable(place), showsWorth: boolean(place["show_worth"]) ?? false)
        }
        if let place = value["target"], mapping(place, .target),
            let number = number(place["value"], -1e15...1e15)
        {
            provision.target = TargetTerms(value: number, by: date(place["by"]))
        }
        if let place = value["action"], mapping(place, .action) {
            provision.actionBy = date(place["by"])
        }
        provision.triggers = list(value["triggers"]).compactMap { trigger($0, of: provision) }
        checkDuty(provision, at: value)
    }

    /// The times of a notice; those that the document leaves out keep the project's defaults.
    private mutating func timetable(_ place: MarkedValue) -> NoticeTimetable {
        var table = NoticeTimetable()
        func seconds(_ key: String) -> Int64? { minutes(place[key]).map { Int64($0) * 60 } }
        table.receipt = seconds("receipt_minutes") ?? table.receipt
        table.alarm = seconds("alarm_minutes") ?? table.alarm
        table.acknowledgement = seconds("acknowledge_minutes") ?? table.acknowledgement
        table.urgentAcknowledgement = seconds("urgent_acknowledge_minutes") ?? table.urgentAcknowledgement
        table.foreignAffairs = seconds("foreign_affairs_minutes") ?? table.foreignAffairs
        return table
    }

    private mutating func checkDuty(_ provision: Provision, at value: MarkedValue) {
        let keys: [(kind: ProvisionKind, key: String, isNeeded: Bool)] = [
            (.notice, "notice", true), (.target, "target", true), (.action, "action", false),
            (.notice, "triggers", false), (.share, "history", false),
        ]
        for (kind, key, isNeeded) in keys {
            if let place = value[key], provision.kind != kind {
                report(place, "wrong-kind", "\(key) belongs to a provision of kind \(kind.rawValue)", "change the kind")
            } else if provision.kind == kind, isNeeded, value[key] == nil {
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
    mutating func pattern(_ value: MarkedValue) -> SeriesPattern? {
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
}
