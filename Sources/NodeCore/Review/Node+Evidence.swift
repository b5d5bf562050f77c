public import Accord
public import Series
public import Storage

/// What a node's store holds for a compliance report under one agreement.
public struct StoredEvidence: Sendable {
    private let database: NodeDatabase
    private let agreement: Agreement

    /// Looks into a store.
    public init(database: NodeDatabase, agreement: Agreement) {
        self.database = database
        self.agreement = agreement
    }

    /// What the store holds of its own lanes and of those that it has accepted, with the receipts for them.
    ///
    /// A receipt counts where it covers the very entries that are held here: one about another history, or about more than
    /// is held, is left out.
    ///
    /// - Parameter partners: only lanes that each of these parties holds too, as their provider or as a reader; empty for
    ///   all lanes.
    public func lanes(sharedWith partners: [PartyID] = []) throws -> [LaneEvidence] {
        let receipts = Dictionary(grouping: try database.receipts(), by: \.lane)
        let own = try database.ownLanes().filter { isHeld($0, by: partners) }.map { origin in
            let entries = try database.laneEntries(origin).map { (bytes: [UInt8]?.some($0.bytes), hash: $0.leafHash) }
            return evidence(of: origin, entries, receipts[origin] ?? [])
        }
        let peers = try database.peerLanes().map(\.origin).filter { isHeld($0, by: partners) }.map { origin in
            let entries = try database.peerEntries(origin).map { (bytes: $0.bytes, hash: $0.leafHash) }
            return evidence(of: origin, entries, receipts[origin] ?? [])
        }
        return own + peers
    }

    /// The manifest of evidence for a span.
    ///
    /// Own lanes are known to be complete until a time; of peers' lanes the receipts tell.
    ///
    /// - Parameters:
    ///   - now: the node's clock; nil in a replay, where the last checkpoint tells until when an own lane is complete.
    public func manifest(
        of evidence: [LaneEvidence], from: Instant, until: Instant, now: Instant?
    ) throws -> EvidenceManifest {
        var asOf: [String: Instant] = [:]
        for origin in try database.ownLanes() {
            let complete = try now ?? database.lastCheckpoint(of: origin)?.signed
            asOf[origin] = complete.map { min($0, until) }
        }
        return EvidenceManifest(
            of: evidence, agreement: agreement, from: from, until: until, isSimulated: now == nil, asOf: asOf)
    }

    /// Whether each of some parties provides a lane or is one of its readers.
    private func isHeld(_ origin: String, by partners: [PartyID]) -> Bool {
        partners.allSatisfy { partner in
            agreement.parties.contains { provider in
                agreement.lanes(of: provider.id).contains { $0.origin == origin && $0.isHeld(by: partner) }
            }
        }
    }

    private func evidence(
        of origin: String, _ entries: [(bytes: [UInt8]?, hash: [UInt8])], _ receipts: [KeptReceipt]
    ) -> LaneEvidence {
        var evidence = LaneEvidence(origin: origin, leafHashes: entries.map(\.hash))
        for (index, entry) in entries.enumerated() {
            guard let bytes = entry.bytes, let read = try? LaneEntry(bytes) else {
                evidence.withheld.insert(index)
                continue
            }
            evidence.add(read, at: index)
        }
        var roots: [Int: [UInt8]] = [:]
        for kept in receipts {
            guard let read = ReceiptEvidence.read(kept.note, of: kept.reader, at: kept.time), read.origin == origin,
                read.receipt.size <= entries.count
            else { continue }
            let size = read.receipt.size
            let root = roots[size] ?? MerkleTree.root(Array(evidence.leafHashes.prefix(size)))
            roots[size] = root
            if root == read.root { evidence.receipts.append(read.receipt) }
        }
        return evidence
    }
}

extension Node {
    /// What this node holds for a compliance report.
    public nonisolated var storedEvidence: StoredEvidence {
        StoredEvidence(database: database, agreement: configuration.agreement)
    }
}

extension LaneEvidence {
    /// Adds what an entry says.
    fileprivate mutating func add(_ entry: LaneEntry, at index: Int) {
        switch entry {
        case .observations(let observations):
            for (offset, observation) in observations.enumerated() {
                rows.append(
                    Row(
                        index: index, offset: offset, series: observation.series, observed: observation.observed,
                        received: observation.received, revision: observation.revision, value: observation.value,
                        known: observation.known, quality: observation.quality))
            }
        case .notice(let notice):
            notices.append(
                Notice(
                    index: index, clause: notice.clause, event: notice.event, subject: notice.subject,
                    issued: notice.issued, from: notice.from, until: notice.until, supersedes: notice.supersedes))
        case .tombstone(let tombstone):
            retractions.append(Retraction(index: index, target: tombstone.index, offset: tombstone.offset))
        case .clock(let clock): clocks.append(Clock(index: index, statement: clock))
        case .warning, .forecast, .manifest, .drill, .register: break
        }
    }
}
