import River
import Series

extension Reach {
    /// A reach of a row; nil when a number is missing or not positive.
    init?(_ row: TableRow) {
        guard let id = row.id("id", ReachID.self), let upstream = row.id("upstream", StationID.self),
            let downstream = row.id("downstream", StationID.self), let length = row.number("length_km"),
            let slope = row.number("slope"), let manningN = row.number("manning_n"),
            let width = row.number("bottom_width_m"), let side = row.number("side_slope"),
            let celerity = row.number("celerity_m_s"), let known = row.word("known", Known.self),
            length > 0, slope > 0, manningN > 0, width > 0, side >= 0, celerity > 0
        else { return nil }
        self.init(
            id: id, river: row.text("river"), upstream: upstream, downstream: downstream, length: length * 1000,
            slope: slope, manningN: manningN, bottomWidth: width, sideSlope: side, celerity: celerity, known: known,
            source: row.text("source"))
    }
}

/// Reaches against each other: circles, two that leave one point; rivers that flow in a circle.
func networkFaults(_ tables: PackFolder) -> [Fault] {
    let reaches = tables.records(.reaches)
    var first: [String: TableRow] = [:]
    var faults: [Fault] = []
    for row in reaches {
        guard let upstream = row["upstream"] else { continue }
        if let earlier = first[upstream] {
            faults.append(
                row.fault(
                    "upstream", .twoReachesLeave,
                    "\(earlier.text("id")) in line \(earlier.row.line) leaves \(upstream) already"))
        } else {
            first[upstream] = row
        }
    }
    faults += circleFaults(first, next: "downstream", at: "downstream", rule: .cycleOfReaches)
    let rivers = Dictionary(tables.records(.rivers).map { ($0.text("id"), $0) }) { first, _ in first }
    return faults + circleFaults(rivers, next: "flows_to", at: "flows_to", rule: .cycleOfRivers)
}

/// One fault for each circle in which rows lead from one to the next, at its first row in the file.
///
/// - Parameters:
///   - rows: by the id from which they lead on.
///   - next: the column that names where they lead.
///   - at: the column at which the fault stands.
func circleFaults(_ rows: [String: TableRow], next: String, at column: String, rule: PackRule) -> [Fault] {
    var done: Set<String> = []
    var faults: [Fault] = []
    for start in rows.keys.sorted(by: { rows[$0]!.row.line < rows[$1]!.row.line }) {  // the keys are the table's own
        var path: [String] = []
        var current: String? = start
        while let id = current, rows[id] != nil, !done.contains(id), !path.contains(id) {
            path.append(id)
            current = rows[id]?[next]
        }
        if let id = current, let begin = path.firstIndex(of: id) {
            let circle = path[begin...]
            let row = circle.compactMap { rows[$0] }.min { $0.row.line < $1.row.line }
            let text = (circle + [id]).joined(separator: " > ")
            if let row { faults.append(row.fault(column, rule, "a circle: \(text)")) }
        }
        done.formUnion(path)
    }
    return faults
}

/// Pairs of neighbouring gauges: from each gauge of a set down the reaches to the next gauge of the set.
///
/// - Parameter acrossDams: whether the way may lead past a dam.
func gaugePairs(
    _ tables: PackFolder, where gauges: Set<StationID>, acrossDams: Bool
) -> [(upper: StationID, lower: StationID)] {
    var below: [StationID: StationID] = [:]
    for row in tables.records(.reaches) {
        guard let upper = row.id("upstream", StationID.self), let lower = row.id("downstream", StationID.self),
            below[upper] == nil
        else { continue }
        below[upper] = lower
    }
    let dams = Set(
        tables.records(.stations).filter { $0["kind"] == "dam" }.compactMap { $0.id("id", StationID.self) })
    return gauges.subtracting(dams).sorted().compactMap { upper in
        var visited: Set<StationID> = [upper]
        var current = below[upper]
        while let point = current, visited.insert(point).inserted {
            if dams.contains(point) {
                if !acrossDams { return nil }
            } else if gauges.contains(point) {
                return (upper, point)
            }
            current = below[point]
        }
        return nil
    }
}
