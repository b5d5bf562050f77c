import Accord
import Foundation
import River
import Series

/// Reads a pack from its folder: `pack.yaml` and the tables beside it.
///
/// Files are named in faults relative to the folder. Event folders and the agreement are left alone; ``checkBasinPack(at:)``
/// looks at them too.
public func readBasinPack(at folder: String) -> BasinPackReading {
    let tables = PackFolder(at: folder)
    let (manifest, manifestFaults) = manifestReading(folder)
    let faults = (manifestFaults + tables.faults + tableFaults(tables)).sortedByPlace
    let isUsable = faults.allSatisfy { PackRule(rawValue: $0.rule)?.leavesPackUsable ?? false }
    guard let manifest, isUsable else { return BasinPackReading(pack: nil, faults: faults) }
    return BasinPackReading(pack: pack(tables, manifest), faults: faults)
}

/// Everything that is wrong with a pack, its events and its files, by file, line and column.
public func checkBasinPack(at folder: String) -> [Fault] {
    let reading = readBasinPack(at: folder)
    var faults = reading.faults
    if let manifest = manifestReading(folder).manifest {
        let tables = PackFolder(at: folder)
        faults += fileFaults(folder, manifest) + agreementFaults(folder, manifest.agreement, tables)
        for event in manifest.events where exists(folder, "events/" + event.id + "/levels.csv") {
            faults += eventFaults(folder, event.id, tables: tables, pack: reading.pack, zone: manifest.zone)
        }
    }
    return faults.sortedByPlace
}

/// Whether a folder has a manifest that can be opened.
public func isBasinPack(_ folder: String) -> Bool { exists(folder, "pack.yaml") }

extension [Fault] {
    /// By file, line, column and rule, so that two runs print the same.
    var sortedByPlace: [Fault] {
        sorted { ($0.file, $0.position, $0.rule, $0.message) < ($1.file, $1.position, $1.rule, $1.message) }
    }
}

private func manifestReading(_ folder: String) -> (manifest: PackManifest?, faults: [Fault]) {
    guard let bytes = fileBytes(folder, "pack.yaml") else {
        return (
            nil,
            [
                Fault(
                    file: "pack.yaml", line: 1, rule: PackRule.missingFile.rawValue, message: "pack.yaml is missing",
                    advice: PackRule.missingFile.advice)
            ]
        )
    }
    return readManifest(bytes, file: "pack.yaml")
}

private func fileFaults(_ folder: String, _ manifest: PackManifest) -> [Fault] {
    func fault(_ rule: PackRule, _ position: Position, _ message: String) -> Fault {
        Fault(
            file: "pack.yaml", line: position.line, column: position.column, rule: rule.rawValue, message: message,
            advice: rule.advice)
    }
    var faults: [Fault] = []
    if !exists(folder, manifest.agreement) {
        faults.append(fault(.agreementMissing, manifest.agreementPosition, "\(manifest.agreement) is missing"))
    }
    if let map = manifest.map, fileBytes(folder, map.file).flatMap({ RiverLines(geoJSON: $0) }) == nil {
        faults.append(fault(.manifest, map.position, "\(map.file) is missing or no GeoJSON feature collection"))
    }
    for event in manifest.events where !exists(folder, "events/" + event.id + "/levels.csv") {
        faults.append(fault(.eventFolderMissing, event.position, "events/\(event.id)/levels.csv is missing"))
    }
    return faults
}

/// The faults of all tables: each by itself, then against the others.
private func tableFaults(_ tables: PackFolder) -> [Fault] {
    let ids = tables.ids
    var faults: [Fault] = []
    for schema in TableSchema.pack {
        guard let table = tables.table(schema) else { continue }
        faults += formFaults(of: table, schema) + referenceFaults(of: table, schema, ids: ids)
    }
    return faults + networkFaults(tables) + alarmFaults(tables) + warningCostFaults(tables) + ratingFaults(tables)
        + limitFaults(tables)
        + reservoirFaults(tables)
        + plausibilityFaults(tables)
        + stageCorrespondences(tables).faults + successionFaults(tables) + nameFaults(tables)
}

private func pack(_ tables: PackFolder, _ manifest: PackManifest) -> BasinPack {
    let stationRows = tables.records(.stations)
    let rivers = tables.records(.rivers).compactMap { BasinPack.RiverEntry($0) }
    return BasinPack(
        folder: tables.path, id: manifest.id, name: manifest.name, version: manifest.version, licence: manifest.licence,
        credits: manifest.credits, eventIDs: manifest.events.map(\.id),
        agreementFile: manifest.agreement, mapFile: manifest.map?.file, basin: basin(tables, manifest),
        register: partyRegister(tables),
        rivers: Dictionary(uniqueKeysWithValues: rivers.map { ($0.id, $0) }),
        units: Dictionary(
            uniqueKeysWithValues: tables.records(.units).compactMap { BasinPack.AdministrativeUnit($0) }
                .map { ($0.id, $0) }),
        communes: tables.records(.communes).compactMap { BasinPack.RiversideCommune($0) },
        impacts: tables.records(.impacts).compactMap { BasinPack.ImpactStatement($0) },
        reservoirLevels: tables.records(.reservoirLevels).compactMap { BasinPack.ReservoirLevel($0) },
        reservoirStorageQuality: reservoirStorageQuality(tables),
        reservoirOutlets: tables.records(.reservoirOutlets).compactMap { BasinPack.ReservoirOutlet($0) },
        reservoirTriggers: tables.records(.reservoirTriggers).compactMap { BasinPack.ReservoirTrigger($0) },
        ratingRefusals: tables.records(.ratingRefusals).compactMap { BasinPack.RatingRefusal($0) },
        stationAliases: Dictionary(
            uniqueKeysWithValues: stationRows.compactMap { row in
                row.id("id", StationID.self).map { ($0, row.list("aliases")) }
            }),
        aliases: tables.records(.aliases).compactMap { BasinPack.NameAlias($0) }, nameEntries: nameEntries(tables))
}

private func basin(_ tables: PackFolder, _ manifest: PackManifest) -> Basin {
    Basin(
        id: manifest.id, name: manifest.name, stations: stations(tables),
        reaches: tables.records(.reaches).compactMap { Reach($0) },
        correspondences: stageCorrespondences(tables).correspondences,
        reservoirs: reservoirTable(tables), priors: forecastPriors(tables),
        checkLimits: checkLimitTable(tables), zone: manifest.zone)
}
