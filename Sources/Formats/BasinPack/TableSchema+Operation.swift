extension TableSchema {
    /// Forecast priors.
    static let forecastPriors = TableSchema(
        "forecast_priors.csv", key: ["station"], "What a forecast assumes before it has errors of its own.",
        [
            TableColumn("station", .reference("stations.csv"), .present, "empty for the default"),
            TableColumn("tendency_memory_h", .positive, .filled, "memory of the speed of a rise, h"),
            TableColumn("recession_memory_h", .positive, .filled, "the same for a fall, h"),
            TableColumn("residual_memory_h", .positive, .filled, "memory of gauge minus routed flow, h"),
            TableColumn("error_sd_24h_m", .positive, .filled, "error at a lead of 24 h when the water hardly moves, m"),
            TableColumn("tendency_error_share", .positive, .filled, "error as a share of the change that is forecast"),
        ] + .provenance)

    /// Limits of the checks.
    static let checkLimits = TableSchema(
        "check_limits.csv", key: ["station", "property"],
        "Limits of the quality checks in the property's unit; an empty field of a station takes the default's.",
        [
            TableColumn("station", .reference("stations.csv"), .present, "empty for the default"),
            TableColumn("property", .property), TableColumn("fail_minimum", .number, .present),
            TableColumn("fail_maximum", .number, .present), TableColumn("suspect_minimum", .number, .present),
            TableColumn("suspect_maximum", .number, .present), TableColumn("suspect_rate_per_h", .positive, .present),
            TableColumn("fail_rate_per_h", .positive, .present), TableColumn("suspect_spike", .positive, .present),
            TableColumn("fail_spike", .positive, .present), TableColumn("flat_tolerance", .nonNegative, .present),
            TableColumn("flat_hours", .positive, .present),
            TableColumn("stated_difference_tolerance", .nonNegative, .present),
        ] + .provenance)

    /// Reservoirs.
    static let reservoirs = TableSchema(
        "reservoirs.csv", key: ["id"], "Reservoirs; the id is that of the dam in stations.csv.",
        [TableColumn("id", .reference("stations.csv"))] + .names + [
            TableColumn("river", .reference("rivers.csv")), TableColumn("party", .reference("parties.csv")),
            TableColumn("normal_level_m", .number, .present), TableColumn("dead_level_m", .number, .present),
            TableColumn("check_level_m", .number, .present), TableColumn("total_storage_hm3", .nonNegative, .present),
            TableColumn("useful_storage_hm3", .nonNegative, .present),
            TableColumn("flood_storage_hm3", .nonNegative, .present),
            TableColumn("installed_mw", .nonNegative, .present), TableColumn("year", .whole, .present),
        ] + .provenance)

    /// Dated levels of the operation rules.
    static let reservoirLevels = TableSchema(
        "reservoir_levels.csv", isRequired: false, key: [], "Levels that a rule or a practice sets for a season.",
        [
            TableColumn("reservoir", .reference("reservoirs.csv")),
            TableColumn("season", .word(["early", "main", "late", "fill", "dry", "practice"])),
            TableColumn("season_from", .dayOfYear, .filled, "first day of the season"),
            TableColumn("season_to", .dayOfYear, .filled, "last day of the season"),
            TableColumn("kind", .word(["highest-before-flood", "surcharge", "filling", "kept-below"])),
            TableColumn("level_m", .number),
        ] + .validity + [
            TableColumn("article", .text, .present), TableColumn("condition", .text, .present),
        ] + .provenance)

    /// Storage against level.
    static let reservoirStorage = TableSchema(
        "reservoir_storage.csv", isRequired: false, key: ["reservoir", "level_m"],
        "Storage of reservoirs against their level; level and storage rise from row to row.",
        [
            TableColumn("reservoir", .reference("reservoirs.csv")), TableColumn("level_m", .number),
            TableColumn("storage_hm3", .nonNegative),
        ] + .provenance)

    /// What turbines and gates pass.
    static let reservoirOutlets = TableSchema(
        "reservoir_outlets.csv", isRequired: false, key: ["reservoir", "kind", "level_m"],
        "Turbines and gates; rows of one reservoir and kind are one table of flow against level.",
        [
            TableColumn("reservoir", .reference("reservoirs.csv")),
            TableColumn("kind", .word(["turbines", "bottom-gates", "surface-gates"])),
            TableColumn("count", .whole, .present, "gates of this kind; empty for turbines"),
            TableColumn("level_m", .number, .present, "empty where no flow is known"),
            TableColumn("flow_m3s", .nonNegative, .present, "of one gate fully open, or of all turbines together"),
            TableColumn("spacing_h", .nonNegative, .present, "least time between two moves of gates"),
        ] + .provenance)

    /// Towns for which floods are stored.
    static let reservoirTriggers = TableSchema(
        "reservoir_triggers.csv", isRequired: false, key: [],
        "Levels of towns below at which a rule lets a reservoir store a flood.",
        [
            TableColumn("reservoir", .reference("reservoirs.csv")),
            TableColumn("season_from", .dayOfYear, .filled, "first day of the season"),
            TableColumn("season_to", .dayOfYear, .filled, "last day of the season"),
            TableColumn("station", .reference("stations.csv")),
            TableColumn("above_m", .number, .filled, "the rule begins when the station is expected above it"),
            TableColumn("ends_below_m", .number, .present, "and ends below it; empty for the same level"),
            TableColumn("lead_h", .positive, .filled, "how far ahead is looked"),
            TableColumn("while_rising", .word(["yes", "no"]), .filled, "yes: only while it stands above and rises"),
            TableColumn("store_up_to_m", .number, .filled, "how far the reservoir may be filled"),
        ] + .validity + [
            TableColumn("article", .text, .present), TableColumn("condition", .text, .present),
        ] + .provenance)

    /// The tables of a pack, in the order in which they are read and documented.
    static let pack: [TableSchema] = [
        parties, authorities, units, rivers, stations, alarms, impacts, warningCosts, ratings, ratingPoints,
        ratingRefusals,
        reaches, correspondences, forecastPriors, checkLimits, reservoirs, reservoirLevels,
        reservoirStorage, reservoirOutlets, reservoirTriggers, communes, aliases,
    ]
}
