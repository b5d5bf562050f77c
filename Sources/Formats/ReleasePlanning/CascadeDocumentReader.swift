import Forecasting
import River
import Series

/// Reads a cascade (``CascadeDocument``).
///
/// - Throws: ``ReleaseFileProblem`` with the place of what is wrong.
public func readCascadeDocument(_ bytes: [UInt8], file: String) throws(ReleaseFileProblem) -> CascadeDocument {
    let reader = try PlanDocumentReader(bytes, file: file)
    // a kept plan holds its cascade
    return try reader.cascade(reader.root.members?["inputs"] ?? reader.root)
}

extension PlanDocumentReader {
    private static let levels = -500.0...9000
    private static let flows = 0.0...1e7
    private static let times = 0...10_000_000
    private static let most = 2_000_000

    fileprivate func cascade(_ root: PlacedJSON) throws(ReleaseFileProblem) -> CascadeDocument {
        guard try string("kind", of: root) == "cascade" else {
            throw fault(at: root, "this is no cascade", "give a document whose kind is cascade")
        }
        _ = try whole("version", of: root, within: 1...1)
        let steps = try whole("steps", of: root, within: 1...ReleaseProblem.mostSteps)
        let plantList = try list("plants", of: root)
        let townList = try list("towns", of: root)
        let memberList = try list("members", of: root)
        guard (1...ReleaseProblem.mostReservoirs).contains(plantList.count), townList.count <= 100,
            (1...ReleaseProblem.mostScenarios).contains(memberList.count),
            steps * memberList.count * (plantList.count + townList.count) <= Self.most
        else {
            throw fault(
                at: root,
                "\(plantList.count) plants, \(townList.count) towns, \(memberList.count) members and \(steps) steps",
                "give 1 to \(ReleaseProblem.mostReservoirs) plants, up to 100 towns and a smaller product of all")
        }
        let plants = try each(plantList) { (value) throws(ReleaseFileProblem) in try plant(value) }
        let towns = try each(townList) { (value) throws(ReleaseFileProblem) in try town(value) }
        let ids = plants.map(\.id) + towns.map(\.id)
        guard Set(ids).count == ids.count else {
            throw fault(at: root, "two plants or towns have the same id", "plants and towns need ids of their own")
        }
        func place(_ id: String) -> PlannedCascade.Destination? {
            plants.firstIndex { $0.id == id }.map { .plant($0) } ?? towns.firstIndex { $0.id == id }.map { .town($0) }
        }
        var cascade = PlannedCascade(
            start: try moment("start", of: root), zone: Int64(try whole("zone_s", of: root, within: -50_400...50_400)),
            step: Int64(try whole("step_s", of: root, within: 1...86_400)), steps: steps,
            sharedSteps: try whole("shared_steps", of: root, within: 0...steps), plants: plants, towns: towns,
            reaches: try each(try list("reaches", of: root)) { (value) throws(ReleaseFileProblem) in
                let from = try string("from", of: value)
                guard let begin = plants.firstIndex(where: { $0.id == from }) else {
                    throw fault(at: value, "a reach begins at \(from), which is no plant", "give the id of a plant")
                }
                let arrival = try arrival(value, place)
                return PlannedCascade.Reach(from: begin, to: arrival.at, kernel: arrival.kernel)
            },
            members: try each(memberList) { (value) throws(ReleaseFileProblem) in
                let flows = try each(ids) { (id) throws(ReleaseFileProblem) in
                    try numbers(try member(id, of: value), count: steps, "the water at \(id)")
                }
                return PlannedCascade.Member(
                    toPlants: Array(flows[..<plants.count]), toTowns: Array(flows[plants.count...]))
            }, objectives: try objectives(try member("objectives", of: root)))
        cascade.stages = try stages(after: cascade.sharedSteps, steps: steps, scenarios: memberList.count)
        if let message = cascade.fault { throw fault(at: root, message, "see Documentation/Planner.md") }
        var qualities: [String: FactQuality] = [:]
        for value in plantList {
            qualities[try string("id", of: value)] =
                value.members?["quality"]?.string.flatMap { FactQuality(rawValue: $0) }
        }
        return CascadeDocument(
            cascade: cascade,
            intentions: try each(try list("intentions", of: root)) { (value) throws(ReleaseFileProblem) in
                try intention(value, steps, place)
            }, names: try names(try member("names", of: root)), quality: qualities,
            ofDamsAlone: Set(
                zip(towns, townList).filter { _, value in
                    if case .bool(true)? = value.members?["of_dams_alone"]?.kind { true } else { false }
                }.map(\.0.id)))
    }

    private func each<Item, Value>(
        _ items: [Item], _ body: (Item) throws(ReleaseFileProblem) -> Value
    ) throws(ReleaseFileProblem) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(items.count)
        for item in items { values.append(try body(item)) }
        return values
    }

    private func moment(_ key: String, of value: PlacedJSON) throws(ReleaseFileProblem) -> Instant {
        let text = try string(key, of: value)
        guard let time = try? Instant(iso8601: text) else {
            throw fault(at: try member(key, of: value), "\(text) is no time", "write 2024-09-10T06:00:00Z")
        }
        return time
    }

    /// A member that may be null or absent.
    private func known(_ key: String, of value: PlacedJSON) -> PlacedJSON? {
        guard let member = value.members?[key] else { return nil }
        if case .null = member.kind { return nil }
        return member
    }

    private func party(_ value: PlacedJSON) throws(ReleaseFileProblem) -> PartyID {
        let text = try string("party", of: value)
        guard let party = PartyID(text) else {
            throw fault(
                at: try member("party", of: value), "\(text) is no id of a party", "write cn-yunnan for example")
        }
        return party
    }

    private func plant(_ value: PlacedJSON) throws(ReleaseFileProblem) -> PlannedCascade.Plant {
        let since =
            known("since_move_s", of: value) == nil
            ? Int64.max : Int64(try whole("since_move_s", of: value, within: Self.times))
        func level(_ key: String) throws(ReleaseFileProblem) -> Double {
            try number(key, of: value, within: Self.levels)
        }
        var plant = PlannedCascade.Plant(
            id: try string("id", of: value), party: try party(value), dam: try dam(try member("dam", of: value)),
            rules: try rules(try member("rules", of: value)), level: try level("level_m"),
            gatesOpen: try whole("gates_open", of: value, within: 0...1000), sinceMove: since,
            releaseBefore: try number("release_before_m3_s", of: value, within: Self.flows),
            lowest: try level("lowest_m"), season: try level("season_m"), highest: try level("highest_m"),
            target: try level("target_m"), rampMax: try number("ramp_max_m3_s", of: value, within: Self.flows),
            notice: Int64(try whole("notice_s", of: value, within: Self.times)))
        if known("safe_m", of: value) != nil { plant.safe = try level("safe_m") }
        if known("announced", of: value) != nil {
            let announced = try column("announced", of: value)
            guard announced.count <= ReleaseProblem.mostSteps,
                announced.allSatisfy({ (0...1000).contains($0) && $0 == $0.rounded() })
            else {
                throw fault(
                    at: value, "announced is no list of numbers of gates", "give one for each of the first steps")
            }
            plant.announced = announced.map { Int($0) }
        }
        return plant
    }

    private func town(_ value: PlacedJSON) throws(ReleaseFileProblem) -> PlannedCascade.Town {
        PlannedCascade.Town(
            id: try string("id", of: value), party: try party(value),
            alarms: try column("alarms_m3_s", of: value),
            rating: try known("rating", of: value).map { (rating) throws(ReleaseFileProblem) in
                try table(rating, "flow_m3_s", "level_m")
            })
    }

    private func column(_ key: String, of value: PlacedJSON) throws(ReleaseFileProblem) -> [Double] {
        let list = try list(key, of: value)
        return try numbers(try member(key, of: value), count: list.count, key)
    }

    private func table(
        _ value: PlacedJSON, _ input: String, _ output: String
    ) throws(ReleaseFileProblem) -> RatingTable {
        guard
            let table = RatingTable(
                inputs: try column(input, of: value), outputs: try column(output, of: value))
        else {
            throw fault(
                at: value, "\(input) does not rise from value to value, or \(output) falls",
                "give as many of both, sorted")
        }
        return table
    }

    private func arrival(
        _ value: PlacedJSON, _ place: (String) -> PlannedCascade.Destination?
    ) throws(ReleaseFileProblem) -> ReleaseIntention.Arrival {
        let to = try string("to", of: value)
        guard let at = place(to) else {
            throw fault(at: value, "water goes to \(to), which is neither plant nor town", "give the id of one")
        }
        return ReleaseIntention.Arrival(
            at: at,
            kernel: try each(try list("kernel", of: value)) { (term) throws(ReleaseFileProblem) in
                ReleaseProblem.KernelTerm(
                    lag: try whole("lag", of: term, within: 0...ReleaseProblem.mostSteps),
                    weight: try number("weight", of: term, within: 0...1000))
            })
    }

    private func intention(
        _ value: PlacedJSON, _ steps: Int, _ place: (String) -> PlannedCascade.Destination?
    ) throws(ReleaseFileProblem) -> ReleaseIntention {
        let band = try numbers(try member("band", of: value), count: 2, "band")
        guard band[0] <= band[1], band[0] >= 0 else {
            throw fault(at: value, "the band runs from \(band[0]) to \(band[1])", "give the smaller share first")
        }
        return ReleaseIntention(
            plant: try string("plant", of: value), party: try party(value),
            arrivals: try each(try list("arrivals", of: value)) { (one) throws(ReleaseFileProblem) in
                try arrival(one, place)
            }, flow: try numbers(try member("flow_m3_s", of: value), count: steps, "flow_m3_s"),
            band: band[0]...band[1])
    }

    private func objectives(_ value: PlacedJSON) throws(ReleaseFileProblem) -> PlanObjectives {
        let order = try each(try list("order", of: value)) { (word) throws(ReleaseFileProblem) in
            guard let known = word.string.flatMap({ PlanObjectives.Class(rawValue: $0) }) else {
                throw fault(
                    at: word, "this is no class of objectives",
                    "give some of " + PlanObjectives.Class.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return known
        }
        guard Set(order).count == order.count else {
            throw fault(at: value, "a class stands twice in order", "give each once")
        }
        return PlanObjectives(
            order: order, caution: try number("caution", of: value, within: 0...1),
            tailShare: try number("tail_share", of: value, within: 1e-6...1))
    }

    private func names(_ value: PlacedJSON) throws(ReleaseFileProblem) -> [String: LocalizedText] {
        guard let members = value.members else { throw fault(at: value, "names is no object", "write { ... }") }
        var names: [String: LocalizedText] = [:]
        for (id, name) in members {
            names[id] = LocalizedText(
                vi: try string("vi", of: name), zh: try string("zh", of: name), en: try string("en", of: name))
        }
        return names
    }
}

extension PlanDocumentReader {
    private func dam(_ value: PlacedJSON) throws(ReleaseFileProblem) -> Dam {
        let rows = try each(try list("storage", of: value)) { (row) throws(ReleaseFileProblem) in
            StorageTable.Row(
                level: try number("level_m", of: row, within: Self.levels),
                storage: try number("storage_m3", of: row, within: -1e15...1e15),
                area: known("area_m2", of: row) == nil ? nil : try number("area_m2", of: row, within: 0...1e12))
        }
        guard let table = StorageTable(rows: rows) else {
            throw fault(
                at: try member("storage", of: value), "level, storage or area fall, or fewer than two rows are given",
                "sort the rows by level")
        }
        let overflow = try known("overflow", of: value).map { (weir) throws(ReleaseFileProblem) in
            Weir(
                crest: try number("crest_m", of: weir, within: Self.levels),
                length: try number("length_m", of: weir, within: 1e-3...1e5),
                coefficient: try number("coefficient", of: weir, within: 1e-3...10))
        }
        guard
            let dam = Dam(
                table: table,
                gates: try known("gates", of: value).map { (gates) throws(ReleaseFileProblem) in try group(gates) },
                overflow: overflow,
                turbines: try known("turbines", of: value).map { (rating) throws(ReleaseFileProblem) in
                    try self.table(rating, "level_m", "flow_m3_s")
                }, evaporation: try number("evaporation_m_s", of: value, within: 0...1e-3))
        else { throw fault(at: value, "the turbines pass a negative flow", "give 0 or more") }
        return dam
    }

    private func group(_ value: PlacedJSON) throws(ReleaseFileProblem) -> GateGroup {
        let one = try member("one", of: value)
        let rating: GateGroup.Rating
        if known("sill_m", of: one) == nil {
            rating = .table(try table(one, "level_m", "flow_m3_s"))
        } else {
            rating = .underflow(
                sill: try number("sill_m", of: one, within: Self.levels),
                width: try number("width_m", of: one, within: 1e-3...1e4),
                height: try number("height_m", of: one, within: 1e-3...1e3),
                weir: try number("weir", of: one, within: 1e-3...10),
                contraction: try number("contraction", of: one, within: 1e-3...1))
        }
        let isWhole = try member("moves_whole", of: value)
        guard case .bool(let movesWhole) = isWhole.kind else {
            throw fault(at: isWhole, "moves_whole is neither true nor false", "write one of them")
        }
        let order = try column("order", of: value)
        guard order.allSatisfy({ $0 == $0.rounded() }),
            let group = GateGroup(
                id: try string("id", of: value), count: try whole("count", of: value, within: 1...1000), rating: rating,
                order: order.map { Int($0) },
                leastSpacing: Int64(try whole("least_spacing_s", of: value, within: Self.times)),
                movesWhole: movesWhole,
                lowestLevel: known("lowest_level_m", of: value) == nil
                    ? nil : try number("lowest_level_m", of: value, within: Self.levels))
        else { throw fault(at: value, "order does not name each gate once", "give 1 to count in some order") }
        return group
    }

    private func rules(_ value: PlacedJSON) throws(ReleaseFileProblem) -> OperatingRules {
        OperatingRules(
            levels: try each(try list("levels", of: value)) { (row) throws(ReleaseFileProblem) in try level(row) },
            triggers: try each(try list("triggers", of: value)) { (row) throws(ReleaseFileProblem) in
                try trigger(row)
            }, leastRelease: try number("least_release_m3_s", of: value, within: Self.flows),
            drawDownHours: try number("draw_down_h", of: value, within: 1e-3...1e5))
    }

    private func level(_ value: PlacedJSON) throws(ReleaseFileProblem) -> CharacteristicLevel {
        guard let kind = CharacteristicLevel.Kind(rawValue: try string("kind", of: value)),
            let quality = FactQuality(rawValue: try string("quality", of: value))
        else { throw fault(at: value, "kind or quality of the level is not known", "see Documentation/PackTables.md") }
        return CharacteristicLevel(
            kind: kind, level: try number("level_m", of: value, within: Self.levels), period: try period(value),
            validFrom: try day("valid_from", of: value), validTo: try day("valid_to", of: value),
            article: value.members?["article"]?.string ?? "", quality: quality,
            source: value.members?["source"]?.string ?? "")
    }

    private func trigger(_ value: PlacedJSON) throws(ReleaseFileProblem) -> DownstreamTrigger {
        let (above, below) = (
            try number("above_m", of: value, within: Self.levels),
            try number("ends_below_m", of: value, within: Self.levels)
        )
        guard let station = StationID(try string("station", of: value)), below <= above else {
            throw fault(at: value, "the trigger has no station, or ends above where it begins", "give both in order")
        }
        let rising = try member("while_rising", of: value)
        guard case .bool(let whileRising) = rising.kind else {
            throw fault(at: rising, "while_rising is neither true nor false", "write one of them")
        }
        return DownstreamTrigger(
            station: station, above: above, endsBelow: below,
            leadHours: try number("lead_h", of: value, within: 1e-3...1e4),
            storeUpTo: try number("store_up_to_m", of: value, within: Self.levels), period: try period(value),
            whileRising: whileRising, article: value.members?["article"]?.string ?? "")
    }

    private func period(_ value: PlacedJSON) throws(ReleaseFileProblem) -> YearlyPeriod? {
        guard let text = known("period", of: value) else { return nil }
        guard let period = text.string.flatMap({ YearlyPeriod(text: $0) }) else {
            throw fault(at: text, "this is no period of the year", "write MM-DD/MM-DD")
        }
        return period
    }

    private func day(_ key: String, of value: PlacedJSON) throws(ReleaseFileProblem) -> CivilDate? {
        guard let text = known(key, of: value) else { return nil }
        guard let day = text.string.flatMap({ try? CivilDate(iso8601: $0) }) else {
            throw fault(at: text, "\(key) is no day", "write YYYY-MM-DD")
        }
        return day
    }
}
