/// Where bytes go, piece by piece.
public typealias ByteSink = (_ bytes: [UInt8]) throws -> Void
/// Where bytes come from: at most that many of the next; fewer only at the end, none after it.
public typealias ByteSource = (_ count: Int) throws -> [UInt8]

/// What is wrong with an archive.
public struct ArchiveProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of trouble; codes can grow.
    public enum Code: String, Sendable {
        /// The file ends before its end.
        case truncated
        /// Bytes have been changed, or the key is not the one.
        case damaged
        /// The file is of another kind.
        case unreadable
        /// None of the keys at hand opens it.
        case wrongKey = "wrong-key"
        /// A key is not one.
        case notAKey = "not-a-key"
    }

    /// The kind of trouble.
    public let code: Code
    /// What is wrong, for people.
    public let what: String

    /// Makes a problem.
    public init(_ code: Code, _ what: String) { (self.code, self.what) = (code, what) }

    /// What is wrong.
    public var description: String { what }
}

/// Writes a tar archive to a sink, file after file.
public struct TarStreamWriter {
    private let sink: ByteSink
    /// Bytes that one piece holds, at most.
    public static let piece = 1 << 20

    /// Makes a writer that has written nothing yet.
    public init(to sink: @escaping ByteSink) { self.sink = sink }

    /// Adds a file.
    ///
    /// - Parameters:
    ///   - size: what `source` holds; fewer or more bytes are an error.
    ///   - source: the content.
    public func add(_ name: String, size: Int, mode: Int = 0o644, from source: ByteSource) throws {
        try sink(TarHeader.bytes(name: name, size: size, mode: mode))
        var rest = size
        while rest > 0 {
            let bytes = try source(min(rest, TarStreamWriter.piece))
            guard !bytes.isEmpty else { throw ArchiveProblem(.truncated, "\(name) has become shorter meanwhile") }
            try sink(bytes)
            rest -= bytes.count
        }
        try sink(TarHeader.padding(size))
    }

    /// Ends the archive.
    public func finish() throws { try sink([UInt8](repeating: 0, count: 2 * TarHeader.blockSize)) }
}

/// Reads a tar archive from a source, file after file; nothing is kept.
public struct TarStreamReader {
    private let source: ByteSource

    /// Makes a reader at the beginning of an archive.
    public init(from source: @escaping ByteSource) { self.source = source }

    /// Reads to the end of the archive and of its source.
    ///
    /// - Parameter visit: takes each file; what it leaves of the content is passed over.
    /// - Throws: ``ArchiveProblem``, or what `visit` throws; anything but plain files and folders is refused.
    public func forEach(_ visit: (TarHeader, _ content: ByteSource) throws -> Void) throws {
        var zeros = 0
        while zeros < 2 {
            let bytes = try block()
            if bytes.allSatisfy({ $0 == 0 }) {
                zeros += 1
                continue
            }
            guard zeros == 0, let header = TarHeader(bytes) else {
                throw ArchiveProblem(.unreadable, "it is no tar archive, or damaged")
            }
            if header.isFolder { continue }
            guard header.isPlainFile else {
                throw ArchiveProblem(.unreadable, "it holds \(header.name), which is no plain file")
            }
            try pass(header, to: visit)
        }
        // Archivers fill up to a record; a sealed stream ends only where its last piece has been read.
        while true {
            let rest = try source(TarStreamWriter.piece)
            if rest.isEmpty { return }
            guard rest.allSatisfy({ $0 == 0 }) else { throw ArchiveProblem(.unreadable, "something follows its end") }
        }
    }

    private func pass(_ header: TarHeader, to visit: (TarHeader, ByteSource) throws -> Void) throws {
        var rest = header.size
        func content(_ count: Int) throws -> [UInt8] {
            let bytes = try source(min(rest, count))
            guard bytes.count == min(rest, count) else { throw cut }
            rest -= bytes.count
            return bytes
        }
        try visit(header, content)
        while rest > 0 { _ = try content(TarStreamWriter.piece) }
        let padding = TarHeader.padding(header.size).count
        guard try source(padding).count == padding else { throw cut }
    }

    private var cut: ArchiveProblem { ArchiveProblem(.truncated, "it has been cut short") }

    private func block() throws -> [UInt8] {
        let bytes = try source(TarHeader.blockSize)
        guard bytes.count == TarHeader.blockSize else { throw cut }
        return bytes
    }
}
