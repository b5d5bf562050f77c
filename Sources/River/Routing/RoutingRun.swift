/// The routing schemes by name: one line each here, one in ``RoutingRun/make(_:)``.
public enum RoutingSchemeName: String, CaseIterable, Sendable {
    /// Linear Muskingum, matrix form.
    case muskingum
    /// Muskingum-Cunge-Todini, mass-exact; the default.
    case mct
    /// The National Water Model's Muskingum-Cunge equations, for comparison.
    case nwm
    /// The implicit diffusive wave, which knows what holds the water back below.
    case diffusive
    /// Corresponding lag and storage, LAG/K.
    case lag

    /// Whether the scheme promises that water is neither made nor lost.
    public var keepsVolume: Bool { self != .nwm }
}

/// What each reach is, in the order of the rows of its table.
public enum ReachParameters: Sendable {
    /// Storage constant, s, and weight of the inflow of each reach.
    case muskingum(k: [Double], x: [Double])
    /// Section, slope, roughness and length of each reach.
    case sections([RoutedReach])
    /// Lag and storage of each reach.
    case lags([LagReach])

    /// How many reaches are described.
    public var count: Int {
        switch self {
        case .muskingum(let k, _): k.count
        case .sections(let sections): sections.count
        case .lags(let lags): lags.count
        }
    }
}

/// Why a run cannot be made of what was given.
public struct RoutingProblem: Error, Hashable, Sendable {
    /// What is wrong, for a person.
    public let message: String
    /// What to do.
    public let advice: String

    /// Makes a problem.
    public init(_ message: String, advice: String) {
        self.message = message
        self.advice = advice
    }
}

/// Everything that a run is made of.
public struct RoutingSetup: Sendable {
    /// The network.
    public var network: RiverNetwork
    /// What its reaches are, by row; rows of points are not used.
    public var parameters: ReachParameters
    /// How water moves in a reach.
    public var scheme: RoutingSchemeName
    /// s, > 0.
    public var step: Double
    /// Runs side by side, >= 1.
    public var members = 1
    /// Points that are no reaches, by canonical number.
    public var points: [Int: PointKind] = [:]
    /// Depth above the bed at the lower ends of outlets, m, where it is given: at the start, by canonical number.
    public var heldDepths: [Int: Double] = [:]
    /// How many hands the work is cut for, >= 1; no result depends on it.
    public var hands = 1
    /// Steps of a tile; nil for what suits the caches. No flow depends on it.
    public var tileSteps: Int?
    /// What runs the pieces.
    public var parallelFor: ParallelFor = oneAfterTheOther

    /// Makes a setup.
    public init(network: RiverNetwork, parameters: ReachParameters, scheme: RoutingSchemeName, step: Double) {
        self.network = network
        self.parameters = parameters
        self.scheme = scheme
        self.step = step
    }
}

/// Water moving through a network, from a start to wherever its caller leads it.
///
/// In single (`RoutingRun<Float>`) or double (`RoutingRun<Double>`) precision. Made by ``make(_:)``; then ``start(lateral:)``,
/// ``start(flow:)`` or ``restore(_:)``; then ``advance(steps:lateral:flows:given:)`` as often as wanted. Two runs of the same
/// setup and input give the same bits, however their steps are divided into blocks and their network among hands.
public struct RoutingRun<Scalar: RoutingScalar>: Sendable {
    /// Members, rounded up to a multiple of four unless there is one: the innermost length of all tiles. The last lanes of a
    /// tile of lateral inflow may hold anything finite; zero is best.
    public let lanes: Int
    /// Reaches, points included.
    public let count: Int
    /// How many hydrographs have to be given.
    public let givenCount: Int
    /// At how many outlets a depth has to be given.
    public let heldCount: Int
    /// Reaches that one hand computes last.
    public let stemCount: Int
    /// Whether reaches are routed one after the other, so that lateral inflow is best made for a few at a time, and flows taken so.
    public let takesRuns: Bool
    /// Names of the numbers kept of a reach.
    public let stateNames: [String]

    let body: Body

    /// What a run does, closed over its engine: made where the compiler knows scheme and precision.
    struct Body: Sendable {
        let start: @Sendable (_ lateral: (Int, Int) -> Double) -> Void
        let advance:
            @Sendable (
                Int, LateralTiles<Scalar>, FlowTiles<Scalar>, _ given: UnsafePointer<Double>?,
                _ depths: UnsafePointer<Double>?
            ) -> Void
        let balance: @Sendable () -> NetworkBalance
        let pointBalance: @Sendable (Int) -> PointBalance
        let state: @Sendable () -> RoutingState
        let restore: @Sendable (RoutingState) -> Bool
        let flow: @Sendable (_ reach: Int, _ lane: Int) -> Double
    }

    /// Starts in steady flow.
    ///
    /// - Parameter lateral: m3/s of a reach, by canonical number, and a member.
    public func start(lateral: (_ reach: Int, _ member: Int) -> Double) { body.start(lateral) }

    /// Advances by some steps.
    ///
    /// - Parameters:
    ///   - steps: how many, >= 0.
    ///   - lateral: inflow from the side, mean over each step, m3/s.
    ///   - flows: where flows at the end of each step are written.
    ///   - given: flows of the given points at the end of each step, m3/s, shape [given point][step], points by canonical
    ///     number; nil where there are none.
    ///   - depths: at the outlets where one is given, at the end of each step, m, shape [outlet][step], by canonical number.
    public func advance(
        steps: Int, lateral: LateralTiles<Scalar>, flows: FlowTiles<Scalar>, given: UnsafePointer<Double>? = nil,
        depths: UnsafePointer<Double>? = nil
    ) {
        precondition(steps >= 0 && (givenCount == 0 || given != nil), "given points need their hydrographs")
        precondition(heldCount == 0 || depths != nil, "held outlets need their depths")
        body.advance(steps, lateral, flows, given, depths)
    }

    /// The balance since the start.
    public func balance() -> NetworkBalance { body.balance() }
    /// The balance of one reach or pool since the start.
    public func balance(of reach: Int) -> PointBalance { body.pointBalance(reach) }
    /// The newest outflow of a reach, m3/s.
    public func flow(_ reach: Int, member: Int = 0) -> Double { body.flow(reach, member) }
    /// All that a later run needs to go on as if there had been no break.
    public func state() -> RoutingState { body.state() }
    /// Goes on from a state; false when it is of another network, scheme or number of members.
    public func restore(_ state: RoutingState) -> Bool { body.restore(state) }
}

/// What a run keeps between two steps; numbers in double precision hold those in single precision exactly.
public struct RoutingState: Hashable, Sendable {
    /// Names of the numbers of a reach.
    public let names: [String]
    /// Shape [reach][number][lane].
    public var reaches: [Double]
    /// Names of the numbers of a point.
    public static let pointNames = ["inflow_m3s", "outflow_m3s", "storage_m3", "level_m"]
    /// Shape [point][number][lane].
    public var points: [Double]

    /// Makes a state.
    public init(names: [String], reaches: [Double], points: [Double]) {
        self.names = names
        self.reaches = reaches
        self.points = points
    }
}

extension RoutingRun where Scalar == Float {
    /// Makes a run in single precision.
    public static func make(_ setup: RoutingSetup) throws(RoutingProblem) -> RoutingRun<Float> {
        try RoutingRun.makeScheme(setup)
    }
}

extension RoutingRun where Scalar == Double {
    /// Makes a run in double precision.
    public static func make(_ setup: RoutingSetup) throws(RoutingProblem) -> RoutingRun<Double> {
        try RoutingRun.makeScheme(setup)
    }
}

extension RoutingRun {
    /// The list of schemes: each gets its parameters in canonical order.
    fileprivate static func makeScheme(_ setup: RoutingSetup) throws(RoutingProblem) -> RoutingRun {
        let rows = setup.network.rowOfReach
        guard setup.parameters.count == rows.count else {
            throw RoutingProblem(
                "there are \(setup.parameters.count) parameters for \(rows.count) reaches",
                advice: "give one set a reach")
        }
        guard setup.step > 0, setup.step.isFinite, setup.members >= 1, setup.hands >= 1 else {
            throw RoutingProblem("step, members and hands are positive", advice: "give a step of at least a second")
        }
        try checkHeld(setup)
        switch (setup.scheme, setup.parameters) {
        case (.muskingum, .muskingum(let k, let x)):
            try checkCoefficients(k, x, setup.step)
            return make(
                setup,
                LinearMuskingumScheme(rows: rows, k: k, x: x, step: setup.step, parallelFor: setup.parallelFor))
        case (.mct, .sections(let sections)):
            return make(setup, MuskingumCungeTodiniScheme(rows.map { sections[Int($0)] }, step: setup.step))
        case (.nwm, .sections(let sections)):
            return make(setup, NationalWaterModelScheme(rows.map { sections[Int($0)] }, step: setup.step))
        case (.diffusive, .sections(let sections)):
            return make(setup, diffusive: rows.map { sections[Int($0)] })
        case (.lag, .lags(let lags)):
            try checkLags(lags, setup.step)
            return make(setup, LagScheme(rows.map { lags[Int($0)] }, step: setup.step))
        case (.muskingum, _):
            throw RoutingProblem(
                "linear Muskingum needs K and X of each reach", advice: "give the columns k_s and x, or another scheme")
        case (.lag, _):
            throw RoutingProblem(
                "corresponding lag needs lag and K of each reach",
                advice: "give the columns lag_s and k_s, or another scheme")
        case (_, .muskingum), (_, .lags):
            throw RoutingProblem(
                "the scheme \(setup.scheme.rawValue) needs the section of each reach",
                advice: "give length_m, slope, manning_n, bottom_width_m and side_slope, or take muskingum")
        }
    }

    /// Refuses a reach that a step hardly moves: the weight of what enters is then lost in the rounding.
    private static func checkCoefficients(_ k: [Double], _ x: [Double], _ step: Double) throws(RoutingProblem) {
        let least: Double = Scalar.significandBitCount < 30 ? 0x1p-13 : 0x1p-33
        let slow = k.indices.filter { 2 * step < least * (2 * k[$0] * (1 - x[$0]) + step) }
        guard let first = slow.first else { return }
        throw RoutingProblem(
            "K of \(k[first]) s is too long for a step of \(step) s in this precision (row \(first + 1))",
            advice: "take a longer routing step, double precision, or a reservoir")
    }

    /// Refuses a depth at a place where none can act.
    private static func checkHeld(_ setup: RoutingSetup) throws(RoutingProblem) {
        guard !setup.heldDepths.isEmpty else { return }
        guard setup.scheme == .diffusive else {
            throw RoutingProblem(
                "the scheme \(setup.scheme.rawValue) knows no level downstream", advice: "take the scheme diffusive")
        }
        for (reach, depth) in setup.heldDepths.sorted(by: { $0.key < $1.key }) {
            guard setup.network.downstream.indices.contains(reach), setup.network.downstream[reach] < 0,
                setup.points[reach] == nil
            else {
                throw RoutingProblem(
                    "a level is given where the river goes on", advice: "give levels at the lower ends of outlets")
            }
            guard depth >= 0, depth <= 1000 else {
                throw RoutingProblem("a depth of \(depth) m is given", advice: "give 0 to 1000 m above the bed")
            }
        }
    }

    /// Refuses a lag of more steps than are kept.
    private static func checkLags(_ lags: [LagReach], _ step: Double) throws(RoutingProblem) {
        let most = Double(LagScheme<Scalar>.mostSteps)
        guard let first = lags.firstIndex(where: { !($0.longestLag <= most * step) }) else { return }
        throw RoutingProblem(
            "a lag of \(lags[first].longestLag) s is more than \(LagScheme<Scalar>.mostSteps) steps of \(step) s "
                + "(row \(first + 1))", advice: "take a longer routing step")
    }

    private static func make(_ setup: RoutingSetup, diffusive reaches: [RoutedReach]) -> RoutingRun {
        let engine = DiffusiveWaveEngine<Scalar>(
            setup.network, reaches,
            points: SpecialPoints(setup.points, reaches: setup.network.count, step: setup.step),
            members: setup.members, step: setup.step, heldDepths: setup.heldDepths, hands: setup.parallelFor)
        return RoutingRun(
            lanes: engine.lanes, count: setup.network.count, givenCount: engine.points.givenCount,
            heldCount: engine.held.count, stemCount: 0, takesRuns: false, stateNames: engine.stateNames,
            body: Body(
                start: { engine.start($0) },
                advance: { steps, lateral, flows, given, depths in
                    kept(flows, reaches: setup.network.count, steps: steps, lanes: engine.lanes) {
                        engine.advance(steps: steps, lateral: lateral, flows: $0, given: given, depths: depths)
                    }
                },
                balance: { engine.balance() }, pointBalance: { engine.balance(of: $0) },
                state: { engine.kept() }, restore: { engine.restore($0) },
                flow: { engine.flow($0, lane: $1) }))
    }

    /// Gives an engine that writes its flows memory for them where they are to be taken.
    private static func kept(
        _ flows: FlowTiles<Scalar>, reaches: Int, steps: Int, lanes: Int, _ body: (FlowTiles<Scalar>) -> Void
    ) {
        guard case .taken(let take) = flows else { return body(flows) }
        let room = UnsafeMutablePointer<Scalar>.allocate(capacity: max(1, reaches * steps * lanes))
        defer { room.deallocate() }
        body(.all(room, stride: steps * lanes))
        take(0..<reaches, 0..<steps, UnsafePointer(room))
    }

    private static func make<Scheme: RoutingScheme>(_ setup: RoutingSetup, _ scheme: Scheme) -> RoutingRun
    where Scheme.Scalar == Scalar {
        let pieces = setup.hands == 1 ? 1 : setup.hands * 8
        let engine = NetworkEngine(
            setup.network, cut: NetworkCut(setup.network, pieces: pieces), scheme: scheme,
            points: SpecialPoints(setup.points, reaches: setup.network.count, step: setup.step),
            members: setup.members, step: setup.step, tileSteps: setup.tileSteps, hands: setup.parallelFor)
        return RoutingRun(
            lanes: engine.lanes, count: setup.network.count, givenCount: engine.points.givenCount,
            heldCount: 0, stemCount: engine.cut.stemCount, takesRuns: engine.upstreams == nil,
            stateNames: scheme.stateNames,
            body: Body(
                start: { engine.start($0, members: setup.members) },
                advance: { steps, lateral, flows, given, _ in
                    engine.advance(steps: steps, lateral: lateral, flows: flows, given: given)
                },
                balance: { engine.balance() }, pointBalance: { engine.balance(of: $0) },
                state: { engine.kept() }, restore: { engine.restore($0) },
                flow: { engine.flow($0, lane: $1) }))
    }
}
