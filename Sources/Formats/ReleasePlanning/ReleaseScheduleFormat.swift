public import Accord
public import Forecasting

/// Reads a schedule: `first` and `scenarios`, each with `turbine` and `spill` as [reservoir][step], in the order of the
/// problem's reservoirs. Other keys, such as those that a plan has beside, are passed over.
///
/// - Throws: ``ReleaseFileProblem`` with the place of what is wrong or does not fit the problem.
public func readReleaseSchedule(
    _ bytes: [UInt8], file: String, for problem: ReleaseProblem
) throws(ReleaseFileProblem) -> ReleaseSchedule {
    let reader = try PlanDocumentReader(bytes, file: file)
    let first = try reader.flows(try reader.member("first", of: reader.root), problem, steps: problem.sharedSteps)
    let list = try reader.list("scenarios", of: reader.root)
    guard list.count == problem.scenarios.count else {
        throw reader.fault(
            at: try reader.member("scenarios", of: reader.root),
            "the schedule has \(list.count) scenarios, the problem \(problem.scenarios.count)",
            "check a schedule against the problem that it was made for")
    }
    var scenarios: [ReleaseSchedule.Flows] = []
    for value in list {
        scenarios.append(try reader.flows(value, problem, steps: problem.steps - problem.sharedSteps))
    }
    return ReleaseSchedule(first: first, scenarios: scenarios)
}

extension PlanDocumentReader {
    fileprivate func flows(
        _ value: PlacedJSON, _ problem: ReleaseProblem, steps: Int
    ) throws(ReleaseFileProblem) -> ReleaseSchedule.Flows {
        var series: [[[Double]]] = []
        for key in ["turbine", "spill"] {
            let list = try list(key, of: value)
            guard list.count == problem.reservoirs.count else {
                throw fault(
                    at: try member(key, of: value),
                    "\(key) has \(list.count) reservoirs in place of \(problem.reservoirs.count)",
                    "give one list for each reservoir of the problem, in its order")
            }
            var rows: [[Double]] = []
            for (row, reservoir) in zip(list, problem.reservoirs) {
                rows.append(try numbers(row, count: steps, "\(key) of \(reservoir.id)"))
            }
            series.append(rows)
        }
        return ReleaseSchedule.Flows(turbine: series[0], spill: series[1])
    }
}

extension ReleaseSchedule {
    /// The schedule as its exchange format has it: `first` and `scenarios`.
    public var json: [String: JSONValue] {
        ["first": first.json, "scenarios": .array(scenarios.map(\.json))]
    }
}

extension ReleaseSchedule.Flows {
    fileprivate var json: JSONValue {
        func rows(_ flows: [[Double]]) -> JSONValue { .array(flows.map { .array($0.map { .number($0) }) }) }
        return .object(["turbine": rows(turbine), "spill": rows(spill)])
    }
}

extension ReleaseProblem {
    /// The problem in the format that ``readReleaseProblem(_:file:)`` reads.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(name), "version": .integer(1), "scenarios_count": .integer(scenarios.count),
            "steps": .integer(steps), "shared_first_steps": .integer(sharedSteps),
            "units": .object(["storage_per_flow_step": .number(storagePerFlowStep)]),
            "control_point": .string(controlPoint),
            "weights": .object([
                "peak": .number(weights.peak), "flood_storage_per_step": .number(weights.floodStorage),
                "end_storage": .number(weights.endStorage), "ramp": .number(weights.ramp),
            ]),
            "reservoirs": .array(reservoirs.map(\.json)), "routing": .array(links.map { json(of: $0) }),
            "inflow": .array(
                scenarios.map { scenario in
                    let ids = reservoirs.map(\.id) + [controlPoint]
                    let series = scenario.inflow + [scenario.controlInflow]
                    return .object(
                        Dictionary(uniqueKeysWithValues: zip(ids, series).map { ($0, .array($1.map { .number($0) })) }))
                }),
        ]
        if !stages.isEmpty { members["stages"] = .array(stages.map(\.json)) }
        return .object(members)
    }

    private func json(of link: Link) -> JSONValue {
        let to: String
        switch link.to {
        case .reservoir(let place): to = reservoirs[place].id
        case .controlPoint: to = controlPoint
        case .town(let place): to = towns[place].id
        }
        return .object([
            "from": .string(reservoirs[link.from].id), "to": .string(to),
            "kernel": .array(
                link.kernel.map { .object(["lag": .integer($0.lag), "weight": .number($0.weight)]) }),
        ])
    }
}

extension ReleaseProblem.Stage {
    /// `until` and `groups`, each a list of scenarios from 0, in the order of their first.
    var json: JSONValue {
        let members = Dictionary(grouping: groups.indices) { groups[$0] }.values.sorted { $0[0] < $1[0] }
        return .object([
            "until": .integer(until), "groups": .array(members.map { .array($0.map { .integer($0) }) }),
        ])
    }
}

extension ReleaseProblem.Reservoir {
    fileprivate var json: JSONValue {
        .object([
            "id": .string(id), "storage_min": .number(storageMin), "storage_flood": .number(storageFlood),
            "storage_max": .number(storageMax), "storage_start": .number(storageStart),
            "storage_target": .number(storageTarget), "turbine_max": .number(turbineMax),
            "spill_per_storage": .number(spillPerStorage), "ramp_max": .number(rampMax),
            "release_before": .number(releaseBefore),
        ])
    }
}
