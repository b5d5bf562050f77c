import Accord
import NodeCore
import Series
import Storage
import Synchronization
import TestKit

extension World {
    /// Everything becomes whole again and runs until nothing more happens; then every replica must be complete.
    func heal() async throws {
        step += 1
        for party in federation.parties {
            guard let seat = seats[party] else { continue }
            if seat.node == nil { try await restart(seat) }
            if planted == nil { seat.disk.faults = DiskFaults() }
            for wire in (wires[party] ?? [:]).values {
                wire.state.withLock { state in
                    state.isUp = true
                    state.lossOneIn = 0
                    state.delay = 0
                    if state.behaviour != .forking { state.behaviour = nil }
                }
            }
        }
        note("healed")
        clock.set(clock.now + 1800)
        for round in 1...World.maximumRounds {
            clock.set(clock.now + 61)
            var isQuiet = true
            for party in federation.parties where try await catchUp(party) { isQuiet = false }
            if isQuiet { break }
            note("round \(round)")
        }
        guard planted == nil else { return }
        try examineAtTheEnd()
    }

    /// Rounds after which a healed world is quiet.
    private static let maximumRounds = 6

    /// One round of one party: what it still owes, what it still waits for.
    ///
    /// - Returns: whether anything happened.
    private func catchUp(_ party: PartyID) async throws -> Bool {
        guard let seat = seats[party] else { return false }
        var isBusy = !seat.pending.isEmpty
        if seat.node == nil { try await restart(seat) }
        if !seat.pending.isEmpty {
            let batch = seat.pending
            if try await attempt("intake", at: seat, { try await $0.receive(batch) }) != nil { seat.pending = [] }
        }
        _ = try await attempt("scrub", at: seat) { try await $0.scrubLanes() }
        _ = try await attempt("publish", at: seat) { try await $0.publishCheckpoints() }
        try watch(seat)
        for provider in federation.parties where provider != party {
            if try await pull(by: seat, from: provider) { isBusy = true }
        }
        try watch(seat)
        settle(seat)
        return isBusy
    }

    private func examineAtTheEnd() throws {
        for party in federation.parties {
            guard let seat = seats[party], let database = seat.node?.database else { continue }
            try examineAfterCrash(seat)
            try examineGrants(of: party, database)
            for (path, bytes) in seat.disk.files { try search(bytes, at: path, of: party) }
            for provider in federation.parties where provider != party {
                try examineReplicas(of: provider, at: party, database)
            }
            try examineReceipts(of: party, database)
        }
        try examineFork()
        try examineReports()
    }

    /// Every series that stands at a party is its own or granted to it.
    private func examineGrants(of party: PartyID, _ database: NodeDatabase) throws {
        for series in try database.allSeries() where series.provider != party {
            let circle = Circle.allCases.first { MadeFederation.station(series.provider, $0) == series.station }
            let isGranted = circle.map { federation.readers(of: series.provider, $0).contains(party) } ?? false
            if !isGranted {
                throw BrokenInvariant(invariant: .nothingUngrantedStands, party: party, detail: "\(series)")
            }
        }
    }

    private func isMisled(_ party: PartyID, about provider: PartyID) -> Bool {
        isEvil(provider, .forking) && party == victim && forkIndex != nil
    }

    private func examineReplicas(of provider: PartyID, at party: PartyID, _ database: NodeDatabase) throws {
        for audience in agreement.audiences(of: provider) where audience.readers.contains(party) {
            let origin = origin(of: provider, audience)
            let kept = try database.peerLane(origin)?.size ?? 0
            let size = lanes[origin]?.leaves.count ?? 0
            guard kept == size || isMisled(party, about: provider) else {
                throw BrokenInvariant(
                    invariant: .healedIsComplete, party: party, detail: "\(origin): \(kept) of \(size) entries")
            }
        }
        guard !isEvil(provider, .oversharing), !isMisled(party, about: provider) else { return }
        for circle in Circle.allCases where federation.readers(of: provider, circle).contains(party) {
            let series = MadeFederation.series(provider, circle)
            var kept: [ReadingKey: Double] = [:]
            for item in try database.kept(of: series) {
                let observation = item.observation
                kept[ReadingKey(series: series, observed: observation.observed, revision: observation.revision)] =
                    observation.value
            }
            for (key, value) in ledgers[provider]?.acknowledged ?? [:]
            where key.series == series && kept[key] != value {
                throw BrokenInvariant(
                    invariant: .healedIsComplete, party: party, detail: "\(series) of \(key.observed) has not arrived")
            }
        }
    }

    /// Every provider has a receipt of every reader for all that it has given.
    private func examineReceipts(of provider: PartyID, _ database: NodeDatabase) throws {
        for audience in agreement.audiences(of: provider) {
            let origin = origin(of: provider, audience)
            guard let size = lanes[origin]?.leaves.count, size > 0 else { continue }
            for reader in federation.parties where audience.readers.contains(reader) {
                guard !isMisled(reader, about: provider), !isEvil(reader, .flipping) else { continue }
                let covered = try database.lastReceipt(of: origin, by: reader)?.size ?? 0
                guard covered == size else {
                    throw BrokenInvariant(
                        invariant: .healedIsComplete, party: provider,
                        detail: "\(reader)'s last receipt for \(origin) covers \(covered) of \(size)")
                }
            }
        }
    }

    /// Two histories of one lane that two honest parties have taken over are found, with two signed notes as evidence.
    private func examineFork() throws {
        guard let evil, evil.behaviour == .forking, let forkIndex else { return }
        let origin = commonOrigin(of: evil.party)
        let shown = try seats[victim]?.node?.database.peerLane(origin)
        guard let shown, shown.size > forkIndex, shown.root != lanes[origin]?.roots[shown.size] else { return }
        let key = try TestKeys.signer(of: evil.party).key(origin)
        for (party, seat) in seats.sorted(by: { $0.key < $1.key }) where party != evil.party {
            let notes = seat.disk.files.filter { $0.key.hasPrefix("evidence/") }.values
            let roots = notes.compactMap { try? Checkpoint(note: $0, origin: origin, key: key) }
            let isContradiction = roots.contains { first in
                roots.contains { $0.size == first.size && $0.root != first.root }
            }
            let isFalse = roots.contains { checkpoint in
                checkpoint.size < falseLane.roots.count && checkpoint.size > forkIndex
                    && checkpoint.root == falseLane.roots[checkpoint.size]
            }
            if isContradiction || (roots.count > 1 && isFalse) {
                count("fork found")
                return
            }
        }
        throw BrokenInvariant(
            invariant: .faultIsNamed, party: evil.party, detail: "nobody has found the fork at \(forkIndex)")
    }
}
