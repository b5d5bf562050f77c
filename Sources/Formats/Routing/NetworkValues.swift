import River

/// The values between two, of which each may belong to them.
struct ColumnRange {
    let above: Double
    let below: Double
    var holdsLeast = false
    var holdsMost = false

    func contains(_ value: Double) -> Bool {
        (value > above || holdsLeast && value == above) && (value < below || holdsMost && value == below)
    }
}

/// What a network says of its reaches, column by column.
struct NetworkValues {
    /// Names in the order of ``values``.
    let names: [String]
    let scheme: RoutingSchemeName
    /// Shape [column][row]; a flood plain that is not given is 0, a bed that is not given no number.
    let values: [[Double]]

    static let section = ["length_m", "slope", "manning_n", "bottom_width_m", "side_slope"]
    private static let floodPlain = ["top_width_cc_m", "n_cc", "top_width_m"]
    static let bed = "bed_level_m"
    /// Columns whose fields may be empty.
    static let optional = floodPlain + [bed]

    /// The columns that a scheme needs, and what to do without them.
    static func needed(_ scheme: RoutingSchemeName) -> (names: [String], advice: String) {
        switch scheme {
        case .muskingum:
            (
                ["k_s", "x"],
                "linear Muskingum needs id, downstream_id, k_s and x; a table of sections needs another scheme"
            )
        case .lag:
            (
                ["lag_s", "k_s"],
                "corresponding lag needs id, downstream_id, lag_s and k_s; a table of sections needs another scheme"
            )
        case .mct, .nwm, .diffusive:
            (section, "the scheme needs id, downstream_id, \(section.joined(separator: ", "))")
        }
    }

    /// The values that a column may have.
    static func range(_ name: String, _ scheme: RoutingSchemeName) -> ColumnRange {
        switch name {
        case "x": ColumnRange(above: -1000, below: 0.5, holdsMost: true)
        case "side_slope", "top_width_cc_m", "n_cc", "top_width_m": ColumnRange(above: 0, below: 1e6, holdsLeast: true)
        case "lag_s": ColumnRange(above: 0, below: 1e9, holdsLeast: true)
        case "k_s": ColumnRange(above: 0, below: 1e12, holdsLeast: scheme == .lag)
        case "length_m": ColumnRange(above: 0, below: 1e9)
        case "slope": ColumnRange(above: 0, below: 10)
        case bed: ColumnRange(above: -1e5, below: 1e5)
        default: ColumnRange(above: 0, below: 1e6)
        }
    }

    /// What to do about a value out of range.
    static func advice(_ name: String) -> String {
        switch name {
        case "x": "X is at most 0.5"
        case "slope": "a slope is above zero; on a level bed give the smallest slope that the water surface has"
        case bed: "a level lies within 100 km of the datum"
        default:
            "it is above zero; side_slope, flood plain columns, and lag_s and k_s of corresponding lag, zero or above"
        }
    }

    /// Whether a column may be absent from a field, and what stands for it then.
    static func missing(_ name: String) -> Double? {
        optional.contains(name) ? (name == bed ? .nan : 0) : nil
    }

    /// Empty without such a column.
    var bedLevels: [Double] { names.firstIndex(of: NetworkValues.bed).map { values[$0] } ?? [] }

    var parameters: ReachParameters {
        switch scheme {
        case .muskingum: return .muskingum(k: values[0], x: values[1])
        case .lag: return .lags(values[0].indices.map { LagReach(lag: values[0][$0], k: values[1][$0]) })
        case .mct, .nwm, .diffusive: break
        }
        let all = Dictionary(uniqueKeysWithValues: zip(names, values))
        return .sections(
            values[0].indices.map { row in
                let channel = TrapezoidSection(
                    bottomWidth: values[3][row], sideSlope: values[4][row], manningN: values[2][row],
                    slope: values[1][row])
                return RoutedReach(
                    channel: channel, length: values[0][row], floodPlain: NetworkValues.floodPlain(all, row, channel))
            })
    }

    /// The flood plain of a row; nil where it has none. Without `top_width_m` the bankfull width is a third of that of the
    /// flood plain, as the National Water Model's tables have it.
    private static func floodPlain(
        _ values: [String: [Double]], _ row: Int, _ channel: TrapezoidSection
    ) -> FloodPlain? {
        guard let width = values["top_width_cc_m"]?[row], let n = values["n_cc"]?[row] else { return nil }
        let given = values["top_width_m"]?[row] ?? 0
        return FloodPlain(
            width: width, manningN: n, bankfullWidth: given > 0 ? given : width / 3, of: channel)
    }
}
