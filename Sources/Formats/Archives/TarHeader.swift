/// The 512 bytes before a file in a tar archive (POSIX.1-1988 ustar): what every system unpacks.
public struct TarHeader: Hashable, Sendable {
    /// The path; folders of it are separated by `/`.
    public let name: String
    /// Bytes of the file, at least 0.
    public let size: Int
    /// Unix permissions, for example 0o644.
    public let mode: Int
    /// `0` for a file, `5` for a folder; 0 in archives from before POSIX.
    public let kind: UInt8

    /// Bytes of a header, and the unit to which files are filled up.
    public static let blockSize = 512
    /// Whether a name has room in a header: 100 bytes, or more where a `/` parts it into at most 155 and 100.
    public static func hasRoom(for name: String) -> Bool { parts(of: name) != nil }

    private static func parts(of name: String) -> (prefix: String, rest: String)? {
        if name.utf8.count <= 100 { return ("", name) }
        for slash in name.indices where name[slash] == "/" {
            let (prefix, rest) = (String(name[..<slash]), String(name[name.index(after: slash)...]))
            if !prefix.isEmpty, !rest.isEmpty, prefix.utf8.count <= 155, rest.utf8.count <= 100 {
                return (prefix, rest)
            }
        }
        return nil
    }

    /// Whether it is a folder.
    public var isFolder: Bool { kind == UInt8(ascii: "5") }

    /// Whether it is a regular file with a relative name that stays below the folder it is unpacked in.
    public var isPlainFile: Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return (kind == UInt8(ascii: "0") || kind == 0)
            && !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
    }

    /// Reads a header; nil when the bytes are none, by their checksum.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == TarHeader.blockSize else { return nil }
        func text(_ range: Range<Int>) -> String {
            String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self)
        }
        func octal(_ range: Range<Int>) -> Int? { Int(text(range).filter { $0 != " " }, radix: 8) }
        func number(_ range: Range<Int>) -> Int? {
            guard bytes[range.lowerBound] == 0x80 else { return octal(range) }
            // GNU's form for 8 GiB and more: big-endian after a mark.
            guard bytes[(range.lowerBound + 1)..<(range.upperBound - 7)].allSatisfy({ $0 == 0 }),
                bytes[range.upperBound - 7] == 0
            else { return nil }
            return bytes[range].suffix(7).reduce(0) { $0 << 8 | Int($1) }
        }
        let sum = bytes.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        guard octal(148..<156) == sum, let size = number(124..<136), size >= 0 else { return nil }
        let prefix = bytes[257..<262].elementsEqual("ustar".utf8) ? text(345..<500) : ""
        var name = (prefix.isEmpty ? "" : prefix + "/") + text(0..<100)
        if name.hasPrefix("./") { name.removeFirst(2) }
        self.name = name
        self.size = size
        mode = octal(100..<108) ?? 0
        kind = bytes[156]
    }

    /// The header of a file.
    ///
    /// - Parameters:
    ///   - name: one that a header has room for; a longer one is a bug of the caller.
    ///   - size: bytes, at least 0.
    ///   - mode: Unix permissions.
    public static func bytes(name: String, size: Int, mode: Int = 0o644) -> [UInt8] {
        guard let (prefix, rest) = parts(of: name), size >= 0 else {
            preconditionFailure("a name that a header has room for, a size of 0 or more")
        }
        var header = [UInt8](repeating: 0, count: blockSize)
        func put(_ text: String, at position: Int) {
            header.replaceSubrange(position..<(position + text.utf8.count), with: text.utf8)
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(rest, at: 0)
        put(prefix, at: 345)
        put(octal(mode & 0o7777, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        if size < 1 << 33 {
            put(octal(size, 11), at: 124)
        } else {
            header[124] = 0x80
            for place in 0..<7 { header[135 - place] = UInt8(truncatingIfNeeded: size >> (8 * place)) }
        }
        put(octal(0, 11), at: 136)
        put(String(repeating: " ", count: 8), at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6), at: 148)
        header[154] = 0
        return header
    }

    /// What fills a file of a size up to whole blocks.
    public static func padding(_ size: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: (blockSize - size % blockSize) % blockSize)
    }
}
