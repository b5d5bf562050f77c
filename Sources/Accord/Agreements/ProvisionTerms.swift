public import Series

/// How far the provider has worked on what it delivers.
public enum DataClass: String, Sendable, CaseIterable, Hashable {
    /// As it comes from the instruments.
    case realTime = "real-time"
    /// Checked, summed up or forecast.
    case processed
    /// Of past years.
    case historical
}

/// A duty to hand over what was observed before the agreement began.
public struct HistoryTerms: Hashable, Sendable {
    /// The first day of the observations, in ``zone``.
    public let since: CivilDate
    /// Where midnight is.
    public let zone: NamedZone
    /// The first day on which it is too late, in ``zone``; nil when the document states none.
    public let by: CivilDate?
    /// What the observations are for; nil when the document does not say.
    public let purpose: LocalizedText?

    /// Makes a history duty.
    public init(since: CivilDate, zone: NamedZone, by: CivilDate? = nil, purpose: LocalizedText? = nil) {
        self.since = since
        self.zone = zone
        self.by = by
        self.purpose = purpose
    }

    /// The first moment of the observations.
    public var start: Instant { Instant(since, offset: zone.offset) }
}

/// The provision of an earlier document that a provision continues.
public struct Lineage: Hashable, Sendable {
    /// The earlier document.
    public let agreement: AgreementID
    /// Its version; nil when the document does not say.
    public let identity: AgreementIdentity?
    /// The clause there.
    public let clause: String

    /// Makes a lineage.
    public init(agreement: AgreementID, identity: AgreementIdentity? = nil, clause: String) {
        self.agreement = agreement
        self.identity = identity
        self.clause = clause
    }
}

/// Why a provision cannot be carried out for now, as the parties agree.
public struct Obstacle: Hashable, Sendable {
    /// What stands in the way.
    public let reason: LocalizedText
    /// The first day.
    public let since: CivilDate
    /// The first day on which it no longer stands in the way; nil while it does.
    public let until: CivilDate?
    /// Where midnight is.
    public let zone: NamedZone
    /// The offices that can lift it.
    public let liftedBy: [ResponsibleBody]

    /// Makes an obstacle.
    public init(
        reason: LocalizedText, since: CivilDate, until: CivilDate? = nil, zone: NamedZone,
        liftedBy: [ResponsibleBody] = []
    ) {
        self.reason = reason
        self.since = since
        self.until = until
        self.zone = zone
        self.liftedBy = liftedBy
    }

    /// Whether it stands in the way at a time.
    public func holds(at time: Instant) -> Bool {
        Validity(from: since, until: until).contains(time.civil(in: zone.offset).date)
    }
}
