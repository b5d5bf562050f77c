import GRDBSQLite
import Synchronization

/// What the open handles of one file share: its locks, and the memory in which connections find their way in the
/// write-ahead log. It dies with the process that a crash ends.
final class FileSharing: Sendable {
    fileprivate struct State {
        /// The lock of each handle, by SQLite's level.
        var levels: [Int: CInt] = [:]
        var shared: [Set<Int>] = Array(repeating: [], count: Int(SQLITE_SHM_NLOCK))
        var exclusive: [Int?] = Array(repeating: nil, count: Int(SQLITE_SHM_NLOCK))
        /// Addresses of the regions; numbers, because a pointer may not leave the lock.
        var regions: [UInt] = []
    }

    private let state = Mutex(State())

    deinit {
        state.withLock { state in
            for region in state.regions { UnsafeMutableRawPointer(bitPattern: region)?.deallocate() }
        }
    }

    // MARK: Locks of the file

    /// Raises the lock of a handle; false while another one is in the way.
    func lock(_ handle: Int, _ level: CInt) -> Bool {
        state.withLock { state in
            let own = state.levels[handle, default: SQLITE_LOCK_NONE]
            guard own < level else { return true }
            let highest = state.levels.filter { $0.key != handle }.values.max() ?? SQLITE_LOCK_NONE
            switch level {
            case SQLITE_LOCK_SHARED where highest >= SQLITE_LOCK_PENDING: return false
            case SQLITE_LOCK_RESERVED where highest >= SQLITE_LOCK_RESERVED: return false
            case SQLITE_LOCK_EXCLUSIVE where highest >= SQLITE_LOCK_RESERVED: return false
            case SQLITE_LOCK_EXCLUSIVE where highest >= SQLITE_LOCK_SHARED:
                state.levels[handle] = SQLITE_LOCK_PENDING
                return false
            default:
                state.levels[handle] = level
                return true
            }
        }
    }

    func unlock(_ handle: Int, _ level: CInt) {
        state.withLock { $0.levels[handle] = level == SQLITE_LOCK_NONE ? nil : level }
    }

    var isReserved: Bool { state.withLock { $0.levels.values.contains { $0 >= SQLITE_LOCK_RESERVED } } }

    // MARK: Shared memory

    /// The address of a region, made when asked for; 0 when there is none.
    func region(_ number: Int, size: Int, make: Bool) -> UInt {
        state.withLock { state in
            guard make || number < state.regions.count else { return 0 }
            while state.regions.count <= number {
                let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
                memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
                state.regions.append(UInt(bitPattern: memory))
            }
            return state.regions[number]
        }
    }

    /// Takes or gives back locks of the shared memory; false while another handle is in the way.
    func lockMemory(_ handle: Int, _ slots: Range<Int>, _ flags: CInt) -> Bool {
        state.withLock { state in
            if flags & SQLITE_SHM_UNLOCK != 0 {
                for slot in slots { state.release(slot, handle) }
                return true
            }
            let isShared = flags & SQLITE_SHM_SHARED != 0
            for slot in slots {
                if let owner = state.exclusive[slot], owner != handle { return false }
                if !isShared, !state.shared[slot].subtracting([handle]).isEmpty { return false }
            }
            for slot in slots {
                if isShared { state.shared[slot].insert(handle) } else { state.exclusive[slot] = handle }
            }
            return true
        }
    }

    /// Gives back everything of a handle.
    func leave(_ handle: Int) {
        state.withLock { state in
            state.levels[handle] = nil
            for slot in state.shared.indices { state.release(slot, handle) }
        }
    }

    /// A point that no reading or writing of memory crosses.
    func barrier() { state.withLock { _ in } }
}

extension FileSharing.State {
    fileprivate mutating func release(_ slot: Int, _ handle: Int) {
        shared[slot].remove(handle)
        if exclusive[slot] == handle { exclusive[slot] = nil }
    }
}
