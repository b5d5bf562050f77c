/// The Xin'anjiang model with three sources of runoff, lag and route: the standard model of humid China.
///
/// Sources: Zhao (1992), J. Hydrol. 135, 371-381; Zhao and Liu (1995) in Singh (ed.), Computer Models of Watershed Hydrology;
/// the textbook of hydrological forecasting (Bao, 5th edition), equations 2.60 and 2-85 to 2-89 (HF). Parameters are those of a
/// day; other steps get KI, KG, CI, CG, CS and L converted: CI, CG and CS to the power of the step in days, and
/// (KI + KG)_dt = 1 - (1 - (KI + KG))^dt with the ratio kept.
public struct Xinanjiang: RunoffModel {
    let sources: RunoffOptions.Sources

    /// Makes the model.
    public init(sources: RunoffOptions.Sources = .whole) { self.sources = sources }

    /// As on a command line.
    public var name: String { "XAJ" }
    /// One sentence with author and year.
    public var summary: String { "Xin'anjiang, three sources, any step: Zhao (1992), J. Hydrol. 135, 371-381" }
    /// Any.
    public var step: Int64? { nil }
    /// The fifteen of the model in the order of Zhao's table.
    public var parameters: [RunoffParameter] { Xinanjiang.table }
    /// Tension water of three layers, free water and the share of runoff, the two slow flows, the flow of the step before.
    public var storeNames: [String] { ["WU", "WL", "WD", "S", "FR", "QI", "QG", "Q"] }
    /// The limits that keep the stores in range, and a lag whose first flows come before anything has been routed, lose or make a
    /// little water.
    public var balanceTolerance: Double { 1e-3 }

    private static let table = [
        RunoffParameter("K", unit: "-", meaning: "potential evaporation over that of the input", range: 0.01...2),
        RunoffParameter("B", unit: "-", meaning: "exponent of the tension water curve", range: 0.01...1),
        RunoffParameter("IM", unit: "-", meaning: "share of impervious ground", range: 0...0.5),
        RunoffParameter("UM", unit: "mm", meaning: "tension water capacity, upper layer", range: 0...50),
        RunoffParameter("LM", unit: "mm", meaning: "tension water capacity, lower layer", range: 5...200),
        RunoffParameter("DM", unit: "mm", meaning: "tension water capacity, deep layer", range: 5...300),
        RunoffParameter("C", unit: "-", meaning: "coefficient of deep evaporation", range: 0...0.3),
        RunoffParameter("SM", unit: "mm", meaning: "free water capacity", range: 0.5...200),
        RunoffParameter("EX", unit: "-", meaning: "exponent of the free water curve", range: 0.5...2),
        RunoffParameter("KI", unit: "1/d", meaning: "outflow of free water to interflow", range: 0.001...0.999),
        RunoffParameter("KG", unit: "1/d", meaning: "outflow of free water to groundwater", range: 0.001...0.999),
        RunoffParameter("CS", unit: "1/d", meaning: "recession of the channel network", range: 0...0.999),
        RunoffParameter("L", unit: "d", meaning: "lag of the channel network", range: 0...30),
        RunoffParameter("CI", unit: "1/d", meaning: "recession of interflow", range: 0...0.999),
        RunoffParameter("CG", unit: "1/d", meaning: "recession of groundwater", range: 0...0.9999),
    ]

    /// Tension and free water half full, FR, QI and QG 0.1: the start of the reference program.
    public func start(_ parameters: [Double], _ forcing: RunoffForcing) -> RunoffState {
        let half = [0.5 * parameters[3], 0.5 * parameters[4], 0.5 * parameters[5], 0.5 * parameters[7]]
        return RunoffState(stores: half + [0.1, 0.1, 0.1, 0], pending: [[]])
    }

    /// No water; the share of runoff stays at 0.1, because it divides.
    public func dryStart(_ parameters: [Double], _ forcing: RunoffForcing) -> RunoffState {
        RunoffState(stores: [0, 0, 0, 0, 0.1, 0, 0, 0], pending: [[]])
    }

    /// Runs over the whole forcing.
    public func run(_ forcing: RunoffForcing, _ parameters: [Double], from state: RunoffState) -> RunoffRun {
        let kernel = XinanjiangKernel(parameters, step: forcing.step, inPieces: sources == .fiveMillimetres)
        var water = XinanjiangWater(state.stores)
        let (count, waiting, stores) = (forcing.count, state.pending[0].count, storeNames.count)
        var unrouted = state.pending[0] + [Double](repeating: 0, count: count)
        var flow = state.stores[7]
        var evaporated = 0.0
        // discharge, evaporation and the stores, each `count` long
        var table = [Double](repeating: 0, count: (2 + stores) * count)
        table.withUnsafeMutableBufferPointer { table in
            unrouted.withUnsafeMutableBufferPointer { unrouted in
                forcing.precipitation.withUnsafeBufferPointer { rain in
                    forcing.evaporation.withUnsafeBufferPointer { demand in
                        for step in 0..<count {
                            let potential = demand[step] * kernel.k
                            let (total, here) = kernel.advance(&water, rain: rain[step], potential: potential)
                            unrouted[waiting + step] = total
                            let place = waiting + step - kernel.lag
                            flow = place < 0 ? total : kernel.cs * flow + (1 - kernel.cs) * unrouted[place]
                            table[step] = flow
                            table[count + step] = here
                            evaporated += (1 - kernel.im) * here + kernel.im * min(rain[step], potential)
                            water.write(into: table, from: 2 * count + step, apart: count, flow: flow)
                        }
                    }
                }
            }
        }
        func column(_ number: Int) -> [Double] { Array(table[number * count..<(number + 1) * count]) }
        return RunoffRun(
            discharge: column(0), stores: (0..<stores).map { column(2 + $0) }, evaporation: column(1),
            taken: forcing.precipitation.reduce(0, +), evaporated: evaporated, exchanged: 0,
            end: RunoffState(
                stores: water.stores(flow: flow), pending: [Array(unrouted.suffix(min(unrouted.count, kernel.lag)))]))
    }

    /// Water by area: tension and free water stand below the pervious share only, and a linear reservoir that gives Q holds
    /// Q C / (1 - C).
    public func water(in state: RunoffState, _ parameters: [Double], _ forcing: RunoffForcing) -> Double {
        let kernel = XinanjiangKernel(parameters, step: forcing.step, inPieces: false)
        let s = state.stores
        let soil = (1 - kernel.im) * (s[0] + s[1] + s[2] + s[3] * s[4])
        let slow = s[5] * kernel.ci / (1 - kernel.ci) + s[6] * kernel.cg / (1 - kernel.cg)
        return soil + slow + s[7] * kernel.cs / (1 - kernel.cs) + state.pending[0].reduce(0, +)
    }
}
