/// The folder that a path lies in: empty where it names none (`node`, `.`), `/` for what lies at the top.
///
/// Foundation's own crashes for `.` (swift-corelibs-foundation of Swift 6.3).
package func parentFolder(of path: String) -> String {
    let named = path.reversed().drop { $0 == "/" }.drop { $0 != "/" }
    guard let slash = named.first else { return path.hasPrefix("/") ? "/" : "" }
    let folder = String(named.drop { $0 == slash }.reversed())
    return folder.isEmpty ? "/" : folder
}
