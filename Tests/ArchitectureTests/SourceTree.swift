import Foundation
import TestKit
import Testing

/// The files of the repository as the rules read them: each is read once for all tests.
struct SourceTree: Sendable {
    /// Swift files of the rooms and of the executable, ordered by path.
    let sources: [SwiftFile]
    /// Swift files of the tests, ordered by path.
    let tests: [SwiftFile]
    /// Every other text file, ordered by path.
    let texts: [TextFile]
    /// What `Package.swift` declares.
    let manifest: PackageManifest

    /// The tree that this test belongs to.
    static let current = SourceTree(root: Repository.root)

    private static let textKinds: Set<String> = [
        "", "css", "csv", "geojson", "html", "json", "js", "md", "mustache", "po", "sh", "svg", "swift", "txt", "xml",
        "xsd",
        "yaml", "yml",
    ]
    private static let producedFolders: Set<String> = ["out", "demo-data"]
    private static let hiddenButOurs: Set<String> = [".ci", ".gitignore", ".swift-format"]

    /// Reads the tree below a folder.
    private init(root: URL) { self.init(SourceTree.files(below: root)) }

    /// A tree of given files.
    init(_ files: [TextFile]) {
        sources = files.filter { $0.path.hasPrefix("Sources/") && $0.path.hasSuffix(".swift") }.map { SwiftFile($0) }
        tests = files.filter { $0.path.hasPrefix("Tests/") && $0.path.hasSuffix(".swift") }.map { SwiftFile($0) }
        let code = Set((sources + tests).map(\.path))
        texts = files.filter { !code.contains($0.path) }
        let manifest = texts.first { $0.path == "Package.swift" }
        self.manifest = PackageManifest(manifest ?? TextFile(path: "Package.swift", bytes: []))
    }

    /// All text files below the root, without what is built, produced or hidden.
    private static func files(below root: URL) -> [TextFile] {
        guard let paths = FileManager.default.enumerator(atPath: root.path) else { return [] }
        var found: [TextFile] = []
        while let path = paths.nextObject() as? String {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            let isHidden = name.hasPrefix(".") && !hiddenButOurs.contains(name)
            if isHidden || producedFolders.contains(path) {
                paths.skipDescendants()
                continue
            }
            var isFolder: ObjCBool = false
            let full = root.appending(path: path).path
            guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            let kind = name.split(separator: ".").dropFirst().last.map(String.init) ?? ""
            guard textKinds.contains(kind) || hiddenButOurs.contains(name) else { continue }
            found.append(TextFile(path: path, bytes: [UInt8](FileManager.default.contents(atPath: full) ?? Data())))
        }
        return found.sorted { $0.path < $1.path }
    }

    /// The Swift files of some rooms.
    func sources(of rooms: Set<String>) -> [SwiftFile] { sources.filter { rooms.contains($0.room) } }
}

/// One text file with the places of its lines.
struct TextFile: Sendable {
    /// From the root of the repository.
    let path: String
    /// UTF-8.
    let bytes: [UInt8]
    /// The offset at which each line begins.
    let lineStarts: [Int]

    init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
        self.lineStarts = [0] + TextFile.offsets(of: "\n", in: bytes).map { $0 + 1 }
    }

    /// The text of a line, counted from 1, without its end.
    func line(_ number: Int) -> String {
        guard number >= 1, number <= lineStarts.count else { return "" }
        let end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
        return String(decoding: bytes[lineStarts[number - 1]..<end], as: UTF8.self)
    }

    /// The line, counted from 1, that an offset lies in.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// How many lines the file has; a final line end begins none.
    var lineCount: Int { bytes.last == UInt8(ascii: "\n") ? lineStarts.count - 1 : lineStarts.count }

    /// Every place of a text in bytes, in order; a zero byte ends the search.
    static func offsets(of needle: String, in bytes: [UInt8]) -> [Int] {
        (bytes + [0]).withUnsafeBytes { haystack in
            needle.withCString { wanted in
                guard let start = haystack.bindMemory(to: CChar.self).baseAddress else { return [] }
                var found: [Int] = []
                var from = start
                while let hit = strstr(from, wanted) {
                    found.append(UnsafePointer(hit) - start)
                    from = UnsafePointer(hit) + strlen(wanted)
                }
                return found
            }
        }
    }
}

/// One fault against a rule of the house, told so that it can be mended without reading the rule.
struct Violation: CustomStringConvertible {
    /// From the root of the repository.
    let path: String
    /// From 1.
    let line: Int
    /// What is wrong.
    let what: String
    /// What to do.
    let advice: String

    /// As an editor understands it: file, line, then the words.
    var description: String { "\(path):\(line): \(what) - \(advice)" }
}

/// Fails the running test when there are violations, naming each.
func expectNone(_ violations: [Violation], sourceLocation: SourceLocation = #_sourceLocation) {
    let list = violations.map { "\n  \($0)" }.joined()
    #expect(violations.isEmpty, "\(violations.count) against the rule:\(list)", sourceLocation: sourceLocation)
}
