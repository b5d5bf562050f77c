/// Where the messages of a GRIB file stand: found by their first and last letters and the length that they state, so that a cut file
/// is told before the library reads it.
public enum GribFrames {
    /// The places of the messages in order. What stands between messages, such as bulletin headings, is passed over.
    ///
    /// - Parameter start: the byte from which is looked; the begin of a message, or 0.
    public static func find(in bytes: [UInt8], file: String, from start: Int = 0) throws(TableProblem) -> [Range<Int>] {
        var frames: [Range<Int>] = []
        var place = start
        while let begin = next(in: bytes, from: place) {
            let number = frames.count + 1
            let length = try length(of: bytes, at: begin, number: number, file: file)
            let end = begin + length
            guard length >= 16, end <= bytes.count else {
                throw problem(
                    file, begin, number, "grib-cut",
                    "message \(number) (byte \(begin)) says that it has \(length) bytes; \(bytes.count - begin) are there",
                    "the file is cut: fetch it again")
            }
            guard bytes[(end - 4)..<end].elementsEqual("7777".utf8) else {
                throw problem(
                    file, begin, number, "grib-cut", "message \(number) (byte \(begin)) does not end with 7777",
                    "the file is damaged: fetch it again")
            }
            frames.append(begin..<end)
            place = end
        }
        guard !frames.isEmpty else {
            throw problem(
                file, 0, 0, "grib-none", "there is no GRIB message in the file", "give a file of edition 1 or 2")
        }
        return frames
    }

    private static func next(in bytes: [UInt8], from start: Int) -> Int? {
        guard start >= 0, bytes.count - start >= 16 else { return nil }
        return (start...(bytes.count - 16)).first { place in
            bytes[place] == 0x47 && bytes[place + 1] == 0x52 && bytes[place + 2] == 0x49 && bytes[place + 3] == 0x42
        }
    }

    private static func length(
        of bytes: [UInt8], at begin: Int, number: Int, file: String
    ) throws(TableProblem) -> Int {
        switch bytes[begin + 7] {
        case 1:
            let stated = bytes[(begin + 4)..<(begin + 7)].reduce(0) { $0 << 8 | Int($1) }
            guard stated & 0x80_0000 == 0 else {
                throw problem(
                    file, begin, number, "grib-long",
                    "message \(number) (byte \(begin)) is of edition 1 and longer than that edition can say",
                    "bring it to edition 2: grib_set -s edition=2")
            }
            return stated
        case 2:
            let stated = bytes[(begin + 8)..<(begin + 16)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Int(exactly: stated).map { min($0, .max / 2) } ?? .max / 2
        default:
            throw problem(
                file, begin, number, "grib-edition",
                "message \(number) (byte \(begin)) is of edition \(bytes[begin + 7])", "give edition 1 or 2")
        }
    }

    private static func problem(
        _ file: String, _ begin: Int, _ number: Int, _ rule: String, _ message: String, _ advice: String
    ) -> TableProblem {
        TableProblem(Fault(file: file, line: max(1, number), rule: rule, message: message, advice: advice))
    }
}
