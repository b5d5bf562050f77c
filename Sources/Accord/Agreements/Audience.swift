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
    /// The audiences for which a party keeps a lane, by id: one for each set of readers of a provision about its series.
    ///
    /// The provider itself is never among the readers of its own lanes.
    public func audiences(of provider: PartyID) -> [Audience] {
        let sets = provisions.filter { provision in
            provision.grantsSeries && provision.series.contains { $0.provider == nil || $0.provider == provider }
        }
        return Set(sets.compactMap { audience(of: $0, without: provider) }).sorted()
    }

    /// The audiences whose lanes an observation of a series belongs to, with the clause that grants it, by audience.
    ///
    /// - Parameters:
    ///   - observed: the observed time of the value.
    ///   - now: when it would leave; a minimum delay that has not passed keeps it back. Nil leaves delays out of account.
    public func audiences(
        for series: SeriesID, at observed: Instant, now: Instant? = nil
    ) -> [(audience: Audience, clause: String)] {
        var clauses: [Audience: String] = [:]
        for provision in provisions where provision.grantsSeries {
            guard case .grants = standing(of: provision, for: series, at: observed, now: now),
                let audience = audience(of: provision, without: series.provider), clauses[audience] == nil
            else { continue }
            if audience.readers != .everybody {
                guard forceRefusal(at: observed) == nil,
                    partyRefusal(series.provider, at: observed, isReader: false) == nil
                else { continue }
            }
            clauses[audience] = provision.clause
        }
        return clauses.keys.sorted().map { ($0, clauses[$0] ?? "") }
    }

    /// The audience of a provision's readers; nil when it names none but the provider.
    func audience(of provision: Provision, without provider: PartyID) -> Audience? {
        provision.readers?.without(provider).map(Audience.init)
    }
}
