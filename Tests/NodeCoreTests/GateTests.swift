import Accord
import NodeCore
import Series
import Storage
import Testing

/// What people say at the gate, and what follows for what waits there.
@Suite struct GateTests {
    private let folder: TemporaryFolder
    private let federation: Federation
    private var node: Node { federation.laoCai }
    private let rain = Made.series("vn-lao-cai/bao-ha/precipitation")
    private let stage = Made.series("vn-lao-cai/bao-ha/stage")

    init() throws {
        folder = try TemporaryFolder()
        federation = try Federation(in: folder.path)
    }

    private func pattern(_ text: String) throws -> SeriesPattern { try #require(SeriesPattern(text)) }

    private func receive(_ series: SeriesID, hour: Int64, _ value: Double) async throws {
        let time = Made.start + hour * 3600
        let observation = Observation(series: series, observed: time, received: time, value: value, source: "made")
        let outcomes = try await node.receive([ReceivedObservation(observation, origin: "made:\(hour)")])
        #expect(outcomes.map(\.result) == [.recorded])
    }

    private func states(_ series: SeriesID) throws -> [GateQueueItem.State] {
        try node.gateQueue().filter { $0.observation.series == series }.map(\.state)
    }

    private func entries() throws -> Int {
        try node.database.ownLanes().map { try node.database.laneEntries($0).count }.reduce(0, +)
    }

    @Test func `a hold stops what was approved and waits for its delay, and taking it back lets it go again`()
        async throws
    {
        try await node.say(.standing, of: pattern("vn-lao-cai/*/*"), by: "duty officer")
        try await receive(rain, hour: 0, 12.4)
        #expect(try states(rain) == [.delayed])
        let held = try await node.say(.hold, of: pattern("vn-lao-cai/bao-ha/precipitation"), by: "head of office")
        #expect(held.held == 1)
        #expect(try states(rain) == [.held])
        federation.clock.set(Made.start + 7 * 3600)
        _ = try await node.publishCheckpoints()
        #expect(try entries() == 0)
        let number = try #require(try node.approvals().last { $0.mode == .hold }?.id)
        let freed = try await node.takeBack(number, by: "head of office")
        #expect(freed.leaving == 1)
        _ = try await node.publishCheckpoints()
        #expect(try entries() == 1)
        #expect(try states(rain).isEmpty)
    }

    @Test func `taking a standing approval back asks again about what has not left`() async throws {
        try await node.say(.standing, of: pattern("vn-lao-cai/*/*"), by: "duty officer")
        try await receive(rain, hour: 0, 12.4)
        let number = try #require(try node.approvals().first?.id)
        let review = try await node.takeBack(number, by: "head of office")
        #expect(review.asked == 1)
        federation.clock.set(Made.start + 7 * 3600)
        _ = try await node.publishCheckpoints()
        #expect(try states(rain) == [.asked])
        #expect(try entries() == 0)
        await #expect(throws: GateRefusal.noSuchWord(number)) { try await node.takeBack(number, by: "head of office") }
    }

    @Test func `a decision about one item stands beside later words, but a hold comes over it`() async throws {
        try await receive(stage, hour: 0, 53)
        try await receive(stage, hour: 1, 54)
        let items = try node.gateQueue()
        #expect(items.map(\.state) == [.asked, .asked])
        #expect(try await node.decide(.hold, on: items[0], by: "duty officer"))
        let review = try await node.say(.standing, of: pattern("vn-lao-cai/bao-ha/stage"), by: "duty officer")
        #expect(review.leaving == 1)
        #expect(try states(stage) == [.held, .delayed])
        federation.clock.set(Made.start + 2 * 3600)
        _ = try await node.publishCheckpoints()
        #expect(try states(stage) == [.held])
        #expect(try await node.decide(.once, on: node.gateQueue()[0], by: "duty officer"))
        let held = try await node.say(.hold, of: pattern("vn-lao-cai/*/*"), by: "head of office")
        #expect(held.held == 1)
        _ = try await node.publishCheckpoints()
        #expect(try states(stage) == [.held])
    }

    @Test func `a word of another process on the same store is followed with the next readings`() async throws {
        try await node.say(.standing, of: pattern("vn-lao-cai/*/*"), by: "duty officer")
        try await receive(stage, hour: 0, 53)
        #expect(try entries() == 1)
        let other = try Federation.node(Made.laoCai, in: folder.path, clock: federation.clock, log: federation.log)
        try await other.say(.hold, of: pattern("vn-lao-cai/bao-ha/stage"), by: "head of office")
        try await receive(stage, hour: 1, 54)
        #expect(try states(stage) == [.held])
        #expect(try entries() == 1)
    }

    @Test func `a word that would concern nothing is refused with its reason and not kept`() async throws {
        let foreign = try pattern("cn-yunnan/manhao/stage")
        await #expect(throws: GateRefusal.foreign(foreign, Made.laoCai)) {
            try await node.say(.hold, of: foreign, by: "duty officer")
        }
        await #expect(throws: GateRefusal.foreign(try pattern("*/bao-ha/stage"), Made.laoCai)) {
            try await node.say(.hold, of: pattern("*/bao-ha/stage"), by: "duty officer")
        }
        await #expect(throws: GateRefusal.noSuchStation(try #require(StationID("bao-he")))) {
            try await node.say(.standing, of: pattern("vn-lao-cai/bao-he/stage"), by: "duty officer")
        }
        await #expect(throws: GateRefusal.noSuchClause("9.9")) {
            try await node.say(.ask, of: pattern("vn-lao-cai/bao-ha/stage"), clause: "9.9", by: "duty officer")
        }
        let secret = try pattern("vn-lao-cai/van-ban/stage")
        await #expect(throws: GateRefusal.notGranted(secret, nil)) {
            try await node.say(.standing, of: secret, by: "duty officer")
        }
        await #expect(throws: GateRefusal.noName) {
            try await node.say(.standing, of: pattern("vn-lao-cai/*/*"), by: " ")
        }
        #expect(try node.approvals().isEmpty)
    }
}
