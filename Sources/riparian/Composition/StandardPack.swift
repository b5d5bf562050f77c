import Foundation

/// What goes with the program: packs and tables.
enum StandardPack {
    /// The program's own file.
    static let program: String = URL(filePath: Bundle.main.executablePath ?? CommandLine.arguments[0])
        .resolvingSymlinksInPath().path(percentEncoded: false)

    /// The pack that a command takes where none is named: that of the sources' folder, else the one that was installed with the
    /// program; the sources' one where none is.
    static let folder: String = {
        let installed = beside(["../share/Packs/red-river", "../../share/riparian/Packs/red-river"])
        let places = ["Packs/red-river"] + installed
        return places.first { FileManager.default.fileExists(atPath: $0 + "/pack.yaml") } ?? "Packs/red-river"
    }()

    /// The tables of GRIB that were installed with the program; nil where the system's are used.
    static let gribTables: String? = beside([
        "../share/eccodes/definitions", "../../share/riparian/eccodes/definitions",
    ]).first {
        FileManager.default.fileExists(atPath: $0 + "/boot.def")
    }

    private static func beside(_ paths: [String]) -> [String] {
        let home = URL(filePath: program).deletingLastPathComponent()
        return paths.map { home.appending(path: $0).standardizedFileURL.path(percentEncoded: false) }
    }
}
