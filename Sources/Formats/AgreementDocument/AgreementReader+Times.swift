import Accord
import Series

extension AgreementReader {
    /// A part of the year; `outside` turns it into the rest of the year.
    mutating func season(_ value: MarkedValue?) -> SeasonWindow? {
        guard let value, mapping(value, .season) else { return nil }
        let days = ["from", "to"].map { key -> MonthDay? in
            guard let place = value[key], let text = text(place) else { return nil }
            if let day = MonthDay(text) { return day }
            report(place, "bad-season", "\(text) is not a day of the year", "write a day that exists as \"MM-DD\"")
            return nil
        }
        guard let zone = zone(of: value, rule: "season-without-zone"), let from = days[0], let to = days[1] else {
            return nil
        }
        let season = SeasonWindow(from: from, to: to, zone: zone)
        guard boolean(value["outside"]) == true else { return season }
        if let rest = season.complement { return rest }
        report(value, "bad-season", "nothing lies outside a whole year", "leave out outside, or shorten the season")
        return nil
    }

    /// How often something is delivered: by exactly one of its three forms.
    mutating func rhythm(_ value: MarkedValue?) -> Rhythm? {
        guard let value, mapping(value, .rhythm) else { return nil }
        let forms = ["every_minutes", "clock", "per_day"]
        guard forms.filter({ value[$0] != nil }).count == 1 else {
            report(
                value, "bad-rhythm", "a rhythm is either every_minutes, clock or per_day",
                "keep one of " + forms.joined(separator: ", "))
            return nil
        }
        if let place = value["zone"], value["per_day"] == nil {
            report(place, "bad-rhythm", "zone belongs to per_day here", "write the zone into each delivery of clock")
        }
        if let place = value["per_day"] {
            let zone = value["zone"] == nil ? nil : zone(of: value, rule: "season-without-zone")
            return integer(place, 1...1440).map { .perDay($0, zone: zone) }
        }
        if let place = value["every_minutes"] { return minutes(place).map { .every(minutes: $0) } }
        let deliveries = list(value["clock"])
        if deliveries.isEmpty, let place = value["clock"] {
            report(place, "bad-rhythm", "no delivery is named", "write - {deadline: \"hh:mm\", zone: NAME}")
        }
        return .clock(deliveries.compactMap { delivery($0) })
    }

    private mutating func delivery(_ value: MarkedValue) -> ClockDelivery? {
        guard mapping(value, .delivery) else { return nil }
        guard (value["deadline"] == nil) != (value["at"] == nil) else {
            report(
                value, "bad-delivery", "a delivery has either a deadline or a time at which it happens",
                "keep deadline or at")
            return nil
        }
        let meaning: ClockDelivery.Meaning = value["deadline"] == nil ? .at : .deadline
        let time = clock(value[meaning.rawValue])
        var covers: CoveredWindow?
        if let place = value["covers"], mapping(place, .covers), let from = relativeTime(place["from"]),
            let to = relativeTime(place["to"])
        {
            covers = CoveredWindow(from: from, to: to)
            if (from.day, from.time.minutes) > (to.day, to.time.minutes) {
                report(place, "bad-window", "the covered window ends before it begins", "put the earlier time first")
            }
        }
        let step = minutes(value["step_minutes"])
        guard let zone = zone(of: value, rule: "deadline-without-zone"), let time else { return nil }
        return ClockDelivery(time: time, meaning: meaning, zone: zone, covers: covers, stepMinutes: step)
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

    /// What was observed before the agreement began.
    mutating func history(_ value: MarkedValue?, of provision: Provision) -> HistoryTerms? {
        guard let value, mapping(value, .history) else { return nil }
        let (since, by) = (date(value["since"]), date(value["by"]))
        if let since, let by, by <= since {
            report(value["by"] ?? value, "validity-inverted", "it is due on \(by), not after \(since)", "correct by")
        }
        let purpose = localized(value["purpose"])
        guard let zone = zone(of: value, rule: "history-without-zone"), let since else { return nil }
        return HistoryTerms(since: since, zone: zone, by: by, purpose: purpose)
    }

    /// What sets a notice off; numbers may be absent only where `threshold` is not public.
    mutating func trigger(_ value: MarkedValue, of provision: Provision) -> Trigger? {
        guard mapping(value, .trigger) else { return nil }
        let series = value["series"].flatMap { pattern($0) }
        let condition = value["when"].flatMap { choice($0, Trigger.Condition.self) }
        let level = number(value["value"], -1e9...1e9)
        let hours = number(value["hours"], 0.01...8760)
        guard let series, let condition else { return nil }
        if let place = value["hours"], !condition.isRate {
            report(place, "bad-trigger", "hours belong to rise and fall", "leave out hours")
        }
        if condition.isRate, let level, level <= 0, let place = value["value"] {
            report(place, "bad-trigger", "a rise or a fall is more than nothing", "write a number above 0")
        }
        let trigger = Trigger(series: series, condition: condition, value: level, hours: hours)
        let isWritten = value["value"] != nil && (!condition.isRate || value["hours"] != nil)
        if !isWritten, !provision.undisclosed.contains(.threshold) {
            report(
                value, "trigger-without-value", "the trigger says neither its numbers nor that they are not public",
                "add value" + (condition.isRate ? " and hours" : "") + ", or threshold under undisclosed")
        }
        return trigger
    }
}
