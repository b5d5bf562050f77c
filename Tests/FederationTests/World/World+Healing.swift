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
        // Longer than the delay of a clause and the error of any clock.
        clock.set(clock.now + 3600)
        for party in federation.parties { try await finish(party) }
        // In the first round entries arrive, in the second the receipts for them.
        for round in 1...2 {
            for party in federation.parties {
                guard let seat = seats[party] else { continue }
                for provider in federation.parties where provider != party { try await pull(by: seat, from: provider) }
                try watch(seat)
                if seat.disk.isDown { try await restart(seat) }
            }
            note("round \(round)")
        }
        guard planted == nil else { return }
        try examineAtTheEnd()
    }

    /// A party does what it still owes.
    private func finish(_ party: PartyID) async throws {
        guard let seat = seats[party] else { return }
        if !seat.pending.isEmpty {
            let batch = seat.pending
            if try await attempt("intake", at: seat, { try await $0.receive(batch) }) != nil { seat.pending = [] }
        }
        _ = try await attempt("scrub", at: seat) { try await $0.scrubLanes() }
        _ = try await attempt("publish", at: seat) { try await $0.publishCheckpoints() }
        try watch(seat)
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

    /// Whether a party has been shown a false history, or knows of two and waits for a person.
    private func isMisled(_ party: PartyID, about provider: PartyID) -> Bool {
        guard isEvil(provider, .forking), forkIndex != nil else { return false }
        let known = try? seats[party]?.node?.knownFork(of: commonOrigin(of: provider))
        return party == victim || known != nil
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

    /// Two histories of one lane that two honest parties have taken over are found, and one of them can prove it to anybody.
    private func examineFork() throws {
        guard let evil, evil.behaviour == .forking, let forkIndex else { return }
        let origin = commonOrigin(of: evil.party)
        let shown = try seats[victim]?.node?.database.peerLane(origin)
        guard let shown, shown.size > forkIndex, shown.root != lanes[origin]?.roots[shown.size] else { return }
        let key = try TestKeys.signer(of: evil.party).key(origin)
        for (party, seat) in seats.sorted(by: { $0.key < $1.key }) where party != evil.party {
            for (path, bytes) in seat.disk.files where path.hasPrefix("evidence/") && path.hasSuffix(".fork") {
                guard case .proven = try ForkProof(bytes).verdict(key: key) else { continue }
                count("fork found")
                return
            }
        }
        throw BrokenInvariant(
            invariant: .faultIsNamed, party: evil.party, detail: "nobody has found the fork at \(forkIndex)")
    }
}
