import Accord
import NodeCore
import Series
import Storage
import Synchronization
import Testing

/// What a reader does with a lane of several bundles over a line that breaks, cuts and announces.
@Suite struct LaneLinkTests {
    private let folder: TemporaryFolder
    private let federation: Federation
    private let stage = Made.series("cn-yunnan/manhao/stage")
    private let origin = "riparian/cn-yunnan/made-agreement/vn-lao-cai"

    init() throws {
        folder = try TemporaryFolder()
        federation = try Federation(in: folder.path)
    }

    /// Entries of one reading each, published.
    private func grow(_ hours: Range<Int>) async throws {
        for hour in hours {
            let time = Made.start + Int64(hour) * 60
            let observation = Observation(
                series: stage, observed: time, received: time, value: 120 + Double(hour) / 1000, source: "made")
            _ = try await federation.yunnan.receive([ReceivedObservation(observation, origin: "made:\(hour)")])
        }
        _ = try await federation.yunnan.publishCheckpoints()
    }

    private func approve() async throws {
        federation.clock.set(Made.start + 86_400)
        try await federation.yunnan.say(
            .standing, of: SeriesPattern(provider: Made.yunnan, station: nil, property: nil), by: "duty officer")
    }

    private func held() throws -> Int { try federation.laoCai.database.peerLane(origin)?.size ?? 0 }

    /// A link that carries so many requests and then breaks; it can give the end of a file alone.
    private func link(
        requests: Int = .max, window: Int = 1, log: LogLines = LogLines()
    ) -> LaneLink {
        let provider = federation.yunnan
        let left = Counter(requests)
        let fetch: @Sendable (String, Int) async throws -> FetchedTail? = { path, offset in
            guard left.take() else { throw LineCut() }
            log.add("\(path) \(offset)")
            guard let bytes = try await provider.serve(path, to: Made.laoCai) else { return nil }
            return offset > 0
                ? FetchedTail(bytes: Array(bytes[offset...]), isTail: true) : FetchedTail(bytes: bytes, isTail: false)
        }
        return LaneLink(fetch: { try await fetch($0, 0)?.bytes }, fetchTail: fetch, window: window)
    }

    @Test func `a line that breaks costs one bundle, and no receipt covers what has not arrived`() async throws {
        try await approve()
        try await grow(0..<600)
        // the checkpoint, three hash tiles, one bundle
        await #expect(throws: LinkDown.self) {
            try await federation.laoCai.pull(from: Made.yunnan, over: link(requests: 5))
        }
        #expect(try held() == 256)
        #expect(try federation.laoCai.database.nextReceipt(of: origin, by: Made.laoCai) == 0)
        #expect(try federation.laoCai.database.peerLane(origin)?.isCovered == false)
        let log = LogLines()
        let outcome = try await federation.laoCai.pull(from: Made.yunnan, over: link(log: log))
        #expect(outcome.recorded == 344 && outcome.refused.isEmpty)
        #expect(try held() == 600)
        #expect(
            !log.all.contains { $0.hasSuffix("tile/entries/000 0") },
            "what arrived before the cut is not asked for again")
        #expect(try federation.laoCai.database.lastReceipt(of: origin, by: Made.laoCai)?.size == 600)
    }

    @Test(arguments: [1, 4])
    func `a line that carries several requests at once brings the same as one after the other`(window: Int) async throws
    {
        try await approve()
        try await grow(0..<1_100)
        let outcome = try await federation.laoCai.pull(from: Made.yunnan, over: link(window: window))
        #expect(outcome.recorded == 1_100 && outcome.refused.isEmpty)
        let root = try federation.yunnan.database.lastCheckpoint(of: origin)?.root
        #expect(try federation.laoCai.database.peerLane(origin)?.root == root)
        let kept = try federation.laoCai.database.kept(of: stage)
        #expect(kept.compactMap(\.provenance?.index) == Array(0..<1_100))
    }

    @Test func `two pulls of one lane at once are no sign of another history`() async throws {
        try await approve()
        let reader = federation.laoCai
        // While the first pull waits for a file, the lane grows and a second pull takes all of it.
        for (number, file) in ["checkpoint", "tile/entries"].enumerated() {
            let begin = number * 6
            try await grow(begin..<(begin + 3))
            let isFirst = Counter(1)
            let plain = link()
            let held = LaneLink(
                fetch: { path in
                    let bytes = try await plain.fetch(path)
                    if path.contains(file), isFirst.take() {
                        try await self.grow((begin + 3)..<(begin + 6))
                        _ = try await reader.pullLanes(from: Made.yunnan, over: plain)
                    }
                    return bytes
                })
            let outcome = try await reader.pullLanes(from: Made.yunnan, over: held)
            #expect(outcome.refused.isEmpty, "\(outcome.refused)")
        }
        #expect(try reader.database.refusals().isEmpty)
        let root = try federation.yunnan.database.lastCheckpoint(of: origin)?.root
        #expect(try reader.database.peerLane(origin)?.root == root)
    }

    @Test func `of a bundle that has grown only the new end is asked for`() async throws {
        try await approve()
        try await grow(0..<10)
        _ = try await federation.laoCai.pull(from: Made.yunnan, over: link())
        try await grow(10..<12)
        let log = LogLines()
        let outcome = try await federation.laoCai.pull(from: Made.yunnan, over: link(log: log))
        #expect(outcome.recorded == 2)
        let length = try federation.yunnan.database.laneEntries(origin, from: 0, before: 10).map { $0.bytes.count + 2 }
            .reduce(0, +)
        #expect(log.all.contains { $0.hasSuffix("tile/entries/000.p/12 \(length)") })
    }

    @Test func `few entries come with their announcement and nothing is fetched`() async throws {
        try await approve()
        try await grow(0..<10)
        _ = try await federation.laoCai.pull(from: Made.yunnan, over: link())
        try await grow(10..<12)
        let first = try #require(try await federation.yunnan.announcement(of: origin, from: 10)?.news)
        try await grow(12..<13)
        let second = try #require(try await federation.yunnan.announcement(of: origin, from: 12)?.news)
        let log = LogLines()
        let both = first.followed(by: second)
        let outcome = try await federation.laoCai.pullLanes(
            from: Made.yunnan, over: link(log: log), announced: [origin: both])
        #expect(outcome.recorded == 3 && log.all.isEmpty)
        let late = try await federation.laoCai.pullLanes(
            from: Made.yunnan, over: link(log: log), announced: [origin: first])
        #expect(late == PullOutcome(), "an announcement that was overtaken is no shorter lane")
    }

    @Test func `an announcement whose entries are not the signed ones brings nothing in`() async throws {
        try await approve()
        try await grow(0..<10)
        _ = try await federation.laoCai.pull(from: Made.yunnan, over: link())
        try await grow(10..<12)
        let news = try #require(try await federation.yunnan.announcement(of: origin, from: 10)?.news)
        var entries = news.entries
        entries[entries.count - 1] ^= 1
        let forged = LaneAnnouncement(origin: origin, note: news.note, from: 10, entries: entries)
        let outcome = try await federation.laoCai.pullLanes(
            from: Made.yunnan, over: link(), announced: [origin: forged])
        #expect(outcome.recorded == 0 && outcome.refused[origin] != nil)
        #expect(try held() == 10)
        let unsigned = LaneAnnouncement(origin: origin, note: Array("riparian".utf8), from: 10, entries: news.entries)
        let other = try await federation.laoCai.pullLanes(
            from: Made.yunnan, over: link(), announced: [origin: unsigned])
        #expect(other.refused[origin]?.code == "tampered")
    }
}

/// A line that is cut.
private struct LineCut: Error {}

/// Counts down.
private final class Counter: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(count) }

    func take() -> Bool {
        left.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
    }
}

/// When a peer is asked again, and what is said of its clock.
@Suite struct PeerScheduleTests {
    @Test func `waits double up to a minute and fall back to the poll after an answer`() {
        var schedule = PeerSchedule()
        #expect(schedule.wait(chance: 0) == 30)
        var waits: [Double] = []
        for _ in 0..<8 {
            schedule.failed()
            waits.append(schedule.wait(chance: 0))
        }
        #expect(waits == [2, 4, 8, 16, 32, 60, 60, 60])
        #expect(schedule.wait(chance: 0.5) == 45)
        schedule.succeeded()
        #expect(schedule.wait(chance: 0.5) == 28.5)
    }

    @Test func `the clock is read from the fastest answer, and a slow line alone marks nothing`() throws {
        var standing = LineStanding(peer: Made.yunnan)
        standing.note(roundTrip: 130_000, skew: 64_000)
        #expect(!standing.isSkewed)
        standing.note(roundTrip: 200, skew: -50)
        standing.note(roundTrip: 90_000, skew: 40_000)
        #expect(standing.skew == -50 && standing.roundTrip == 200)
        for _ in 0..<LineStanding.remembered { standing.note(roundTrip: 300, skew: 600_000) }
        #expect(standing.isSkewed)
    }
}
