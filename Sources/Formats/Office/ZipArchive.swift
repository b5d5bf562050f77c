/// A zip file to be written: named byte strings in the order in which they were added.
///
/// Equal entries make equal bytes: no clock is read, every entry carries the first moment that the format knows,
/// 1980-01-01T00:00:00, sizes and checksums stand in the local headers (no data descriptors), and nothing is added.
/// Source: PKWARE, APPNOTE.TXT 6.3.10 (2022), sections 4.3 and 4.4; deflate of RFC 1951.
public struct ZipArchive: Hashable, Sendable {
    /// How the entries are held.
    public enum Packing: Hashable, Sendable {
        /// Deflated where that makes them shorter. Another version of zlib may pack the same entries into other bytes.
        case deflated
        /// As they are: the same bytes on every machine.
        case stored
    }

    /// One entry.
    public struct Entry: Hashable, Sendable {
        /// Its name, parts separated by `/`.
        public let name: String
        /// Its contents.
        public let bytes: [UInt8]
    }

    /// The entries in their order.
    public private(set) var entries: [Entry] = []
    private var names: Set<String> = []

    /// Makes an archive without entries.
    public init() {}

    /// Adds an entry at the end.
    ///
    /// - Parameters:
    ///   - name: relative, 1 to 65,535 bytes of UTF-8, parts separated by `/`, no part empty, `.` or `..`.
    ///   - bytes: fewer than 4 GiB.
    /// - Throws: ``OfficeProblem/entryName(_:)``, ``OfficeProblem/entryTwice(_:)``, ``OfficeProblem/archiveTooLarge``.
    public mutating func add(_ name: String, _ bytes: [UInt8]) throws(OfficeProblem) {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isNamed = parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
        let isPlain = name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
        guard isNamed, isPlain, name.utf8.count <= 65_535 else { throw .entryName(name) }
        guard entries.count < 65_534, bytes.count < Int(UInt32.max) else { throw .archiveTooLarge }
        guard names.insert(name.lowercased()).inserted else { throw .entryTwice(name) }
        entries.append(Entry(name: name, bytes: bytes))
    }

    /// The file.
    ///
    /// - Throws: ``OfficeProblem/archiveTooLarge``.
    public func bytes(packing: Packing = .deflated) throws(OfficeProblem) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let record = ZipRecord(entry, packing: packing)
            guard let offset = UInt32(exactly: file.count), offset < .max else { throw .archiveTooLarge }
            record.writeLocal(into: &file)
            record.writeCentral(at: offset, into: &directory)
        }
        guard let start = UInt32(exactly: file.count), start < .max, let size = UInt32(exactly: directory.count),
            size < .max, let count = UInt16(exactly: entries.count)
        else { throw .archiveTooLarge }
        file += directory
        file.append(little: 0x0605_4B50 as UInt32)
        file.append(little: 0 as UInt32)  // the number of this disk, and of the disk with the directory
        file.append(little: count)
        file.append(little: count)
        file.append(little: size)
        file.append(little: start)
        file.append(little: 0 as UInt16)  // the length of the comment
        return file
    }
}

/// One entry as the format writes it, in front of its contents and once more in the directory at the end.
private struct ZipRecord {
    private let name: [UInt8]
    private let contents: [UInt8]
    private let fields: [UInt8]
    private let version: UInt16

    init(_ entry: ZipArchive.Entry, packing: ZipArchive.Packing) {
        name = Array(entry.name.utf8)
        var method: UInt16 = 0
        var packed = entry.bytes
        if packing == .deflated, !entry.bytes.isEmpty {
            let deflated = Deflation.packed(entry.bytes, level: 6, window: Deflation.bareWindow)
            if deflated.count < entry.bytes.count { (packed, method) = (deflated, 8) }
        }
        contents = packed
        version = method == 0 ? 10 : 20
        var fields: [UInt8] = []
        fields.append(little: version)
        fields.append(little: (name.allSatisfy { $0 < 0x80 } ? 0 : 0x0800) as UInt16)  // the name is UTF-8
        fields.append(little: method)
        fields.append(little: 0 as UInt16)  // 00:00:00
        fields.append(little: 0x0021 as UInt16)  // 1980-01-01
        fields.append(little: Deflation.checksum(entry.bytes))
        fields.append(little: UInt32(contents.count))
        fields.append(little: UInt32(entry.bytes.count))
        fields.append(little: UInt16(name.count))
        fields.append(little: 0 as UInt16)  // the length of the extra field
        self.fields = fields
    }

    func writeLocal(into file: inout [UInt8]) {
        file.append(little: 0x0403_4B50 as UInt32)
        file += fields
        file += name
        file += contents
    }

    func writeCentral(at offset: UInt32, into directory: inout [UInt8]) {
        directory.append(little: 0x0201_4B50 as UInt32)
        directory.append(little: version)  // made by a program of the same version, on a file system without rights
        directory += fields
        directory.append(little: 0 as UInt16)  // the length of the comment
        directory.append(little: 0 as UInt16)  // the disk
        directory.append(little: 0 as UInt16)  // internal attributes
        directory.append(little: 0 as UInt32)  // external attributes
        directory.append(little: offset)
        directory += name
    }
}

extension [UInt8] {
    /// Appends a number with its lowest byte first.
    fileprivate mutating func append<Number: FixedWidthInteger>(little number: Number) {
        for place in 0..<Number.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }
}
