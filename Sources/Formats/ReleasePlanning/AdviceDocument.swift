public import Accord
public import Forecasting
import River
import Series

/// A plan with what it was made from: kept, it can be made again to the same bytes.
public struct PlanRecord: Sendable {
    /// What it was made from.
    public let inputs: CascadeDocument
    /// The answer.
    public let advice: ReleaseAdvice

    /// Plans.
    public init(_ inputs: CascadeDocument, loop: @escaping ParallelLoop) {
        self.inputs = inputs
        advice = AdviceMaker(inputs.cascade, intentions: inputs.intentions, loop: loop).advice()
    }

    /// The document: `Documentation/Planner.md` lists the keys.
    public func json(_ catalogues: Catalogues) -> JSONValue {
        [
            "version": .integer(1), "kind": "plan", "inputs": inputs.json,
            "answer": AdviceDocument(advice, words: AdviceWords(names: inputs.names, zone: inputs.cascade.zone))
                .json(quality: inputs.quality, catalogues),
        ]
    }
}

/// Advice on releases for programs.
struct AdviceDocument {
    private let advice: ReleaseAdvice
    private let words: AdviceWords

    init(_ advice: ReleaseAdvice, words: AdviceWords) {
        self.advice = advice
        self.words = words
    }

    func json(quality: [String: FactQuality], _ catalogues: Catalogues) -> JSONValue {
        [
            "basis": advice.plan.reason == nil ? "plan" : "rules",
            "latest_notice": .optional(advice.latestNotice?.iso8601()),
            "plants": .array(advice.plants.map { plant($0, quality[$0.id]) }),
            "towns": .array(advice.towns.map { town($0) }),
            "reasons": .array(zip(advice.reasons, words.reasons(advice, catalogues)).map { reason($0, $1) }),
            "rules": comparison(advice.rules, words.rules(advice, catalogues)),
            "waiting_s": .integer(Int(advice.waitingTime)),
            "waiting": advice.waiting.map {
                comparison($0, [words.waiting(advice, catalogues)].compactMap { $0 })
            } ?? .null,
            "proposals": .array(zip(advice.proposals, words.proposals(advice, catalogues)).map { proposal($0, $1) }),
        ]
    }

    private func plant(_ plant: ReleaseAdvice.Plant, _ quality: FactQuality?) -> JSONValue {
        [
            "id": .string(plant.id), "party": .string(plant.party.text), "quality": .optional(quality?.rawValue),
            "rule": [
                "mode": .string(plant.rule.mode.rawValue), "article": .string(plant.rule.article),
                "level_m": .optional(plant.rule.level),
            ], "season_m": .optional(plant.seasonLevel), "free_m3": .number(plant.freeStorage),
            "highest_m": .number(plant.highest), "highest_by_rules_m": .number(plant.highestByRules),
            "above_by_rules": .number(plant.aboveByRules),
            "least_free_m3": plant.leastFreeStorage.json, "hours_to_highest": .optional(plant.hoursToHighest),
            "gates": .array(plant.gateSteps.map(\.json)), "ordered_m3_s": JSONValue(plant.ordered),
            "release_m3_s": .array(plant.releases.map(\.json)), "level_m": .array(plant.levels.map(\.json)),
        ]
    }

    private func town(_ town: ReleaseAdvice.Town) -> JSONValue {
        [
            "id": .string(town.id), "party": .string(town.party.text), "peak_by_rules_m3_s": town.before.json,
            "peak_m3_s": town.after.json, "peak_time": .string(town.peakTime.iso8601()),
            "alarms_by_rules": JSONValue(town.alarmsBefore), "alarms": JSONValue(town.alarmsAfter),
            "level_by_rules_m": town.levelBefore?.json ?? .null, "level_m": town.levelAfter?.json ?? .null,
        ]
    }

    private func reason(_ reason: ReleaseAdvice.Reason, _ text: LocalizedText) -> JSONValue {
        [
            "code": .string(reason.code.rawValue), "place": .optional(reason.place), "value": .optional(reason.value),
            "time": .optional(reason.time?.iso8601()), "saving": .optional(reason.saving), "text": text.json,
        ]
    }

    private func comparison(_ other: ReleaseAdvice.Comparison, _ texts: [LocalizedText]) -> JSONValue {
        [
            "extra_cost": .number(other.extraCost), "towns": .array(other.towns.map { change($0) }),
            "texts": .array(texts.map(\.json)),
        ]
    }

    private func change(_ change: ReleaseAdvice.TownChange) -> JSONValue {
        [
            "id": .string(change.town), "party": .string(change.party.text), "peak_m3_s": .number(change.peak),
            "level_m": .optional(change.level),
        ]
    }

    private func proposal(_ proposal: ReleaseAdvice.CounterProposal, _ text: LocalizedText) -> JSONValue {
        var members: [String: JSONValue] = [
            "plant": .string(proposal.plant), "party": .string(proposal.party.text),
            "from": .string(proposal.from.iso8601()), "towns": .array(proposal.towns.map { change($0) }),
            "saving": .number(proposal.saving), "priced": .optional(proposal.priced), "text": text.json,
        ]
        switch proposal.change {
        case .less(let amount): members["less_m3_s"] = .number(amount)
        case .later(let delay): members["later_s"] = .integer(Int(delay))
        }
        return .object(members)
    }
}

extension ReleaseAdvice.Band {
    /// `low`, `middle` and `high`; null where one is no finite number.
    public var json: JSONValue { ["low": .finite(low), "middle": .finite(middle), "high": .finite(high)] }
}

extension ReleaseAdvice.GateStep {
    /// `time`, `gate`, `opens` and `notice_by`.
    public var json: JSONValue {
        [
            "time": .string(time.iso8601()), "gate": .integer(gate), "opens": .bool(opens),
            "notice_by": .string(noticeBy.iso8601()),
        ]
    }
}
