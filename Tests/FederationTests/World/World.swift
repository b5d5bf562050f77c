import Accord
import Crypto
import Foundation
import NodeCore
import Series
import Storage
import Synchronization
import TestKit

/// A federation in one process whose clock, lines, peers and disks come from one seed.
final class World {
    static let start = Instant(secondsSinceEpoch: 1_725_753_600)

    let seed: UInt64
    let planted: PlantedBug?
    let federation: MadeFederation
    let agreement: Agreement
    let secrets: [Secret]
    let clock = SimulatedClock(World.start)
    var chance: SimulatedChance
    /// Whose signatures count; what has been verified is not verified again.
    let trust: LaneTrust
    var seats: [PartyID: Seat] = [:]
    var wires: [PartyID: [PartyID: Wire]] = [:]
    var ledgers: [PartyID: Ledger] = [:]
    /// Every lane as its provider has it, by origin.
    var lanes: [String: KnownLane] = [:]
    /// The party that does not behave, and how; nil in a world of honest parties.
    let evil: (party: PartyID, behaviour: PeerBehaviour)?
    /// The reader that a false history is shown to.
    let victim: PartyID
    /// The step at which the party begins to misbehave.
    let evilStart: Int
    /// Where the false history leaves the true one; nil before it begins.
    var forkIndex: Int?
    /// The false history as the victim last saw it.
    var falseLane = KnownLane()
    var step = 0
    var serial = 0
    /// Series and times of the first reports: a second one of the same time is a correction.
    var usedTimes: Set<String> = []
    var trace: [String] = []
    /// What the world has been through, by word.
    var counts: [String: Int] = [:]

    init(seed: UInt64, planted: PlantedBug? = nil) throws {
        self.seed = seed
        self.planted = planted
        chance = SimulatedChance(seed: seed)
        federation = MadeFederation(count: 3 + chance.below(3))
        agreement = federation.agreement
        trust = try TestKeys.trust(in: federation.parties).remembering
        let federation = federation
        secrets = federation.parties.flatMap { party in
            Circle.allCases.map { Secret(party, $0, in: federation) }
        }
        let isHonest = chance.isOne(in: 3)
        let behaviour = chance.pick(PeerBehaviour.allCases) ?? .slow
        let party = chance.pick(federation.parties) ?? federation.parties[0]
        evil = planted == .skippedProof ? (party, .forging) : planted != nil || isHonest ? nil : (party, behaviour)
        victim = federation.next(after: party)
        evilStart = 5 + chance.below(25)
        try buildSeats()
        buildWires()
    }

    /// A disk with an empty database on it: making the tables takes longer than a world.
    private static let prepared: Result<SimulatedDisk, any Error> = Result {
        let disk = SimulatedDisk(seed: 0)
        try NodeDatabase(path: disk.databasePath(Seat.databaseFile)).close()
        return disk
    }

    private func buildSeats() throws {
        for party in federation.parties {
            let isLax = evil?.party == party && evil?.behaviour == .oversharing
            let disk = SimulatedDisk(seed: chance.next(), copying: try World.prepared.get())
            _ = disk.takeWritten()
            let configuration = NodeConfiguration(
                party: party, basin: federation.basin, register: federation.register,
                agreement: isLax ? federation.laxAgreement : agreement, signer: try TestKeys.signer(of: party),
                trust: planted == .skippedProof ? .believing(trust) : trust)
            seats[party] = Seat(
                configuration, disk: disk, clock: clock, skew: Int64(chance.below(1201)) - 600)
            ledgers[party] = Ledger()
        }
    }

    private func buildWires() {
        for provider in federation.parties {
            for reader in federation.parties where reader != provider {
                guard let seat = seats[provider] else { continue }
                let wire = Wire(from: provider, to: reader, seat.box, clock: clock, chance: chance.branch())
                if planted == .policyAtTheReaderOnly { wire.state.withLock { $0.unguarded = seat.disk } }
                wires[provider, default: [:]][reader] = wire
            }
        }
    }

    /// Runs the world: steps, then healing until everything is quiet.
    ///
    /// - Throws: ``BrokenInvariant``.
    func run() async throws {
        try await begin()
        let steps = 60 + chance.below(31)
        while step < steps {
            step += 1
            clock.set(clock.now + Int64(1 + chance.below(600)))
            try await takeStep()
        }
        try await heal()
    }

    /// Starts all nodes; a person at each approves what the agreement grants.
    private func begin() async throws {
        for party in federation.parties {
            guard let seat = seats[party] else { continue }
            try await seat.start()
            _ = try await seat.node?.say(
                .standing, of: SeriesPattern(provider: party, station: nil, property: nil), by: "duty officer")
            if planted == .lostSync { seat.disk.faults = .losingSyncs }
            if planted == .checkpointBeforeData { seat.disk.faults = .losingDatabaseSyncs }
        }
        note("world of \(federation.parties.count), \(evil.map { "\($0.party) \($0.behaviour)" } ?? "honest")")
    }

    /// Adds a line to what has happened; equal seeds give equal lines.
    func note(_ line: String) { trace.append("\(step) \(line)") }

    func count(_ word: String) { counts[word, default: 0] += 1 }

    /// A hash of everything that has happened.
    var traceHash: String {
        SHA256.hash(data: Array(trace.joined(separator: "\n").utf8)).prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    func isEvil(_ party: PartyID, _ behaviours: PeerBehaviour...) -> Bool {
        evil.map { $0.party == party && behaviours.contains($0.behaviour) } ?? false
    }

    func origin(of provider: PartyID, _ audience: Audience) -> String {
        "riparian/\(provider)/\(agreement.id)/\(audience)"
    }

    /// Size of a checkpoint that a party has signed, by origin; nil for other bytes, whatever they say.
    func signed(_ note: [UInt8], by party: PartyID) -> (origin: String, size: Int)? {
        guard let origin = note.firstIndex(of: 10).map({ String(decoding: note[..<$0], as: UTF8.self) }),
            let checkpoint = try? trust.checkpoint(note, origin, party, clock.now)
        else { return nil }
        return (origin, checkpoint.size)
    }

    /// The origin of the lane that all others read.
    func commonOrigin(of provider: PartyID) -> String {
        let readers = federation.readers(of: provider, .common)
        return Readers(readers).map { origin(of: provider, Audience($0)) } ?? ""
    }
}

extension DiskFaults {
    fileprivate static var losingSyncs: DiskFaults {
        var faults = DiskFaults()
        faults.losesSyncs = true
        return faults
    }

    fileprivate static var losingDatabaseSyncs: DiskFaults {
        var faults = DiskFaults()
        faults.losesDatabaseSyncs = true
        return faults
    }
}

extension LaneTrust {
    /// A trust that reads a checkpoint and looks at no signature.
    fileprivate static func believing(_ keys: LaneTrust) -> LaneTrust {
        var trust = keys
        trust.checkpoint = { note, origin, _, _ in
            let lines = String(decoding: note, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            guard lines.count > 3, let size = Int(lines[1]), let root = Data(base64Encoded: String(lines[2]))
            else {
                throw Wire.Down()
            }
            return Checkpoint(origin: origin, size: size, root: [UInt8](root))
        }
        return trust
    }
}
