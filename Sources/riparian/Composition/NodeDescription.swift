import Accord
import Formats
import Foundation
import NodeCore
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

    /// The description that lies in a party's folder below another; refused where no node of the party lies there.
    static func demanded(of party: PartyID, in dir: String) throws -> NodeDescription {
        guard let description = try kept(in: NodeFolders(root: dir).folder(of: party)) else {
            throw CommandRefusal(noNodeOf: party, in: dir)
        }
        return description
    }

    /// The pinned keys of a node's folder; none where there is no description.
    static func peers(in folder: String) throws -> [PartyID: VerifierKey] { try kept(in: folder)?.peers ?? [:] }
}

extension CommandRefusal {
    /// What a command says where no node of a party lies.
    init(noNodeOf party: PartyID, in dir: String) {
        self.init(
            .usage,
            "no node of \(party) lies in \(dir) (\(NodeFolders(root: dir).folder(of: party)):1:1) - check --dir and --party; "
                + "riparian init makes a new one")
    }
}
