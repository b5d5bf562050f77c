/// Standard base64 with padding (RFC 4648, section 4), strict on reading: the one text that encodes the bytes, or nothing.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << (16 - 8 * UInt32($1.offset)) }
            for position in 0..<4 {
                let isFilled = position <= group.count
                text.append(isFilled ? alphabet[Int(bits >> (18 - 6 * UInt32(position)) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let bytes = Array(text.utf8)
        guard bytes.count % 4 == 0 else { return nil }
        var decoded: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 4) {
            let group = bytes[start..<start + 4].filter { $0 != UInt8(ascii: "=") }
            guard group.count >= 2 else { return nil }
            var bits: UInt32 = 0
            for (position, byte) in group.enumerated() {
                guard let value = alphabet.firstIndex(of: byte) else { return nil }
                bits |= UInt32(value) << (18 - 6 * UInt32(position))
            }
            for position in 0..<(group.count - 1) {
                decoded.append(UInt8(truncatingIfNeeded: bits >> (16 - 8 * UInt32(position))))
            }
        }
        return encode(decoded) == String(text) ? decoded : nil
    }
}
