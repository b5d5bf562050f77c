import Accord
import Formats
import Foundation
import Series

extension NodeDescription {
    /// The description that lies in a node's folder; nil where there is none.
    static func kept(in folder: String) throws -> NodeDescription? {
        let path = folder + "/node.yaml"
        FolderOwner.note(folder)
        guard let bytes = contents(path) else {
            if access(path, R_OK) != 0, errno == EACCES {
                throw CommandRefusal(
                    .usage,
                    "\(FolderOwner.fault(of: path)) (\(path):1:1) - \(FolderOwner.advice(for: folder))")
            }
            return nil
        }
        do throws(EventFileProblem) { return try NodeDescription(bytes, file: path) } catch {
            throw CommandRefusal(unreadable: error.fault)
        }
    }

    /// The pinned keys of a node's folder; none where there is no description.
    static func peers(in folder: String) throws -> [PartyID: VerifierKey] { try kept(in: folder)?.peers ?? [:] }
}
