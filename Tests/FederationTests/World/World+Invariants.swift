import Accord
import NodeCore
import Series
import Storage
import TestKit

extension World {
    /// What must hold of a party after every step.
    func watch(_ seat: Seat) throws {
        try watchWritten(seat)
        guard let database = seat.node?.database, !seat.disk.isDown else { return }
        try learnLanes(of: seat.party, database)
        try watchReplicas(of: seat.party, database)
    }

    /// Takes over what a provider's own lanes have gained.
    private func learnLanes(of party: PartyID, _ database: NodeDatabase) throws {
        for origin in try database.ownLanes() {
            let known = lanes[origin]?.leaves.count ?? 0
            for entry in try database.laneEntries(origin, from: known) {
                lanes[origin, default: KnownLane()].append(entry.leafHash)
            }
        }
    }

    private func watchReplicas(of party: PartyID, _ database: NodeDatabase) throws {
        for replica in try database.peerLanes() {
            let lane = lanes[replica.origin] ?? KnownLane()
            let isTrue = replica.size < lane.roots.count && lane.roots[replica.size] == replica.root
            let isShownFalse =
                party == victim && evil?.behaviour == .forking
                && replica.size < falseLane.roots.count && falseLane.roots[replica.size] == replica.root
            guard isTrue || isShownFalse else {
                throw BrokenInvariant(
                    invariant: .replicaIsPrefix, party: party,
                    detail: "\(replica.origin) at \(replica.size) of \(lane.leaves.count)")
            }
        }
    }

    /// Looks for secrets in everything that a party has written or logged since the last look.
    private func watchWritten(_ seat: Seat) throws {
        for written in seat.disk.takeWritten() {
            try search(written.bytes, at: written.path, of: seat.party)
        }
        for line in seat.log.take() { try search(Array(line.utf8), at: "its log", of: seat.party) }
    }

    /// Looks in bytes of a party for what it may not have, and in its lanes for what their readers may not have.
    func search(_ bytes: [UInt8], at path: String, of party: PartyID) throws {
        guard Secret.mayStand(in: bytes) else { return }
        let audience = path.hasPrefix("lanes/") ? path.split(separator: "/").dropFirst(3).first : nil
        if audience != nil, isEvil(party, .oversharing) { return }
        for secret in secrets {
            let readers = federation.readers(of: secret.party, secret.circle)
            let mayStand =
                if let audience {
                    secret.party == party && readers.map(\.text).sorted().joined(separator: "_") == audience
                        || secret.party == party && secret.circle == .common
                } else {
                    secret.party == party || readers.contains(party)
                }
            if !mayStand, secret.stands(in: bytes) {
                throw BrokenInvariant(
                    invariant: .nothingUngrantedStands, party: party,
                    detail: "\(path) holds \(secret.party)'s \(secret.circle) readings")
            }
        }
    }

    // MARK: After a crash

    /// What must hold of a node that has started on what a crash has left.
    func examineAfterCrash(_ seat: Seat) throws {
        guard let database = seat.node?.database, let ledger = ledgers[seat.party] else { return }
        try examineSigned(seat, database, ledger)
        try examineReadings(of: seat.party, database, ledger)
        for (origin, lane) in lanes.sorted(by: { $0.key < $1.key }) where origin.hasPrefix("riparian/\(seat.party)/") {
            let kept = try database.laneEntries(origin).map(\.leafHash)
            guard kept.starts(with: lane.leaves) else {
                throw BrokenInvariant(
                    invariant: .acknowledgedIsKept, party: seat.party,
                    detail: "\(origin) has \(kept.count) of \(lane.leaves.count) entries")
            }
        }
        for (origin, size) in ledger.accepted.sorted(by: { $0.key < $1.key }) {
            let kept = try database.peerLane(origin)?.size ?? 0
            guard kept >= size else {
                throw BrokenInvariant(
                    invariant: .acknowledgedIsKept, party: seat.party, detail: "\(origin): \(kept) of \(size) accepted")
            }
        }
    }

    /// Own readings that were acknowledged.
    private func examineReadings(of party: PartyID, _ database: NodeDatabase, _ ledger: Ledger) throws {
        var kept: [ReadingKey: Double] = [:]
        for circle in Circle.allCases {
            let series = MadeFederation.series(party, circle)
            for item in try database.kept(of: series) {
                let observation = item.observation
                kept[ReadingKey(series: series, observed: observation.observed, revision: observation.revision)] =
                    observation.value
            }
        }
        for (key, value) in ledger.acknowledged where kept[key] != value {
            throw BrokenInvariant(
                invariant: .acknowledgedIsKept, party: party,
                detail: "\(key.series) of \(key.observed) is \(kept[key].map { "\($0)" } ?? "gone")")
        }
    }

    /// Every checkpoint that somebody has seen or that stands on the disk, and every receipt given, is covered by data.
    private func examineSigned(_ seat: Seat, _ database: NodeDatabase, _ ledger: Ledger) throws {
        var signed = ledger.shown
        for (path, bytes) in seat.disk.files where path.hasPrefix("lanes/") && path.hasSuffix("/checkpoint") {
            if let (origin, size) = stated(in: bytes), lanes[origin] != nil {
                signed[origin] = max(size, signed[origin] ?? 0)
            }
        }
        for (origin, size) in signed.sorted(by: { $0.key < $1.key }) {
            let kept = try database.lastCheckpoint(of: origin)?.size ?? 0
            guard kept >= size else {
                throw BrokenInvariant(
                    invariant: .signedIsDurable, party: seat.party,
                    detail: "a checkpoint of \(origin) covers \(size) entries, \(kept) are left")
            }
        }
        for receipt in try database.receipts() where receipt.reader == seat.party {
            let kept = try database.peerLane(receipt.lane)?.size ?? 0
            guard kept >= receipt.size else {
                throw BrokenInvariant(
                    invariant: .signedIsDurable, party: seat.party,
                    detail: "a receipt for \(receipt.lane) covers \(receipt.size) entries, \(kept) are left")
            }
        }
    }
}
