/// Text with a checksum for keys that people copy (BIP 173, without its limit of 90 characters).
enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// Lower-case text; `prefix` is lower case.
    static func encode(_ prefix: String, _ bytes: [UInt8]) -> String {
        let values = regrouped(bytes, from: 8, to: 5, filling: true) ?? []
        let sum = checksum(spread(prefix) + values + [UInt8](repeating: 0, count: 6)) ^ 1
        let tail = (0..<6).map { UInt8(sum >> (5 * (5 - UInt32($0))) & 31) }
        return prefix + "1" + String(decoding: (values + tail).map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// The prefix, in lower case, and the bytes; nil for mixed case, a wrong checksum or anything else.
    static func decode(_ text: String) -> (prefix: String, bytes: [UInt8])? {
        guard text == text.lowercased() || text == text.uppercased(), text.utf8.allSatisfy({ (33...126).contains($0) })
        else { return nil }
        let lower = text.lowercased()
        guard let mark = lower.lastIndex(of: "1"), mark > lower.startIndex else { return nil }
        let prefix = String(lower[..<mark])
        let values = lower[lower.index(after: mark)...].utf8.compactMap { character in
            alphabet.firstIndex(of: character).map { UInt8($0) }
        }
        guard values.count == lower.utf8.count - prefix.utf8.count - 1, values.count >= 6,
            checksum(spread(prefix) + values) == 1,
            let bytes = regrouped(Array(values.dropLast(6)), from: 5, to: 8, filling: false)
        else { return nil }
        return (prefix, bytes)
    }

    private static func spread(_ prefix: String) -> [UInt8] {
        prefix.utf8.map { $0 >> 5 } + [0] + prefix.utf8.map { $0 & 31 }
    }

    private static func checksum(_ values: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        return values.reduce(UInt32(1)) { sum, value in
            let top = sum >> 25
            let shifted = (sum & 0x1ff_ffff) << 5 ^ UInt32(value)
            return generator.enumerated().reduce(shifted) { $0 ^ (top >> UInt32($1.offset) & 1 == 1 ? $1.element : 0) }
        }
    }

    private static func regrouped(_ bytes: [UInt8], from: UInt32, to: UInt32, filling: Bool) -> [UInt8]? {
        var (held, count, result): (UInt32, UInt32, [UInt8]) = (0, 0, [])
        for byte in bytes {
            held = (held << from | UInt32(byte)) & 0xfff
            count += from
            while count >= to {
                count -= to
                result.append(UInt8(held >> count & (1 << to - 1)))
            }
        }
        if filling {
            if count > 0 { result.append(UInt8(held << (to - count) & (1 << to - 1))) }
        } else if count >= from || held & (1 << count - 1) != 0 {
            return nil
        }
        return result
    }
}
