import Synchronization

/// A disk in memory that can lose power at any change, lie about syncs, be full and flip bits, all from one seed.
///
/// SQLite opens databases on it by ``databasePath(_:)``; whole files go through ``write(_:_:)`` and ``read(_:)``. Both
/// kinds share one image, so that one crash hits both at the same moment.
public final class SimulatedDisk: Sendable {
    struct State {
        var image = DiskImage()
        var faults = DiskFaults()
        var chance: SimulatedChance
        /// Handles of an earlier epoch are those of a dead process.
        var epoch = 0
        var isDown = false
        var changes = 0
        var databaseWrites = 0
        var databaseReads = 0
        var syncs = 0
        var events: [DiskEvent] = []
        /// What has been written since somebody last looked; nil until somebody looks.
        var written: [WrittenBytes]?
        /// Locks and shared memory of the open files of this epoch.
        var sharing: [Int: FileSharing] = [:]
    }

    /// What SQLite knows the disk by.
    let name: String
    let state: Mutex<State>

    /// Makes an empty disk.
    ///
    /// - Parameter seed: decides what a crash leaves and which bits flip.
    public init(seed: UInt64) {
        state = Mutex(State(chance: SimulatedChance(seed: seed)))
        name = SimulatedFileSystem.nextName()
        SimulatedFileSystem.mount(self)
    }

    /// Makes a disk with the files of another one, as after a copy of the whole folder while nobody writes.
    public init(seed: UInt64, copying other: SimulatedDisk) {
        var copy = State(chance: SimulatedChance(seed: seed))
        copy.image = other.state.withLock { $0.image }
        state = Mutex(copy)
        name = SimulatedFileSystem.nextName()
        SimulatedFileSystem.mount(self)
    }

    /// What the disk does wrong from now on; counts begin again with each assignment.
    public var faults: DiskFaults {
        get { state.withLock { $0.faults } }
        set {
            state.withLock {
                $0.faults = newValue
                $0.changes = 0
                $0.databaseReads = 0
                $0.databaseWrites = 0
            }
        }
    }

    /// Whether the machine is down: every access fails until ``restart(_:)``.
    public var isDown: Bool { state.withLock { $0.isDown } }

    /// Changes since the faults were last set.
    public var changes: Int { state.withLock { $0.changes } }

    /// Syncs of database files so far.
    public var syncs: Int { state.withLock { $0.syncs } }

    /// The faults played so far, in order.
    public var events: [DiskEvent] { state.withLock { $0.events } }

    /// Cuts the power now. Open handles stay dead for ever.
    public func cutPower() {
        state.withLock { $0.isDown = true }
    }

    /// Starts the machine again on what the crash has left, with an honest disk.
    public func restart(_ survival: CrashSurvival) {
        state.withLock { state in
            var chance = state.chance
            state.image.crash(survival, &chance)
            state.chance = chance
            state.epoch += 1
            state.sharing = [:]
            state.faults = DiskFaults()
            state.changes = 0
            state.databaseReads = 0
            state.databaseWrites = 0
            state.isDown = false
        }
    }

    /// What to give SQLite to open a database on this disk; after a restart it is another one.
    ///
    /// - Parameter file: a relative path.
    public func databasePath(_ file: String) -> String {
        SimulatedFileSystem.address(of: file, on: name, epoch: state.withLock { $0.epoch })
    }

    /// The files, by name.
    public var files: [String: [UInt8]] {
        state.withLock { state in state.image.names.compactMapValues { state.image.files[$0]?.bytes.array } }
    }

    /// Everything that has been written since the last call, whether it is durable or not; nothing at the first call.
    public func takeWritten() -> [WrittenBytes] {
        state.withLock { state in
            defer { state.written = [] }
            return state.written ?? []
        }
    }

    /// Flips one bit that the seed chooses in a file, for ever.
    ///
    /// - Returns: whether there was such a file with a byte in it.
    public func flipBit(in path: String) -> Bool {
        state.withLock { state in
            guard let file = state.image.names[path], let size = state.image.files[file]?.bytes.count, size > 0
            else { return false }
            state.image.flip(bit: state.chance.below(size * 8), of: file)
            state.events.append(DiskEvent(kind: .flippedBit, path: path))
            return true
        }
    }

    deinit { SimulatedFileSystem.unmount(name) }
}

/// Bytes that were written in one go.
public struct WrittenBytes: Hashable, Sendable {
    /// The file.
    public let path: String
    /// The bytes.
    public let bytes: [UInt8]
}

extension SimulatedDisk {
    /// Puts a whole file in place: a temporary file, its sync and its rename as one durable step.
    ///
    /// - Throws: ``DiskFault``.
    public func write(_ path: String, _ bytes: [UInt8]) throws {
        try state.withLock { state in
            guard !state.isDown else { throw DiskFault(reason: .down, path: path) }
            let known = state.image.names[path].flatMap { state.image.files[$0]?.bytes.count } ?? 0
            guard state.hasRoom(for: bytes.count - known, path) else { throw DiskFault(reason: .full, path: path) }
            let isCrash = state.isCrashDue(path)
            if !isCrash || state.faults.crashKeepsRename {
                state.written?.append(WrittenBytes(path: path, bytes: bytes))
                state.image.replace(path, with: bytes, isDurable: !state.faults.losesSyncs)
            }
            if isCrash { throw DiskFault(reason: .down, path: path) }
        }
    }

    /// Takes a file away; nothing happens when there is none.
    ///
    /// - Throws: ``DiskFault``.
    public func remove(_ path: String) throws {
        try state.withLock { state in
            guard !state.isDown else { throw DiskFault(reason: .down, path: path) }
            guard state.image.names[path] != nil else { return }
            let isCrash = state.isCrashDue(path)
            if !isCrash || state.faults.crashKeepsRename {
                state.image.delete(path, isDurable: !state.faults.losesSyncs)
            }
            if isCrash { throw DiskFault(reason: .down, path: path) }
        }
    }

    /// The bytes of a file; nil when there is none.
    ///
    /// - Throws: ``DiskFault``.
    public func read(_ path: String) throws -> [UInt8]? {
        try state.withLock { state in
            guard !state.isDown else { throw DiskFault(reason: .down, path: path) }
            return state.image.names[path].flatMap { state.image.files[$0]?.bytes.array }
        }
    }
}

extension SimulatedDisk.State {
    /// Counts one change of the disk; true when the power goes at it.
    mutating func isCrashDue(_ path: String) -> Bool {
        changes += 1
        guard let due = faults.crashAtChange, changes >= due else { return false }
        isDown = true
        events.append(DiskEvent(kind: .crash, path: path))
        return true
    }

    /// Whether the files may grow by that many bytes.
    mutating func hasRoom(for growth: Int, _ path: String) -> Bool {
        guard let room = faults.room, growth > 0, image.size + growth > room else { return true }
        events.append(DiskEvent(kind: .full, path: path))
        return false
    }
}
