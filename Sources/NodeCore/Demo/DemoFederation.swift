import Accord
public import River
public import Series
import Storage

/// What a demonstration replays.
public struct DemoEvent: Sendable {
    /// The readings of all parties, any order; each comes in at its received time.
    public let readings: [ReceivedObservation]
    /// Printed differences to alarm levels, by origin.
    public let stated: [String: StatedDifference]
    /// When cycles run, increasing.
    public let cycleTimes: [Instant]

    /// Makes an event.
    public init(readings: [ReceivedObservation], stated: [String: StatedDifference] = [:], cycleTimes: [Instant]) {
        self.readings = readings
        self.stated = stated
        self.cycleTimes = cycleTimes
    }

    /// The moments at which something comes in or a cycle runs, increasing.
    public var steps: [Instant] {
        Set(readings.map(\.observation.received)).union(cycleTimes).sorted()
    }
}

/// What a demonstration has done so far.
public struct DemoProgress: Hashable, Sendable {
    /// The time of the step.
    public let now: Instant
    /// The steps done, counting this one and those done before a restart.
    public let done: Int
    /// All steps.
    public let count: Int
}

/// Several nodes in one process that replay an event: each provider's readings come in at its own node, published ones at
/// every node, everything else only through the lanes.
///
/// Restartable: each node remembers the last step that it finished, and a step done twice changes nothing.
public actor DemoFederation {
    /// The fact under which a node remembers the last finished step, s since 1970.
    static let progressFact = "replay.completed"

    /// The nodes, sorted by party.
    public nonisolated let nodes: [Node]
    private let event: DemoEvent
    private let clock: SimulatedClock
    private let links: [PartyID: LaneLink]

    /// Makes a federation.
    ///
    /// - Parameters:
    ///   - nodes: one a party, made with effects whose time is `clock`.
    ///   - links: the line to each party's node, by party; a party without one cannot be pulled from.
    public init(event: DemoEvent, nodes: [Node], links: [PartyID: LaneLink], clock: SimulatedClock) {
        self.event = event
        self.nodes = nodes.sorted { $0.party < $1.party }
        self.links = links
        self.clock = clock
    }

    /// Replays the event from the first unfinished step to the end.
    ///
    /// - Parameter pause: called before each step with its time, so that a page can be watched; throwing ends the replay.
    /// - Parameter report: called after each step.
    public func run(
        pause: @Sendable (_ next: Instant) async throws -> Void = { _ in },
        report: @Sendable (DemoProgress) -> Void = { _ in }
    ) async throws {
        let steps = event.steps
        let finished = try finishedStep()
        if let resumed = steps.first(where: { step in finished.map { step > $0 } ?? true }) ?? finished {
            clock.set(resumed)
        }
        for node in nodes {
            try await node.approveForDemonstration()
            _ = try await node.publishCheckpoints()
        }
        let arriving = Dictionary(grouping: event.readings) { $0.observation.received }
        let cycles = Set(event.cycleTimes)
        for (index, step) in steps.enumerated() {
            if let finished, step <= finished { continue }
            try await pause(step)
            clock.set(step)
            try await take(arriving[step] ?? [])
            try await exchange()
            if cycles.contains(step) {
                for node in nodes { _ = try await node.runCycle(at: step) }
            }
            for node in nodes {
                try node.database.note(DemoFederation.progressFact, "\(step.secondsSinceEpoch)")
            }
            report(DemoProgress(now: step, done: index + 1, count: steps.count))
        }
    }

    /// The last step that every node has finished; nil before the first.
    public nonisolated func finishedStep() throws -> Instant? {
        let finished = try nodes.map { node in
            try node.database.fact(DemoFederation.progressFact).flatMap { Int64($0) }
        }
        guard !finished.contains(nil) else { return nil }
        return finished.compactMap { $0 }.min().map { Instant(secondsSinceEpoch: $0) }
    }

    /// Hands each node its own party's readings, and everybody's the published ones.
    private func take(_ readings: [ReceivedObservation]) async throws {
        guard !readings.isEmpty else { return }
        for node in nodes {
            let theirs = readings.filter { reading in
                let provider = reading.observation.series.provider
                return provider == node.party || isObserver(provider, for: node)
            }
            if !theirs.isEmpty { _ = try await node.receive(theirs, stated: event.stated) }
        }
    }

    private func isObserver(_ provider: PartyID, for node: Node) -> Bool {
        node.configuration.register.parties[provider]?.kind == .observer
            || node.configuration.agreement.party(provider)?.role == .observer
    }

    /// Publishes every node's lanes, then lets every node pull from every other. A line that is down delays the readings
    /// to a later step; it does not stop the replay.
    private func exchange() async throws {
        for node in nodes { _ = try await node.publishCheckpoints() }
        for node in nodes {
            for peer in nodes where peer.party != node.party {
                guard let link = links[peer.party] else { continue }
                try await node.pullIfReachable(from: peer.party, over: link)
            }
        }
    }
}

extension Node {
    /// The standing approval without which nothing leaves: in a demonstration nobody waits for a person.
    func approveForDemonstration() throws {
        guard try approvals().isEmpty else { return }
        try approveStanding(
            SeriesPattern(provider: party, station: nil, property: nil), by: "demonstration duty officer")
    }

    /// Pulls, and writes one line to the log when the line is down.
    func pullIfReachable(from peer: PartyID, over link: LaneLink) async throws {
        do {
            _ = try await pull(from: peer, over: link)
        } catch is LinkDown {
            effects.log("pull from \(peer): not reachable, to be tried again")
        }
    }
}
