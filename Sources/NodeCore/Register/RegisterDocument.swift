public import Accord
import Foundation

/// Acts of the register as JSON documents.
public enum RegisterDocument {
    /// Bytes of a document at most, so that a lane entry holds it.
    public static let maximum = 60_000

    /// The document of an act: keys sorted, no blanks.
    public static func bytes(of act: RegisterAct) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Values without NaN and with string keys can always be written; the rules keep NaN out before.
        guard let data = try? encoder.encode(act) else {
            preconditionFailure("an act that has passed the rules can be written")
        }
        return Array(data)
    }

    /// Reads a document; nil for anything else.
    public static func act(_ bytes: [UInt8]) -> RegisterAct? {
        guard bytes.count <= maximum else { return nil }
        return try? JSONDecoder().decode(RegisterAct.self, from: Data(bytes))
    }

    /// Whether a document is one that may come from another party.
    static func isShared(_ bytes: [UInt8]) -> Bool { act(bytes).map { !$0.isLocal } ?? false }
}
