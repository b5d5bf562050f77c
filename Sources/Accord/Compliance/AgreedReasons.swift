import Series

/// The reasons on which both sides have agreed: notices under a clause of the agreement about outages.
struct AgreedReasons {
    private let outages: [(provider: PartyID, lane: String, notice: LaneEvidence.Notice)]

    init(agreement: Agreement, lanes: [JudgedLane]) {
        outages = lanes.sorted { $0.origin < $1.origin }.flatMap { lane in
            lane.notices.filter { notice in
                notice.event == .outage && agreement.provision(notice.clause)?.notice?.event == .outage
            }.map { (lane.provider, lane.origin, $0) }
        }
    }

    /// The first notice that covers a due value: from either side of the pair, about its series, its station, its lane or a
    /// whole side, and lasting into the time between observation and deadline.
    func reason(for value: DueValue, provider: PartyID?, lane: String?) -> AgreedReason? {
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
