import Crypto
public import Series

/// A fixed set of readers: one lane of a party under an agreement serves exactly one audience.
///
/// The id is the same on every node: `public` for everybody, else the sorted party ids joined by `_`, which no id
/// contains and which paths and signed notes allow (`+` is not allowed in a signed note's key name). A text longer than
/// 128 bytes is replaced by `_` and the 64 hexadecimal digits of its SHA-256.
public struct Audience: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Who reads.
    public let readers: Readers
    /// The id, safe in paths.
    public let id: String

    /// Makes the audience of a set of readers.
    public init(_ readers: Readers) {
        self.readers = readers
        switch readers {
        case .everybody: id = "public"
        case .parties(let parties):
            let joined = parties.map(\.text).joined(separator: "_")
            id = joined.utf8.count <= 128 ? joined : "_" + hexadecimal(SHA256.hash(data: Array(joined.utf8)))
        }
    }

    /// The id.
    public var description: String { id }

    /// Sorted by the bytes of the id.
    public static func < (left: Audience, right: Audience) -> Bool {
        left.id.utf8.lexicographicallyPrecedes(right.id.utf8)
    }
}

extension Agreement {
    /// The audiences for which a party keeps a lane, by id: one for each set of readers that a provision about its series
    /// has at some time.
    ///
    /// The provider itself is never among the readers of its own lanes, nor is a party that takes no part; where readers
    /// come or go, a further audience begins.
    public func audiences(of provider: PartyID) -> [Audience] {
        var audiences: Set<Audience> = []
        for provision in provisions where provision.grantsSeries || provision.kind == .notice {
            let isAbout = provision.series.contains { $0.provider == nil || $0.provider == provider }
            guard isAbout || provision.kind == .notice else { continue }
            audiences.formUnion(spans { audience(of: provision, by: provider, at: $0) }.map(\.audience))
            for sender in senders(of: provision) {
                let answers = spans { answerAudience(of: provision, by: provider, to: sender, at: $0) }
                audiences.formUnion(answers.map(\.audience))
            }
        }
        return audiences.sorted()
    }

    /// The parties that may send under a notice clause: the providers of its series, else its readers, who tell each other; none
    /// under another clause.
    public func senders(of provision: Provision) -> [PartyID] {
        guard provision.kind == .notice else { return [] }
        return parties.map(\.id).filter { party in
            provision.series.isEmpty
                ? provision.readers?.contains(party) == true
                : provision.series.contains { $0.provider == nil || $0.provider == party }
        }
    }

    /// To whom a party answers that it has read a notice: the readers of what it sends under the clause itself, where the sender
    /// of the notice is among them, else that sender alone. Nil where the clause makes the party no reader of that sender.
    public func answerAudience(
        of provision: Provision, by party: PartyID, to sender: PartyID, at judged: Instant
    ) -> Audience? {
        guard party != sender, provision.readers?.contains(party) == true, senders(of: provision).contains(sender)
        else {
            return nil
        }
        if let own = audience(of: provision, by: party, at: judged), own.readers.contains(sender) { return own }
        return Readers([sender]).flatMap { audience(of: $0, by: party, at: judged) }
    }

    /// The audiences whose lanes an observation of a series belongs to, with the clause that grants it, by audience.
    ///
    /// Every reader of such an audience is granted the value by ``verdict(for:reader:at:now:)``, and nobody else that the
    /// agreement names but the provider.
    ///
    /// - Parameters:
    ///   - observed: the observed time of the value.
    ///   - now: when it would leave; a minimum delay that has not passed keeps it back. Nil leaves delays out of account.
    public func audiences(
        for series: SeriesID, at observed: Instant, now: Instant? = nil
    ) -> [(audience: Audience, clause: String)] {
        var clauses: [Audience: String] = [:]
        for place in provisionsAbout(series) {
            let provision = provisions[place]
            guard case .grants = standing(of: provision, for: series, at: observed, now: now),
                let audience = audience(
                    of: provision, by: series.provider, at: judgedTime(of: observed, by: provision)),
                clauses[audience] == nil
            else { continue }
            clauses[audience] = provision.clause
        }
        return clauses.keys.sorted().map { ($0, clauses[$0] ?? "") }
    }

    /// The audience that a provision has at a time by which force and parties are judged; nil when it has none.
    public func audience(of provision: Provision, by provider: PartyID, at judged: Instant) -> Audience? {
        provision.readers.flatMap { audience(of: $0, by: provider, at: judged) }
    }

    /// Those among readers that a provider may send to at a time; nil where nobody is left.
    private func audience(of readers: Readers, by provider: PartyID, at judged: Instant) -> Audience? {
        if readers == .everybody { return Audience(.everybody) }
        guard !undisclosed.contains(.force), forceRefusal(at: judged) == nil,
            partyRefusal(provider, at: judged, isReader: false) == nil
        else { return nil }
        return present(readers, without: provider, at: judged).map(Audience.init)
    }

    /// A span of time in which a provision has one audience, the end excluded.
    struct AudienceSpan {
        let audience: Audience
        let from: Instant
        let until: Instant
    }

    /// The spans in which a provision has an audience, in the order of time.
    func spans(of provision: Provision, by provider: PartyID) -> [AudienceSpan] {
        spans { audience(of: provision, by: provider, at: $0) }
    }

    /// The spans in which there is an audience, in the order of time.
    ///
    /// Force and the parties' validity change at midnights of one zone; between two of them everything holds or nothing.
    private func spans(_ audience: (Instant) -> Audience?) -> [AudienceSpan] {
        let offset = force?.zone.offset ?? .zero
        let validities = parties.map(\.validity) + [force?.validity ?? .always]
        let days = Set(validities.flatMap { [$0.from, $0.until].compactMap { $0 } }).sorted()
        let cuts = days.map { Instant($0, offset: offset) }
        // The ends of time, far enough from those of the number that offsets and delays can be added.
        let starts = [Instant(secondsSinceEpoch: Int64.min / 4)] + cuts
        return starts.enumerated().compactMap { index, start in
            let until = index < cuts.count ? cuts[index] : Instant(secondsSinceEpoch: Int64.max / 4)
            // Civil dates need a moment near the cut, not one at the end of time.
            let within = index > 0 ? start : (cuts.first.map { $0 - 1 } ?? Instant(secondsSinceEpoch: 0))
            return audience(within).map {
                AudienceSpan(audience: $0, from: start, until: until)
            }
        }
    }
}
