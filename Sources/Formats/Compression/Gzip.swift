import CZlib

/// Bytes in the gzip form of RFC 1952, packed and unpacked in memory with a bound on what comes out.
public enum Gzip {
    /// Why packed bytes give nothing.
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// They unpack to more than the bound.
        case tooLong(limit: Int)
        /// They are not of the form, or end early.
        case damaged

        /// The reason, for a person.
        public var description: String {
            switch self {
            case .tooLong(let limit): "it unpacks to more than \(limit) bytes"
            case .damaged: "it is not whole gzip"
            }
        }
    }

    private static let gzipWindow: Int32 = 15 + 16
    private static let step = 65_536

    /// The packed bytes.
    ///
    /// - Parameter level: 1 (fast) to 9 (small).
    public static func packed(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
        Deflation.packed(bytes, level: level, window: gzipWindow)
    }

    /// The bytes that were packed.
    ///
    /// - Parameter limit: bytes at most; what would be longer is refused before it takes memory.
    /// - Throws: ``Problem``.
    public static func unpacked(_ bytes: [UInt8], limit: Int) throws(Problem) -> [UInt8] {
        precondition(limit >= 0, "a limit is 0 or more")
        var stream = z_stream()
        let begun = inflateInit2_(&stream, gzipWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(begun == Z_OK, "zlib cannot begin")
        defer { inflateEnd(&stream) }
        var input = bytes
        var unpacked: [UInt8] = []
        var state = Z_OK
        var part = [UInt8](repeating: 0, count: step)
        input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = uInt(source.count)
            while state == Z_OK, unpacked.count <= limit {
                let room = part.withUnsafeMutableBufferPointer { target in
                    stream.next_out = target.baseAddress
                    stream.avail_out = uInt(target.count)
                    state = inflate(&stream, Z_NO_FLUSH)
                    return target.count - Int(stream.avail_out)
                }
                unpacked += part[..<room]
                if room == 0, stream.avail_in == 0 { break }
            }
        }
        guard unpacked.count <= limit else { throw .tooLong(limit: limit) }
        guard state == Z_STREAM_END, stream.avail_in == 0 else { throw .damaged }
        return unpacked
    }
}
