import Accord
import NodeCore
import Series
import Storage
import Synchronization
import TestKit

extension World {
    /// One thing that happens, and what must hold after it.
    func takeStep() async throws {
        try await restartSome()
        if step == evilStart { switchEvil(to: true) }
        let party = chance.pick(federation.parties) ?? federation.parties[0]
        guard let seat = seats[party] else { return }
        switch chance.below(100) {
        case ..<36:
            try await takeIn(at: seat)
            try watch(seat)
        case ..<52:
            try await publish(at: seat)
            try watch(seat)
        case ..<82:
            try await pull(by: seat, from: chance.pick(federation.parties.filter { $0 != party }) ?? party)
            try watch(seat)
        case ..<88: armCrash(of: seat)
        case ..<92: changeLine(from: party)
        case ..<95: fillOrShorten(seat)
        case ..<97: flipLaneFile(of: seat)
        default: switchEvil(to: !chance.isOne(in: 3))
        }
        settle(seat)
    }

    /// Runs a verb of a node. What it throws must say what happened: an error of the store, or a line that is down.
    ///
    /// - Returns: nil when it failed.
    func attempt<Value>(_ what: String, at seat: Seat, _ verb: (Node) async throws -> Value) async throws -> Value? {
        guard let node = seat.node else {
            note("\(what) \(seat.party): down")
            return nil
        }
        do {
            return try await verb(node)
        } catch let error as StorageError {
            let isFull = seat.disk.faults.room != nil || seat.disk.events.last?.kind == .shortWrite
            note("\(what) \(seat.party): \(error.code.rawValue)")
            count(error.code.rawValue)
            guard seat.disk.isDown ? error.code == .unavailable : isFull && error.code == .diskFull else {
                throw BrokenInvariant(invariant: .faultIsNamed, party: seat.party, detail: "\(error)")
            }
            return nil
        } catch let error as LinkDown {
            note("\(what) \(seat.party): line to \(error.peer) down")
            count("line down")
            return nil
        } catch {
            throw BrokenInvariant(invariant: .faultIsNamed, party: seat.party, detail: "\(what): \(error)")
        }
    }

    // MARK: What parties do

    private func takeIn(at seat: Seat) async throws {
        if seat.pending.isEmpty { seat.pending = (0...chance.below(4)).map { _ in newReading(of: seat.party) } }
        let batch = seat.pending
        guard let outcomes = try await attempt("intake", at: seat, { try await $0.receive(batch) }) else { return }
        seat.pending = chance.isOne(in: 8) ? batch : []
        for (reading, outcome) in zip(batch, outcomes) {
            if case .refused(let reason) = outcome.result {
                throw BrokenInvariant(invariant: .faultIsNamed, party: seat.party, detail: "own reading: \(reason)")
            }
            let observation = reading.observation
            let key = ReadingKey(
                series: observation.series, observed: observation.observed, revision: observation.revision)
            ledgers[seat.party]?.acknowledged[key] = observation.value
        }
        note("intake \(seat.party): \(outcomes.count { $0.result == .recorded }) of \(batch.count)")
        count("intake")
    }

    private func newReading(of party: PartyID) -> ReceivedObservation {
        serial += 1
        let circle = chance.pick(Circle.allCases) ?? .common
        let series = MadeFederation.series(party, circle)
        var observed = clock.now - Int64(chance.below(7200))
        var revision = 0
        let known = (ledgers[party]?.acknowledged.keys.filter { $0.series == series } ?? []).sorted()
        let isTaken = !usedTimes.insert("\(series) \(observed)").inserted
        if chance.isOne(in: 4), let corrected = chance.pick(known) {
            observed = corrected.observed
            revision = (known.filter { $0.observed == observed }.map(\.revision).max() ?? 0) + serial
        } else if isTaken || known.contains(where: { $0.observed == observed }) {
            revision = serial * 1_000 + 1
        }
        let value = secrets.first { $0.party == party && $0.circle == circle }?.value(serial)
        let observation = Observation(
            series: series, observed: observed, received: observed, value: value, revision: revision,
            source: Secret.source(party, circle))
        return ReceivedObservation(observation, origin: "book:\(party):\(serial)")
    }

    private func publish(at seat: Seat) async throws {
        if chance.isOne(in: 6) { try await sendNotice(at: seat) }
        guard let lanes = try await attempt("publish", at: seat, { try await $0.publishCheckpoints() }) else { return }
        note("publish \(seat.party): \(lanes.map { "\($0.size)" }.joined(separator: " "))")
        count("publish")
    }

    /// A notice goes to everybody. Where that bug is planted, it says what only the next party may read.
    private func sendNotice(at seat: Seat) async throws {
        let circle: Circle = planted == .restrictedTextInCommonLane ? .pair : .common
        let words = MadeFederation.text("as in \(Secret.source(seat.party, circle))")
        let notice = LaneNotice(
            clause: MadeFederation.noticeClause, event: .plannedRelease, subject: "made", issued: clock.now,
            from: clock.now, text: words)
        let sent = try await attempt("notice", at: seat) { try await $0.send(.notice(notice), by: "duty officer") }
        if case .sent? = sent { count("notice") }
    }

    // MARK: What happens to machines and lines

    private func armCrash(of seat: Seat) {
        var faults = seat.disk.faults
        faults.crashAtChange = 1 + chance.below(30)
        faults.crashKeepsRename = chance.isOne(in: 2)
        seat.disk.faults = faults
        if chance.isOne(in: 3) { seat.disk.cutPower() }
        note("crash of \(seat.party) in \(faults.crashAtChange ?? 0)")
    }

    private func changeLine(from provider: PartyID) {
        let readers = federation.parties.filter { $0 != provider }
        guard let reader = chance.pick(readers), let wire = wires[provider]?[reader] else { return }
        let (isUp, loss, delay) = (chance.isOne(in: 2), chance.below(4), Int64(chance.below(3) * 20))
        wire.state.withLock { state in
            state.isUp = isUp
            state.lossOneIn = loss == 1 ? 3 : 0
            state.delay = delay
        }
        note("line \(provider) to \(reader): \(isUp ? "up" : "cut") \(loss) \(delay)")
        count(isUp ? "line heals" : "line cut")
    }

    private func fillOrShorten(_ seat: Seat) {
        var faults = DiskFaults()
        if let planted, [.lostSync, .checkpointBeforeData].contains(planted) { return }
        if chance.isOne(in: 2) { faults.shortWriteAt = 1 + chance.below(6) } else { faults.room = 1 }
        if seat.disk.faults.room != nil { faults = DiskFaults() }
        seat.disk.faults = faults
        note("disk of \(seat.party): \(faults.room == nil ? "" : "full") \(faults.shortWriteAt ?? 0)")
    }

    private func flipLaneFile(of seat: Seat) {
        let files = seat.disk.files.keys.filter { $0.hasPrefix("lanes/") }.sorted()
        guard let path = chance.pick(files), seat.disk.flipBit(in: path) else { return }
        note("bit of \(seat.party) flips in \(path)")
        count("flipped bit")
    }

    private func switchEvil(to isOn: Bool) {
        guard let (party, behaviour) = evil else { return }
        for (reader, wire) in (wires[party] ?? [:]).sorted(by: { $0.key < $1.key }) {
            let isFalse = behaviour == .forking || behaviour == .forging
            guard !isFalse || reader == victim else { continue }
            wire.state.withLock { state in
                state.behaviour = isOn || forkIndex != nil ? behaviour : nil
                state.delay = isOn && behaviour == .slow ? 60 : 0
            }
        }
        note("\(party) is \(behaviour): \(isOn)")
        count("evil \(behaviour)")
    }

    // MARK: After a step

    /// Notices that a machine is down.
    func settle(_ seat: Seat) {
        guard seat.disk.isDown, seat.node != nil else { return }
        seat.fall()
        note("\(seat.party) is down")
        count("crash")
    }

    /// Starts some of the machines that are down.
    private func restartSome() async throws {
        for party in federation.parties {
            guard let seat = seats[party], seat.node == nil, chance.isOne(in: 2) else { continue }
            try await restart(seat)
        }
    }

    /// Starts a machine on what the crash has left, and looks at whether that is what it should be.
    func restart(_ seat: Seat) async throws {
        let survival = chance.pick(CrashSurvival.allCases) ?? .nothing
        let faults = seat.disk.faults
        seat.disk.restart(survival)
        if faults.losesSyncs || faults.losesDatabaseSyncs {
            var lasting = DiskFaults()
            lasting.losesSyncs = faults.losesSyncs
            lasting.losesDatabaseSyncs = faults.losesDatabaseSyncs
            seat.disk.faults = lasting
        }
        do { try await seat.start() } catch {
            throw BrokenInvariant(
                invariant: .acknowledgedIsKept, party: seat.party, detail: "does not start again: \(error)")
        }
        note("\(seat.party) starts again, \(survival.rawValue)")
        count("restart")
        try examineAfterCrash(seat)
        try watch(seat)
    }
}
