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
    /// The moments of the event that have passed, counting those before a restart.
    public let done: Int
    /// All moments of the event.
    public let count: Int
}

/// One party of a demonstration: how its node is opened, and what it serves.
public struct DemoSeat: Sendable {
    /// The party.
    public let party: PartyID
    /// Opens the node's store; called at the start, and again whenever a person has stopped and starts it.
    let open: @Sendable () throws -> Node
    /// What stands in the way between the node's answers and a reader; nil where nothing does.
    let serve: (@Sendable (_ node: Node, _ path: String, _ reader: PartyID) async throws -> [UInt8]?)?

    /// Makes a seat.
    ///
    /// - Parameters:
    ///   - open: opens the node's store.
    ///   - serve: what a reader gets instead of the node's own answer; asked only while the node runs.
    public init(
        party: PartyID, open: @escaping @Sendable () throws -> Node,
        serve: (@Sendable (_ node: Node, _ path: String, _ reader: PartyID) async throws -> [UInt8]?)? = nil
    ) {
        self.party = party
        self.open = open
        self.serve = serve
    }
}

/// Several nodes in one process that replay an event: each provider's readings come in at its own node, published ones at
/// every node, everything else only through the lanes, over lines that delay and lose.
///
/// Time goes from one thing that happens to the next: a reading comes in, a cycle runs, a reader's request arrives at a
/// provider that has something new. Restartable: each step is noted when it is finished, and a step done twice changes
/// nothing. A party's node can be stopped and started in between.
public actor DemoFederation {
    /// s after the event's end within which readers still ask for what they lack.
    static let aftermath: Int64 = 2 * 86_400

    let seats: [DemoSeat]
    let event: DemoEvent
    let steps: [Instant]
    let lines: SimulatedLines
    let clock: SimulatedClock
    /// The nodes that run, by party.
    var running: [PartyID: Node] = [:]
    /// The nodes that a person has stopped, and when.
    var stopped: [PartyID: Instant] = [:]
    /// Whose provider has something that the reader has not asked for successfully since.
    var behind: Set<ReadingPair> = []
    /// Since when a reader's requests come to nothing.
    var unreachable: [ReadingPair: Instant] = [:]
    /// The size of each lane as last published, by origin.
    var published: [String: Int] = [:]
    /// The last finished step.
    var finished: Instant?
    /// When a person last started a node or let something leave.
    var lastStart: Instant?
    private var isOpen = false
    private var turn = DemoTurn()

    /// Makes a federation; no store is opened yet.
    ///
    /// - Parameters:
    ///   - seats: one a party; their nodes are made with effects whose time is `clock`.
    ///   - lines: the lines between them.
    public init(event: DemoEvent, seats: [DemoSeat], lines: SimulatedLines, clock: SimulatedClock) {
        self.event = event
        self.seats = seats.sorted { $0.party < $1.party }
        self.lines = lines
        self.clock = clock
        steps = event.steps
    }

    /// The nodes that run, sorted by party.
    public var nodes: [Node] { running.values.sorted { $0.party < $1.party } }

    /// The running node of a party; nil while it is stopped, and for a party that has none.
    public func node(of party: PartyID) -> Node? { running[party] }

    /// Opens the nodes and replays the event from the first unfinished step until nothing is under way any more.
    ///
    /// - Parameter pause: called before each step with its time, so that a page can be watched; throwing ends the replay.
    /// - Parameter report: called after each step.
    public func run(
        pause: @Sendable (_ next: Instant) async throws -> Void = { _ in },
        report: @Sendable (DemoProgress) -> Void = { _ in }
    ) async throws {
        try await alone { try await openAll() }
        while let next = nextStep() {
            try await pause(next)
            try await alone {
                // a party may have been stopped or started in the pause
                if nextStep() == next { try await perform(next) }
            }
            report(DemoProgress(now: next, done: steps.count { $0 <= next }, count: steps.count))
        }
    }

    /// Does something while no step and no stop or start is under way.
    func alone(_ work: () async throws -> Void) async throws {
        await enter()
        defer { leave() }
        try await work()
    }

    private func enter() async {
        if turn.take() { return }
        await withCheckedContinuation { turn.wait($0) }
    }

    private func leave() { turn.pass() }

    // MARK: Opening

    /// Opens every node, finds the last finished step, and lets every node publish what it has.
    private func openAll() async throws {
        guard !isOpen else { return }
        for seat in seats { running[seat.party] = try seat.open() }
        let last = try nodes.compactMap { try note(of: $0) }.max { $0.finished < $1.finished }
        finished = last?.finished
        behind = last?.behind ?? []
        published = last?.published ?? [:]
        for seat in seats { try join(seat.party) }
        clock.set(nextStep() ?? finished ?? clock.now)
        // lanes are published in the steps alone, so that a replay that was killed signs at the same times
        for node in nodes { try await node.approveForDemonstration() }
        isOpen = true
        for party in seats.map(\.party) { try await catchUp(party) }
    }

    private func note(of node: Node) throws -> DemoNote? {
        guard let text = try node.database.fact(DemoNote.fact) else { return nil }
        return DemoNote(text)
    }

    /// Lets a node that has not taken part until now ask every other for what it lacks.
    private func join(_ party: PartyID) throws {
        guard finished != nil, let node = running[party], try note(of: node) == nil else { return }
        for seat in seats where seat.party != party { markBehind(party, of: seat.party) }
    }

    /// Lets a reader ask a provider at its next opportunity.
    func markBehind(_ reader: PartyID, of provider: PartyID) {
        behind.insert(ReadingPair(reader: reader, provider: provider))
    }

    /// Hands a node what came in for it while it did not run; it counts as received now.
    func catchUp(_ party: PartyID) async throws {
        guard let node = running[party], let finished else { return }
        let last = try note(of: node)
        let missed = event.readings.filter { reading in
            let received = reading.observation.received
            return received <= finished && (last.map { received > $0.finished } ?? true)
        }
        let now = clock.now
        let late = missed.map { ReceivedObservation($0.observation.received(at: now), origin: $0.origin) }
        if try await take(late, at: node) { try await publish(node) }
    }

    // MARK: Steps

    /// The time of the next thing that happens; nil when nothing will.
    private func nextStep() -> Instant? {
        let now = finished ?? Instant(secondsSinceEpoch: .min / 4)
        let event = steps.first { $0 > now }
        let end = max(steps.last ?? now, lastStart ?? now) + DemoFederation.aftermath
        let request = behind.compactMap { arrival(of: $0) }.min()
        guard let request, event != nil || request <= end else { return event }
        return event.map { min($0, request) } ?? request
    }

    /// When a reader's next request arrives; nil while either node is stopped and the reader knows it.
    private func arrival(of pair: ReadingPair) -> Instant? {
        guard running[pair.reader] != nil, let finished,
            running[pair.provider] != nil || unreachable[pair] == nil
        else { return nil }
        return lines.arrival(of: pair.reader, at: pair.provider, after: finished)
    }

    /// One step: what comes in, who asks, who forecasts at that time.
    private func perform(_ step: Instant) async throws {
        clock.set(step)
        let asking = behind.filter { arrival(of: $0) == step }.sorted()
        let arriving = event.readings.filter { $0.observation.received == step }
        var touched = Set(asking.map(\.reader))
        for node in nodes {
            guard try await take(arriving, at: node) else { continue }
            touched.insert(node.party)
            try await publish(node)
        }
        for pair in asking { try await ask(pair) }
        if event.cycleTimes.contains(step) {
            touched.formUnion(running.keys)
            try await runCycles(at: step)
        }
        finished = step
        let note = DemoNote(finished: step, behind: behind, published: published).text
        for party in touched.sorted() {
            guard let node = running[party] else { continue }
            try node.database.note(DemoNote.fact, note)
        }
    }

    /// Every node forecasts from what it holds; they do not wait for one another.
    private func runCycles(at step: Instant) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes {
                group.addTask {
                    _ = try await node.runCycle(at: step)
                    try node.scoreForecasts(at: step)
                }
            }
            try await group.waitForAll()
        }
    }

    /// Hands a node its own party's readings, and the published ones.
    ///
    /// - Returns: whether there were any.
    private func take(_ readings: [ReceivedObservation], at node: Node) async throws -> Bool {
        let theirs = readings.filter { reading in
            let provider = reading.observation.series.provider
            return provider == node.party || isObserver(provider, for: node)
        }
        guard !theirs.isEmpty else { return false }
        _ = try await node.receive(theirs, stated: event.stated)
        return true
    }

    private func isObserver(_ provider: PartyID, for node: Node) -> Bool {
        node.configuration.register.parties[provider]?.kind == .observer
            || node.configuration.agreement.party(provider)?.role == .observer
    }

    /// Publishes a node's lanes; the readers of a lane that has grown will ask for it.
    func publish(_ node: Node) async throws {
        let places = node.ownPlaces
        let lanes = try await node.publishCheckpoints()
        for lane in lanes where published[lane.origin] != lane.size {
            published[lane.origin] = lane.size
            guard let place = places.first(where: { $0.origin == lane.origin }) else { continue }
            for seat in seats where seat.party != node.party && place.audience.readers.contains(seat.party) {
                markBehind(seat.party, of: node.party)
            }
        }
    }

    /// A reader asks a provider for what is new. A line that does not carry delays the readings; it stops nothing.
    private func ask(_ pair: ReadingPair) async throws {
        guard let reader = running[pair.reader] else { return }
        if let provider = running[pair.provider] { try await publish(provider) }
        do {
            _ = try await reader.pull(from: pair.provider, over: link(pair))
            behind.remove(pair)
            unreachable[pair] = nil
        } catch is LinkDown {
            reader.effects.log("pull from \(pair.provider): not reachable, to be tried again")
            if unreachable[pair] == nil { unreachable[pair] = clock.now }
        }
        if try hasUncollectedReceipts(pair) { markBehind(pair.provider, of: pair.reader) }
    }

    /// Whether a reader has confirmed more of a provider's lanes than the provider has collected.
    private func hasUncollectedReceipts(_ pair: ReadingPair) throws -> Bool {
        guard let reader = running[pair.reader], let provider = running[pair.provider] else { return false }
        return try provider.ownPlaces.contains { place in
            guard place.audience.readers.contains(pair.reader) else { return false }
            return try reader.database.nextReceipt(of: place.origin, by: pair.reader)
                > provider.database.nextReceipt(of: place.origin, by: pair.reader)
        }
    }

    /// The line of a pair: it carries what the provider serves to that reader, as long as the provider runs.
    private func link(_ pair: ReadingPair) -> LaneLink {
        let seat = seats.first { $0.party == pair.provider }
        let node = running[pair.provider]
        let (lines, clock) = (lines, clock)
        return LaneLink { path in
            guard let seat, let node,
                lines.carries(path, from: pair.provider, to: pair.reader, at: clock.now)
            else { throw NothingCarried() }
            if let serve = seat.serve { return try await serve(node, path, pair.reader) }
            return try await node.serve(path, to: pair.reader)
        }
    }

    /// A simulated line did not carry.
    private struct NothingCarried: Error {}
}

/// Who may change a federation: one after the other, in the order of asking.
struct DemoTurn {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Takes the turn; false when somebody has it.
    mutating func take() -> Bool {
        defer { isTaken = true }
        return !isTaken
    }

    /// Waits for the turn to be passed.
    mutating func wait(_ continuation: CheckedContinuation<Void, Never>) { waiting.append(continuation) }

    /// Passes the turn to whoever has waited longest.
    mutating func pass() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}

extension Node {
    /// The standing approval without which nothing leaves: in a demonstration nobody waits for a person.
    func approveForDemonstration() throws {
        guard try approvals().isEmpty else { return }
        try say(
            .standing, of: SeriesPattern(provider: party, station: nil, property: nil), by: "demonstration duty officer"
        )
    }
}
