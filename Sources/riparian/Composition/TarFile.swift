import Foundation

/// Writes one file with many in it (POSIX.1-1988 ustar): what every system unpacks, and 512 bytes of form a file.
struct TarWriter {
    private let path: String
    private let file: FileHandle

    /// Begins a file that does not exist yet.
    init(_ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o644)
        guard descriptor >= 0 else {
            let why = errno == EEXIST ? "exists; nothing is overwritten" : "cannot be written"
            throw CommandRefusal(.usage, "\(path) \(why) - name another file, or check the folder")
        }
        self.path = path
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Adds a file; a name longer than 100 bytes is a bug of the caller.
    func add(_ name: String, _ bytes: [UInt8]) throws {
        try write(TarHeader.bytes(name: name, size: bytes.count) + bytes + TarHeader.padding(bytes.count))
    }

    /// Ends the file: it is durable afterwards.
    func finish() throws {
        try write([UInt8](repeating: 0, count: 1_024))
        do { try file.synchronize() } catch { throw refusal(error) }
    }

    private func write(_ bytes: [UInt8]) throws {
        do { try file.write(contentsOf: Data(bytes)) } catch { throw refusal(error) }
    }

    private func refusal(_ error: any Error) -> CommandRefusal {
        CommandRefusal(
            .usage, "\(path) cannot be written: \(error.localizedDescription) - check that the disk has room")
    }
}

/// Reads the files in a tar file by name.
struct TarReader: Sendable {
    private let path: String
    private let places: [String: Range<UInt64>]

    /// The names, sorted.
    var names: [String] { places.keys.sorted() }

    /// Reads the headers; anything but plain files with plain relative names is refused.
    init(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CommandRefusal(.usage, "\(path) cannot be read (\(path):1:1) - check the path")
        }
        var places: [String: Range<UInt64>] = [:]
        var position: UInt64 = 0
        while true {
            let header = try TarReader.read(file, at: position, count: 512)
            if header.count == 512, header.allSatisfy({ $0 == 0 }) { break }
            guard header.count == 512, let entry = TarHeader(header) else {
                throw CommandRefusal(.usage, "\(path) is cut or no tar file (byte \(position)) - copy it again")
            }
            position += 512
            if entry.isFolder { continue }
            guard entry.isPlain, places[entry.name] == nil else {
                throw CommandRefusal(
                    .usage, "\(path) holds \(entry.name), which is no file of a lane - export it again")
            }
            places[entry.name] = position..<(position + UInt64(entry.size))
            position += UInt64((entry.size + 511) / 512 * 512)
        }
        self.path = path
        self.places = places
    }

    /// The bytes of a file; nil when there is none.
    func bytes(_ name: String) throws -> [UInt8]? {
        guard let place = places[name] else { return nil }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CommandRefusal(.usage, "\(path) cannot be read (\(path):1:1) - check the path")
        }
        return try TarReader.read(file, at: place.lowerBound, count: place.count)
    }

    private static func read(_ file: FileHandle, at position: UInt64, count: Int) throws -> [UInt8] {
        try file.seek(toOffset: position)
        return [UInt8](try file.read(upToCount: count) ?? Data())
    }
}

/// The 512 bytes before a file.
private struct TarHeader {
    let name: String
    let size: Int
    let kind: UInt8

    var isFolder: Bool { kind == UInt8(ascii: "5") }

    /// A regular file below the top, not longer than a file of a lane can be.
    var isPlain: Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return (kind == UInt8(ascii: "0") || kind == 0) && size <= LaneOnWeb.largestFile
            && !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
    }

    init?(_ bytes: [UInt8]) {
        func text(_ range: Range<Int>) -> String {
            String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self)
        }
        func octal(_ range: Range<Int>) -> Int? { Int(text(range).filter { $0 != " " }, radix: 8) }
        let sum = bytes.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        guard octal(148..<156) == sum, let size = octal(124..<136), size >= 0 else { return nil }
        let prefix = bytes[257..<262].elementsEqual("ustar".utf8) ? text(345..<500) : ""
        var name = (prefix.isEmpty ? "" : prefix + "/") + text(0..<100)
        if name.hasPrefix("./") { name.removeFirst(2) }
        self.name = name
        self.size = size
        kind = bytes[156]
    }

    static func bytes(name: String, size: Int) -> [UInt8] {
        precondition(name.utf8.count <= 100 && size < 1 << 33, "a name of at most 100 bytes, a size below 8 GiB")
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at position: Int) {
            header.replaceSubrange(position..<(position + text.utf8.count), with: text.utf8)
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(0o644, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(size, 11), at: 124)
        put(octal(0, 11), at: 136)
        put(String(repeating: " ", count: 8), at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6), at: 148)
        header[154] = 0
        return header
    }

    static func padding(_ size: Int) -> [UInt8] { [UInt8](repeating: 0, count: (512 - size % 512) % 512) }
}
