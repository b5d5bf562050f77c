public import Forecasting
import Foundation

/// Why a document of the planner cannot be used.
public struct ReleaseFileProblem: Error, Hashable, Sendable {
    /// What is wrong, where, and what to do.
    public let fault: Fault

    /// Makes a problem.
    public init(fault: Fault) { self.fault = fault }
}

/// Reads a problem of release planning: the self-describing JSON that `Documentation/Planner.md` describes.
///
/// - Throws: ``ReleaseFileProblem`` with the place of what is wrong.
public func readReleaseProblem(_ bytes: [UInt8], file: String) throws(ReleaseFileProblem) -> ReleaseProblem {
    var reader = try PlanDocumentReader(bytes, file: file)
    return try reader.problem()
}

/// A document of the planner with the questions that its readers ask it.
struct PlanDocumentReader {
    let bytes: [UInt8]
    let file: String
    let root: PlacedJSON

    init(_ bytes: [UInt8], file: String) throws(ReleaseFileProblem) {
        self.bytes = bytes
        self.file = file
        do throws(PlacedJSON.Problem) { root = try PlacedJSON.reading(bytes) } catch {
            let place = PlacedJSON.place(of: error.offset, in: bytes)
            throw ReleaseFileProblem(
                fault: Fault(
                    file: file, line: place.line, column: place.column, rule: "plan-json", message: error.what,
                    advice: "write JSON (RFC 8259)"))
        }
    }

    func fault(at value: PlacedJSON, _ message: String, _ advice: String) -> ReleaseFileProblem {
        let place = PlacedJSON.place(of: value.offset, in: bytes)
        return ReleaseFileProblem(
            fault: Fault(
                file: file, line: place.line, column: place.column, rule: "plan-problem", message: message,
                advice: advice))
    }

    /// A member of an object.
    func member(_ key: String, of value: PlacedJSON) throws(ReleaseFileProblem) -> PlacedJSON {
        guard let members = value.members else {
            throw fault(at: value, "an object with the key \(key) is expected", "write { ... }")
        }
        guard let member = members[key] else {
            throw fault(at: value, "the key \(key) is missing", "add it; Documentation/Planner.md lists the keys")
        }
        return member
    }

    func number(
        _ key: String, of value: PlacedJSON, within range: ClosedRange<Double>
    ) throws(ReleaseFileProblem) -> Double {
        let member = try member(key, of: value)
        guard let number = member.number, range.contains(number) else {
            throw fault(at: member, "\(key) is no number in \(text(range))", "give such a number")
        }
        return number
    }

    func whole(
        _ key: String, of value: PlacedJSON, within range: ClosedRange<Int>
    ) throws(ReleaseFileProblem) -> Int {
        let member = try member(key, of: value)
        guard let number = member.number, number == number.rounded(),
            (Double(range.lowerBound)...Double(range.upperBound)).contains(number)
        else {
            throw fault(
                at: member, "\(key) is no whole number in \(range.lowerBound)...\(range.upperBound)",
                "give such a number")
        }
        return Int(number)
    }

    func string(_ key: String, of value: PlacedJSON) throws(ReleaseFileProblem) -> String {
        let member = try member(key, of: value)
        guard let string = member.string, !string.isEmpty else {
            throw fault(at: member, "\(key) is no text", "write a text in double quotes")
        }
        return string
    }

    func list(_ key: String, of value: PlacedJSON) throws(ReleaseFileProblem) -> [PlacedJSON] {
        let member = try member(key, of: value)
        guard let elements = member.elements else { throw fault(at: member, "\(key) is no list", "write [ ... ]") }
        return elements
    }

    /// A list of exactly so many numbers.
    func numbers(_ value: PlacedJSON, count: Int, _ what: String) throws(ReleaseFileProblem) -> [Double] {
        guard let elements = value.elements else { throw fault(at: value, "\(what) is no list", "write [ ... ]") }
        guard elements.count == count else {
            throw fault(
                at: value, "\(what) has \(elements.count) values in place of \(count)", "give one for each step")
        }
        var result: [Double] = []
        result.reserveCapacity(count)
        for element in elements {
            guard let number = element.number, number.magnitude < ReleaseProblem.largestNumber else {
                throw fault(at: element, "\(what) holds what is no number", "give numbers below 1e12")
            }
            result.append(number)
        }
        return result
    }

    private func text(_ range: ClosedRange<Double>) -> String {
        let ends = [range.lowerBound, range.upperBound].map { bound in
            bound == bound.rounded() && bound.magnitude < 1e9 ? "\(Int(bound))" : "\(bound)"
        }
        return ends.joined(separator: "...")
    }
}

extension PlanDocumentReader {
    /// The stages after the shared steps: each with its end and its groups of scenarios; none where the key is absent.
    func stages(
        after shared: Int, steps: Int, scenarios: Int
    ) throws(ReleaseFileProblem) -> [ReleaseProblem.Stage] {
        guard root.members?["stages"] != nil else { return [] }
        var stages: [ReleaseProblem.Stage] = []
        for value in try list("stages", of: root) {
            var groups = [Int?](repeating: nil, count: scenarios)
            for (group, members) in try list("groups", of: value).enumerated() {
                guard let list = members.elements, !list.isEmpty else {
                    throw fault(at: members, "a group is no list of scenarios", "write [0, 1, ...]")
                }
                for member in list {
                    guard let number = member.number, let place = Int(exactly: number), groups.indices.contains(place),
                        groups[place] == nil
                    else {
                        throw fault(
                            at: member,
                            "a group has what is no scenario of 0...\(scenarios - 1), or one that has a group",
                            "give every scenario in one group")
                    }
                    groups[place] = group
                }
            }
            let whole = groups.compactMap { $0 }
            guard whole.count == scenarios else {
                throw fault(
                    at: try member("groups", of: value), "\(scenarios - whole.count) scenarios have no group",
                    "give every scenario in one group")
            }
            stages.append(
                .init(until: try self.whole("until", of: value, within: shared...steps), groups: whole))
        }
        return stages
    }

    private static let size = 0...ReleaseProblem.largestNumber.nextDown
    private static let any = -ReleaseProblem.largestNumber.nextDown...ReleaseProblem.largestNumber.nextDown

    /// The document as a problem.
    mutating func problem() throws(ReleaseFileProblem) -> ReleaseProblem {
        if let version = root.members?["version"], version.number != 1 {
            throw fault(at: version, "this program reads version 1 of the format", "write 1, or leave version out")
        }
        let steps = try whole("steps", of: root, within: 1...ReleaseProblem.mostSteps)
        let shared = try whole("shared_first_steps", of: root, within: 0...steps)
        let control = try string("control_point", of: root)
        let reservoirs = try reservoirs(control: control)
        let links = try links(reservoirs.map(\.id), control: control)
        var problem = ReleaseProblem(
            name: root.members?["name"]?.string ?? "", steps: steps, sharedSteps: shared,
            storagePerFlowStep: try number(
                "storage_per_flow_step", of: try member("units", of: root), within: 1e-12...1e12),
            reservoirs: reservoirs, links: links, controlPoint: control, weights: try weights(),
            scenarios: try scenarios(steps, ids: reservoirs.map(\.id), control: control))
        problem.stages = try stages(after: shared, steps: steps, scenarios: problem.scenarios.count)
        // what no single value shows: a circle of reaches, too large a product
        if let message = problem.firstFault { throw fault(at: root, message, "see Documentation/Planner.md") }
        return problem
    }

    private func reservoirs(control: String) throws(ReleaseFileProblem) -> [ReleaseProblem.Reservoir] {
        let list = try list("reservoirs", of: root)
        guard (1...ReleaseProblem.mostReservoirs).contains(list.count) else {
            throw fault(
                at: try member("reservoirs", of: root), "\(list.count) reservoirs are given",
                "give 1 to \(ReleaseProblem.mostReservoirs)")
        }
        var seen: Set<String> = [control]
        var result: [ReleaseProblem.Reservoir] = []
        for value in list {
            let id = try string("id", of: value)
            guard seen.insert(id).inserted else {
                throw fault(
                    at: value, "the id \(id) is given twice", "reservoirs and control point need ids of their own")
            }
            let (size, any) = (Self.size, Self.any)
            result.append(
                ReleaseProblem.Reservoir(
                    id: id, storageMin: try number("storage_min", of: value, within: size),
                    storageFlood: try number("storage_flood", of: value, within: any),
                    storageMax: try number("storage_max", of: value, within: any),
                    storageStart: try number("storage_start", of: value, within: size),
                    storageTarget: try number("storage_target", of: value, within: any),
                    turbineMax: try number("turbine_max", of: value, within: size),
                    spillPerStorage: try number("spill_per_storage", of: value, within: size),
                    rampMax: try number("ramp_max", of: value, within: size),
                    releaseBefore: try number("release_before", of: value, within: size)))
        }
        return result
    }

    private func links(_ ids: [String], control: String) throws(ReleaseFileProblem) -> [ReleaseProblem.Link] {
        var result: [ReleaseProblem.Link] = []
        for value in try list("routing", of: root) {
            let from = try string("from", of: value)
            guard let place = ids.firstIndex(of: from) else {
                throw fault(at: value, "a reach begins at \(from), which is no reservoir", "give the id of a reservoir")
            }
            let to = try string("to", of: value)
            let below = ids.firstIndex(of: to)
            guard below != nil || to == control else {
                throw fault(
                    at: value, "a reach ends at \(to), which is neither reservoir nor control point",
                    "give the id of one")
            }
            var kernel: [ReleaseProblem.KernelTerm] = []
            for term in try list("kernel", of: value) {
                kernel.append(
                    ReleaseProblem.KernelTerm(
                        lag: try whole("lag", of: term, within: 0...ReleaseProblem.mostSteps),
                        weight: try number("weight", of: term, within: Self.size)))
            }
            result.append(
                ReleaseProblem.Link(
                    from: place, to: below.map { .reservoir($0) } ?? .controlPoint, kernel: kernel))
        }
        return result
    }

    private func weights() throws(ReleaseFileProblem) -> ReleaseProblem.Weights {
        let value = try member("weights", of: root)
        return ReleaseProblem.Weights(
            peak: try number("peak", of: value, within: Self.size),
            floodStorage: try number("flood_storage_per_step", of: value, within: Self.size),
            endStorage: try number("end_storage", of: value, within: Self.size),
            ramp: try number("ramp", of: value, within: Self.size))
    }

    private func scenarios(
        _ steps: Int, ids: [String], control: String
    ) throws(ReleaseFileProblem) -> [ReleaseProblem.Scenario] {
        let list = try list("inflow", of: root)
        guard (1...ReleaseProblem.mostScenarios).contains(list.count) else {
            throw fault(
                at: try member("inflow", of: root), "\(list.count) scenarios are given",
                "give 1 to \(ReleaseProblem.mostScenarios)")
        }
        if let count = root.members?["scenarios_count"], count.number != Double(list.count) {
            throw fault(at: count, "scenarios_count is not the number of scenarios, \(list.count)", "make both equal")
        }
        var result: [ReleaseProblem.Scenario] = []
        for value in list {
            for (id, series) in value.members ?? [:] where !ids.contains(id) && id != control {
                throw fault(at: series, "an inflow of \(id), which is neither reservoir nor control point", "remove it")
            }
            var inflow: [[Double]] = []
            for id in ids { inflow.append(try numbers(try member(id, of: value), count: steps, "the inflow of \(id)")) }
            result.append(
                ReleaseProblem.Scenario(
                    inflow: inflow,
                    controlInflow: try numbers(
                        try member(control, of: value), count: steps, "the inflow of \(control)")))
        }
        return result
    }
}
