import GRDBSQLite
import Synchronization

/// One file that SQLite has open on a simulated disk. Each verb answers with SQLite's result code.
final class OpenFile {
    /// The bytes that SQLite lays out for a handle: its methods, then where this value is.
    struct Layout {
        var base: sqlite3_file
        var file: Unmanaged<OpenFile>?
    }

    private let disk: SimulatedDisk
    private let epoch: Int
    private let path: String
    private let file: Int
    private let sharing: FileSharing
    private let number: Int
    private let isDeletedOnClose: Bool

    /// Opens a file; nil when there is none and none may be made, or the machine is down.
    init?(
        _ path: String, on disk: SimulatedDisk, epoch: Int, mayMake: Bool, isDeletedOnClose: Bool, number: Int
    ) {
        let opened = disk.state.withLock { state -> (Int, FileSharing)? in
            guard !state.isDown, state.epoch == epoch, mayMake || state.image.names[path] != nil else { return nil }
            let file = state.image.open(path)
            let sharing = state.sharing[file] ?? FileSharing()
            state.sharing[file] = sharing
            return (file, sharing)
        }
        guard let (file, sharing) = opened else { return nil }
        (self.disk, self.path, self.epoch, self.file, self.sharing) = (disk, path, epoch, file, sharing)
        (self.number, self.isDeletedOnClose) = (number, isDeletedOnClose)
    }

    /// The value behind a handle of SQLite.
    static func behind(_ handle: UnsafeMutablePointer<sqlite3_file>?) -> OpenFile? {
        guard let handle else { return nil }
        return UnsafeMutableRawPointer(handle).assumingMemoryBound(to: Layout.self).pointee.file?.takeUnretainedValue()
    }

    func close() {
        sharing.leave(number)
        guard isDeletedOnClose else { return }
        disk.state.withLock { if $0.epoch == epoch { $0.image.delete(path, isDurable: true) } }
    }

    /// Runs a verb unless the machine is down or the process that opened the file is dead.
    private func alive(_ otherwise: CInt, _ verb: (inout SimulatedDisk.State) -> CInt) -> CInt {
        disk.state.withLock { state in
            guard !state.isDown, state.epoch == epoch else { return otherwise }
            return verb(&state)
        }
    }

    func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) -> CInt {
        alive(SimulatedFileSystem.readFault) { state in
            state.databaseReads += 1
            guard let count = state.image.files[file]?.bytes.copy(from: offset, into: target) else {
                return SimulatedFileSystem.readFault
            }
            if let due = state.faults.flipAtRead, state.databaseReads >= due, count > 0 {
                state.faults.flipAtRead = nil
                let bit = state.chance.below(count * 8)
                target[bit / 8] ^= UInt8(1) << UInt8(bit % 8)
                state.events.append(DiskEvent(kind: .flippedRead, path: path))
            }
            return count < target.count ? SimulatedFileSystem.shortRead : SQLITE_OK
        }
    }

    func write(_ source: UnsafeRawBufferPointer, at offset: Int) -> CInt {
        alive(SimulatedFileSystem.writeFault) { state in
            state.databaseWrites += 1
            let size = state.image.files[file]?.bytes.count ?? 0
            guard state.hasRoom(for: offset + source.count - size, path) else { return SQLITE_FULL }
            if let due = state.faults.shortWriteAt, state.databaseWrites >= due {
                state.faults.shortWriteAt = nil
                state.image.write(.init(rebasing: source[..<(source.count / 2)]), at: offset, of: file)
                state.events.append(DiskEvent(kind: .shortWrite, path: path))
                return SQLITE_FULL
            }
            state.image.write(source, at: offset, of: file)
            state.written?.append(WrittenBytes(path: path, bytes: FileBytes(source).array))
            return state.isCrashDue(path) ? SimulatedFileSystem.writeFault : SQLITE_OK
        }
    }

    func truncate(to size: Int) -> CInt {
        alive(SimulatedFileSystem.writeFault) { state in
            state.image.truncate(file, to: size)
            return state.isCrashDue(path) ? SimulatedFileSystem.writeFault : SQLITE_OK
        }
    }

    func sync() -> CInt {
        alive(SimulatedFileSystem.syncFault) { state in
            guard !state.isCrashDue(path) else { return SimulatedFileSystem.syncFault }
            state.syncs += 1
            if !state.faults.losesSyncs, !state.faults.losesDatabaseSyncs { state.image.sync(file) }
            return SQLITE_OK
        }
    }

    /// Bytes; nil when the machine is down.
    var size: Int? {
        disk.state.withLock { state in
            state.isDown || state.epoch != epoch ? nil : state.image.files[file]?.bytes.count
        }
    }

    private var isAlive: Bool { disk.state.withLock { !$0.isDown && $0.epoch == epoch } }

    func lock(_ level: CInt) -> CInt {
        guard isAlive else { return SQLITE_IOERR }
        return sharing.lock(number, level) ? SQLITE_OK : SQLITE_BUSY
    }

    func unlock(_ level: CInt) -> CInt {
        sharing.unlock(number, level)
        return SQLITE_OK
    }

    var isReserved: Bool { sharing.isReserved }

    /// The address of a region of the shared memory; 0 when there is none, nil when the machine is down.
    func region(_ number: Int, size: Int, make: Bool) -> UInt? {
        isAlive ? sharing.region(number, size: size, make: make) : nil
    }

    func lockMemory(_ slots: Range<Int>, _ flags: CInt) -> CInt {
        guard isAlive || flags & SQLITE_SHM_UNLOCK != 0 else { return SQLITE_IOERR }
        return sharing.lockMemory(number, slots, flags) ? SQLITE_OK : SQLITE_BUSY
    }

    func barrier() { sharing.barrier() }
}
