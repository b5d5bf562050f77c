import Accord
import NodeCore
import Series
import Storage
import Synchronization
import TestKit

/// The lines that a node logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    func take() -> [String] {
        lines.withLock { lines in
            defer { lines = [] }
            return lines
        }
    }
}

/// One party's machine: its disk, which outlives crashes, and its node, which does not.
final class Seat {
    static let databaseFile = "node.sqlite"

    let party: PartyID
    let disk: SimulatedDisk
    let box = NodeBox()
    let log = LogLines()
    private let configuration: NodeConfiguration
    private let clock: SimulatedClock
    /// s that the machine's clock is ahead.
    private let skew: Int64
    /// Readings that were sent and not acknowledged: they are sent again.
    var pending: [ReceivedObservation] = []

    init(_ configuration: NodeConfiguration, disk: SimulatedDisk, clock: SimulatedClock, skew: Int64) {
        party = configuration.party
        self.configuration = configuration
        self.disk = disk
        self.clock = clock
        self.skew = skew
    }

    var node: Node? { box.node }

    /// Opens the node on what stands on the disk, as the program does when it starts.
    func start() async throws {
        let database = try NodeDatabase(path: disk.databasePath(Seat.databaseFile))
        let (clock, skew, disk, log) = (clock, skew, disk, log)
        let effects = Effects(
            now: { clock.now + skew }, randomBytes: { [UInt8](repeating: 7, count: $0) }, disk: Seat.effect(of: disk),
            log: { log.add($0) })
        let node = Node(configuration: configuration, database: database, effects: effects)
        _ = try await node.publishCheckpoints()
        box.node = node
    }

    /// Takes the node away after its machine has gone down.
    func fall() { box.node = nil }

    /// The simulated disk as a node's folder, with the store's errors.
    private static func effect(of disk: SimulatedDisk) -> Disk {
        Disk(
            write: { path, bytes in try named { try disk.write(path, bytes) } },
            read: { path in try named { try disk.read(path) } },
            remove: { path in try named { try disk.remove(path) } })
    }

    private static func named<Value>(_ work: () throws -> Value) throws -> Value {
        do { return try work() } catch let fault as DiskFault {
            throw StorageError(
                code: fault.reason == .full ? .diskFull : .unavailable, what: fault.description,
                advice: "see to the disk")
        }
    }
}
