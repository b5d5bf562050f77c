import Foundation

/// Bytes that grow in place, copied as memory: a world writes millions of them.
struct FileBytes {
    private var storage: [UInt8] = []
    private(set) var count = 0

    /// The bytes as an array.
    var array: [UInt8] {
        let count = count
        return storage.withUnsafeBytes { source in
            [UInt8](unsafeUninitializedCapacity: count) { target, filled in
                if let from = source.baseAddress, let to = target.baseAddress { memcpy(to, from, count) }
                filled = count
            }
        }
    }

    /// Makes bytes of memory.
    init(_ source: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)) { put(source, at: 0) }

    /// Makes the bytes that many, filling with zeros.
    mutating func resize(to size: Int) {
        if size > storage.count {
            let (old, capacity) = (count, max(size, storage.count * 2, 4096))
            storage = storage.withUnsafeBytes { source in
                [UInt8](unsafeUninitializedCapacity: capacity) { target, filled in
                    guard let to = target.baseAddress else { return }
                    if let from = source.baseAddress, old > 0 { memcpy(to, from, old) }
                    memset(to + old, 0, capacity - old)
                    filled = capacity
                }
            }
        } else if size < count {
            storage.withUnsafeMutableBytes { _ = memset($0.baseAddress! + size, 0, count - size) }  // count > 0 here
        }
        count = size
    }

    /// Puts bytes at an offset, growing where needed.
    mutating func put(_ source: UnsafeRawBufferPointer, at offset: Int) {
        guard let from = source.baseAddress, !source.isEmpty else { return }
        if offset + source.count > count { resize(to: offset + source.count) }
        storage.withUnsafeMutableBytes { _ = memcpy($0.baseAddress! + offset, from, source.count) }  // not empty now
    }

    /// Takes a range over from other bytes, as far as they reach.
    mutating func take(_ range: Range<Int>, from other: FileBytes) {
        let range = range.clamped(to: 0..<other.count)
        other.storage.withUnsafeBytes { put(UnsafeRawBufferPointer(rebasing: $0[range]), at: range.lowerBound) }
    }

    /// Copies bytes from an offset into memory; zeros beyond the end.
    ///
    /// - Returns: how many there were.
    func copy(from offset: Int, into target: UnsafeMutableRawBufferPointer) -> Int {
        guard let to = target.baseAddress else { return 0 }
        let known = max(0, min(target.count, count - offset))
        storage.withUnsafeBytes { if known > 0 { memcpy(to, $0.baseAddress! + offset, known) } }  // not empty here
        memset(to + known, 0, target.count - known)
        return known
    }

    mutating func flip(bit: Int) {
        if bit / 8 < count { storage[bit / 8] ^= UInt8(1) << UInt8(bit % 8) }
    }
}

/// The bytes of one file: what programs see, and what a crash leaves.
struct SimulatedFile {
    /// The unit that a disk writes whole or not at all, in bytes.
    static let sector = 512

    /// What programs see.
    private(set) var bytes = FileBytes()
    /// What is on the platter.
    private(set) var durable = FileBytes()
    /// Ranges written since the last sync, in order.
    private var unsynced: [Range<Int>] = []

    mutating func write(_ source: UnsafeRawBufferPointer, at offset: Int) {
        guard !source.isEmpty else { return }
        bytes.put(source, at: offset)
        unsynced.append(offset..<offset + source.count)
    }

    mutating func truncate(to size: Int) { bytes.resize(to: size) }

    mutating func sync() {
        let known = durable.count
        durable.resize(to: bytes.count)
        if known < bytes.count { durable.take(known..<bytes.count, from: bytes) }
        for range in unsynced where range.lowerBound < known { durable.take(range, from: bytes) }
        unsynced.removeAll(keepingCapacity: true)
    }

    /// Flips one bit in both images.
    mutating func flip(bit: Int) {
        bytes.flip(bit: bit)
        durable.flip(bit: bit)
    }

    /// What a crash leaves of the file.
    mutating func crash(_ survival: CrashSurvival, _ chance: inout SimulatedChance) {
        switch survival {
        case .nothing: break
        case .everything: sync()
        case .someSectors: keepSomeSectors(&chance)
        }
        bytes = durable
        unsynced.removeAll()
    }

    private mutating func keepSomeSectors(_ chance: inout SimulatedChance) {
        if bytes.count < durable.count, chance.isOne(in: 2) { durable.resize(to: bytes.count) }
        var sectors: Set<Int> = []
        for range in unsynced where !range.isEmpty {
            sectors.formUnion(range.lowerBound / Self.sector...(range.upperBound - 1) / Self.sector)
        }
        let last = unsynced.last.map { ($0.upperBound - 1) / Self.sector }
        for number in sectors.sorted() where chance.isOne(in: 2) {
            var range = number * Self.sector..<(number + 1) * Self.sector
            if number == last, chance.isOne(in: 2) {
                range = range.lowerBound..<range.lowerBound + chance.below(Self.sector)
            }
            durable.take(range, from: bytes)
        }
    }
}

/// All files of one disk. A name and the file behind it are apart: what is renamed, deleted or not yet synced may stand
/// under its name for programs and not for the platter, or the other way round.
struct DiskImage {
    private(set) var files: [Int: SimulatedFile] = [:]
    /// The file behind each name, for programs.
    private(set) var names: [String: Int] = [:]
    /// The file behind each name, on the platter.
    private var durableNames: [String: Int] = [:]
    /// Files whose names have never been synced.
    private var unnamed: Set<Int> = []
    private var nextFile = 1

    /// Bytes of all files together.
    var size: Int { files.values.reduce(0) { $0 + $1.bytes.count } }

    /// The file behind a name, made when there is none.
    mutating func open(_ name: String) -> Int {
        if let file = names[name] { return file }
        defer { nextFile += 1 }
        names[name] = nextFile
        unnamed.insert(nextFile)
        files[nextFile] = SimulatedFile()
        return nextFile
    }

    mutating func write(_ source: UnsafeRawBufferPointer, at offset: Int, of file: Int) {
        files[file]?.write(source, at: offset)
    }

    mutating func truncate(_ file: Int, to size: Int) { files[file]?.truncate(to: size) }

    /// Makes a file durable. When it is a new one, SQLite syncs its folder too, and with it every name that was made or
    /// deleted there.
    mutating func sync(_ file: Int) {
        files[file]?.sync()
        guard unnamed.contains(file) else { return }
        durableNames = names
        unnamed = []
    }

    mutating func delete(_ name: String, isDurable: Bool) {
        names[name] = nil
        if isDurable { durableNames[name] = nil }
    }

    /// Puts a whole new file in the place of a name.
    mutating func replace(_ name: String, with bytes: [UInt8], isDurable: Bool) {
        names[name] = nil
        let file = open(name)
        bytes.withUnsafeBytes { write($0, at: 0, of: file) }
        if isDurable { sync(file) }
    }

    mutating func flip(bit: Int, of file: Int) { files[file]?.flip(bit: bit) }

    /// What a crash leaves.
    mutating func crash(_ survival: CrashSurvival, _ chance: inout SimulatedChance) {
        for name in Set(names.keys).union(durableNames.keys).sorted() where names[name] != durableNames[name] {
            let isKept = survival == .everything || (survival == .someSectors && chance.isOne(in: 2))
            if isKept { durableNames[name] = names[name] }
        }
        names = durableNames
        unnamed = []
        let standing = Set(names.values)
        for file in files.keys.sorted() {
            if standing.contains(file) { files[file]?.crash(survival, &chance) } else { files[file] = nil }
        }
    }
}
