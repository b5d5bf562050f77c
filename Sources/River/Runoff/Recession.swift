/// No model: the flow goes on falling as water leaves a single linear store, whatever the weather. What stands in a forecast
/// where nothing better is known, and the least that any model must beat.
///
/// Source: Maillet (1905), Essais d'hydraulique souterraine et fluviale: Q(t) = Q0 exp(-t / K). Rain is not taken in, which the
/// balance says: `taken` is zero.
public struct Recession: RunoffModel {
    /// Makes the model.
    public init() {}

    /// As on a command line.
    public var name: String { "recession" }
    /// One sentence with author and year.
    public var summary: String { "no model, the flow falls exponentially: Maillet (1905)" }
    /// Any.
    public var step: Int64? { nil }
    /// The recession time and the flow to start from.
    public var parameters: [RunoffParameter] {
        [
            RunoffParameter("K", unit: "d", meaning: "time in which the flow falls to 37 %", range: 0.01...10_000),
            RunoffParameter("Q0", unit: "mm/d", meaning: "flow before the first step", range: 0...10_000),
        ]
    }
    /// The store behind the flow.
    public var storeNames: [String] { ["Store"] }

    /// The store that feeds Q0.
    public func start(_ parameters: [Double], _ forcing: RunoffForcing) -> RunoffState {
        RunoffState(stores: [parameters[1] * parameters[0]])
    }

    /// Nothing in the store.
    public func dryStart(_ parameters: [Double], _ forcing: RunoffForcing) -> RunoffState { RunoffState(stores: [0]) }

    /// Runs over the whole forcing, of which only the step counts.
    public func run(_ forcing: RunoffForcing, _ parameters: [Double], from state: RunoffState) -> RunoffRun {
        var store = state.stores[0]
        let kept = Elementary.exp(-Double(forcing.step) / 86_400 / parameters[0])
        var discharge: [Double] = []
        var stores: [Double] = []
        for _ in 0..<forcing.count {
            discharge.append(store * (1 - kept))
            store *= kept
            stores.append(store)
        }
        return RunoffRun(
            discharge: discharge, stores: [stores], evaporation: [Double](repeating: 0, count: forcing.count), taken: 0,
            evaporated: 0, exchanged: 0, end: RunoffState(stores: [store]))
    }

    /// The store.
    public func water(in state: RunoffState, _ parameters: [Double], _ forcing: RunoffForcing) -> Double {
        state.stores[0]
    }
}
