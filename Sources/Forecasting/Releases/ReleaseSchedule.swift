/// Releases of every reservoir, split into turbines and spill.
public struct ReleaseSchedule: Hashable, Sendable {
    /// Flows of some steps: [reservoir][step].
    public struct Flows: Hashable, Sendable {
        /// Through the turbines.
        public var turbine: [[Double]]
        /// Over the spillway or through its gates.
        public var spill: [[Double]]

        /// Makes flows.
        public init(turbine: [[Double]], spill: [[Double]]) {
            self.turbine = turbine
            self.spill = spill
        }
    }

    /// The steps that all scenarios share.
    public var first: Flows
    /// The steps after them, scenario by scenario.
    public var scenarios: [Flows]

    /// Makes a schedule.
    public init(first: Flows, scenarios: [Flows]) {
        self.first = first
        self.scenarios = scenarios
    }

    /// Turbine and spill of a reservoir in a scenario over all steps.
    public func wholeFlows(_ reservoir: Int, scenario: Int) -> (turbine: [Double], spill: [Double]) {
        (
            first.turbine[reservoir] + scenarios[scenario].turbine[reservoir],
            first.spill[reservoir] + scenarios[scenario].spill[reservoir]
        )
    }

    /// Whether the schedule has the reservoirs, scenarios and steps of a problem.
    public func fits(_ problem: ReleaseProblem) -> Bool {
        let count = problem.reservoirs.count
        let shared = problem.sharedSteps
        func isShaped(_ flows: Flows, _ steps: Int) -> Bool {
            flows.turbine.count == count && flows.spill.count == count
                && (flows.turbine + flows.spill).allSatisfy { $0.count == steps }
        }
        return isShaped(first, shared) && scenarios.count == problem.scenarios.count
            && scenarios.allSatisfy { isShaped($0, problem.steps - shared) }
    }
}
