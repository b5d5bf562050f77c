import GRDBSQLite

extension SimulatedFileSystem {
    /// What SQLite calls for an open file.
    static func fileMethods() -> sqlite3_io_methods {
        var methods = sqlite3_io_methods()
        methods.iVersion = 2
        addReadingAndWriting(to: &methods)
        addLocks(to: &methods)
        addSharedMemory(to: &methods)
        // As the file system of Unix answers by default.
        methods.xSectorSize = { _ in 4096 }
        methods.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
        methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        return methods
    }

    private static func addReadingAndWriting(to methods: inout sqlite3_io_methods) {
        methods.xClose = { handle in
            guard let handle else { return SQLITE_OK }
            let layout = UnsafeMutableRawPointer(handle).assumingMemoryBound(to: OpenFile.Layout.self)
            if let file = layout.pointee.file?.takeRetainedValue() { file.close() }
            layout.pointee.file = nil
            return SQLITE_OK
        }
        methods.xRead = { handle, target, count, offset in
            guard let file = OpenFile.behind(handle), let target else { return SQLITE_IOERR }
            return file.read(
                into: UnsafeMutableRawBufferPointer(start: target, count: Int(count)), at: Int(offset))
        }
        methods.xWrite = { handle, source, count, offset in
            guard let file = OpenFile.behind(handle), let source else { return SQLITE_IOERR }
            return file.write(UnsafeRawBufferPointer(start: source, count: Int(count)), at: Int(offset))
        }
        methods.xTruncate = { handle, size in OpenFile.behind(handle)?.truncate(to: Int(size)) ?? SQLITE_IOERR }
        methods.xSync = { handle, _ in OpenFile.behind(handle)?.sync() ?? SQLITE_IOERR }
        methods.xFileSize = { handle, answer in
            guard let size = OpenFile.behind(handle)?.size else { return SQLITE_IOERR }
            answer?.pointee = Int64(size)
            return SQLITE_OK
        }
    }

    private static func addLocks(to methods: inout sqlite3_io_methods) {
        methods.xLock = { handle, level in OpenFile.behind(handle)?.lock(level) ?? SQLITE_IOERR }
        methods.xUnlock = { handle, level in OpenFile.behind(handle)?.unlock(level) ?? SQLITE_IOERR }
        methods.xCheckReservedLock = { handle, answer in
            answer?.pointee = OpenFile.behind(handle)?.isReserved == true ? 1 : 0
            return SQLITE_OK
        }
    }

    private static func addSharedMemory(to methods: inout sqlite3_io_methods) {
        methods.xShmMap = { handle, number, size, make, answer in
            guard let address = OpenFile.behind(handle)?.region(Int(number), size: Int(size), make: make != 0)
            else { return SQLITE_IOERR }
            answer?.pointee = UnsafeMutableRawPointer(bitPattern: address)
            return SQLITE_OK
        }
        methods.xShmLock = { handle, offset, count, flags in
            OpenFile.behind(handle)?.lockMemory(Int(offset)..<Int(offset + count), flags) ?? SQLITE_IOERR
        }
        methods.xShmBarrier = { handle in OpenFile.behind(handle)?.barrier() }
        // The memory lasts as long as a handle of the file: a process that comes later finds it, as on Unix.
        methods.xShmUnmap = { _, _ in SQLITE_OK }
    }
}
