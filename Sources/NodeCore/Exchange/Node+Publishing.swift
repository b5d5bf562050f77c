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

extension Node {
    /// Writes the files of every own lane exactly as they are served: tiles, entry bundles and the public key first, the
    /// checkpoint last. Readings whose delay has passed enter their lanes first. All of it comes from the database, so that running it at the start repairs a damaged folder.
    public func publishCheckpoints() throws -> [PublishedLane] {
        let agreement = configuration.agreement
        let places = agreement.audiences(of: party).map {
            LanePlace(party: party, agreement: agreement.id, audience: $0)
        }
        _ = try database.releaseWaiting(by: effects.now()) { lane, observations in
            try seal(observations, lane: lane)
        }
        let published = try places.compactMap { try publish($0) }
        let entries = published.filter(\.isNew).count
        if entries > 0 { effects.log("published \(entries) checkpoints of \(published.count) lanes") }
        return published
    }

    private func publish(_ place: LanePlace) throws -> PublishedLane? {
        let entries = try database.laneEntries(place.origin)
        guard !entries.isEmpty else { return nil }
        let standing = try database.checkpoints(of: place.origin).last
        let isNew = standing?.size != entries.count
        if !isNew, let standing, publishedSizes[place.origin] == standing.size {
            return PublishedLane(origin: place.origin, size: standing.size, isNew: false)
        }
        let form = configuration.lanes
        let root = form.root(entries.map(\.leafHash))
        for file in form.files(entries.map { SealedLaneEntry(bytes: $0.bytes, leafHash: $0.leafHash) }) {
            try write(file.bytes, to: place.folder + "/" + file.path)
        }
        try write(Array((configuration.signer.key(place.origin).text + "\n").utf8), to: place.folder + "/lane.vkey")
        let signed = try checkpoint(of: place, size: entries.count, root: root, standing: standing)
        try write(signed.note, to: place.folder + "/checkpoint")
        publishedSizes[place.origin] = signed.size
        return PublishedLane(origin: place.origin, size: signed.size, isNew: isNew)
    }

    /// The checkpoint that stands for a size; a new one is kept before anybody can see it.
    private func checkpoint(
        of place: LanePlace, size: Int, root: [UInt8], standing: SignedCheckpoint?
    ) throws -> SignedCheckpoint {
        if let standing, standing.size == size { return standing }
        let note = try configuration.signer.checkpoint(place.origin, size, root)
        return try database.keep(
            SignedCheckpoint(size: size, root: root, note: note, signed: effects.now()), of: place.origin)
    }

    /// Writes a file unless it already holds the same bytes.
    private func write(_ bytes: [UInt8], to path: String) throws {
        guard try effects.disk.read(path) != bytes else { return }
        try effects.disk.write(path, bytes)
    }
}
