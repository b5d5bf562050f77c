/// Four futures of one dam side by side, to the bits of ``PoolStepper``.
///
/// Each operation is that of the scalar path in its order, so that the lanes hold what four scalar runs would. The rows of a
/// table in which the four stand are kept until one of them leaves its own: levels move slowly.
public struct PoolLanes: Sendable {
    /// Numbers side by side.
    public typealias Lanes = SIMD4<Double>

    /// m3.
    public var storage: Lanes
    /// m3 through the turbines.
    public private(set) var turbineVolume = Lanes(repeating: 0)
    /// m3 through gates and over the overflow.
    public private(set) var spillVolume = Lanes(repeating: 0)
    /// m3 evaporated.
    public private(set) var evaporationVolume = Lanes(repeating: 0)

    private let length: Double
    private let parts: Int
    private let evaporation: Double
    private var levels: LaneTable
    private var areas: LaneTable?
    private var turbines: LaneTable?
    private var gates: GateLanes?
    private let overflow: Weir?

    /// Makes lanes that stand at four storages, m3.
    public init(_ stepper: PoolStepper, storage: Lanes) {
        let dam = stepper.dam
        self.storage = storage
        length = stepper.step / Double(stepper.parts)
        parts = stepper.parts
        evaporation = dam.evaporation
        levels = LaneTable(inputs: dam.table.rows.map(\.storage), outputs: dam.table.rows.map(\.level), goesOn: true)
        areas = dam.evaporation > 0 ? LaneTable(areasOf: dam.table) : nil
        turbines = dam.turbines.map { LaneTable(inputs: $0.inputs, outputs: $0.outputs, goesOn: false) }
        gates = dam.gates.map { GateLanes($0) }
        overflow = dam.overflow
    }

    /// m at present.
    public mutating func level() -> Lanes { levels.value(at: storage) }

    /// Some steps with a constant inflow, m3/s, and one order for each lane.
    public mutating func advance(steps: Int, inflow: Lanes, open: Lanes, release: Lanes) {
        gates?.set(open)
        let (half, sixth) = (length / 2, length / 6)
        for _ in 0..<steps * parts {
            let start = storage
            let a = rates(start, release)
            let b = rates(start + half * (inflow - a.turbines - a.spill - a.evaporation), release)
            let c = rates(start + half * (inflow - b.turbines - b.spill - b.evaporation), release)
            let d = rates(start + length * (inflow - c.turbines - c.spill - c.evaporation), release)
            let turbines = sixth * (a.turbines + 2 * (b.turbines + c.turbines) + d.turbines)
            let spill = sixth * (a.spill + 2 * (b.spill + c.spill) + d.spill)
            let lost = sixth * (a.evaporation + 2 * (b.evaporation + c.evaporation) + d.evaporation)
            storage = start + (length * inflow - turbines - spill - lost)
            turbineVolume += turbines
            spillVolume += spill
            evaporationVolume += lost
        }
    }

    private struct Rates {
        var turbines, spill, evaporation: Lanes
    }

    @inline(__always)
    private mutating func rates(_ storage: Lanes, _ release: Lanes) -> Rates {
        let zero = Lanes(repeating: 0)
        let level = levels.value(at: storage)
        var spill = gates?.discharge(atLevel: level) ?? zero
        if let overflow {
            let head = larger(zero, level - overflow.crest)
            spill += overflow.coefficient * overflow.length * head * head.squareRoot()
        }
        let rest = larger(zero, release - spill)
        let most = turbines?.value(at: level) ?? zero
        let lost = areas.map { _ in evaporation * (areas?.value(at: level) ?? zero) } ?? zero
        return Rates(turbines: smaller(rest, most), spill: spill, evaporation: lost)
    }
}

/// `max(x, y)` of the standard library in each lane.
@inline(__always)
private func larger(_ x: SIMD4<Double>, _ y: SIMD4<Double>) -> SIMD4<Double> { x.replacing(with: y, where: y .>= x) }

/// `min(x, y)` of the standard library in each lane.
@inline(__always)
private func smaller(_ x: SIMD4<Double>, _ y: SIMD4<Double>) -> SIMD4<Double> { x.replacing(with: y, where: y .< x) }

/// A table that is read by four lanes: the piece of each is kept until one leaves its own.
private struct LaneTable: Sendable {
    private typealias Lanes = SIMD4<Double>

    private let inputs, outputs: [Double]
    /// Whether the last pieces go on beyond the table; otherwise its ends do.
    private let goesOn: Bool
    /// Whether values below 0 count as 0.
    private let isArea: Bool
    private var from = Lanes(repeating: .infinity)
    private var to = Lanes(repeating: -.infinity)
    private var begin = Lanes(repeating: 0)
    private var span = Lanes(repeating: 1)
    private var value = Lanes(repeating: 0)
    private var rise = Lanes(repeating: 0)
    /// Areas of a table that does not say them: the change of storage with the level.
    private let quotients: [Double]?

    init(inputs: [Double], outputs: [Double], goesOn: Bool) {
        self.inputs = inputs
        self.outputs = outputs
        self.goesOn = goesOn
        isArea = false
        quotients = nil
    }

    init(areasOf table: StorageTable) {
        inputs = table.rows.map(\.level)
        outputs = table.rows.map { $0.area ?? .nan }
        goesOn = true
        isArea = true
        quotients = zip(table.rows, table.rows.dropFirst()).map { ($1.storage - $0.storage) / ($1.level - $0.level) }
    }

    @inline(__always)
    mutating func value(at input: SIMD4<Double>) -> SIMD4<Double> {
        let isInside = (input .>= from) .& (input .< to)
        if !all(isInside) { find(input) }
        let straight = value + (input - begin) / span * rise
        return isArea ? larger(SIMD4<Double>(repeating: 0), straight) : straight
    }

    /// Finds the piece of every lane.
    @inline(never)
    private mutating func find(_ input: SIMD4<Double>) {
        let last = inputs.count - 1
        for lane in 0..<4 {
            let x = input[lane]
            if !goesOn, last == 0 || !(x > inputs[0]) || !(x < inputs[last]) {
                let isLow = last == 0 || !(x > inputs[0])
                from[lane] = isLow ? -.infinity : inputs[last]
                to[lane] = last == 0 ? .infinity : isLow ? inputs[0] : .infinity
                (begin[lane], span[lane]) = (isLow ? inputs[0] : inputs[last], 1)
                (value[lane], rise[lane]) = (isLow ? outputs[0] : outputs[last], 0)
                continue
            }
            var (low, high) = (0, last)
            while high - low > 1 {
                let middle = (low + high) / 2
                if inputs[middle] <= x { low = middle } else { high = middle }
            }
            from[lane] = goesOn && low == 0 ? -.infinity : inputs[low]
            to[lane] = goesOn && low == last - 1 ? .infinity : inputs[low + 1]
            (begin[lane], span[lane]) = (inputs[low], inputs[low + 1] - inputs[low])
            (value[lane], rise[lane]) = (outputs[low], outputs[low + 1] - outputs[low])
            if let quotients, outputs[low].isNaN || outputs[low + 1].isNaN {
                (value[lane], rise[lane]) = (quotients[low], 0)
            }
        }
    }
}

/// The gates of a group in four lanes, each with its own number of open ones.
private struct GateLanes: Sendable {
    private typealias Lanes = SIMD4<Double>

    private let group: GateGroup
    private var table: LaneTable?
    private var whole = Lanes(repeating: 0)
    private var part = Lanes(repeating: 0)
    private var hasPart = false

    init(_ group: GateGroup) {
        self.group = group
        if case .table(let rating) = group.rating {
            table = LaneTable(inputs: rating.inputs, outputs: rating.outputs, goesOn: false)
        }
    }

    mutating func set(_ open: SIMD4<Double>) {
        let count = SIMD4<Double>(repeating: Double(group.count))
        let kept = larger(.zero, smaller(open, count))
        whole = kept.rounded(.down)
        part = group.movesWhole ? .zero : kept - whole
        hasPart = any(part .> 0)
    }

    @inline(__always)
    mutating func discharge(atLevel level: SIMD4<Double>) -> SIMD4<Double> {
        var flow = whole * one(level, SIMD4<Double>(repeating: 1))
        if hasPart {
            let rest = one(level, part)
            flow += SIMD4<Double>(repeating: 0).replacing(with: rest, where: part .> 0)
        }
        if let lowest = group.lowestLevel { flow.replace(with: 0, where: level .< lowest) }
        return flow
    }

    @inline(__always)
    private mutating func one(_ level: SIMD4<Double>, _ share: SIMD4<Double>) -> SIMD4<Double> {
        let zero = SIMD4<Double>(repeating: 0)
        switch group.rating {
        case .table:
            return share * larger(zero, table?.value(at: level) ?? zero)
        case .underflow(let sill, let width, let height, let weir, let contraction):
            let head = larger(zero, level - sill)
            let opening = share * height
            let overflow = weir * width * head * head.squareRoot()
            let edge = larger(sill + contraction * opening, SIMD4<Double>(repeating: sill))
            let drop = larger(zero, level - edge)
            let jet = contraction * opening * width * (2 * Weir.gravity * drop).squareRoot()
            return smaller(overflow, jet).replacing(with: overflow, where: head .<= opening)
        }
    }
}
