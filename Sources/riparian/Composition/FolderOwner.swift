import Foundation
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
            guard let (user, group) = owner(of: folder) else { continue }
            give(folder, to: user, group)
            guard let names = FileManager.default.enumerator(atPath: folder) else { continue }
            while let name = names.nextObject() as? String { give(folder + "/" + name, to: user, group) }
        }
    }

    /// The name of the user whose folder it is, when that is not the one who runs the command.
    static func otherOwner(of folder: String) -> String? {
        guard let (user, _) = owner(of: folder), user != geteuid() else { return nil }
        return name(of: user)
    }

    /// What is wrong with a file that cannot be opened, in a few words: it is not there, or whose it is.
    static func fault(of path: String) -> String {
        guard access(path, F_OK) == 0 || errno == EACCES else { return "\(path) is not there" }
        var status = stat()
        let whose = stat(path, &status) == 0 ? ": it belongs to \(name(of: status.st_uid))" : ""
        return "the user \(name(of: geteuid())) may not use \(path)\(whose)"
    }

    /// The owner of a folder; of the folder that it lies in when it is the superuser's own. nil when both are.
    private static func owner(of folder: String) -> (uid_t, gid_t)? {
        for path in [folder, (folder as NSString).deletingLastPathComponent] {
            var status = stat()
            if stat(path.isEmpty ? "." : path, &status) == 0, status.st_uid != 0 {
                return (status.st_uid, status.st_gid)
            }
        }
        return nil
    }

    /// Only what the superuser has made itself: a file with a second name elsewhere is left alone.
    private static func give(_ path: String, to user: uid_t, _ group: gid_t) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_uid == 0 else { return }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        guard isFolder || (status.st_mode & S_IFMT == S_IFREG && status.st_nlink == 1) else { return }
        _ = lchown(path, user, group)
    }

    private static func name(of user: uid_t) -> String {
        getpwuid(user).flatMap { $0.pointee.pw_name }.map { String(cString: $0) } ?? "\(user)"
    }
}
