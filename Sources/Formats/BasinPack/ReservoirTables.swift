import River
import Series

/// The reservoirs of a pack with their storage curves.
func reservoirTable(_ tables: PackFolder) -> [Reservoir] {
    var curves: [String: [LevelStorage]] = [:]
    for row in tables.records(.reservoirStorage) {
        guard let level = row.number("level_m"), let storage = row.number("storage_hm3") else { continue }
        curves[row.text("reservoir"), default: []].append(LevelStorage(level: level, storage: storage * 1_000_000))
    }
    return tables.records(.reservoirs).compactMap { row in
        Reservoir(row, curve: (curves[row.text("id")] ?? []).sorted { $0.level < $1.level })
    }
}

/// The least sure row of each storage curve.
func reservoirStorageQuality(_ tables: PackFolder) -> [StationID: FactQuality] {
    let order = FactQuality.allCases
    func rank(_ quality: FactQuality) -> Int { order.firstIndex(of: quality) ?? 0 }
    var result: [StationID: FactQuality] = [:]
    for row in tables.records(.reservoirStorage) {
        guard let id = row.id("reservoir", StationID.self), let quality = row.word("quality", FactQuality.self) else {
            continue
        }
        if let before = result[id], rank(before) >= rank(quality) { continue }
        result[id] = quality
    }
    return result
}

extension Reservoir {
    /// A reservoir of a row with its storage curve.
    init?(_ row: TableRow, curve: [LevelStorage]) {
        guard let id = row.id("id", StationID.self), let party = row.id("party", PartyID.self),
            let quality = row.word("quality", FactQuality.self)
        else { return nil }
        func volume(_ column: String) -> Double? { row.number(column).map { $0 * 1_000_000 } }
        self.init(
            id: id, name: row.name, river: row.text("river"), party: party, normalLevel: row.number("normal_level_m"),
            deadLevel: row.number("dead_level_m"), checkLevel: row.number("check_level_m"),
            totalStorage: volume("total_storage_hm3"), usefulStorage: volume("useful_storage_hm3"),
            floodStorage: volume("flood_storage_hm3"), storageCurve: curve, quality: quality, source: row.text("source")
        )
    }
}

extension BasinPack.ReservoirLevel {
    init?(_ row: TableRow) {
        guard let reservoir = row.id("reservoir", StationID.self), let level = row.number("level_m"),
            let quality = row.word("quality", FactQuality.self)
        else { return nil }
        self.init(
            reservoir: reservoir, season: row.text("season"), seasonFrom: row.text("season_from"),
            seasonTo: row.text("season_to"), kind: row.text("kind"), level: level, validity: row.validity,
            article: row.text("article"), condition: row.text("condition"), quality: quality,
            source: row.text("source"))
    }
}

extension BasinPack.ReservoirOutlet {
    init?(_ row: TableRow) {
        guard let reservoir = row.id("reservoir", StationID.self), let quality = row.word("quality", FactQuality.self),
            let kind = Kind(rawValue: row.text("kind"))
        else { return nil }
        self.init(
            reservoir: reservoir, kind: kind, count: row.number("count").flatMap { Int(exactly: $0) },
            level: row.number("level_m"), flow: row.number("flow_m3s"),
            spacing: row.number("spacing_h").flatMap { $0 < 1e6 ? Int64(($0 * 3600).rounded()) : nil },
            quality: quality, source: row.text("source"))
    }
}

extension BasinPack.ReservoirTrigger {
    init?(_ row: TableRow) {
        guard let reservoir = row.id("reservoir", StationID.self), let quality = row.word("quality", FactQuality.self),
            let station = row.id("station", StationID.self), let above = row.number("above_m"),
            let lead = row.number("lead_h"), lead > 0, let storeUpTo = row.number("store_up_to_m"),
            let period = YearlyPeriod(text: row.text("season_from") + "/" + row.text("season_to"))
        else { return nil }
        let ends = row.number("ends_below_m") ?? above
        guard ends <= above else { return nil }
        self.init(
            reservoir: reservoir,
            trigger: DownstreamTrigger(
                station: station, above: above, endsBelow: ends, leadHours: lead, storeUpTo: storeUpTo, period: period,
                whileRising: row.text("while_rising") == "yes", article: row.text("article")),
            validity: row.validity, condition: row.text("condition"), quality: quality, source: row.text("source"))
    }
}

/// Storages, outlets and triggers that run backwards.
func reservoirFaults(_ tables: PackFolder) -> [Fault] {
    let triggers = tables.records(.reservoirTriggers).compactMap { row -> Fault? in
        guard let above = row.number("above_m"), let ends = row.number("ends_below_m"), ends > above else { return nil }
        return row.fault("ends_below_m", .limitsOutOfOrder, "the rule ends above the level at which it begins")
    }
    let storages = fallingFaults(tables.records(.reservoirStorage), "storage_hm3", mayStay: false) {
        $0.text("reservoir")
    }
    let outlets = fallingFaults(tables.records(.reservoirOutlets), "flow_m3s", mayStay: true) {
        $0.text("reservoir") + " " + $0.text("kind")
    }
    return triggers + storages + outlets + outletCountFaults(tables)
}

/// Rows of one thing whose values do not rise with the level.
private func fallingFaults(
    _ rows: [TableRow], _ column: String, mayStay: Bool, by group: (TableRow) -> String
) -> [Fault] {
    var faults: [Fault] = []
    for (_, rows) in Dictionary(grouping: rows, by: group).sorted(by: { $0.key < $1.key }) {
        let sorted = rows.filter { $0.number("level_m") != nil && $0.number(column) != nil }
            .sorted { ($0.number("level_m") ?? 0) < ($1.number("level_m") ?? 0) }
        for (lower, upper) in zip(sorted, sorted.dropFirst()) {
            guard let low = lower.number(column), let high = upper.number(column), high < low || !mayStay && high == low
            else { continue }
            faults.append(
                upper.fault(
                    column, .limitsOutOfOrder,
                    "\(column) \(upper.text(column)) at \(upper.text("level_m")) m does not rise with the level"))
        }
    }
    return faults
}

/// Gates without a number, or rows of one kind that count differently.
private func outletCountFaults(_ tables: PackFolder) -> [Fault] {
    var counts: [String: String] = [:]
    return tables.records(.reservoirOutlets).compactMap { row in
        guard row.text("kind") != "turbines" else { return nil }
        let key = row.text("reservoir") + " " + row.text("kind")
        guard let count = row.number("count"), count >= 1, count <= 1000 else {
            return row.fault("count", .implausible, "gates are counted: 1 to 1000")
        }
        if let before = counts[key], before != row.text("count") {
            return row.fault("count", .limitsOutOfOrder, "\(key) are \(before) in an earlier row")
        }
        counts[key] = row.text("count")
        return nil
    }
}
