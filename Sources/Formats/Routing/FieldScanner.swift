import Foundation

/// A routing file that cannot be read, with the place and the advice.
public struct RoutingFileProblem: Error, Hashable, Sendable {
    /// What is wrong.
    public let fault: Fault

    /// Makes a problem.
    public init(_ fault: Fault) { self.fault = fault }

    /// Makes a problem of a whole file, or of a line of it.
    public init(_ file: String, line: Int = 1, column: Int = 1, rule: String, _ message: String, advice: String) {
        fault = Fault(file: file, line: line, column: column, rule: rule, message: message, advice: advice)
    }
}

/// The bytes of a file; of NetCDF and TIFF, which libraries read, the first ones only.
public struct RoutingFile: Sendable {
    /// The file as the caller named it.
    public let name: String
    /// Its bytes.
    let data: Data

    /// Opens a file.
    public init(_ path: String) throws(RoutingFileProblem) {
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            let head = RoutingFile(name: path, data: try handle.read(upToCount: 8) ?? Data())
            let isOfLibrary = head.isNetCDF || head.isTIFF
            self.init(
                name: path,
                data: isOfLibrary ? head.data : try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe))
        } catch {
            throw RoutingFileProblem(
                path, rule: "route-file", "the file cannot be read", advice: "check the path and the permission to read"
            )
        }
    }

    /// Takes bytes at hand.
    public init(name: String, bytes: [UInt8]) { self.init(name: name, data: Data(bytes)) }

    private init(name: String, data: Data) {
        self.name = name
        self.data = data
    }

    /// Walks over the fields.
    func scan<Value>(
        _ body: (inout FieldScanner) throws(RoutingFileProblem) -> Value
    ) throws(RoutingFileProblem) -> Value {
        let result = data.withUnsafeBytes { raw -> Result<Value, RoutingFileProblem> in
            var scanner = FieldScanner(raw.bindMemory(to: UInt8.self), file: name)
            do throws(RoutingFileProblem) { return .success(try body(&scanner)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Whether the bytes begin as those of TIFF, classic or big, in either order of bytes.
    public var isTIFF: Bool {
        [[0x49, 0x49, 0x2A, 0], [0x49, 0x49, 0x2B, 0], [0x4D, 0x4D, 0, 0x2A], [0x4D, 0x4D, 0, 0x2B]].contains {
            data.starts(with: $0 as [UInt8])
        }
    }

    /// Whether the bytes begin as those of NetCDF, classic or within HDF5.
    public var isNetCDF: Bool {
        data.starts(with: [0x43, 0x44, 0x46]) || data.starts(with: [0x89, 0x48, 0x44, 0x46])
    }
}

/// Walks over the fields of a CSV file (RFC 4180, UTF-8, comma) without copying them: tables of millions of rows.
struct FieldScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    let file: String
    private(set) var position: Int
    private(set) var line = 1
    private(set) var lineStart: Int
    /// Where the last field began.
    private(set) var fieldStart = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
        self.bytes = bytes
        self.file = file
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        lineStart = position
    }

    /// Goes on at a place found before.
    mutating func move(to position: Int, line: Int) {
        self.position = position
        self.line = line
        lineStart = position
    }

    var isAtEnd: Bool { position >= bytes.count }
    /// Whether the record ends here.
    var isAtEndOfLine: Bool { isAtEnd || bytes[position] == 0x0A || bytes[position] == 0x0D }

    /// The next field without quotes and blanks around it; the scanner then stands on the comma or the end of the line.
    mutating func field() throws(RoutingFileProblem) -> Range<Int> {
        fieldStart = position
        if position < bytes.count, bytes[position] == 0x22 { return try quoted() }
        var begin = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x2C || byte == 0x0A || byte == 0x0D { break }
            position &+= 1
        }
        var end = position
        while begin < end, bytes[begin] == 0x20 || bytes[begin] == 0x09 { begin &+= 1 }
        while end > begin, bytes[end &- 1] == 0x20 || bytes[end &- 1] == 0x09 { end &-= 1 }
        return begin..<end
    }

    private mutating func quoted() throws(RoutingFileProblem) -> Range<Int> {
        let begin = position + 1
        position = begin
        while position < bytes.count, bytes[position] != 0x22, bytes[position] != 0x0A { position += 1 }
        guard position < bytes.count, bytes[position] == 0x22 else {
            throw problem(
                "csv-open-quote", "a double quote is opened and never closed", "close the quote on the same line")
        }
        let end = position
        position += 1
        guard isAtEndOfLine || bytes[position] == 0x2C else {
            throw problem("csv-quote", "something follows a closing quote", "ids and numbers hold no quotes")
        }
        return begin..<end
    }

    /// Steps over a comma; false at the end of the line.
    mutating func comma() -> Bool {
        guard position < bytes.count, bytes[position] == 0x2C else { return false }
        position &+= 1
        return true
    }

    /// Goes to the next line.
    mutating func endLine() {
        if position < bytes.count, bytes[position] == 0x0D { position &+= 1 }
        if position < bytes.count, bytes[position] == 0x0A { position &+= 1 }
        line &+= 1
        lineStart = position
    }

    /// Skips lines without a character.
    mutating func skipEmptyLines() {
        while !isAtEnd, bytes[position] == 0x0A || bytes[position] == 0x0D { endLine() }
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// A fault at the field that was read last.
    func problem(_ rule: String, _ message: String, _ advice: String) -> RoutingFileProblem {
        let column = String(decoding: bytes[lineStart..<max(lineStart, fieldStart)], as: UTF8.self).count + 1
        return RoutingFileProblem(file, line: line, column: column, rule: rule, message, advice: advice)
    }

    /// A finite number; nil for anything else, the empty field included.
    func number(_ range: Range<Int>) -> Double? {
        var index = range.lowerBound
        let end = range.upperBound
        guard index < end else { return nil }
        let isNegative = bytes[index] == 0x2D
        if isNegative || bytes[index] == 0x2B { index &+= 1 }
        var (mantissa, digits, scale): (UInt64, Int, Int) = (0, 0, 0)
        var isFraction = false
        while index < end {
            let byte = bytes[index]
            if byte >= 0x30, byte <= 0x39 {
                guard digits < 19 else { return slowNumber(range) }
                mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
                if mantissa != 0 { digits &+= 1 }
                if isFraction { scale &-= 1 }
            } else if byte == 0x2E, !isFraction {
                isFraction = true
            } else {
                return slowNumber(range)
            }
            index &+= 1
        }
        if mantissa == 0, !hasDigit(range) { return nil }
        guard let value = FieldScanner.nearest(mantissa, tens: -scale) else { return slowNumber(range) }
        return isNegative ? -value : value
    }

    private func hasDigit(_ range: Range<Int>) -> Bool { range.contains { bytes[$0] >= 0x30 && bytes[$0] <= 0x39 } }

    private func slowNumber(_ range: Range<Int>) -> Double? {
        let text = text(range)
        guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }), let value = Double(text), value.isFinite
        else { return nil }
        return value
    }

    /// The number nearest to `mantissa / 10^tens`, ties to even; nil where this way does not know it.
    private static func nearest(_ mantissa: UInt64, tens: Int) -> Double? {
        if mantissa < 1 << 53, tens <= 22 {
            // both are exact, and one operation rounds once
            return Double(mantissa) / powers[tens]
        }
        guard tens < wholePowers.count else { return nil }
        let power = wholePowers[tens]
        let (up, down) = (mantissa.leadingZeroBitCount, power.leadingZeroBitCount)
        let whole = mantissa << UInt64(up)
        // At least 63 bits of the quotient, of which the last stands for all that follow: rounded once, to 53.
        let (quotient, rest) = (power << UInt64(down)).dividingFullWidth((whole >> 1, whole << 63))
        return Double(sign: .plus, exponent: down - up - 63, significand: Double(quotient | (rest == 0 ? 0 : 1)))
    }

    private static let powers: [Double] = (0...22).reduce(into: []) { list, index in
        list.append(index == 0 ? 1 : list[index - 1] * 10)
    }
    private static let wholePowers: [UInt64] = (0..<19).reduce(into: []) { list, index in
        list.append(index == 0 ? 1 : list[index - 1] * 10)
    }
}
