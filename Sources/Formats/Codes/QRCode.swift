import CQRencode

/// A QR code (ISO/IEC 18004): a square of dark and light modules that a camera reads.
public struct QRCode: Hashable, Sendable {
    /// Modules on a side, without the quiet zone.
    public let width: Int
    /// Whether each module is dark, [row × width + column].
    public let isDark: [Bool]

    /// Light modules that the standard asks for on each side.
    public static let quietZone = 4

    /// The code of a text; about 15 % of it may be unreadable (level M).
    ///
    /// - Returns: nil when the text is empty or longer than a code can hold, about 2,300 bytes.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M) else {
            return nil
        }
        defer { QRcode_free(code) }
        width = Int(code.pointee.width)
        isDark = (0..<width * width).map { code.pointee.data[$0] & 1 == 1 }
    }

    private func isDark(row: Int, column: Int) -> Bool {
        (0..<width).contains(row) && (0..<width).contains(column) && isDark[row * width + column]
    }

    /// The code for a terminal, two rows of modules a line, dark on light whatever the terminal's colours are.
    public var terminalText: String {
        let zone = QRCode.quietZone
        return stride(from: -zone, to: width + zone, by: 2).map { row in
            let cells = (-zone..<width + zone).map { column -> Character in
                switch (isDark(row: row, column: column), isDark(row: row + 1, column: column)) {
                case (false, false): " "
                case (true, false): "▀"
                case (false, true): "▄"
                case (true, true): "█"
                }
            }
            return "\u{1B}[30;107m" + String(cells) + "\u{1B}[0m"
        }.joined(separator: "\n")
    }

    /// The code as a drawing of its own: one unit a module.
    public var svg: String {
        let side = width + 2 * QRCode.quietZone
        var path = ""
        for row in 0..<width {
            for column in 0..<width where isDark[row * width + column] {
                path += "M\(column + QRCode.quietZone) \(row + QRCode.quietZone)h1v1h-1z"
            }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">\
            <rect width="\(side)" height="\(side)" fill="#fff"/><path d="\(path)" fill="#000"/></svg>

            """
    }
}

/// A text of one line in numbered parts, each small enough for a code that a telephone reads from a screen.
public enum CodeParts {
    /// The most bytes of text in a part: with its head a code of 77 modules.
    public static let size = 360

    /// Why parts make no text.
    public enum Problem: Error, Hashable, Sendable {
        /// A line that is no part.
        case foreign(line: Int)
        /// Parts of two texts, or two different parts of one number.
        case mixed(line: Int)
        /// These parts have not been given, counted from 1.
        case missing([Int])
    }

    /// The parts `RIPARIAN:<number>/<count>:<check>:<text>` of a text; the check is the same in all parts of one text.
    public static func split(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            var count = min(size, rest.count)
            // A part ends between two characters.
            while count < rest.count, rest[rest.startIndex + count] & 0b1100_0000 == 0b1000_0000 { count -= 1 }
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        let check = check(bytes)
        return pieces.enumerated().map {
            "RIPARIAN:\($0 + 1)/\(pieces.count):\(check):" + String(decoding: $1, as: UTF8.self)
        }
    }

    /// Whether a text begins as parts do.
    public static func isPart(_ text: String) -> Bool { text.hasPrefix("RIPARIAN:") }

    /// The text of parts, one a line, in any order, the same ones as often as they were read.
    public static func joined(_ lines: [String]) throws(Problem) -> String {
        var pieces: [Int: String] = [:]
        var head: (count: Int, check: String)?
        for (number, line) in lines.enumerated() {
            let fields = line.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 4, fields[0] == "RIPARIAN" else { throw .foreign(line: number + 1) }
            let place = fields[1].split(separator: "/").map { Int($0) }
            guard place.count == 2, let part = place[0], let count = place[1], (1...99).contains(count),
                (1...count).contains(part)
            else { throw .foreign(line: number + 1) }
            if let head, head != (count, fields[2]) { throw .mixed(line: number + 1) }
            if let before = pieces[part], before != fields[3] { throw .mixed(line: number + 1) }
            head = (count, fields[2])
            pieces[part] = fields[3]
        }
        let count = head?.count ?? 1
        let missing = (1...count).filter { pieces[$0] == nil }
        guard missing.isEmpty else { throw .missing(missing) }
        let text = (1...count).compactMap { pieces[$0] }.joined()
        guard check(Array(text.utf8)) == head?.check else { throw .mixed(line: 1) }
        return text
    }

    /// CRC-16/IBM-3740 in four hexadecimal digits: finds a part of another text, no forgery; signatures do that.
    private static func check(_ bytes: [UInt8]) -> String {
        var register: UInt16 = 0xFFFF
        for byte in bytes {
            register ^= UInt16(byte) << 8
            for _ in 0..<8 { register = register & 0x8000 == 0 ? register << 1 : (register << 1) ^ 0x1021 }
        }
        let digits = String(register, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
