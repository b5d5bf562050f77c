public import Series
import Storage

/// How a party takes part in a demonstration at this moment.
public struct PartyStanding: Hashable, Sendable {
    /// Whether its node runs.
    public enum State: Hashable, Sendable {
        /// The node runs.
        case running
        /// A person has stopped it: its store is closed and its lanes cannot be fetched.
        case stopped(since: Instant)
        /// It runs no node here.
        case notJoined
    }

    /// The party.
    public let party: PartyID
    /// Whether its node runs.
    public let state: State
    /// The time of the nodes.
    public let now: Instant
    /// The other parties whose lanes its requests do not reach, with the time of the first that came to nothing.
    public let unreachable: [PartyID: Instant]

    /// Makes a standing.
    public init(party: PartyID, state: State, now: Instant, unreachable: [PartyID: Instant] = [:]) {
        self.party = party
        self.state = state
        self.now = now
        self.unreachable = unreachable
    }
}

extension DemoFederation {
    /// How a party takes part now.
    public func standing(of party: PartyID) -> PartyStanding {
        let state: PartyStanding.State =
            if running[party] != nil {
                .running
            } else if let since = stopped[party] {
                .stopped(since: since)
            } else {
                .notJoined
            }
        let lost = unreachable.filter { $0.key.reader == party }.map { ($0.key.provider, $0.value) }
        return PartyStanding(
            party: party, state: state, now: clock.now,
            unreachable: Dictionary(lost, uniquingKeysWith: { first, _ in first }))
    }

    /// Stops a party's node between two steps: its store is closed, nothing of it can be fetched. Stopping a stopped node
    /// changes nothing.
    ///
    /// - Returns: whether the party has a node here.
    @discardableResult
    public func stop(_ party: PartyID) async throws -> Bool {
        guard seats.contains(where: { $0.party == party }) else { return false }
        try await alone {
            guard let node = running.removeValue(forKey: party) else { return }
            stopped[party] = clock.now
            // the others will find out when they ask the next time
            for seat in seats where seat.party != party { markBehind(seat.party, of: party) }
            try node.database.close()
        }
        return true
    }

    /// Starts a party's stopped node: it takes in what its own instruments have kept in the meantime, publishes, and asks
    /// every other for what it missed. Starting a running node changes nothing.
    ///
    /// - Returns: whether the party has a node here.
    @discardableResult
    public func start(_ party: PartyID) async throws -> Bool {
        guard let seat = seats.first(where: { $0.party == party }) else { return false }
        try await alone {
            guard stopped[party] != nil else { return }
            let node = try seat.open()
            running[party] = node
            stopped[party] = nil
            lastStart = clock.now
            try await catchUp(party)
            try await publish(node)
            for other in seats where other.party != party {
                markBehind(party, of: other.party)
                markBehind(other.party, of: party)
            }
        }
        return true
    }

    /// Lets a person do something at a party's node, for example at its gate, and publishes what that lets go.
    ///
    /// - Returns: what the work returns; nil while the party runs no node.
    public func act<Value: Sendable>(
        at party: PartyID, _ work: @Sendable (Node) async throws -> Value
    ) async throws -> Value? {
        var value: Value?
        try await alone {
            guard let node = running[party] else { return }
            value = try await work(node)
            try await publish(node)
            lastStart = clock.now
        }
        return value
    }
}
