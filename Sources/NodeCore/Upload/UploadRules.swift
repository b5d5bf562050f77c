import Accord
public import Formats
public import Series

/// What may be posted by an uploader now: the rules that a readable row must pass before the node sees it.
public struct UploadRules: Sendable {
    /// s by which the clock of an instrument may be ahead.
    public static let tolerance: Int64 = 600
    /// Days after which a reading is questioned.
    public static let oldestDays = 30
    /// Days that an intention may lie ahead.
    public static let furthestDays = 10
    /// s by which the time of an intention may have passed.
    public static let intentionGrace: Int64 = 3_600

    /// Whose node it is.
    public let party: PartyID
    /// Who posts.
    public let uploader: Uploader
    /// The node's clock.
    public let now: Instant
    /// How the post is meant.
    public let wish: UploadWish

    /// Makes the rules of one post.
    public init(party: PartyID, uploader: Uploader, now: Instant, wish: UploadWish = UploadWish()) {
        self.party = party
        self.uploader = uploader
        self.now = now
        self.wish = wish
    }

    /// Why a reading may not be posted; nil when it may.
    public func reason(against observation: Observation) -> UploadReason? {
        let (series, time) = (observation.series, observation.observed)
        let isIntention = series.property == .releaseIntention
        guard series.provider == party else { return .foreignStation(series.station) }
        guard uploader.covers(series.station, series.property) else {
            let hasStation = uploader.series.contains { $0.station == series.station }
            return isIntention && hasStation ? .noIntentions(series.station) : .notGranted(series)
        }
        if isIntention {
            if time < now - UploadRules.intentionGrace { return .intentionPast(time) }
            let furthest = Int64(UploadRules.furthestDays) * 86_400
            return time > now + furthest ? .intentionFar(time, days: UploadRules.furthestDays) : nil
        }
        if observation.known == .forecast { return .saidInAdvance(series) }
        if time > now + UploadRules.tolerance { return .future(time) }
        if !wish.meansOld, time < now - Int64(UploadRules.oldestDays) * 86_400 {
            return .old(time, days: UploadRules.oldestDays)
        }
        return nil
    }

    /// The reading as the node keeps it: received now, with the uploader in its source, an intention known as forecast.
    ///
    /// - Parameter source: what the row says about its source; nil when it says nothing.
    func kept(_ observation: Observation, source: String?, revision: Int) -> Observation {
        let isIntention = observation.series.property == .releaseIntention
        return Observation(
            series: observation.series, observed: observation.observed,
            received: isIntention ? now : max(now, observation.observed), value: observation.value,
            known: isIntention ? .forecast : observation.known, status: observation.status, revision: revision,
            source: "upload \(uploader.id)" + (source.map { ": \($0)" } ?? ""))
    }
}
