import CExchange
import Foundation

/// A file that is whole and waits for its name.
struct FinishedFile {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Takes the name, and the place of a file that has it.
    ///
    /// Both files exchange their names first, where the system can: a file system that is asked to put one in the place of another
    /// writes it to the disk before it answers, seconds for a large one. At no moment is there no file of the name.
    func take(_ name: String) throws(RoutingFileProblem) {
        if FinishedFile.isPlain(name), cexchange(path, name) == 0 {
            unlink(path)
            return
        }
        guard rename(path, name) == 0 else {
            throw RoutingFileProblem(
                name, rule: "route-output", "the file cannot be put in its place",
                advice: "check the folder and the permission")
        }
    }

    /// Whether a file is there that is no folder, no link and no device.
    private static func isPlain(_ name: String) -> Bool {
        var status = stat()
        return lstat(name, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
