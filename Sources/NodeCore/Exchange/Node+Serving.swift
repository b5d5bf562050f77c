import Accord
public import Series
import Storage

extension Node {
    /// The bytes of a file for a reader: the only way in which a lane or a receipt leaves the node.
    ///
    /// Whoever is not of the lane's audience gets the same nil as for a file that does not exist, so that the answer says
    /// nothing about what there is.
    ///
    /// - Parameters:
    ///   - path: `lanes/<agreement>/<party>/<audience>/...` of an own lane, or
    ///     `receipts/<agreement>/<party>/<audience>/<reader>/<n>` of a receipt that this party has given or collected.
    ///   - reader: who asks, as the line has proved it.
    public func serve(_ path: String, to reader: PartyID) throws -> [UInt8]? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 5, parts[1] == configuration.agreement.id.text, let provider = PartyID(parts[2]) else {
            return nil
        }
        let lanes = configuration.agreement.lanes(of: provider)
        guard let place = lanes.first(where: { $0.audience.id == parts[3] }) else { return nil }
        let rest = parts[4...].joined(separator: "/")
        switch parts[0] {
        case "lanes" where provider == party && place.audience.readers.contains(reader):
            return try laneFile(rest, of: place)
        case "lanes" where reader == provider && place.audience.readers.contains(party):
            return try copyForProvider(rest, of: place)
        case "receipts" where place.isHeld(by: reader):
            guard parts.count == 6, let giver = PartyID(parts[4]), let number = Int(parts[5]), number >= 0 else {
                return nil
            }
            return try database.receipt(of: place.origin, by: giver, number: number)?.note
        default: return nil
        }
    }

    private func laneFile(_ name: String, of place: LanePlace) throws -> [UInt8]? {
        if name == "checkpoint" || name == "lane.vkey" { return try effects.disk.read(place.folder + "/" + name) }
        guard let tile = LaneTiles.Path(name) else { return nil }
        if let bytes = try effects.disk.read(place.folder + "/" + name) { return bytes }
        guard tile.count < LaneTiles.width else { return nil }
        let whole = LaneTiles.path(tile.kind, number: tile.number, count: LaneTiles.width)
        return try effects.disk.read(place.folder + "/" + whole).flatMap { tile.cut($0) }
    }
}

extension Node {
    /// The news of an own lane as it is served, and who may read the lane; nil for a lane without entries.
    ///
    /// - Parameter from: the size that was announced before: the entries since come along where they are few.
    public func announcement(
        of origin: String, from: Int
    ) throws -> (news: LaneAnnouncement, readers: Set<PartyID>)? {
        guard let place = ownPlaces.first(where: { $0.origin == origin }),
            let note = try effects.disk.read(place.folder + "/checkpoint")
        else { return nil }
        let parties = configuration.agreement.parties.map(\.id).filter { place.audience.readers.contains($0) }
        let size = Checkpoint(unverifiedNote: note)?.size ?? 0
        var entries: [UInt8] = []
        if size - from <= LaneAnnouncement.mostEntries {
            entries = LaneTiles.bundle(try database.laneEntries(origin, from: from, before: size).map(\.bytes))
        }
        if entries.count > LaneAnnouncement.longestEntries { entries = [] }
        let news = LaneAnnouncement(origin: origin, note: note, from: from, entries: entries)
        return (news, Set(parties).subtracting([party]))
    }

    /// The signed checkpoints of the own lanes that a reader may read, as they are served, by origin.
    public func checkpoints(for reader: PartyID) throws -> [String: [UInt8]] {
        var notes: [String: [UInt8]] = [:]
        for place in ownPlaces where place.audience.readers.contains(reader) {
            notes[place.origin] = try effects.disk.read(place.folder + "/checkpoint")
        }
        return notes
    }
}
