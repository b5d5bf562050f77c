import Series

/// What a node lacks of the evidence that a manifest names, or holds otherwise.
public enum MissingEvidence: Hashable, Sendable, CustomStringConvertible {
    /// The manifest is about another agreement, or about another version of it.
    case agreement(named: String, held: String)
    /// A lane that is not held.
    case lane(origin: String)
    /// A lane that is shorter here.
    case entries(origin: String, named: Int, held: Int)
    /// A lane whose first entries have another root here.
    case root(origin: String, size: Int)
    /// An entry of which only the hash is held.
    case content(origin: String, index: Int)
    /// A receipt that is not held.
    case receipt(origin: String, ReceiptEvidence)

    /// One sentence for a person, in English.
    public var description: String {
        switch self {
        case .agreement(let named, let held): "the manifest is about the agreement \(named), here is \(held)"
        case .lane(let origin): "the lane \(origin) is not held here"
        case .entries(let origin, let named, let held):
            "the lane \(origin) has \(held) entries here, the manifest names \(named)"
        case .root(let origin, let size): "the lane \(origin) has another root over its first \(size) entries here"
        case .content(let origin, let index): "of entry \(index) of the lane \(origin) only the hash is held here"
        case .receipt(let origin, let receipt):
            "the receipt of \(receipt.reader) at \(receipt.time) over \(receipt.size) entries of \(origin) is not held here"
        }
    }
}

/// Why no report is made: the evidence that a manifest names is not all there.
public struct EvidenceRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Everything that is missing, in the order of the manifest.
    public let missing: [MissingEvidence]

    /// The sentences, one a line.
    public var description: String { missing.map(\.description).joined(separator: "\n") }
}

extension EvidenceManifest {
    /// The lanes that the manifest names, cut out of what a node holds; whatever else it holds does not count.
    func selection(of evidence: [LaneEvidence]) throws(EvidenceRefusal) -> [JudgedLane] {
        var found: [(lane: Lane, held: LaneEvidence, provider: PartyID)] = []
        var missing: [MissingEvidence] = []
        for lane in self.lanes {
            guard let held = evidence.first(where: { $0.origin == lane.origin }),
                let provider = PartyID(laneOrigin: lane.origin, of: agreement)
            else {
                missing.append(.lane(origin: lane.origin))
                continue
            }
            let lacking = EvidenceManifest.lacking(lane, in: held)
            missing += lacking
            found.append((lane, held, provider))
        }
        guard missing.isEmpty else { throw EvidenceRefusal(missing: missing) }
        let clocks = ClockStatements(
            found.map { lane, held, provider in
                (provider, held.clocks.filter { $0.index < lane.size }.map(\.statement))
            })
        return found.map { JudgedLane($1, named: $0, provider: $2, clocks: clocks) }
    }

    private static func lacking(_ lane: Lane, in held: LaneEvidence) -> [MissingEvidence] {
        guard held.leafHashes.count >= lane.size else {
            return [.entries(origin: lane.origin, named: lane.size, held: held.leafHashes.count)]
        }
        guard MerkleTree.root(Array(held.leafHashes.prefix(lane.size))) == lane.root else {
            return [.root(origin: lane.origin, size: lane.size)]
        }
        let receipts = Set(held.receipts)
        return held.withheld.filter { $0 < lane.size }.sorted().map { .content(origin: lane.origin, index: $0) }
            + lane.receipts.filter { !receipts.contains($0) }.map { .receipt(origin: lane.origin, $0) }
    }
}
