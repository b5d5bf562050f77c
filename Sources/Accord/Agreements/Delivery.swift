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
    /// The deliveries whose deadline, else last covered time, lies in a period, in the order of time.
    func deliveries(of provision: Provision, from: Instant, until: Instant) -> [Delivery] {
        switch provision.rhythm {
        case nil:
            guard provision.undisclosed.contains(.rhythm) else { return [] }
            return [Delivery(covers: .within(from...(until - 1)), due: nil, zone: nil)]
        case .every(let minutes):
            return gridDeliveries(
                step: Int64(minutes) * 60, delay: provision.deadlineMinutes.map { Int64($0) * 60 }, from, until)
        case .clock(let clock):
            return clockDeliveries(clock, from, until)
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

    /// The deliveries of each day by their clocks.
    ///
    /// One without a stated window covers what was observed since the deadline before it, that excluded.
    private func clockDeliveries(_ clock: [ClockDelivery], _ from: Instant, _ until: Instant) -> [Delivery] {
        var dated: [(due: Instant, day: Int64, delivery: ClockDelivery)] = []
        for delivery in clock {
            // Two days before, so that the first delivery of the period knows the one before it.
            let first = from.civil(in: delivery.zone.offset).date.daysSinceEpoch - 2
            let last = until.civil(in: delivery.zone.offset).date.daysSinceEpoch
            for day in first...last {
                let due = Instant(
                    CivilDate(daysSinceEpoch: day), secondOfDay: delivery.deadline.minutes * 60,
                    offset: delivery.zone.offset)
                dated.append((due, day, delivery))
            }
        }
        dated.sort { $0.due < $1.due }
        return dated.enumerated().compactMap { index, entry in
            guard from <= entry.due, entry.due < until else { return nil }
            let before = dated[..<index].last { $0.due < entry.due }?.due
            let span = entry.delivery.span(onDay: entry.day) ?? ((before ?? entry.due - 86_400) + 1)...entry.due
            return Delivery(
                covers: entry.delivery.coverage(of: span, statesWindow: entry.delivery.covers != nil), due: entry.due,
                zone: entry.delivery.zone)
        }
    }
}

extension ClockDelivery {
    /// The stated window of the delivery of a day, days since 1970-01-01 in its zone; nil when none is stated.
    fileprivate func span(onDay day: Int64) -> ClosedRange<Instant>? {
        guard let covers else { return nil }
        let ends = [covers.from, covers.to].map {
            Instant(
                CivilDate(daysSinceEpoch: day + Int64($0.day)), secondOfDay: $0.time.minutes * 60, offset: zone.offset)
        }
        return ends[0]...ends[1]
    }

    /// The values of a span: counted from its beginning where the window is stated, back from the deadline otherwise.
    fileprivate func coverage(of span: ClosedRange<Instant>, statesWindow: Bool) -> Coverage {
        guard let stepMinutes else { return .within(span) }
        let step = Int64(stepMinutes) * 60
        let count = (span.upperBound - span.lowerBound) / step
        return .each(
            (0...count).map { index in
                statesWindow ? span.lowerBound + index * step : span.upperBound - (count - index) * step
            })
    }
}
