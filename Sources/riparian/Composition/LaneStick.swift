import Accord
import Foundation
import NodeCore
import Series

/// A lane as it travels without a line: its files in a folder or in one tar file, and the receipts of its readers.
///
/// `checkpoint`, `lane.vkey` and `tile/` are what the provider serves, so that the folder can be checked where it lies;
/// `receipts/<reader>/<number>` stand beside them.
struct LaneStick: Sendable {
    let place: String
    private let read: @Sendable (String) throws -> [UInt8]?
    private let names: @Sendable () -> [String]

    /// Opens a folder or a tar file.
    init(_ place: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
            throw CommandRefusal(
                .usage, "\(place) is absent (\(place):1:1) - name a folder or a file of riparian lane export")
        }
        self.place = place
        if isFolder.boolValue {
            read = { contents(place + "/" + $0) }
            names = { LaneStick.receiptNames(in: place) }
        } else {
            let tar = try TarReader(place)
            read = { try tar.bytes($0) }
            names = { tar.names }
        }
    }

    /// A file; nil when there is none.
    func bytes(_ path: String) throws -> [UInt8]? { try read(path) }

    /// The paths of the receipts in a folder, sorted.
    static func receiptNames(in folder: String) -> [String] {
        let top = folder + "/receipts"
        let readers = ((try? FileManager.default.contentsOfDirectory(atPath: top)) ?? []).sorted()
        return readers.flatMap { reader in
            ((try? FileManager.default.contentsOfDirectory(atPath: top + "/" + reader)) ?? [])
                .compactMap(Int.init).sorted().map { "receipts/\(reader)/\($0)" }
        }
    }

    /// The readers whose receipts travel along, sorted.
    var readers: [PartyID] {
        let found = names().compactMap { name -> PartyID? in
            let parts = name.split(separator: "/")
            return parts.count == 3 && parts[0] == "receipts" ? PartyID(String(parts[1])) : nil
        }
        return Set(found).sorted()
    }

    /// The stick as a line to a node that serves this lane and the receipts that travel along, and nothing else.
    func link(to lane: LaneName) -> LaneLink {
        let read = read
        return LaneLink { path in
            if path.hasPrefix(lane.folder + "/") { return try read(String(path.dropFirst(lane.folder.count + 1))) }
            guard path.hasPrefix(lane.receipts + "/") else { return nil }
            return try read("receipts/" + path.dropFirst(lane.receipts.count + 1))
        }
    }
}

/// Which lane, from its origin.
struct LaneName: Sendable {
    let origin: String
    let party: PartyID
    let agreement: String
    let audience: String

    /// Reads `riparian/<party>/<agreement>/<audience>`; nil for anything else.
    init?(origin: String) {
        let parts = origin.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "riparian", let party = PartyID(parts[1]), AgreementID(parts[2]) != nil,
            !parts[3].isEmpty, !parts[3].hasPrefix(".")
        else { return nil }
        (self.origin, self.party, agreement, audience) = (origin, party, parts[2], parts[3])
    }

    /// The lane that a checkpoint says it is of; whether it may be believed is judged elsewhere.
    init?(note: [UInt8]) {
        self.init(origin: String(decoding: note.prefix { $0 != UInt8(ascii: "\n") }.prefix(1_024), as: UTF8.self))
    }

    /// Where its files are, below a node's folder and on a line.
    var folder: String { "lanes/\(agreement)/\(party)/\(audience)" }
    /// Where the receipts for it are.
    var receipts: String { "receipts/\(agreement)/\(party)/\(audience)" }
}
