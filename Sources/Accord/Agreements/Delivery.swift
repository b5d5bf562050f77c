import Series

/// A delivery that a rhythm asks for, before season, force and parties are looked at.
struct Delivery {
    let covers: Coverage
    let due: Instant?
    let zone: NamedZone?

    /// The time by which it belongs to a period.
    var moment: Instant { due ?? covers.last }
}

extension Agreement {
    /// The deliveries whose deadline, else last covered time, lies in a period.
    func deliveries(of provision: Provision, from: Instant, until: Instant) -> [Delivery] {
        let delay = provision.deadlineMinutes.map { Int64($0) * 60 }
        let whole = Delivery(covers: .within(from...(until - 1), least: 1), due: nil, zone: nil)
        switch provision.rhythm {
        case _ where provision.kind == .notice:
            let isHidden = provision.undisclosed.contains(.threshold) || provision.triggers.contains { !$0.isDecidable }
            return isHidden ? [whole] : []
        case _ where !provision.grantsSeries: return []
        case nil:
            if provision.undisclosed.contains(.rhythm) { return [whole] }
            return provision.history.map { historyDeliveries($0, from, until) } ?? []
        case .every(let minutes): return gridDeliveries(step: Int64(minutes) * 60, delay: delay, from, until)
        case .clock(let clock): return clockDeliveries(clock, delay: delay, from, until)
        case .perDay(let count, let zone): return dailyDeliveries(count, zone, from, until)
        }
    }

    /// One value a delivery, on the grid of UTC; due some time after its observed time.
    private func gridDeliveries(step: Int64, delay: Int64?, _ from: Instant, _ until: Instant) -> [Delivery] {
        var deliveries: [Delivery] = []
        var observed = (from - (delay ?? 0)).roundedUp(toStep: step)
        while observed + (delay ?? 0) < until {
            deliveries.append(Delivery(covers: .each([observed]), due: delay.map { observed + $0 }, zone: nil))
            observed = observed + step
        }
        return deliveries
    }

    /// One delivery for each day, of so many values.
    private func dailyDeliveries(_ count: Int, _ zone: NamedZone?, _ from: Instant, _ until: Instant) -> [Delivery] {
        let offset = zone?.offset ?? .zero
        let days = from.civil(in: offset).date.daysSinceEpoch...until.civil(in: offset).date.daysSinceEpoch
        return days.compactMap { day in
            let midnight = Instant(CivilDate(daysSinceEpoch: day), offset: offset)
            let last = midnight + 86_399
            guard from <= last, last < until else { return nil }
            return Delivery(covers: .within(midnight...last, least: count), due: nil, zone: zone)
        }
    }

    /// What was observed before the agreement began, where there is a day by which it is due.
    private func historyDeliveries(_ history: HistoryTerms, _ from: Instant, _ until: Instant) -> [Delivery] {
        guard let by = history.by else { return [] }
        let due = Instant(by, offset: history.zone.offset)
        let end = beginningOfForce ?? due
        guard from <= due, due < until, history.start < end else { return [] }
        return [Delivery(covers: .within(history.start...(end - 1), least: 1), due: due, zone: history.zone)]
    }

    /// The deliveries of each day by their clocks, in the order of time.
    ///
    /// One without a stated window covers what was observed since the delivery before it, that excluded; one at a time
    /// covers that time.
    private func clockDeliveries(
        _ clock: [ClockDelivery], delay: Int64?, _ from: Instant, _ until: Instant
    ) -> [Delivery] {
        var dated: [(time: Instant, day: Int64, delivery: ClockDelivery)] = []
        let reach = Int64(2 * 86_400) + (delay ?? 0)  // so that the first delivery knows the one before it
        for delivery in clock {
            let first = (from - reach).civil(in: delivery.zone.offset).date.daysSinceEpoch
            let last = (until + 2 * 86_400).civil(in: delivery.zone.offset).date.daysSinceEpoch
            for day in first...last { dated.append((delivery.instant(onDay: day, delivery.time), day, delivery)) }
        }
        dated.sort { $0.time < $1.time }
        return dated.enumerated().compactMap { index, entry in
            let before = index > 0 ? dated[..<index].last { $0.time < entry.time }?.time : nil
            let delivery = Delivery(
                covers: entry.delivery.coverage(onDay: entry.day, after: before ?? entry.time - 86_400),
                due: entry.delivery.meaning == .deadline ? entry.time : delay.map { entry.time + $0 },
                zone: entry.delivery.zone)
            return from <= delivery.moment && delivery.moment < until ? delivery : nil
        }
    }
}

extension ClockDelivery {
    /// A time of a day, days since 1970-01-01, on the clock of the delivery.
    fileprivate func instant(onDay day: Int64, _ time: ClockTime) -> Instant {
        Instant(CivilDate(daysSinceEpoch: day), secondOfDay: time.minutes * 60, offset: zone.offset)
    }

    /// What the delivery of a day covers: from the beginning of a stated window by its step, else back from its time.
    fileprivate func coverage(onDay day: Int64, after before: Instant) -> Coverage {
        let moment = instant(onDay: day, time)
        let step = stepMinutes.map { Int64($0) * 60 }
        guard let covers else {
            if meaning == .at { return .each([moment]) }
            guard let step else { return .within((before + 1)...moment, least: 1) }
            let count = (moment - before - 1) / step
            return .each((0...count).map { moment - (count - $0) * step })
        }
        let first = instant(onDay: day + Int64(covers.from.day), covers.from.time)
        let last = instant(onDay: day + Int64(covers.to.day), covers.to.time)
        guard let step else { return .within(first...last, least: 1) }
        return .each((0...((last - first) / step)).map { first + $0 * step })
    }
}
