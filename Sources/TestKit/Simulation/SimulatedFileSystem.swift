import GRDBSQLite
import Foundation
import Synchronization

/// The file system through which SQLite reaches simulated disks; registered once, beside the real one and never instead.
enum SimulatedFileSystem {
    private static let name = "riparian-simulated"
    private static let mounted = Mutex<(next: Int, disks: [String: WeakDisk])>((1, [:]))
    private static let handles = Atomic<Int>(1)

    // SQLite writes these as macros that Swift does not see.
    static let readFault = SQLITE_IOERR | (1 << 8)
    static let shortRead = SQLITE_IOERR | (2 << 8)
    static let writeFault = SQLITE_IOERR | (3 << 8)
    static let syncFault = SQLITE_IOERR | (4 << 8)

    private struct WeakDisk {
        weak var disk: SimulatedDisk?
    }

    // MARK: Disks

    static func nextName() -> String {
        mounted.withLock { table in
            defer { table.next += 1 }
            return "disk-\(table.next)"
        }
    }

    static func mount(_ disk: SimulatedDisk) {
        precondition(isRegistered, "SQLite takes a file system")
        mounted.withLock { $0.disks[disk.name] = WeakDisk(disk: disk) }
    }

    static func unmount(_ name: String) { mounted.withLock { $0.disks[name] = nil } }

    /// The address by which SQLite opens a file of a disk. It holds for one life of the machine: a process that a crash
    /// has ended opens nothing any more.
    static func address(of file: String, on disk: String, epoch: Int) -> String {
        "file:/\(disk)/\(epoch)/\(file)?vfs=\(name)"
    }

    /// Where a full path leads.
    private struct Place {
        let disk: SimulatedDisk
        let epoch: Int
        let path: String
    }

    private static func place(_ path: UnsafePointer<CChar>?) -> Place? {
        guard let path else { return nil }
        let parts = String(cString: path).split(separator: "/", maxSplits: 2).map(String.init)
        guard parts.count == 3, let epoch = Int(parts[1]), let disk = mounted.withLock({ $0.disks[parts[0]]?.disk })
        else { return nil }
        return Place(disk: disk, epoch: epoch, path: parts[2])
    }

    // MARK: What SQLite calls

    private static let isRegistered: Bool = {
        guard sqlite3_compileoption_used("USE_URI") != 0 else { return false }
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        methods.initialize(to: fileMethods())
        let system = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        var description = sqlite3_vfs()
        description.iVersion = 2
        description.szOsFile = CInt(MemoryLayout<OpenFile.Layout>.size)
        description.mxPathname = 512
        description.zName = UnsafePointer(strdup(name))
        description.pAppData = UnsafeMutableRawPointer(methods)
        description.xOpen = { SimulatedFileSystem.open($0, $1, $2, $3, $4) }
        description.xDelete = { SimulatedFileSystem.delete($1, isDurable: $2 != 0) }
        description.xAccess = { SimulatedFileSystem.access($1, $3) }
        description.xFullPathname = { _, path, capacity, target in
            guard let path, let target, strlen(path) < Int(capacity) else { return SQLITE_CANTOPEN }
            strcpy(target, path)
            return SQLITE_OK
        }
        description.xRandomness = { _, count, target in
            // Only names of temporary files come from here; they reach no disk.
            if let target { memset(target, 7, Int(count)) }
            return count
        }
        description.xSleep = { _, microseconds in
            usleep(UInt32(microseconds))
            return microseconds
        }
        description.xCurrentTime = { _, days in
            days?.pointee = 2_460_000.5
            return SQLITE_OK
        }
        description.xCurrentTimeInt64 = { _, milliseconds in
            milliseconds?.pointee = 212_544_043_200_000
            return SQLITE_OK
        }
        description.xGetLastError = { _, _, _ in 0 }
        system.initialize(to: description)
        return sqlite3_vfs_register(system, 0) == SQLITE_OK
    }()

    private static func open(
        _ system: UnsafeMutablePointer<sqlite3_vfs>?, _ path: UnsafePointer<CChar>?,
        _ handle: UnsafeMutablePointer<sqlite3_file>?, _ flags: CInt, _ outFlags: UnsafeMutablePointer<CInt>?
    ) -> CInt {
        guard let system, let handle else { return SQLITE_CANTOPEN }
        handle.pointee.pMethods = nil
        let number = handles.wrappingAdd(1, ordering: .relaxed).newValue
        let isTemporary = path == nil
        // A file without a name is one of SQLite's scratch files: it lies on a disk of its own that never fails.
        let place = isTemporary ? Place(disk: SimulatedDisk(seed: 0), epoch: 0, path: "scratch") : place(path)
        guard let place,
            let file = OpenFile(
                place.path, on: place.disk, epoch: place.epoch, mayMake: isTemporary || flags & SQLITE_OPEN_CREATE != 0,
                isDeletedOnClose: flags & SQLITE_OPEN_DELETEONCLOSE != 0, number: number)
        else { return SQLITE_CANTOPEN }
        let methods = system.pointee.pAppData.assumingMemoryBound(to: sqlite3_io_methods.self)
        UnsafeMutableRawPointer(handle).assumingMemoryBound(to: OpenFile.Layout.self).initialize(
            to: OpenFile.Layout(base: sqlite3_file(pMethods: methods), file: .passRetained(file)))
        outFlags?.pointee = flags
        return SQLITE_OK
    }

    private static func delete(_ path: UnsafePointer<CChar>?, isDurable: Bool) -> CInt {
        guard let place = place(path) else { return SQLITE_IOERR }
        return place.disk.state.withLock { state in
            guard !state.isDown, state.epoch == place.epoch else { return SQLITE_IOERR }
            state.image.delete(place.path, isDurable: isDurable && !state.faults.losesSyncs)
            return state.isCrashDue(place.path) ? SQLITE_IOERR : SQLITE_OK
        }
    }

    private static func access(_ path: UnsafePointer<CChar>?, _ answer: UnsafeMutablePointer<CInt>?) -> CInt {
        guard let place = place(path) else { return SQLITE_IOERR }
        return place.disk.state.withLock { state in
            guard !state.isDown, state.epoch == place.epoch else { return SQLITE_IOERR }
            answer?.pointee = state.image.names[place.path] == nil ? 0 : 1
            return SQLITE_OK
        }
    }
}
