import Series
import Yams

/// What `pack.yaml` says.
struct PackManifest {
    let id: String
    let name: LocalizedText
    let version: String
    let licence: String
    let zone: UTCOffset
    let agreement: String
    let events: [(id: String, position: Position)]
    let credits: [String]
    let agreementPosition: Position
    let map: (file: String, position: Position)?
}

/// The keys of `pack.yaml` and what they hold, for the reader and the documentation.
let manifestKeys: [(name: String, isRequired: Bool, meaning: String)] = [
    ("id", true, "id of the basin"), ("name", true, "the basin's name: vi, zh, en"),
    ("version", true, "of the tables"), ("licence", true, "of the tables"),
    ("zone", true, "civil time in which the days of alarm levels count, for example +07:00"),
    ("agreement", true, "file of the agreement, in this folder"), ("events", true, "ids: folders below events/"),
    ("credits", true, "texts to show wherever the data appear"),
    (
        "map", false,
        "GeoJSON file of the river lines that maps draw, below this folder; maps show places alone without it"
    ),
]

/// Reads `pack.yaml`.
func readManifest(_ bytes: [UInt8], file: String) -> (manifest: PackManifest?, faults: [Fault]) {
    var reader = ManifestReader(file: file)
    do {
        guard let node = try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self)), let mapping = node.mapping
        else {
            return (nil, [reader.fault("the file is empty or not a mapping", at: nil)])
        }
        let manifest = reader.manifest(mapping)
        return (reader.faults.isEmpty ? manifest : nil, reader.faults)
    } catch let YamlError.scanner(_, problem, mark, _), let YamlError.parser(_, problem, mark, _),
        let YamlError.composer(_, problem, mark, _)
    {
        return (nil, [reader.fault("not YAML: \(problem)", at: mark)])
    } catch {
        return (nil, [reader.fault("not YAML", at: nil)])
    }
}

private struct ManifestReader {
    let file: String
    var faults: [Fault] = []

    init(file: String) { self.file = file }

    func fault(_ message: String, at mark: Mark?) -> Fault {
        Fault(
            file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, rule: PackRule.manifest.rawValue,
            message: message, advice: PackRule.manifest.advice)
    }

    mutating func manifest(_ mapping: Node.Mapping) -> PackManifest {
        let known = Set(manifestKeys.map(\.name))
        for (key, _) in mapping where !known.contains(key.string ?? "") {
            faults.append(fault("the key \(key.string ?? "?") is not one of the manifest", at: key.mark))
        }
        for key in manifestKeys where key.isRequired && mapping[key.name] == nil {
            faults.append(fault("the key \(key.name) is missing", at: nil))
        }
        let zoneText = text(mapping, "zone")
        let zone = UTCOffset(iso8601: zoneText)
        if zone == nil, mapping["zone"] != nil {
            faults.append(fault("\(zoneText) is not a zone", at: mapping["zone"]?.mark))
        }
        let names = ["vi", "zh", "en"].map { name($0, of: mapping) }
        let events = (mapping["events"]?.sequence).map(Array.init) ?? []
        for event in events where !isTableIdentifier(event.string ?? "") {
            faults.append(fault("the event \(event.string ?? "?") is not an id", at: event.mark))
        }
        let agreement = text(mapping, "agreement")
        if agreement.contains("/") {
            faults.append(fault("the agreement lies outside the folder", at: mapping["agreement"]?.mark))
        }
        let map = text(mapping, "map")
        if map.hasPrefix("/") || map.split(separator: "/").contains("..") {
            faults.append(fault("the map lies outside the folder", at: mapping["map"]?.mark))
        }
        return PackManifest(
            id: text(mapping, "id"), name: LocalizedText(vi: names[0], zh: names[1], en: names[2]),
            version: text(mapping, "version"), licence: text(mapping, "licence"), zone: zone ?? .zero,
            agreement: agreement,
            events: events.map { ($0.string ?? "", position($0.mark)) },
            credits: (mapping["credits"]?.sequence).map { $0.compactMap(\.string) } ?? [],
            agreementPosition: position(mapping["agreement"]?.mark),
            map: map.isEmpty ? nil : (map, position(mapping["map"]?.mark)))
    }

    private mutating func name(_ language: String, of mapping: Node.Mapping) -> String {
        guard let node = mapping["name"] else { return "" }
        guard let names = node.mapping, names[language] != nil else {
            faults.append(fault("the name lacks \(language)", at: node.mark))
            return ""
        }
        return text(names, language)
    }

    private mutating func text(_ mapping: Node.Mapping, _ key: String) -> String {
        guard let node = mapping[key] else { return "" }
        guard let text = node.string, !text.isEmpty else {
            faults.append(fault("the key \(key) holds no text", at: node.mark))
            return ""
        }
        return text
    }

    private func position(_ mark: Mark?) -> Position { Position(line: mark?.line ?? 1, column: mark?.column ?? 1) }
}
