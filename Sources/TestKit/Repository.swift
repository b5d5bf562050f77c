public import Foundation

/// Where a test finds files: the package's own, and the shared data that are not part of it.
public enum Repository {
    /// The folder that holds Package.swift.
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Real inputs that stand beside the repository; nil where they are absent.
    public static let sharedData: URL? = {
        let folder = root.appending(path: "../shared/data").standardizedFileURL
        return FileManager.default.fileExists(atPath: folder.path(percentEncoded: false)) ? folder : nil
    }()

    /// Whether tests that need the shared data can run. In CI they must: there the answer is always yes, so that a test
    /// whose data are absent fails instead of being skipped.
    public static var canUseSharedData: Bool {
        sharedData != nil || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    /// The reason that a skipped test states.
    public static let sharedDataReason = "needs the folder ../shared/data, which is absent here"

    /// The bytes of a file of the package.
    public static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appending(path: path)))
    }

    /// The text of a file of the package.
    public static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    /// A file of the package as JSON.
    public static func json(_ path: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(bytes(path)), options: [.fragmentsAllowed])
    }
}
