import GRDB

/// Why the node's database cannot do what was asked.
public struct StorageError: Error, Hashable, Sendable {
    /// The kinds of trouble; codes can grow.
    public enum Code: String, Sendable {
        /// The file was written by a newer program.
        case newerSchema = "newer-schema"
        /// The file is a database of another program.
        case foreignFile = "foreign-file"
        /// The file is not a database, or a page of it is broken.
        case damaged
        /// No room is left on the disk.
        case diskFull = "disk-full"
        /// The file cannot be opened or written.
        case unavailable
        /// Another writer holds the database for too long.
        case busy
        /// Stored bytes do not read back as what they should be.
        case unreadableRecord = "unreadable-record"
        /// The caller's view of a lane is not the stored one.
        case laneMoved = "lane-moved"
        /// Nothing is signed for the lane for now: the node was restored from a backup.
        case laneHeld = "lane-held"
        /// A statement that the database refuses: a fault of the program.
        case ours
    }

    /// The kind of trouble.
    public let code: Code
    /// What was being done, and with what.
    public let what: String
    /// What a person can do.
    public let advice: String

    /// Makes an error.
    public init(code: Code, what: String, advice: String) {
        self.code = code
        self.what = what
        self.advice = advice
    }
}

extension StorageError: CustomStringConvertible {
    /// One line for a person.
    public var description: String { "\(what) - \(advice)" }
}

extension StorageError {
    /// What an error of the database library means to a person.
    ///
    /// Values of series never enter the text: SQL arguments are left out.
    static func explaining(_ error: any Error, while what: String) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        let reason =
            error.resultCode == .SQLITE_OK
            ? "there was no room for it" : error.message ?? "result code \(error.resultCode.rawValue)"
        let code: Code
        let advice: String
        switch error.resultCode {
        // A copy that finds no room ends with a result that is no fault of its own.
        case .SQLITE_FULL, .SQLITE_OK:
            code = .diskFull
            advice = "free some disk space; nothing that was acknowledged is lost"
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            code = .damaged
            advice = "keep the file for study and restore the node from its last backup"
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            code = .busy
            advice = "see whether another program has the node's database open"
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_IOERR, .SQLITE_AUTH:
            code = .unavailable
            advice = "check that the folder exists, that this user may write to it, and that the disk is sound"
        default:
            code = .ours
            advice = "this is a fault of the program; please report it with the text of this line"
        }
        return StorageError(code: code, what: "\(what): \(reason)", advice: advice)
    }
}
