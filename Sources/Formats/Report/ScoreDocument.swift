public import Accord
public import Forecasting
import River

/// All scores of a series and of an ensemble as JSON, by the names under which the packages of the field know them, so that a figure
/// can be looked up and compared: `HydroErr.nse`, `scores.contingency50.threat_score`, `evalhyd.CRPS_FROM_QS`.
///
/// The same score stands under each of its names. `null`: the score does not exist for these values.
public enum ScoreDocument {
    /// Scores of pairs.
    public static func members(of scores: PairScores) -> [String: JSONValue] {
        let nash = JSONValue.optional(scores.nashSutcliffe)
        let kling = JSONValue.optional(scores.klingGupta)
        let kling2012 = JSONValue.optional(scores.klingGupta2012)
        let correlation = JSONValue.optional(scores.moments.correlation)
        let alpha = JSONValue.optional(scores.moments.spreadRatio)
        let beta = JSONValue.optional(scores.moments.meanRatio)
        let ranks = scores.klingGuptaByRanks
        let modified = JSONValue.optional(scores.modifiedEfficiency)
        return [
            "HydroErr.nse": nash, "hydroeval.nse": nash, "scores.nse": nash, "evalhyd.NSE": nash,
            "HydroErr.kge_2009": kling, "scores.kge": kling, "evalhyd.KGE": kling,
            "HydroErr.kge_2012": kling2012, "evalhyd.KGEPRIME": kling2012,
            "HydroErr.rmse": .number(scores.rootMeanSquareError),
            "evalhyd.RMSE": .number(scores.rootMeanSquareError),
            "HydroErr.mae": .number(scores.meanAbsoluteError), "HydroErr.me": .number(scores.meanError),
            "HydroErr.mape": .optional(scores.meanAbsolutePercentageError),
            "HydroErr.r_squared": .optional(scores.determination), "HydroErr.nse_mod": modified,
            "HydroErr.lm_index": modified, "HydroErr.d": .optional(scores.indexOfAgreement),
            "HydroErr.ve": .optional(scores.volumetricEfficiency),
            "HydroErr.nse_rel": .optional(scores.relativeEfficiency),
            "hydroeval.kge(kge,r,alpha,beta)": .array([kling, correlation, alpha, beta]),
            "hydroeval.kgeprime": .array([kling2012, correlation, .optional(scores.variationRatio), beta]),
            "hydroeval.kgenp": .array([
                .optional(ranks?.efficiency), .optional(ranks?.rankCorrelation), .optional(ranks?.likeness), beta,
            ]),
            // hydroeval counts observed minus simulated, the others simulated minus observed
            "hydroeval.pbias": .optional(scores.percentBias.map { -$0 }),
            "scores.pbias": .optional(scores.percentBias), "pairs": .integer(scores.observed.count),
        ]
    }

    /// The contingency table of both series at a threshold.
    public static func members(of scores: PairScores, threshold: Double) -> [String: JSONValue] {
        let table = Contingency(
            observed: scores.observed.map { $0 >= threshold }, forecast: scores.simulated.map { $0 >= threshold })
        let values: [String: Double?] = [
            "probability_of_detection": table.detection, "false_alarm_ratio": table.falseAlarmRatio,
            "false_alarm_rate": table.falseDetection, "success_ratio": table.successRatio,
            "threat_score": table.criticalSuccess, "equitable_threat_score": table.equitableThreat,
            "heidke_skill_score": table.heidke, "frequency_bias": table.frequencyBias, "accuracy": table.accuracy,
            "peirce_skill_score": table.peirce,
        ]
        let prefix = "scores.contingency\(JSONValue.text(of: threshold))."
        var members = Dictionary(uniqueKeysWithValues: values.map { (prefix + $0.key, JSONValue.optional($0.value)) })
        members["contingency\(JSONValue.text(of: threshold))"] = [
            "hits": .integer(table.hits), "misses": .integer(table.misses),
            "false_alarms": .integer(table.falseAlarms), "quiet": .integer(table.quiet),
        ]
        return members
    }

    /// Scores of ensembles.
    public static func members(of scores: EnsembleScores) -> [String: JSONValue] {
        let count = Double(scores.observed.count)
        let single = scores.rankedProbability
        let mean = JSONValue.number(single.reduce(0, +) / count)
        let ranks = scores.rankHistogram
        let normal = scores.normalRankedProbability.map { JSONValue.array($0.map { .number($0) }) } ?? .null
        return [
            "properscoring.crps_ensemble": .array(single.map { .number($0) }),
            "properscoring.crps_ensemble.mean": mean, "properscoring.crps_gaussian": normal,
            "scores.crps_for_ensemble ecdf": mean, "xskillscore.crps_ensemble": mean, "evalhyd.CRPS_FROM_ECDF": mean,
            "scores.crps_for_ensemble fair": .optional(scores.fairRankedProbability),
            "evalhyd.QS": .array(scores.quantileScores.map { .number($0) }),
            "evalhyd.CRPS_FROM_QS": .number(scores.rankedProbabilityFromQuantiles),
            "evalhyd.CRPS_FROM_BS": .number(scores.rankedProbabilityFromBrier),
            "xskillscore.rank_histogram": .array(ranks.map { .number($0) }),
            "evalhyd.RANK_HIST": .array(ranks.map { .number($0 / count) }), "evalhyd.DS": .number(scores.flatness),
            "evalhyd.AS": .optional(scores.alpha), "coverage_50": .number(scores.coverage(of: 0.5)),
            "coverage_80": .number(scores.coverage(of: 0.8)), "coverage_90": .number(scores.coverage(of: 0.9)),
        ]
    }

    /// Scores of the forecast that a threshold is reached.
    public static func members(of scores: EventScores, threshold: Double) -> [String: JSONValue] {
        let text = JSONValue.text(of: threshold)
        let brier = JSONValue.number(scores.brier)
        let tables = (0...scores.size).map { scores.contingency(atLeast: $0) }
        func list(_ value: (Contingency) -> Double?) -> JSONValue { .array(tables.map { .optional(value($0)) }) }
        let parts = scores.decomposition
        let diagram = scores.reliability.flatMap { row -> [JSONValue] in
            [.number(row.probability), .number(row.share ?? 0), .number(Double(row.count))]
        }
        let bins = fifths(scores)
        return [
            "properscoring.threshold_brier_score_\(text)": brier,
            "scores.brier_score_for_ensemble \(text) fair=False": brier,
            "scores.brier_score_for_ensemble \(text) fair=True": .optional(scores.fairBrier),
            "xskillscore.brier \(text)": brier,
            "xskillscore.reliability bins .2": .array(bins.map { .optional($0.share) }),
            "xskillscore.reliability samples": .array(bins.map { .number(Double($0.count)) }),
            "evalhyd.BS": brier, "evalhyd.BSS": .optional(scores.brierSkill), "evalhyd.POD": list(\.detection),
            "evalhyd.FAR": list(\.falseAlarmRatio), "evalhyd.CSI": list(\.criticalSuccess),
            "evalhyd.POFD": list(\.falseDetection), "evalhyd.REL_DIAG": .array(diagram),
            "evalhyd.BS_CRD": .array([
                .number(parts.reliability), .number(parts.resolution), .number(parts.uncertainty),
            ]),
            "evalhyd.ROCSS": .optional(scores.relativeOperatingSkill),
            "value_cost_0.1": .optional(scores.value(cost: 0.1)), "value_cost_0.5": .optional(scores.value(cost: 0.5)),
        ]
    }

    /// Share of events and number of forecasts in five bins of probability, the last of which holds one.
    private static func fifths(_ scores: EventScores) -> [(share: Double?, count: Int)] {
        var (events, counts) = ([0, 0, 0, 0, 0], [0, 0, 0, 0, 0])
        for (happened, members) in zip(scores.happened, scores.counts) {
            let bin = min(4, members * 5 / scores.size)
            counts[bin] += 1
            if happened { events[bin] += 1 }
        }
        return zip(events, counts).map { ($1 == 0 ? nil : Double($0) / Double($1), $1) }
    }
}
