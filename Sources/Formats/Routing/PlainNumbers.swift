import CHDF5
import Foundation

/// The variables of an HDF5 file whose numbers lie in it one after the other as this machine has them, to be read in place: a library
/// copies them first.
///
/// What is packed, in pieces, in another order of bytes or in another kind of file is left to the library. As of every file that is
/// mapped, nobody may cut it short while it is read.
///
/// Unchecked: the memory is only read.
final class PlainNumbers: @unchecked Sendable {
    private struct Place {
        let bytes: UnsafeRawBufferPointer
        /// As ``CHDF5Place`` has it.
        let kind: UInt8
    }

    private let map: UnsafeRawBufferPointer
    private var places: [String: Place] = [:]

    /// Variables that are looked for.
    private static let most = 256

    /// Looks into a file; nil where there is nothing of that kind. To be called by one at a time.
    init?(_ path: String) {
        guard Int32(1).littleEndian == 1 else { return nil }
        var found = [CHDF5Place](repeating: CHDF5Place(), count: PlainNumbers.most)
        let count = chdf5_places(path, &found, Int32(found.count))
        guard count > 0, let map = PlainNumbers.map(path) else { return nil }
        self.map = map
        for place in found.prefix(Int(count)) {
            let kind = UInt8(bitPattern: place.kind)
            let (size, overflow) = Int(clamping: place.count).multipliedReportingOverflow(by: PlainNumbers.width(kind))
            let offset = Int(place.offset)
            guard !overflow, offset >= 0, offset <= map.count, size <= map.count - offset else { continue }
            let name = withUnsafeBytes(of: place.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            places[name] = Place(bytes: UnsafeRawBufferPointer(rebasing: map[offset..<(offset + size)]), kind: kind)
        }
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: map.baseAddress), map.count) }

    private static func width(_ kind: UInt8) -> Int {
        kind == UInt8(ascii: "d") || kind == UInt8(ascii: "q") ? 8 : 4
    }

    private static func map(_ path: String) -> UnsafeRawBufferPointer? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size > 0,
            let memory = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, file, 0), memory != MAP_FAILED
        else { return nil }
        return UnsafeRawBufferPointer(start: memory, count: Int(status.st_size))
    }

    /// All numbers of a variable; nil where they are of another kind, or not in place.
    func bytes<Number>(_ name: String, of kind: Number.Type) -> UnsafeRawBufferPointer? {
        guard let place = places[name], place.kind == PlainNumbers.letter(kind) else { return nil }
        return place.bytes
    }

    private static func letter<Number>(_ kind: Number.Type) -> UInt8? {
        if kind == Float.self { return UInt8(ascii: "f") }
        if kind == Double.self { return UInt8(ascii: "d") }
        if kind == Int32.self { return UInt8(ascii: "i") }
        return kind == Int64.self ? UInt8(ascii: "q") : nil
    }
}

extension UnsafeRawBufferPointer {
    /// The numbers that the bytes are.
    func numbers<Number: BitwiseCopyable>(_ kind: Number.Type) -> [Number] {
        let count = count / MemoryLayout<Number>.size
        return Array(unsafeUninitializedCapacity: count) { room, filled in
            UnsafeMutableRawBufferPointer(room).copyMemory(from: self)
            filled = count
        }
    }

    /// The numbers that the bytes are, each changed.
    func numbers<Number: BitwiseCopyable, Other>(_ kind: Number.Type, _ change: (Number) -> Other) -> [Other] {
        let (count, size) = (count / MemoryLayout<Number>.size, MemoryLayout<Number>.size)
        return Array(unsafeUninitializedCapacity: count) { room, filled in
            for index in 0..<count {
                room.initializeElement(at: index, to: change(loadUnaligned(fromByteOffset: index &* size, as: kind)))
            }
            filled = count
        }
    }
}
