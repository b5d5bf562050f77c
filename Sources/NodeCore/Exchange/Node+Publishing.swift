import Accord
import Series
import Storage

/// A lane as it is served after publishing.
public struct PublishedLane: Hashable, Sendable {
    /// The lane's origin.
    public let origin: String
    /// Entries that the checkpoint covers.
    public let size: Int
    /// Whether the checkpoint is new.
    public let isNew: Bool
}

/// What this process has written of an own lane.
struct ServedLane {
    /// Entries whose files are written.
    var size: Int
    /// The time of the heartbeat in the checkpoint file; nil before the first.
    var heartbeat: Instant?
}

extension Node {
    /// s between the heartbeats of a lane: the dated cosignature below its checkpoint is never older than that while the
    /// node runs.
    static let heartbeatPeriod: Int64 = 60

    /// The lanes that this party can have under the agreement.
    nonisolated var ownPlaces: [LanePlace] { configuration.agreement.lanes(of: party) }

    /// Writes what own lanes have gained, exactly as they are served: tiles, entry bundles and the public key first, the
    /// checkpoint last. Readings whose delay has passed enter their lanes first. All of it comes from the database, where
    /// it is durable already, so that running it at the start repairs a damaged folder.
    public func publishCheckpoints() throws -> [PublishedLane] {
        try readGateRules()
        try restoreReceiptFiles()
        try sendWaitingActs()
        sendWaitingMessages()
        let now = effects.now()
        let gate = gate
        _ = try database.releaseDue(sealing: sealing(at: now)) { clause, readings, end, release in
            gate.sum(clause, readings, end: end, release: release, now: now)
        }
        let published = try ownPlaces.compactMap { try publish($0, at: now) }
        let entries = published.filter(\.isNew).count
        if entries > 0 { effects.log("published \(entries) checkpoints of \(published.count) lanes") }
        return published
    }

    private func publish(_ place: LanePlace, at now: Instant) throws -> PublishedLane? {
        guard let standing = try database.lastCheckpoint(of: place.origin) else { return nil }
        if let hold = try database.hold(of: place.origin) {
            if toldHolds.updateValue(hold, forKey: place.origin) != hold {
                effects.log("\(place.origin): \(standing.size) entries, nothing more is published: \(hold.sentence)")
            }
            return PublishedLane(origin: place.origin, size: standing.size, isNew: false)
        }
        let before = try served[place.origin] ?? written(of: place)
        let isNew = before.size != standing.size
        if isNew { try writeFiles(of: place, after: before.size, size: standing.size) }
        let isDue = before.heartbeat.map { now - $0 >= Node.heartbeatPeriod } ?? true
        guard isNew || isDue else { return PublishedLane(origin: place.origin, size: standing.size, isNew: false) }
        let note = try configuration.signer.receipt(try cosigned(signedNow(standing, of: place), of: place), now)
        try effects.disk.write(place.folder + "/checkpoint", note)
        served[place.origin] = ServedLane(size: standing.size, heartbeat: now)
        return PublishedLane(origin: place.origin, size: standing.size, isNew: isNew)
    }

    /// A checkpoint under the keys as they are now: a lane that is quiet outlives the key that it last grew under.
    private func signedNow(_ standing: SignedCheckpoint, of place: LanePlace) throws -> SignedCheckpoint {
        SignedCheckpoint(
            size: standing.size, root: standing.root,
            note: try configuration.signer.checkpoint(place.origin, standing.size, standing.root),
            signed: standing.signed)
    }

    /// What stands on disk of a lane, with the time of its heartbeat: tiles are durable before the checkpoint that covers
    /// them appears.
    private func written(of place: LanePlace) throws -> ServedLane {
        let key = configuration.signer.key(place.origin)
        guard let note = try effects.disk.read(place.folder + "/checkpoint"),
            let checkpoint = try? Checkpoint(note: note, origin: place.origin, key: key),
            try database.root(of: place.origin, size: checkpoint.size) == checkpoint.root
        else { return ServedLane(size: 0) }
        return ServedLane(
            size: checkpoint.size, heartbeat: Receipt.time(in: note, of: key.cosigning("riparian/\(party)")))
    }

    /// The files that a lane has at a size and had not at a smaller one, made from the database.
    private func files(of place: LanePlace, after old: Int, size: Int) throws -> [LaneTiles.File] {
        let (origin, database) = (place.origin, database)
        return try LaneTiles.files(
            after: old, size: size,
            entries: { range in
                try database.laneEntries(origin, from: range.lowerBound, before: range.upperBound)
                    .map { ($0.bytes, $0.leafHash) }
            }, hashes: { try database.tileHashes(of: origin, level: $0, numbers: $1) })
    }

    private func writeFiles(of place: LanePlace, after old: Int, size: Int) throws {
        for file in try files(of: place, after: old, size: size) {
            try write(file.bytes, to: place.folder + "/" + file.path)
        }
        let key = configuration.signer.key(place.origin).text + "\n"
        try write(Array(key.utf8), to: place.folder + "/lane.vkey")
        try removePartials(of: place, after: old, size: size)
    }

    /// Takes away the partial files of tiles that are full now: whoever asks for one is served a cut of the full one.
    private func removePartials(of place: LanePlace, after old: Int, size: Int) throws {
        for kind in ["entries"] + (0..<8).map(String.init) {
            let level = Int(kind) ?? 0
            let (before, now) = (old >> (8 * level), size >> (8 * level))
            for number in (before / LaneTiles.width)..<max(before / LaneTiles.width, now / LaneTiles.width) {
                for width in 1..<LaneTiles.width {
                    let path = LaneTiles.path(kind, number: number, count: width)
                    try effects.disk.remove(place.folder + "/" + path)
                }
            }
        }
    }

    /// Compares every file of the own lanes with the database, writes again what differs, and names it.
    ///
    /// - Returns: the paths that were damaged or missing, below the node's folder.
    public func scrubLanes() throws -> [String] {
        var damaged: [String] = []
        for place in ownPlaces {
            guard let standing = try database.lastCheckpoint(of: place.origin) else { continue }
            let size = served[place.origin]?.size ?? standing.size
            for file in try files(of: place, after: 0, size: size) {
                let path = place.folder + "/" + file.path
                if try write(file.bytes, to: path) { damaged.append(path) }
            }
        }
        if !damaged.isEmpty { effects.log("wrote \(damaged.count) damaged lane files again") }
        return damaged
    }

    /// Writes a file unless it already holds the same bytes.
    ///
    /// - Returns: whether it did not.
    @discardableResult
    func write(_ bytes: [UInt8], to path: String) throws -> Bool {
        guard try effects.disk.read(path) != bytes else { return false }
        try effects.disk.write(path, bytes)
        return true
    }
}
