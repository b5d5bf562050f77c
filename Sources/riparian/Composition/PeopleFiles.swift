import Foundation
import NodeCore
import Series
import Storage

/// What a node's folder holds for its people beside the database: the key that seals the secrets of their one-time codes.
struct PeopleFiles {
    static let key = "keys/people.key"
    private static let keySize = 32

    /// The node's folder.
    let folder: String

    /// Who may see and do what.
    func desk(of database: NodeDatabase) -> PeopleDesk {
        PeopleDesk(
            database: database, now: { TimeInput.now }, randomBytes: PeopleFiles.randomBytes,
            sealingKey: { try sealingKey(makesOne: $0) })
    }

    /// The key; nil when there is none and none is to be made.
    private func sealingKey(makesOne: Bool) throws -> [UInt8]? {
        let files = FileFolder(path: folder)
        if let held = try files.read(PeopleFiles.key) { return held.count == PeopleFiles.keySize ? held : nil }
        guard makesOne else { return nil }
        let new = PeopleFiles.randomBytes(PeopleFiles.keySize)
        try files.write(PeopleFiles.key, new, isPrivate: true)
        return new
    }

    private static func randomBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max) }
    }
}
