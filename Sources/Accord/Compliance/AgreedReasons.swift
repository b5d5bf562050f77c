import Series

/// The reasons on which both sides have agreed: obstacles that the document states, and notices under a clause of it about
/// outages.
struct AgreedReasons {
    private let obstacles: [String: Obstacle]
    private let outages: [(provider: PartyID, lane: String, notice: LaneEvidence.Notice)]

    init(agreement: Agreement, lanes: [JudgedLane]) {
        obstacles = Dictionary(
            uniqueKeysWithValues: agreement.provisions.compactMap { provision in
                provision.obstacle.map { (provision.clause, $0) }
            })
        outages = lanes.sorted { $0.origin < $1.origin }.flatMap { lane in
            lane.notices.filter { notice in
                notice.event == .outage && agreement.provision(notice.clause)?.notice?.event == .outage
            }.map { (lane.provider, lane.origin, $0) }
        }
    }

    /// The obstacle that stands in the way at the deadline, else the first notice that covers a due value: from either side of the pair, about its series, its station, its lane or a
    /// whole side, and lasting into the time between observation and deadline.
    func reason(for value: DueValue, provider: PartyID?, lane: String?) -> AgreedReason? {
        if obstacles[value.clause]?.holds(at: value.moment) == true {
            return AgreedReason(clause: value.clause, lane: nil, index: nil)
        }
        guard let provider else { return nil }
        for outage in outages {
            let isOwn = outage.provider == provider
            guard isOwn || value.reader == .party(outage.provider) else { continue }
            let end = value.due ?? value.observed.upperBound
            let notice = outage.notice
            guard notice.from <= end, notice.until.map({ $0 >= value.observed.lowerBound }) ?? true else { continue }
            let subjects = [outage.provider.text, lane, value.series?.description, value.series?.station.text]
            guard subjects.contains(notice.subject) else { continue }
            return AgreedReason(clause: notice.clause, lane: outage.lane, index: notice.index)
        }
        return nil
    }
}
