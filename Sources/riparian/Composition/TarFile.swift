import Formats
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
            guard entry.isPlainFile, entry.size <= LaneOnWeb.largestFile, places[entry.name] == nil else {
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
