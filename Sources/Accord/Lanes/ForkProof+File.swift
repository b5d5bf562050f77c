/// Why bytes are not a fork proof file.
public struct ForkProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// What is wrong or expected there.
    public let what: String

    /// `line N: what`.
    public var description: String { "line \(line): \(what)" }
}

/// The file of a fork proof: plain text that a person can keep, mail and read.
extension ForkProof {
    private static let title = "riparian fork proof, version 1"
    private static let beginning = "-----BEGIN CHECKPOINT-----"
    private static let end = "-----END CHECKPOINT-----"
    private static let beginningOfHashes = "-----BEGIN HASHES-----"
    private static let endOfHashes = "-----END HASHES-----"

    /// The bytes of the file.
    public var bytes: [UInt8] {
        var text = Array((ForkProof.title + "\n").utf8)
        for note in [first, second] {
            text += Array((ForkProof.beginning + "\n").utf8) + note + Array((ForkProof.end + "\n").utf8)
        }
        if !path.isEmpty {
            let hashes = path.map { Base64.encode($0) + "\n" }.joined()
            text += Array((ForkProof.beginningOfHashes + "\n" + hashes + ForkProof.endOfHashes + "\n").utf8)
        }
        return text
    }

    /// Reads a file in its one form.
    public init(_ bytes: [UInt8]) throws(ForkProblem) {
        guard bytes.count <= ForkProof.maximumSize else {
            throw ForkProblem(line: 1, what: "a fork proof has at most \(ForkProof.maximumSize) bytes")
        }
        var lines = ForkLines(bytes)
        try lines.expect(ForkProof.title)
        let one = try lines.block(ForkProof.beginning, ForkProof.end)
        let other = try lines.block(ForkProof.beginning, ForkProof.end)
        var path: [[UInt8]] = []
        if !lines.isAtEnd {
            let start = lines.number + 1
            let block = try lines.block(ForkProof.beginningOfHashes, ForkProof.endOfHashes)
            let hashes = String(decoding: block, as: UTF8.self).utf8.split(separator: UInt8(ascii: "\n"))
            guard hashes.count <= MerkleTree.longestProof + 1 else {
                throw ForkProblem(line: start, what: "at most \(MerkleTree.longestProof + 1) hashes are expected")
            }
            for (offset, hash) in hashes.enumerated() {
                guard let bytes = Base64.decode(String(Substring(hash))), bytes.count == LaneHash.length else {
                    throw ForkProblem(line: start + offset, what: "a hash of 32 bytes in base64 is expected")
                }
                path.append(bytes)
            }
        }
        guard lines.isAtEnd else { throw ForkProblem(line: lines.number, what: "the end of the file is expected") }
        let firstLine = 3
        for (note, line) in [(one, firstLine), (other, firstLine + one.count { $0 == UInt8(ascii: "\n") } + 2)] {
            do { _ = try Checkpoint(withExtensions: try SignedNote(note)) } catch {
                throw ForkProblem(line: line, what: error.what)
            }
        }
        do { try self.init(one, other, path: path) } catch { throw ForkProblem(line: firstLine, what: error.what) }
        guard self.bytes == bytes else {
            throw ForkProblem(
                line: firstLine, what: "the checkpoint with fewer entries or the smaller root stands first")
        }
    }
}

/// The lines of a file, read one after the other.
private struct ForkLines {
    private let lines: [ArraySlice<UInt8>]
    private var next = 0

    init(_ bytes: [UInt8]) {
        lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    /// The number of the next line, from 1.
    var number: Int { next + 1 }
    /// Whether nothing follows; a file ends with a newline.
    var isAtEnd: Bool { next == lines.count - 1 && lines[next].isEmpty }

    mutating func expect(_ text: String) throws(ForkProblem) {
        guard next < lines.count - 1, lines[next].elementsEqual(text.utf8) else {
            throw ForkProblem(line: min(number, lines.count), what: "expected is the line \(text)")
        }
        next += 1
    }

    /// The bytes between two lines, each line with its newline.
    mutating func block(_ beginning: String, _ end: String) throws(ForkProblem) -> [UInt8] {
        try expect(beginning)
        var bytes: [UInt8] = []
        while next < lines.count - 1, !lines[next].elementsEqual(end.utf8) {
            bytes += lines[next]
            bytes.append(UInt8(ascii: "\n"))
            next += 1
        }
        try expect(end)
        return bytes
    }
}
