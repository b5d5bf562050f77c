/// What a lane's provider sends to a witness: a checkpoint, and the proof that it continues the one that the witness knows
/// (C2SP tlog-witness, `add-checkpoint`).
public struct WitnessRequest: Hashable, Sendable {
    /// The longest body, bytes: a note and the lines above it.
    public static let maximumSize = SignedNote.maximumSize + 4_096

    /// Entries of the last checkpoint that the witness has cosigned, 0 for none.
    public let oldSize: Int
    /// The consistency proof from the old size, 32 bytes each, at most ``MerkleTree/longestProof``.
    public let proof: [[UInt8]]
    /// The signed checkpoint.
    public let note: [UInt8]

    /// Makes a request.
    public init(oldSize: Int, proof: [[UInt8]], note: [UInt8]) {
        precondition(oldSize >= 0 && proof.count <= MerkleTree.longestProof, "a size, and at most 63 hashes")
        self.oldSize = oldSize
        self.proof = proof
        self.note = note
    }

    /// The body of the request.
    public var body: [UInt8] {
        let lines = ["old \(oldSize)"] + proof.map { Base64.encode($0) } + [""]
        return Array(lines.map { $0 + "\n" }.joined().utf8) + note
    }

    /// Reads a body in its one form.
    public init(_ body: [UInt8]) throws(LaneProblem) {
        guard body.count <= WitnessRequest.maximumSize else {
            throw LaneProblem(code: .form, what: "the request is longer than \(WitnessRequest.maximumSize) bytes")
        }
        var rest = body[...]
        guard let old = WitnessRequest.line(&rest), old.hasPrefix("old "), let size = Int(old.dropFirst(4)), size >= 0,
            old == "old \(size)"
        else { throw LaneProblem(code: .form, what: "the first line is old and a size") }
        var proof: [[UInt8]] = []
        while true {
            guard let line = WitnessRequest.line(&rest) else {
                throw LaneProblem(code: .form, what: "an empty line is expected before the checkpoint")
            }
            if line.isEmpty { break }
            guard proof.count < MerkleTree.longestProof, let hash = Base64.decode(line), hash.count == LaneHash.length
            else { throw LaneProblem(code: .form, what: "at most 63 hashes of 32 bytes in base64 are expected") }
            proof.append(hash)
        }
        (oldSize, self.proof, note) = (size, proof, Array(rest))
    }

    /// Takes a line of at most 64 bytes of ASCII off the front; nil when there is none.
    private static func line(_ rest: inout ArraySlice<UInt8>) -> String? {
        let head = rest.prefix(65)
        guard let end = head.firstIndex(of: UInt8(ascii: "\n")), head[..<end].allSatisfy({ $0 < 0x80 }) else {
            return nil
        }
        rest = rest[(end + 1)...]
        return String(decoding: head[..<end], as: UTF8.self)
    }
}

/// What a witness answers over HTTP.
public struct WitnessAnswer: Hashable, Sendable {
    /// The content type of the size that a conflict states.
    public static let sizeType = "text/x.tlog.size"

    /// The status code.
    public let status: Int
    /// The content type.
    public let contentType: String
    /// The body.
    public let body: [UInt8]

    /// Makes an answer.
    public init(status: Int, contentType: String = "text/plain; charset=utf-8", body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// A sentence for a person.
    init(_ status: Int, _ text: String) { self.init(status: status, body: Array((text + "\n").utf8)) }

    /// The size that the witness has cosigned.
    static func conflict(_ size: Int) -> WitnessAnswer {
        WitnessAnswer(status: 409, contentType: sizeType, body: Array("\(size)\n".utf8))
    }

    /// The cosignature of a note: the line that stands below it.
    public static func cosignature(_ lines: [UInt8]) -> WitnessAnswer { WitnessAnswer(status: 200, body: lines) }
}

/// What a provider makes of an answer.
public enum WitnessReply: Hashable, Sendable {
    /// The checkpoint with the witness's cosignature below the lane's signatures.
    case cosigned(note: [UInt8])
    /// The witness has cosigned another size last.
    case conflict(size: Int)
    /// Anything else.
    case refused(status: Int, what: String)

    /// Reads the answer to a request; a cosignature counts only when it is the expected witness's and holds.
    public init(_ answer: WitnessAnswer, to request: WitnessRequest, of witness: VerifierKey) {
        let type = answer.contentType.prefix { $0 != ";" }
        switch answer.status {
        case 200:
            for line in answer.body.prefix(SignedNote.maximumSize).split(separator: UInt8(ascii: "\n")) {
                guard let note = Receipt.note(request.note, withLine: Array(line)),
                    Receipt.time(in: note, of: witness) != nil
                else { continue }
                self = .cosigned(note: note)
                return
            }
            self = .refused(status: 200, what: "the answer holds no cosignature of \(witness.name)")
        case 409 where type == WitnessAnswer.sizeType:
            let text = String(decoding: answer.body.prefix(32), as: UTF8.self)
            guard let size = Int(text.dropLast()), size >= 0, text == "\(size)\n" else {
                self = .refused(status: 409, what: "the answer states no size")
                return
            }
            self = .conflict(size: size)
        default:
            let text = String(decoding: answer.body.prefix(200), as: UTF8.self)
            let printable = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
            self = .refused(status: answer.status, what: String(String.UnicodeScalarView(printable)))
        }
    }
}

extension Receipt {
    /// A note with the signatures under its origin's name alone, and one further line below; nil when either has no form.
    static func note(_ note: [UInt8], withLine line: [UInt8]) -> [UInt8]? {
        guard let own = try? SignedNote(note), let origin = own.text.split(separator: "\n").first,
            let text = String(validating: line, as: UTF8.self), text.hasPrefix("\u{2014} ")
        else { return nil }
        let whole = own.bytes { $0 == origin } + line + [UInt8(ascii: "\n")]
        return (try? SignedNote(whole)).map { _ in whole }
    }

    /// The signature lines of a note under one name; empty when there is none.
    public static func lines(in note: [UInt8], named name: String) -> [UInt8] {
        guard let parsed = try? SignedNote(note) else { return [] }
        return Array(parsed.lines { $0 == name }.utf8)
    }
}

extension SignedNote {
    /// The note with the signature lines of some names.
    func bytes(keeping isKept: (String) -> Bool) -> [UInt8] { Array((text + "\n" + lines(isKept)).utf8) }

    /// The signature lines of some names.
    func lines(_ isKept: (String) -> Bool) -> String {
        signatures.filter { isKept($0.name) }.map { "\u{2014} \($0.name) \(Base64.encode($0.bytes))\n" }.joined()
    }
}

extension Checkpoint {
    /// Reads a note without judging who signed it; further lines below the root may stand there (C2SP tlog-checkpoint).
    init(withExtensions note: SignedNote) throws(LaneProblem) {
        let lines = note.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.dropLast().allSatisfy({ !$0.isEmpty }), lines.last?.isEmpty == true,
            let size = Int(lines[1]), size >= 0, String(size) == lines[1], let root = Base64.decode(lines[2]),
            root.count == LaneHash.length
        else { throw LaneProblem(code: .form, what: "a checkpoint has an origin, a size and a root") }
        self.init(origin: String(lines[0]), size: size, root: root)
    }
}
