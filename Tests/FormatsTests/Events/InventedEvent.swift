import Foundation
import Formats
import River
import Series

/// A small basin for tests of input: a gauge above another, and a dam.
func inventedBasin() -> Basin {
    func station(_ id: String, _ name: String, _ kind: StationKind = .gauge, provider: String = "vn-national")
        -> Station
    {
        // Safe: the literals of these tests are ids.
        Station(
            id: StationID(id)!, kind: kind, name: LocalizedText(vi: name, zh: name, en: name), river: "thao",
            provider: PartyID(provider)!)
    }
    return Basin(
        id: "invented", name: LocalizedText(vi: "Thử", zh: "试", en: "Invented"),
        stations: [
            station("upper", "Upper Town", provider: "cn-upstream"), station("lower", "Lower Town"),
            station("high-dam", "High Dam", .dam, provider: "cn-upstream"),
        ],
        reaches: [])
}

/// Writes the files of an event into a fresh folder, reads it, and removes it.
func readInvented(_ files: [String: String], basin: Basin = inventedBasin()) throws -> EventReading {
    try inFolder(files) { readEvent(at: $0, basin: basin) }
}

/// Writes files into a fresh folder and removes it afterwards.
func inFolder<Result>(_ files: [String: String], _ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("event-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    return try body(folder.path)
}

/// The header of `levels.csv`, a line end, and the rows.
func levelsFile(_ rows: [String]) -> String {
    (["observed,received,station,property,value,unit,known,revision,supersedes,source,note"] + rows)
        .joined(separator: "\n") + "\n"
}

/// The header of `releases.csv`, a line end, and the rows.
func releasesFile(_ rows: [String]) -> String {
    (["observed,received,object,party,quantity,value,unit,zone_quality,revision,supersedes,source,note"] + rows)
        .joined(separator: "\n") + "\n"
}

/// An instant from ISO 8601.
func instant(_ text: String) throws -> Instant { try Instant(iso8601: text) }
