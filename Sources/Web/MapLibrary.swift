import Foundation

/// Leaflet, with which a map can be moved and enlarged, where the machine has it (Debian's package `libjs-leaflet`, or beside the
/// program in a bundle). Without it, and without scripts, the map is the drawing that the server makes.
enum MapLibrary {
    /// The files that pages ask for.
    static let (code, style) = ("leaflet.esm.min.js", "leaflet.css")

    /// Where it may lie, the nearest first.
    private static var folders: [URL] {
        [
            Bundle.module.bundleURL.deletingLastPathComponent().appendingPathComponent("leaflet", isDirectory: true),
            URL(fileURLWithPath: "/usr/share/javascript/leaflet", isDirectory: true),
        ]
    }

    /// The library as assets; none where the machine does not have it.
    static func assets() -> [Asset] {
        for folder in folders {
            let files = [code, style].compactMap { file in
                (try? Data(contentsOf: folder.appendingPathComponent(file))).map {
                    Asset(file: file, bytes: [UInt8]($0))
                }
            }
            if files.count == 2 { return files }
        }
        return []
    }
}
