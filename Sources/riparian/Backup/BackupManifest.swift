import Accord
import Foundation
import Series
import Storage

/// What a backup says about itself: the last file in it, `manifest.json`.
struct BackupManifest: Decodable, Sendable {
    /// One file of the backup.
    struct File: Decodable, Sendable {
        /// Its path below the node's folder.
        let path: String
        /// Bytes.
        let size: Int
        /// Unix permissions.
        let mode: Int
        /// SHA-256 of its content, in hexadecimal digits.
        let sha256: String
    }

    /// One own lane as it stood.
    struct Lane: Decodable, Sendable {
        let origin: String
        let size: Int
        /// In hexadecimal digits.
        let root: String
    }

    static let name = "manifest.json"
    static let format = "riparian-backup/1"
    static let database = "node.sqlite"

    let format: String
    let party: String
    /// ISO 8601.
    let made: String
    /// The version of the program that made it.
    let program: String
    /// The form of the database's tables.
    let schema: String
    /// Whether the secret keys are in it.
    let secrets: Bool
    let lanes: [Lane]
    let files: [File]

    /// The text of the file.
    var text: String { json.readableText + "\n" }

    /// The document.
    var json: JSONValue {
        [
            "format": .string(format), "party": .string(party), "made": .string(made), "program": .string(program),
            "schema": .string(schema), "secrets": .bool(secrets), "lanes": .array(lanes.map(\.json)),
            "files": .array(
                files.map {
                    [
                        "path": .string($0.path), "size": .integer($0.size), "mode": .integer($0.mode),
                        "sha256": .string($0.sha256),
                    ]
                }),
        ]
    }
}

extension BackupManifest.Lane {
    init(_ standing: LaneStanding) {
        self.init(origin: standing.origin, size: standing.signedSize, root: hexadecimal(standing.signedRoot))
    }

    var json: JSONValue { ["origin": .string(origin), "size": .integer(size), "root": .string(root)] }
}
