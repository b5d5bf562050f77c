/// The bytes of one file: what programs see, and what a crash leaves.
struct SimulatedFile {
    /// The unit that a disk writes whole or not at all, in bytes.
    static let sector = 512

    /// What programs see.
    private(set) var bytes: [UInt8] = []
    /// What is on the platter.
    private(set) var durable: [UInt8] = []
    /// Ranges written since the last sync, in order.
    private var unsynced: [Range<Int>] = []

    mutating func write(_ source: UnsafeRawBufferPointer, at offset: Int) {
        let end = offset + source.count
        if bytes.count < end { bytes.append(contentsOf: repeatElement(0, count: end - bytes.count)) }
        guard !source.isEmpty else { return }
        bytes.withUnsafeMutableBytes { $0[offset..<end].copyBytes(from: source) }
        unsynced.append(offset..<end)
    }

    mutating func truncate(to size: Int) {
        if size < bytes.count { bytes.removeLast(bytes.count - size) }
        if size > bytes.count { bytes.append(contentsOf: repeatElement(0, count: size - bytes.count)) }
    }

    mutating func sync() {
        if durable.count > bytes.count { durable.removeLast(durable.count - bytes.count) }
        if durable.count < bytes.count {
            let known = durable.count
            durable.append(contentsOf: bytes[known...])
        }
        for range in unsynced {
            let range = range.clamped(to: 0..<bytes.count)
            guard !range.isEmpty else { continue }
            bytes.withUnsafeBytes { source in
                durable.withUnsafeMutableBytes { $0[range].copyBytes(from: source[range]) }
            }
        }
        unsynced.removeAll(keepingCapacity: true)
    }

    /// Flips one bit in both images.
    mutating func flip(bit: Int) {
        let (index, mask) = (bit / 8, UInt8(1) << UInt8(bit % 8))
        if index < bytes.count { bytes[index] ^= mask }
        if index < durable.count { durable[index] ^= mask }
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
        if bytes.count < durable.count, chance.isOne(in: 2) { durable.removeLast(durable.count - bytes.count) }
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
            range = range.clamped(to: 0..<bytes.count)
            guard !range.isEmpty else { continue }
            if durable.count < range.upperBound {
                durable.append(contentsOf: repeatElement(0, count: range.upperBound - durable.count))
            }
            durable.replaceSubrange(range, with: bytes[range])
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
    private var nextFile = 1

    /// Bytes of all files together.
    var size: Int { files.values.reduce(0) { $0 + $1.bytes.count } }

    /// The file behind a name, made when there is none.
    mutating func open(_ name: String) -> Int {
        if let file = names[name] { return file }
        defer { nextFile += 1 }
        names[name] = nextFile
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
        if names.contains(where: { $0.value == file && durableNames[$0.key] != file }) { durableNames = names }
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
        let standing = Set(names.values)
        for file in files.keys.sorted() {
            if standing.contains(file) { files[file]?.crash(survival, &chance) } else { files[file] = nil }
        }
    }
}
