import Foundation
import Storage
import Synchronization

/// Whose a node's folder is. What the superuser does in another user's folder belongs to that user when the command ends: the
/// service that runs as that user must be able to go on with it.
enum FolderOwner {
    private static let touched = Mutex<Set<String>>([])

    /// Remembers a folder that a command works in.
    static func note(_ folder: String) { touched.withLock { _ = $0.insert(folder) } }

    /// Gives to the owner of each folder worked in whatever in it belongs to the superuser.
    static func handOver() {
        guard geteuid() == 0 else { return }
        for folder in touched.withLock({ $0 }) {
            guard let owner = owner(of: folder) else { continue }
            // A folder of nodes that the command has made in another user's place is that user's as well.
            let above = parentFolder(of: folder)
            if !above.isEmpty { give(above, to: owner) }
            give(folder, to: owner)
            guard let names = FileManager.default.enumerator(atPath: folder) else { continue }
            while let name = names.nextObject() as? String { give(folder + "/" + name, to: owner) }
        }
    }

    /// The name of the user whose folder it is, when that is not the one who runs the command.
    static func otherOwner(of folder: String) -> String? {
        guard let owner = owner(of: folder), owner.user != geteuid() else { return nil }
        return owner.name
    }

    /// What is wrong with a file that cannot be opened, in a few words: it is not there, or whose it is.
    static func fault(of path: String) -> String {
        guard access(path, F_OK) == 0 || errno == EACCES else { return "\(path) is not there" }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue,
            access(path, R_OK) == 0
        {
            return "\(path) is a folder"
        }
        let whose = Owner(of: path).map { ": it belongs to \($0.name)" } ?? ""
        return "the user \(NSUserName()) may not use \(path)\(whose)"
    }

    /// What to do about a node's folder that cannot be looked into.
    static func advice(for folder: String) -> String {
        lostAdvice(for: folder)
            ?? "run the command as the user whose node it is, or give the folder to that user: chown -R USER: \(closed(folder))"
    }

    /// What whoever restored a node as the superuser has to do before another user can serve it; nil where that is not so.
    static func handingOver(_ folder: String) -> String? {
        guard geteuid() == 0, owner(of: folder) == nil else { return nil }
        let closed = uppermost(above: folder) { above in
            let mode = (try? FileManager.default.attributesOfItem(atPath: above))?[.posixPermissions] as? Int ?? 0o755
            return mode & 0o001 == 0
        }
        return "it belongs to the superuser: give it to the user who is to serve it: chown -R USER: \(closed)"
    }

    /// The uppermost folder on the way to one that this user may not enter; the folder itself where only that is closed.
    private static func closed(_ folder: String) -> String {
        uppermost(above: folder) { access($0, X_OK) != 0 }
    }

    /// The uppermost folder on the way to one of which something holds; the folder itself where it holds of none above.
    private static func uppermost(above folder: String, where isThat: (String) -> Bool) -> String {
        var (uppermost, above) = (folder, parentFolder(of: folder))
        while !above.isEmpty, above != "/" {
            if isThat(above) { uppermost = above }
            above = parentFolder(of: above)
        }
        return uppermost
    }

    /// What to do about a path that leads nowhere, since this user may not enter the folder that the command is run in; nil
    /// where that is not so.
    static func lostAdvice(for path: String) -> String? {
        guard !path.hasPrefix("/"), access(".", X_OK) != 0 else { return nil }
        return "this user may not enter the folder that the command is run in: write the whole path, --dir "
            + "/var/lib/riparian/nodes where the bundle was installed"
    }

    /// Whose a file or folder is; of a symbolic link itself, not of what it names.
    private struct Owner {
        let user: UInt32
        let group: UInt32
        let name: String
        /// Whether it is a folder, or a file without a second name elsewhere.
        let isAlone: Bool

        init?(of path: String) {
            guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
                let user = (facts[.ownerAccountID] as? NSNumber)?.uint32Value,
                let group = (facts[.groupOwnerAccountID] as? NSNumber)?.uint32Value
            else { return nil }
            (self.user, self.group) = (user, group)
            name = facts[.ownerAccountName] as? String ?? "\(user)"
            let type = facts[.type] as? FileAttributeType
            isAlone =
                type == .typeDirectory
                || (type == .typeRegular && (facts[.referenceCount] as? NSNumber)?.intValue == 1)
        }
    }

    /// The owner of a folder; of the folder that it lies in, or of the one above, when those below are the superuser's own. nil
    /// when all are.
    private static func owner(of folder: String) -> Owner? {
        let above = parentFolder(of: folder)
        let further = parentFolder(of: above)
        return [folder, above.isEmpty ? "." : above, further].lazy.filter { !$0.isEmpty }.compactMap { Owner(of: $0) }
            .first { $0.user != 0 }
    }

    /// Only what the superuser has made itself: a file with a second name elsewhere is left alone.
    private static func give(_ path: String, to owner: Owner) {
        guard let now = Owner(of: path), now.user == 0, now.isAlone else { return }
        _ = lchown(path, owner.user, owner.group)
    }
}
