import CZlib

/// What gzip and zip files share: deflate of RFC 1951 by zlib, and the checksum of their contents.
enum Deflation {
    /// The window of zlib for a stream without a head and a foot, as zip files hold it.
    static let bareWindow: Int32 = -15

    /// The packed bytes.
    ///
    /// - Parameters:
    ///   - bytes: fewer than 4 GiB.
    ///   - level: 1 (fast) to 9 (small).
    ///   - window: the window of zlib, whose sign and size also choose the head and the foot of the stream.
    static func packed(_ bytes: [UInt8], level: Int32, window: Int32) -> [UInt8] {
        precondition((1...9).contains(level), "a level of compression is 1 to 9")
        var stream = z_stream()
        let begun = deflateInit2_(
            &stream, level, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(begun == Z_OK, "zlib cannot begin")
        defer { deflateEnd(&stream) }
        var packed = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(bytes.count))) + 32)
        var input = bytes
        let ended = input.withUnsafeMutableBufferPointer { source in
            packed.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = uInt(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = uInt(target.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        precondition(ended == Z_STREAM_END, "the bound of zlib holds")
        packed.removeLast(Int(stream.avail_out))
        return packed
    }

    /// The CRC-32 of ISO 3309 over the bytes.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
    }
}
