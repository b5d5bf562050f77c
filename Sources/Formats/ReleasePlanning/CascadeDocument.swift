public import Accord
public import Forecasting
public import River
public import Series

/// A cascade with everything that its plan is made from, in SI units: what a plan of a node is kept with, and can be made again
/// from to the last byte.
public struct CascadeDocument: Sendable {
    /// The cascade, without what neighbours have announced.
    public let cascade: PlannedCascade
    /// What they have.
    public let intentions: [ReleaseIntention]
    /// The names of plants, towns and neighbours' dams by id.
    public let names: [String: LocalizedText]
    /// How sure the least sure number of each plant is, by id.
    public let quality: [String: FactQuality]
    /// The towns whose own flow nobody knows: the water of dams alone is counted there.
    public let ofDamsAlone: Set<String>

    /// Makes a document.
    public init(
        cascade: PlannedCascade, intentions: [ReleaseIntention], names: [String: LocalizedText],
        quality: [String: FactQuality], ofDamsAlone: Set<String> = []
    ) {
        self.cascade = cascade
        self.intentions = intentions
        self.names = names
        self.quality = quality
        self.ofDamsAlone = ofDamsAlone
    }

    /// The cascade with what neighbours have announced in the water of its members.
    public var whole: PlannedCascade { cascade.adding(intentions) }

    /// The document: `Documentation/Planner.md` lists the keys.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "version": .integer(1), "kind": "cascade", "start": .string(cascade.start.iso8601()),
            "zone_s": .integer(Int(cascade.zone)), "step_s": .integer(Int(cascade.step)),
            "steps": .integer(cascade.steps), "shared_steps": .integer(cascade.sharedSteps),
            "objectives": [
                "order": .array(cascade.objectives.order.map { .string($0.rawValue) }),
                "caution": .number(cascade.objectives.caution), "tail_share": .number(cascade.objectives.tailShare),
            ],
            "plants": .array(cascade.plants.map { plant($0) }), "towns": .array(cascade.towns.map { town($0) }),
            "reaches": .array(
                cascade.reaches.map { reach in
                    .object(
                        arrival(.init(at: reach.to, kernel: reach.kernel)).merging(
                            ["from": .string(cascade.plants[reach.from].id)]) { $1 })
                }),
            "members": .array(cascade.members.map { member($0) }),
            "intentions": .array(intentions.map { intention($0) }),
            "names": .object(names.mapValues(\.json)),
        ]
        if !cascade.stages.isEmpty { members["stages"] = .array(cascade.stages.map(\.json)) }
        return .object(members)
    }

    private func plant(_ plant: PlannedCascade.Plant) -> JSONValue {
        [
            "id": .string(plant.id), "party": .string(plant.party.text),
            "quality": .optional(quality[plant.id]?.rawValue), "level_m": .number(plant.level),
            "gates_open": .integer(plant.gatesOpen), "announced": .array(plant.announced.map { .integer($0) }),
            "since_move_s": plant.sinceMove == .max ? .null : .integer(Int(plant.sinceMove)),
            "release_before_m3_s": .number(plant.releaseBefore), "lowest_m": .number(plant.lowest),
            "season_m": .number(plant.season), "highest_m": .number(plant.highest), "target_m": .number(plant.target),
            "safe_m": .optional(plant.safe),
            "ramp_max_m3_s": .number(plant.rampMax), "notice_s": .integer(Int(plant.notice)),
            "dam": plant.dam.json, "rules": plant.rules.json,
        ]
    }

    private func town(_ town: PlannedCascade.Town) -> JSONValue {
        [
            "id": .string(town.id), "party": .string(town.party.text), "alarms_m3_s": JSONValue(town.alarms),
            "of_dams_alone": .bool(ofDamsAlone.contains(town.id)),
            "rating": town.rating.map { ["flow_m3_s": JSONValue($0.inputs), "level_m": JSONValue($0.outputs)] }
                ?? .null,
        ]
    }

    private func arrival(_ arrival: ReleaseIntention.Arrival) -> [String: JSONValue] {
        let kernel = JSONValue.array(
            arrival.kernel.map { ["lag": .integer($0.lag), "weight": .number($0.weight)] })
        switch arrival.at {
        case .plant(let place): return ["to": .string(cascade.plants[place].id), "kernel": kernel]
        case .town(let place): return ["to": .string(cascade.towns[place].id), "kernel": kernel]
        }
    }

    private func member(_ member: PlannedCascade.Member) -> JSONValue {
        let ids = cascade.plants.map(\.id) + cascade.towns.map(\.id)
        return .object(
            Dictionary(uniqueKeysWithValues: zip(ids, member.toPlants + member.toTowns).map { ($0, JSONValue($1)) }))
    }

    private func intention(_ intention: ReleaseIntention) -> JSONValue {
        [
            "plant": .string(intention.plant), "party": .string(intention.party.text),
            "arrivals": .array(intention.arrivals.map { .object(arrival($0)) }), "flow_m3_s": JSONValue(intention.flow),
            "band": [.number(intention.band.lowerBound), .number(intention.band.upperBound)],
        ]
    }
}

extension JSONValue {
    init(_ numbers: [Double]) { self = .array(numbers.map { .number($0) }) }
}

extension Dam {
    var json: JSONValue {
        [
            "storage": .array(
                table.rows.map {
                    ["level_m": .number($0.level), "storage_m3": .number($0.storage), "area_m2": .optional($0.area)]
                }), "gates": gates?.json ?? .null,
            "overflow": overflow.map {
                [
                    "crest_m": .number($0.crest), "length_m": .number($0.length),
                    "coefficient": .number($0.coefficient),
                ]
            } ?? .null, "turbines": turbines?.json ?? .null, "evaporation_m_s": .number(evaporation),
        ]
    }
}

extension RatingTable {
    fileprivate var json: JSONValue { ["level_m": JSONValue(inputs), "flow_m3_s": JSONValue(outputs)] }
}

extension GateGroup {
    fileprivate var json: JSONValue {
        let passes: JSONValue =
            switch rating {
            case .table(let table): table.json
            case .underflow(let sill, let width, let height, let weir, let contraction):
                [
                    "sill_m": .number(sill), "width_m": .number(width), "height_m": .number(height),
                    "weir": .number(weir), "contraction": .number(contraction),
                ]
            }
        return [
            "id": .string(id), "count": .integer(count), "one": passes,
            "order": .array(order.map { .integer($0) }), "least_spacing_s": .integer(Int(leastSpacing)),
            "moves_whole": .bool(movesWhole), "lowest_level_m": .optional(lowestLevel),
        ]
    }
}

extension OperatingRules {
    var json: JSONValue {
        [
            "levels": .array(
                levels.map { level in
                    [
                        "kind": .string(level.kind.rawValue), "level_m": .number(level.level),
                        "period": .optional(level.period?.text), "valid_from": .optional(level.validFrom?.description),
                        "valid_to": .optional(level.validTo?.description), "article": .string(level.article),
                        "quality": .string(level.quality.rawValue), "source": .string(level.source),
                    ]
                }),
            "triggers": .array(
                triggers.map { trigger in
                    [
                        "station": .string(trigger.station.text), "above_m": .number(trigger.above),
                        "ends_below_m": .number(trigger.endsBelow), "lead_h": .number(trigger.leadHours),
                        "store_up_to_m": .number(trigger.storeUpTo), "period": .optional(trigger.period?.text),
                        "while_rising": .bool(trigger.whileRising), "article": .string(trigger.article),
                    ]
                }), "least_release_m3_s": .number(leastRelease), "draw_down_h": .number(drawDownHours),
        ]
    }
}
