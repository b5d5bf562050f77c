public import River
public import Series

/// Routing from tables to a table: blocks of lateral inflow through a network, its flows into a file.
public struct RouteJob: Sendable {
    /// The network, with given points as rows after those of the table.
    public var network: RiverNetwork
    /// Id of a row.
    public var ids: ReachIDs
    /// What the reaches are, by row, points included.
    public var parameters: ReachParameters
    /// How water moves in a reach.
    public var scheme: RoutingSchemeName
    /// Lakes by row.
    public var lakes: [Int: RoutedLake] = [:]
    /// Openings of the gates of lakes, m, by row.
    public var openings: GivenHydrographs?
    /// Hydrographs by row.
    public var given: GivenHydrographs?
    /// Depths at the lower ends of outlets, m, by row; for the diffusive wave.
    public var heldDepths: GivenHydrographs?
    /// Lateral inflow; nil for none.
    public var lateral: HydrographTable?
    /// s between two rows of the output.
    public var step: Int64
    /// s of a routing step, of which `step` is a multiple.
    public var routingStep: Int64
    /// Where to start; nil for steady flow.
    public var initial: InitialTable?
    /// Whether the summary holds the state at the end.
    public var keepsState = true
    /// Rows whose flows are written, in this order.
    public var columns: [Int]
    /// The output.
    public var output: String
    /// Double precision.
    public var isDouble = true
    /// How many hands work at once.
    public var hands = 1
    /// What runs them.
    public var parallelFor: ParallelFor = oneAfterTheOther
    /// What reads and writes beside the run.
    public var aside: Aside = atOnce
    /// Told how many steps of how many are done.
    public var progress: @Sendable (Int, Int) -> Void = { _, _ in }
    /// Values that lateral, flows and each of their copies may take at most in one block.
    public var mostValues = 32_000_000

    /// Makes a job.
    public init(
        network: RiverNetwork, ids: ReachIDs, parameters: ReachParameters, scheme: RoutingSchemeName, step: Int64,
        columns: [Int], output: String
    ) {
        self.network = network
        self.ids = ids
        self.parameters = parameters
        self.scheme = scheme
        self.step = step
        routingStep = step
        self.columns = columns
        self.output = output
    }

    /// Does the job.
    public func run() throws(RoutingFileProblem) -> RouteSummary {
        if isDouble { return try RouteWork<Double>(self, make: RoutingRun<Double>.make).run() }
        return try RouteWork<Float>(self, make: RoutingRun<Float>.make).run()
    }
}

/// A lake or reservoir in the place of a reach.
public struct RoutedLake: Sendable {
    /// Storage and outflow by level.
    public let pool: LevelPool
    /// Gates; nil for none.
    public let gate: SluiceGate?
    /// m; nil for the level at which as much leaves as enters.
    public let startLevel: Double?

    /// The point of the network.
    ///
    /// - Parameter opening: of the gates at the start, m.
    func point(opening: Double) -> PointKind {
        guard let gate else { return .pool(pool, startLevel: startLevel) }
        return .gated(GatedPool(pool: pool, gate: gate), startLevel: startLevel, startOpening: opening)
    }
}

/// What a job came to.
public struct RouteSummary: Sendable {
    /// Reaches and points.
    public let reaches: Int
    /// Routing steps.
    public let steps: Int
    /// Runs side by side.
    public let members: Int
    /// The first and the last time of the output.
    public let times: ClosedRange<Instant>
    /// Of the whole run.
    public let balance: NetworkBalance
    /// The largest relative error of the balance that is accepted; nil where the scheme does not promise to keep volume.
    public let tolerance: Double?
    /// The largest flow that was written: its column, m3/s, and when; nil where nothing was.
    public let peak: (column: Int, flow: Double, time: Instant)?
    /// Values below zero that were written.
    public let negativeValues: Int
    /// Reaches with a coefficient below zero, where flows below zero can arise.
    public let reachesOutsideRange: Int
    /// The state at the end.
    public let state: StateTable
    /// Names of its numbers.
    public let stateNames: [String]

    /// Whether the balance closes.
    public var balanceCloses: Bool { balance.relativeError.magnitude <= tolerance ?? .greatestFiniteMagnitude }
}

/// Hydrographs that enter a network, linear between their times.
public struct GivenHydrographs: Sendable {
    /// Of each hydrograph its row in the network.
    public let rows: [Int]
    /// s between two values.
    public let interval: Int64
    /// The time of the first value.
    public let first: Instant
    /// m3/s, shape [hydrograph][time].
    public let values: [[Double]]

    /// Reads a whole table.
    ///
    /// - Parameter rows: of the network, one a column.
    public init(_ table: HydrographTable, rows: [Int]) throws(RoutingFileProblem) {
        var table = table
        guard table.members == 1 else {
            throw RoutingFileProblem(
                table.file, rule: "hydrograph-members", "given inflow has \(table.members) members",
                advice: "give one hydrograph a reach, the same for all members")
        }
        guard let interval = table.interval else {
            throw RoutingFileProblem(
                table.file, rule: "hydrograph-time", "one time makes no hydrograph", advice: "give two times or more")
        }
        let columns = rows.count
        let room = UnsafeMutablePointer<Double>.allocate(capacity: max(1, columns * table.rowCount))
        defer { room.deallocate() }
        try table.read(rows: table.rowCount, into: room)
        self.rows = rows
        self.interval = interval
        first = table.first
        let count = table.rowCount
        values = (0..<columns).map { column in (0..<count).map { room[$0 * columns + column] } }
    }

    /// Levels at the lower ends of outlets as depths above the bed there.
    ///
    /// - Parameters:
    ///   - table: levels in m, in the datum of the network's beds, or above the bed where the network gives none.
    ///   - network: the rows of its ids.
    public init(levels table: HydrographTable, network: NetworkTable) throws(RoutingFileProblem) {
        let rows = table.networkRows.map { Int($0) }
        for row in rows where network.downstreamRow[row] >= 0 {
            throw RoutingFileProblem(
                table.file, rule: "level-inside", "\(network.ids.text(row)) is no outlet",
                advice: "give levels at the lower ends of reaches that flow into no other")
        }
        guard Set(rows).count == rows.count else {
            throw RoutingFileProblem(
                table.file, rule: "level-twice", "an outlet has two columns of levels", advice: "keep one of them")
        }
        let own = try GivenHydrographs(table, rows: rows)
        self.rows = rows
        (interval, first) = (own.interval, own.first)
        var depths: [[Double]] = []
        for (column, row) in rows.enumerated() {
            let bed = network.bedLevels.isEmpty ? 0 : network.bedLevels[row]
            guard bed.isFinite else {
                throw RoutingFileProblem(
                    network.file, line: network.line(of: row), rule: "level-bed",
                    "\(network.ids.text(row)) has a level but no bed_level_m",
                    advice: "give the level of the bed at its lower end, in the datum of the levels")
            }
            let depth = own.values[column].map { $0 - bed }
            if let low = depth.firstIndex(where: { $0 < 0 || $0 > 1000 }) {
                throw RoutingFileProblem(
                    table.file, rule: "level-range",
                    "the level \(own.values[column][low]) m of \(network.ids.text(row)) at "
                        + "\(own.first + own.interval * Int64(low)) is \(depth[low]) m above its bed",
                    advice: "levels lie 0 to 1000 m above bed_level_m, or above the bed without that column")
            }
            depths.append(depth)
        }
        values = depths
    }

    /// Openings of gates, one series a lake that has any.
    ///
    /// - Parameters:
    ///   - table: m at its times, 0 or more.
    ///   - lakes: by row of the network.
    ///   - name: the id of a row.
    public init(
        openings table: HydrographTable, lakes: [Int: RoutedLake], name: (Int) -> String
    ) throws(RoutingFileProblem) {
        let rows = table.networkRows.map { Int($0) }
        for row in rows where lakes[row]?.gate == nil {
            throw RoutingFileProblem(
                table.file, rule: "gate-none", "\(name(row)) is no lake with gates",
                advice: "give gate_width_m, gate_level_m and gate_coefficient in --lakes, or leave the column out")
        }
        guard Set(rows).count == rows.count else {
            throw RoutingFileProblem(
                table.file, rule: "gate-twice", "a lake has two columns of openings", advice: "keep one of them")
        }
        for (row, lake) in lakes.sorted(by: { $0.key < $1.key }) where lake.gate != nil && !rows.contains(row) {
            throw RoutingFileProblem(
                table.file, rule: "gate-missing", "\(name(row)) has gates but no column of openings",
                advice: "give its openings in m, 0 while they are shut")
        }
        try self.init(table, rows: rows)
    }

    /// The last time.
    public var last: Instant { first + interval * Int64((values.first?.count ?? 1) - 1) }

    /// The flow of a hydrograph at a time within it, m3/s.
    func flow(_ hydrograph: Int, at time: Instant) -> Double {
        let seconds = time - first
        let index = Int(seconds / interval)
        let rest = seconds - Int64(index) * interval
        let before = values[hydrograph][index]
        guard rest > 0 else { return before }
        return before + (values[hydrograph][index + 1] - before) * (Double(rest) / Double(interval))
    }
}
