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

    /// The paths of the receipts below a folder `receipts` of a stick, sorted.
    static func receiptNames(in folder: String) -> [String] {
        receiptNames(byReader: folder + "/receipts").map { "receipts/" + $0 }
    }

    /// `<reader>/<number>` of every receipt in a folder with one folder a reader, sorted.
    static func receiptNames(byReader folder: String) -> [String] {
        let readers = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        return readers.flatMap { reader in numbers(in: folder + "/" + reader).map { "\(reader)/\($0)" } }
    }

    /// The numbers that are names of files in a folder, ascending.
    static func numbers(in folder: String) -> [Int] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap(Int.init).sorted()
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
        var link = LaneLink { path in
            if path.hasPrefix(lane.folder + "/") { return try read(String(path.dropFirst(lane.folder.count + 1))) }
            guard path.hasPrefix(lane.receipts + "/") else { return nil }
            return try read("receipts/" + path.dropFirst(lane.receipts.count + 1))
        }
        link.isLive = false
        return link
    }
}
