import Accord
import Foundation
import NodeCore
import Series
import Storage
import TestKit
import Testing

/// A node that comes back from a backup goes on with every lane and never signs a second history of one.
@Suite struct RestoreTests {
    private let folder: TemporaryFolder
    private let federation: Federation
    private let lane = "riparian/vn-lao-cai/made-agreement/cn-yunnan"

    init() async throws {
        folder = try TemporaryFolder()
        federation = try Federation(in: folder.path)
        try await federation.approveAll()
    }

    private func takeIn(_ node: Node, hours: ClosedRange<Int>, station: String = "lao-cai") async throws {
        let readings = hours.map { hour in
            Made.reading("vn-lao-cai/\(station)/stage", hour: Double(hour), 80 + Double(hour) / 64)
        }
        federation.clock.set(max(federation.clock.now, readings.map(\.observation.received).max() ?? Made.start))
        _ = try await node.receive(readings)
        _ = try await node.publishCheckpoints()
    }

    private func pullFromLaoCai() async throws -> PullOutcome {
        try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
    }

    /// The backup of the provider as it stands.
    private func backup() throws -> String {
        let copy = folder.path + "/backup.sqlite"
        try NodeDatabase.copy(from: folder.path + "/vn-lao-cai/node.sqlite", to: copy)
        return copy
    }

    /// The provider on a new machine, from a backup.
    private func restore(_ copy: String) throws -> (node: Node, toNode: SimulatedLink) {
        let machine = folder.path + "/new"
        try FileManager.default.createDirectory(atPath: machine + "/vn-lao-cai", withIntermediateDirectories: true)
        let place = machine + "/vn-lao-cai/node.sqlite"
        try FileManager.default.moveItem(atPath: copy, toPath: place)
        let database = try NodeDatabase(path: place)
        try database.noteRestore(at: federation.clock.now)
        try database.close()
        let node = try Federation.node(Made.laoCai, in: machine, clock: federation.clock, log: federation.log)
        return (node, Federation.link(to: node, from: Made.yunnan))
    }

    private func values(_ node: Node, station: String = "lao-cai") throws -> [Double?] {
        try node.database.observations(of: Made.series("vn-lao-cai/\(station)/stage")).map(\.value)
    }

    /// Both sides have one history, and every entry of it once.
    private func expectOneHistory(_ provider: Node, size: Int) throws {
        let signed = try #require(try provider.database.lastCheckpoint(of: lane))
        let accepted = try #require(try federation.yunnan.database.peerLane(lane))
        #expect(signed.size == size && accepted.size == size)
        #expect(signed.root == accepted.root)
        #expect(
            try provider.database.laneEntries(lane).map(\.bytes)
                == federation.yunnan.database.peerEntries(lane).map(\.bytes))
        #expect(try values(provider) == values(federation.yunnan))
    }

    @Test func `a restored node fetches back what its reader holds, and goes on without a fork`() async throws {
        try await takeIn(federation.laoCai, hours: 1...3)
        _ = try await pullFromLaoCai()
        let copy = try backup()
        for hour in 4...9 {
            try await takeIn(federation.laoCai, hours: hour...hour)
            _ = try await pullFromLaoCai()
        }
        let size = try #require(try federation.yunnan.database.peerLane(lane)?.size)
        let (node, toNode) = try restore(copy)

        // Before it has asked, it takes readings in and signs none.
        try await takeIn(node, hours: 10...10)
        let before = try #require(try node.database.lastCheckpoint(of: lane)?.size)
        #expect(before < size)
        #expect(try node.gateQueue().map(\.observation.value) == [80 + 10.0 / 64])
        #expect(FileManager.default.fileExists(atPath: folder.path + "/new/vn-lao-cai/lanes") == false)
        let early = try await federation.yunnan.pull(from: Made.laoCai, over: toNode.link)
        #expect(early.refused.isEmpty && early.entries.isEmpty)

        let pulled = try await node.pull(from: Made.yunnan, over: federation.toYunnan.link)
        #expect(pulled.refused.isEmpty, "\(pulled.refused)")
        #expect(try node.database.hold(of: lane) == nil)
        #expect(try node.database.lastCheckpoint(of: lane)?.size == size)
        #expect(try values(node).count == 10)

        try await takeIn(node, hours: 11...12)
        let late = try await federation.yunnan.pull(from: Made.laoCai, over: toNode.link)
        #expect(late.refused.isEmpty, "\(late.refused)")
        #expect(late.recorded == 3)
        try expectOneHistory(node, size: try #require(try node.database.lastCheckpoint(of: lane)?.size))
        #expect(try values(federation.yunnan).count == 12)
        #expect(try federation.yunnan.database.refusals().isEmpty)
        // The lane of nobody who has joined stays held for a person; what came back was not lost again.
        #expect(try node.gateQueue().isEmpty)
    }

    @Test
    func `acts of the register come back, and what is done before they are back is sent once, under its own number`()
        async throws
    {
        let edition = EditionCard(
            id: "conference-5", number: 5, title: Made.text("Fifth"), parties: [Made.yunnan, Made.laoCai],
            state: .signed, source: "made")
        func provision(_ clause: String) throws -> RegisterAct {
            let key = try #require(ProvisionKey(edition: "conference-5", clause: clause))
            return .provision(
                ProvisionCard(key: key, kind: .action, field: "water", text: Made.text("Words of \(clause)")))
        }
        _ = try await federation.laoCai.perform(.edition(edition), by: "secretary")
        _ = try await federation.laoCai.publishCheckpoints()
        _ = try await pullFromLaoCai()
        let copy = try backup()
        _ = try await federation.laoCai.perform(try provision("1.1"), by: "secretary")
        _ = try await federation.laoCai.publishCheckpoints()
        _ = try await pullFromLaoCai()
        let (node, toNode) = try restore(copy)
        // The lane is held: the act is kept and waits, and no checkpoint sends it before the others are back.
        _ = try await node.perform(try provision("2.1"), by: "secretary")
        _ = try await node.publishCheckpoints()
        #expect(try node.database.lastCheckpoint(of: lane)?.size == 1)
        _ = try await node.pull(from: Made.yunnan, over: federation.toYunnan.link)
        for _ in 1...3 { _ = try await node.publishCheckpoints() }
        _ = try await federation.yunnan.pull(from: Made.laoCai, over: toNode.link)
        #expect(try node.database.lastCheckpoint(of: lane)?.size == 3)
        #expect(try federation.yunnan.database.peerLane(lane)?.size == 3)
        for one in [node, federation.yunnan] {
            #expect(try await one.register().provisions.keys.map(\.clause).sorted() == ["1.1", "2.1"])
        }
    }

    @Test func `a reading that came back does not leave a second time when its table is read again`() async throws {
        try await takeIn(federation.laoCai, hours: 1...2)
        let copy = try backup()
        try await takeIn(federation.laoCai, hours: 3...4)
        _ = try await pullFromLaoCai()
        let (node, toNode) = try restore(copy)
        // The operator reads the same table again before the reader has been asked: two of its readings wait.
        try await takeIn(node, hours: 1...4)
        #expect(try node.gateQueue().count == 2)
        let refilled = try await node.refillOwnLanes(from: Made.yunnan, over: federation.toYunnan.link)
        #expect(refilled.refused.isEmpty && refilled.recorded == 0 && refilled.confirmed == [lane])
        #expect(try node.gateQueue().isEmpty)
        try await takeIn(node, hours: 1...5)
        let pulled = try await federation.yunnan.pull(from: Made.laoCai, over: toNode.link)
        #expect(pulled.recorded == 1 && pulled.alreadyKnown == 0 && pulled.refused.isEmpty)
        try expectOneHistory(node, size: try #require(try node.database.lastCheckpoint(of: lane)?.size))
    }

    @Test func `a reader that holds nothing more ends the doubt at once`() async throws {
        try await takeIn(federation.laoCai, hours: 1...3)
        _ = try await pullFromLaoCai()
        let (node, toNode) = try restore(try backup())
        #expect(try node.database.hold(of: lane) != nil)
        let outcome = try await node.refillOwnLanes(from: Made.yunnan, over: federation.toYunnan.link)
        #expect(outcome.confirmed == [lane] && outcome.entries.isEmpty)
        try await takeIn(node, hours: 4...4)
        #expect(try await federation.yunnan.pull(from: Made.laoCai, over: toNode.link).recorded == 1)
    }

    @Test func `what was carried here on a stick gives entries back and does not end the doubt`() async throws {
        try await takeIn(federation.laoCai, hours: 1...3)
        let copy = try backup()
        try await takeIn(federation.laoCai, hours: 4...6)
        _ = try await pullFromLaoCai()
        let (node, _) = try restore(copy)
        var stick = federation.toYunnan.link
        stick.isLive = false
        let outcome = try await node.refillOwnLanes(from: Made.yunnan, over: stick)
        #expect(outcome.recorded == 3 && outcome.confirmed.isEmpty && outcome.refused.isEmpty)
        guard case .restored? = try node.database.hold(of: lane) else {
            Issue.record("the lane is not held")
            return
        }
        _ = try await node.refillOwnLanes(from: Made.yunnan, over: federation.toYunnan.link)
        #expect(try node.database.hold(of: lane) == nil)
    }

    @Test func `a receipt given well after the restore ends the doubt where nothing is given back`() async throws {
        try await takeIn(federation.laoCai, hours: 1...3)
        _ = try await pullFromLaoCai()
        let (node, toNode) = try restore(try backup())
        var silent = federation.toYunnan.link
        let fetch = silent.fetch
        silent.fetch = { $0.hasPrefix("lanes/made-agreement/vn-lao-cai") ? nil : try await fetch($0) }
        _ = try await node.pull(from: Made.yunnan, over: silent)
        #expect(try node.database.hold(of: lane) != nil)
        federation.clock.set(federation.clock.now + 3_700)
        _ = try await federation.yunnan.pull(from: Made.laoCai, over: toNode.link)
        _ = try await node.pull(from: Made.yunnan, over: silent)
        #expect(try node.database.hold(of: lane) == nil)
    }

    @Test func `what no reader holds is not signed again before a person has said so`() async throws {
        try await takeIn(federation.laoCai, hours: 1...3)
        _ = try await pullFromLaoCai()
        let copy = try backup()
        // Signed and never fetched: nobody holds it.
        try await takeIn(federation.laoCai, hours: 4...4)
        let (node, toNode) = try restore(copy)
        try await takeIn(node, hours: 5...5)
        federation.toYunnan.setUp(false)
        await #expect(throws: LinkDown.self) {
            _ = try await node.pull(from: Made.yunnan, over: federation.toYunnan.link)
        }
        _ = try await node.publishCheckpoints()
        #expect(try node.gateQueue().count == 1)
        #expect(try federation.yunnan.database.refusals().isEmpty)
        try node.database.endRestore(at: federation.clock.now, by: "head of office")
        _ = try await node.publishCheckpoints()
        #expect(try node.gateQueue().isEmpty)
        let pulled = try await federation.yunnan.pull(from: Made.laoCai, over: toNode.link)
        #expect(pulled.recorded == 1 && pulled.refused.isEmpty)
        try expectOneHistory(node, size: try #require(try node.database.lastCheckpoint(of: lane)?.size))
    }

    @Test func `a person's word does not lift the hold where a reader has shown more`() async throws {
        try await takeIn(federation.laoCai, hours: 1...3)
        let copy = try backup()
        try await takeIn(federation.laoCai, hours: 4...4)
        _ = try await pullFromLaoCai()
        let (node, _) = try restore(copy)
        // The reader shows how much it holds and gives no entries back.
        federation.toYunnan.falsify { path, bytes in path.contains("tile/entries") ? [1] : bytes }
        let outcome = try await node.refillOwnLanes(from: Made.yunnan, over: federation.toYunnan.link)
        #expect(outcome.refused.map(\.value.code) == ["tampered"])
        try node.database.endRestore(at: federation.clock.now, by: "head of office")
        guard case .lost? = try node.database.hold(of: lane) else {
            Issue.record("the lane is not held")
            return
        }
        federation.toYunnan.falsify(nil)
        let again = try await node.refillOwnLanes(from: Made.yunnan, over: federation.toYunnan.link)
        #expect(again.entries.values.reduce(0, +) > 0)
        #expect(try node.database.hold(of: lane) == nil)
    }

    @Test(arguments: ["checkpoint", "tile/entries"])
    func `what a reader gives back falsified is refused, and the lane stays held`(part: String) async throws {
        try await takeIn(federation.laoCai, hours: 1...3)
        let copy = try backup()
        try await takeIn(federation.laoCai, hours: 4...6)
        _ = try await pullFromLaoCai()
        let (node, _) = try restore(copy)
        let size = try node.database.lastCheckpoint(of: lane)?.size
        federation.toYunnan.falsify { path, bytes in
            guard path.hasPrefix("lanes/"), path.contains(part), !bytes.isEmpty else { return bytes }
            var changed = bytes
            changed[part == "checkpoint" ? bytes.count / 2 : bytes.count - 1] ^= 1
            return changed
        }
        let outcome = try await node.refillOwnLanes(from: Made.yunnan, over: federation.toYunnan.link)
        #expect(outcome.refused.count == 1 && outcome.recorded == 0)
        #expect(try node.database.lastCheckpoint(of: lane)?.size == size)
        #expect(try node.database.hold(of: lane) != nil)
    }

    @Test func `only the provider is given its lane back`() async throws {
        try await takeIn(federation.laoCai, hours: 1...3)
        _ = try await pullFromLaoCai()
        let path = "lanes/made-agreement/vn-lao-cai/cn-yunnan/checkpoint"
        #expect(try await federation.yunnan.serve(path, to: Made.laoCai) != nil)
        for other in [Made.laiChau, Made.national, Made.yunnan] {
            #expect(try await federation.yunnan.serve(path, to: other) == nil)
        }
    }

    @Test func `its receipts come back before it gives new ones`() async throws {
        // Yunnan's lane, read by Lao Cai, whose node is lost.
        func yunnanTakesIn(_ hour: Int) async throws {
            let reading = Made.reading("cn-yunnan/manhao/stage", hour: Double(hour), 120)
            federation.clock.set(max(federation.clock.now, reading.observation.received))
            _ = try await federation.yunnan.receive([reading])
            _ = try await federation.yunnan.publishCheckpoints()
        }
        let theirs = "riparian/cn-yunnan/made-agreement/vn-lao-cai"
        try await yunnanTakesIn(1)
        _ = try await federation.laoCai.pull(from: Made.yunnan, over: federation.toYunnan.link)
        let copy = try backup()
        try await yunnanTakesIn(2)
        _ = try await federation.laoCai.pull(from: Made.yunnan, over: federation.toYunnan.link)
        _ = try await pullFromLaoCai()
        let given = try federation.laoCai.database.receipts(of: theirs)
        #expect(given.count == 2)
        let (node, toNode) = try restore(copy)
        try await yunnanTakesIn(3)
        let pulled = try await node.pull(from: Made.yunnan, over: federation.toYunnan.link)
        #expect(pulled.refused.isEmpty && pulled.recorded == 2)
        let now = try node.database.receipts(of: theirs)
        #expect(Array(now.prefix(2)) == given && now.count == 3)
        let collected = try await federation.yunnan.pull(from: Made.laoCai, over: toNode.link)
        #expect(collected.refused.isEmpty && collected.receipts == 1)
        #expect(try federation.yunnan.database.receipts(of: theirs) == now)
    }

    @Test func `a backup taken while readings come in holds whole batches and lanes that lead to their roots`()
        async throws
    {
        let node = federation.laoCai
        let place = folder.path + "/vn-lao-cai/node.sqlite"
        federation.clock.set(Made.start + 400 * 3600)
        let writer = Task {
            for hour in 1...300 {
                _ = try await node.receive([
                    Made.reading("vn-lao-cai/lao-cai/stage", hour: Double(hour), 80),
                    Made.reading("vn-lao-cai/bao-ha/stage", hour: Double(hour), 54),
                ])
            }
        }
        var sizes: [Int] = []
        for number in 0..<12 {
            let copy = folder.path + "/copy-\(number).sqlite"
            try NodeDatabase.copy(from: place, to: copy)
            let standings = try NodeDatabase.laneStandings(in: copy)
            #expect(!standings.contains { !$0.isSound })
            sizes.append(standings.first?.entries ?? 0)
            let database = try NodeDatabase(path: copy)
            let counts = try ["lao-cai", "bao-ha"].map {
                try database.observations(of: Made.series("vn-lao-cai/\($0)/stage")).count
            }
            #expect(counts[0] == counts[1])
            try database.close()
        }
        try await writer.value
        #expect(sizes == sizes.sorted())
        #expect(try node.database.observations(of: Made.series("vn-lao-cai/bao-ha/stage")).count == 300)
    }
}
