import Foundation

/// The pack that a command takes where none is named: that of the sources' folder, else the one that was installed with the
/// program.
enum StandardPack {
    /// The first folder that is there; the sources' one where none is.
    static let folder: String = {
        let program = URL(filePath: Bundle.main.executablePath ?? CommandLine.arguments[0]).resolvingSymlinksInPath()
        let home = program.deletingLastPathComponent()
        let installed = ["../share/Packs/red-river", "../../share/riparian/Packs/red-river"].map {
            home.appending(path: $0).standardizedFileURL.path(percentEncoded: false)
        }
        let places = ["Packs/red-river"] + installed
        return places.first { FileManager.default.fileExists(atPath: $0 + "/pack.yaml") } ?? "Packs/red-river"
    }()
}
