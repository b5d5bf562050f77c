/// A cascade of reservoirs above one control point, the inflows that are thought possible, and what a release costs.
///
/// Time runs in equal steps; a release of step t acts during it, a storage stands at its end. The units are the problem's
/// own: one unit of flow during one step is ``storagePerFlowStep`` units of storage. The releases of the first
/// ``sharedSteps`` are the same in all scenarios, because by then nobody knows which of them comes true.
public struct ReleaseProblem: Hashable, Sendable {
    /// One reservoir with its limits.
    public struct Reservoir: Hashable, Sendable {
        /// The id, unique among reservoirs and control point.
        public var id: String
        /// Lowest storage at the end of any step, >= 0.
        public var storageMin: Double
        /// Above it every unit of storage costs ``Weights/floodStorage`` a step.
        public var storageFlood: Double
        /// Highest storage at the end of any step.
        public var storageMax: Double
        /// Storage before the first step, >= 0.
        public var storageStart: Double
        /// The storage that is wanted at the end.
        public var storageTarget: Double
        /// Largest flow through the turbines, >= 0.
        public var turbineMax: Double
        /// Largest spill for each unit of storage at the beginning of the step, >= 0.
        public var spillPerStorage: Double
        /// Largest change of the release from one step to the next, >= 0.
        public var rampMax: Double
        /// Release of all steps before the first, >= 0.
        public var releaseBefore: Double
        /// Smallest release of any step, >= 0.
        public var releaseMin = 0.0
        /// Largest spill in pieces, each `constant + perStorage S`; of several the smallest counts. Empty for
        /// ``spillPerStorage`` alone; otherwise that one is not looked at.
        public var spillPieces: [SpillPiece] = []
        /// Above it every unit of storage costs ``Weights/safety`` a step in addition; nil where no storage does.
        public var storageSafe: Double?
        /// How far limits are moved in at single steps.
        public var tightening = Tightening()

        /// The largest spill against the storage at the beginning of a step, as pieces of which the smallest counts.
        public var spillBounds: [SpillPiece] {
            spillPieces.isEmpty ? [SpillPiece(constant: 0, perStorage: spillPerStorage)] : spillPieces
        }

        /// The largest spill at a storage, >= 0.
        public func largestSpill(atStorage storage: Double) -> Double {
            max(0, spillBounds.reduce(Double.infinity) { min($0, $1.constant + $1.perStorage * storage) })
        }

        /// Makes a reservoir.
        public init(
            id: String, storageMin: Double, storageFlood: Double, storageMax: Double, storageStart: Double,
            storageTarget: Double, turbineMax: Double, spillPerStorage: Double, rampMax: Double, releaseBefore: Double
        ) {
            self.id = id
            self.storageMin = storageMin
            self.storageFlood = storageFlood
            self.storageMax = storageMax
            self.storageStart = storageStart
            self.storageTarget = storageTarget
            self.turbineMax = turbineMax
            self.spillPerStorage = spillPerStorage
            self.rampMax = rampMax
            self.releaseBefore = releaseBefore
        }
    }

    /// One straight piece of the largest spill against the storage.
    public struct SpillPiece: Hashable, Sendable {
        /// Flow at no storage; may be negative.
        public var constant: Double
        /// Flow for each unit of storage, >= 0.
        public var perStorage: Double

        /// Makes a piece.
        public init(constant: Double, perStorage: Double) {
            self.constant = constant
            self.perStorage = perStorage
        }
    }

    /// How far the limits of a reservoir are moved in at each step, because the exact model did not keep a plan that had
    /// gone up to them. A list is empty or has a number of 0 or more for every step.
    public struct Tightening: Hashable, Sendable {
        /// Added to the lowest storage.
        public var storageMin: [Double] = []
        /// Taken off the highest storage.
        public var storageMax: [Double] = []
        /// Taken off the largest release.
        public var releaseMax: [Double] = []
        /// Taken off the largest change of the release.
        public var rampMax: [Double] = []

        /// Makes one that moves nothing.
        public init() {}

        /// The number of a list at a step.
        static func amount(_ list: [Double], _ step: Int) -> Double { list.indices.contains(step) ? list[step] : 0 }
    }

    /// A further place where flows count: a town with its thresholds.
    public struct Town: Hashable, Sendable {
        /// Flow above which every unit of a step costs.
        public struct Threshold: Hashable, Sendable {
            /// Flow.
            public var flow: Double
            /// Cost of a unit of flow above it in one step, >= 0.
            public var weight: Double

            /// Makes a threshold.
            public init(flow: Double, weight: Double) {
                self.flow = flow
                self.weight = weight
            }
        }

        /// The id, unique among reservoirs, control point and towns.
        public var id: String
        /// Weight of the highest flow, mean over the scenarios, >= 0.
        public var peakWeight: Double
        /// Weight of the mean of the highest flows of the worst scenarios, see ``ReleaseProblem/tailShare``, >= 0.
        public var tailWeight: Double
        /// The thresholds.
        public var thresholds: [Threshold]

        /// Makes a town.
        public init(id: String, peakWeight: Double, tailWeight: Double = 0, thresholds: [Threshold] = []) {
            self.id = id
            self.peakWeight = peakWeight
            self.tailWeight = tailWeight
            self.thresholds = thresholds
        }
    }

    /// Where a release goes.
    public enum Destination: Hashable, Sendable {
        /// The reservoir with that place in ``ReleaseProblem/reservoirs``.
        case reservoir(Int)
        /// The control point.
        case controlPoint
        /// The town with that place in ``ReleaseProblem/towns``.
        case town(Int)
    }

    /// One term of a routing kernel.
    public struct KernelTerm: Hashable, Sendable {
        /// Steps under way, >= 0.
        public var lag: Int
        /// Share of the release, >= 0.
        public var weight: Double

        /// Makes a term.
        public init(lag: Int, weight: Double) {
            self.lag = lag
            self.weight = weight
        }
    }

    /// A reach below a reservoir as a linear routing kernel.
    public struct Link: Hashable, Sendable {
        /// Place of the releasing reservoir in ``ReleaseProblem/reservoirs``.
        public var from: Int
        /// Where the water arrives.
        public var to: Destination
        /// Which shares arrive when.
        public var kernel: [KernelTerm]

        /// Makes a link.
        public init(from: Int, to: Destination, kernel: [KernelTerm]) {
            self.from = from
            self.to = to
            self.kernel = kernel
        }
    }

    /// What counts, each >= 0.
    public struct Weights: Hashable, Sendable {
        /// Of the highest flow at the control point.
        public var peak: Double
        /// Of a unit of storage above ``Reservoir/storageFlood`` at the end of a step.
        public var floodStorage: Double
        /// Of a unit of storage above ``Reservoir/storageSafe`` at the end of a step.
        public var safety = 0.0
        /// Of a unit of storage away from ``Reservoir/storageTarget`` at the end.
        public var endStorage: Double
        /// Of a change of release: of its square or of its size, see ``PlanForm``.
        public var ramp: Double
        /// Of the mean of the highest flows at the control point of the worst scenarios, see ``ReleaseProblem/tailShare``
        /// (conditional value at risk; Rockafellar and Uryasev 2000).
        public var tail = 0.0

        /// Makes weights.
        public init(peak: Double, floodStorage: Double, endStorage: Double, ramp: Double) {
            self.peak = peak
            self.floodStorage = floodStorage
            self.endStorage = endStorage
            self.ramp = ramp
        }
    }

    /// One possible future.
    public struct Scenario: Hashable, Sendable {
        /// Local inflow to every reservoir: [reservoir][step].
        public var inflow: [[Double]]
        /// Inflow to the control point that passes no reservoir: [step].
        public var controlInflow: [Double]
        /// The same to every town: [town][step].
        public var townInflow: [[Double]] = []

        /// Makes a scenario.
        public init(inflow: [[Double]], controlInflow: [Double], townInflow: [[Double]] = []) {
            self.inflow = inflow
            self.controlInflow = controlInflow
            self.townInflow = townInflow
        }
    }

    /// A time after the shared steps up to which scenarios that look alike cannot be told apart: those of a group share their
    /// releases until then.
    public struct Stage: Hashable, Sendable {
        /// First step that the groups do not share any more, above that of the stage before.
        public var until: Int
        /// The group of each scenario, numbered in the order of their first ones. Scenarios of one group are of one group in all
        /// stages before.
        public let groups: [Int]

        /// Makes a stage; any numbers tell the groups apart.
        public init(until: Int, groups: [Int]) {
            self.until = until
            var numbers: [Int: Int] = [:]
            self.groups = groups.map { group in
                let number = numbers[group] ?? numbers.count
                numbers[group] = number
                return number
            }
        }
    }

    /// What the problem is called.
    public var name: String
    /// Number of steps, >= 1.
    public var steps: Int
    /// Steps whose releases all scenarios share, 0...``steps``.
    public var sharedSteps: Int
    /// Storage that one unit of flow makes in one step, > 0.
    public var storagePerFlowStep: Double
    /// The reservoirs.
    public var reservoirs: [Reservoir]
    /// How the water goes; without a cycle.
    public var links: [Link]
    /// The id of the control point.
    public var controlPoint: String
    /// What counts.
    public var weights: Weights
    /// The futures, equally likely, at least one.
    public var scenarios: [Scenario]
    /// Further places where flows count.
    public var towns: [Town] = []
    /// Stages after the shared steps, in the order of time; none where scenarios part at once.
    public var stages: [Stage] = []
    /// The share of the scenarios, the worst ones, whose mean the weights of a tail count; above 0, at most 1.
    public var tailShare = 0.1

    /// Makes a problem.
    public init(
        name: String, steps: Int, sharedSteps: Int, storagePerFlowStep: Double, reservoirs: [Reservoir], links: [Link],
        controlPoint: String, weights: Weights, scenarios: [Scenario]
    ) {
        self.name = name
        self.steps = steps
        self.sharedSteps = sharedSteps
        self.storagePerFlowStep = storagePerFlowStep
        self.reservoirs = reservoirs
        self.links = links
        self.controlPoint = controlPoint
        self.weights = weights
        self.scenarios = scenarios
    }
}

/// How a change of release is charged.
public enum PlanForm: String, Hashable, Sendable, CaseIterable {
    /// By its square.
    case quadratic = "qp"
    /// By its size.
    case linear = "lp"
}
