extension TableSchema {
    /// Rivers.
    static let rivers = TableSchema(
        "rivers.csv", key: ["id"], "Rivers and what they flow into.",
        [TableColumn("id", .identifier)] + .names + [
            TableColumn("aliases", .list, .present),
            TableColumn(
                "flows_to", .reference("rivers.csv"), .present, "empty for the sea, a distributary or another basin"),
            TableColumn("note", .text, .present),
        ] + .provenance)

    /// Points of the network.
    static let stations = TableSchema(
        "stations.csv", key: ["id"], "Gauges, dams and other points of the river network.",
        [TableColumn("id", .identifier), TableColumn("kind", .word(["gauge", "junction", "dam"]))] + .names + [
            TableColumn("river", .reference("rivers.csv")),
            TableColumn("provider", .reference("parties.csv"), .filled, "who observes it"),
            TableColumn("latitude", .latitude, .present, "WGS 84"),
            TableColumn("longitude", .longitude, .present, "WGS 84"),
            TableColumn("coordinate_quality", .factQuality, .present),
            TableColumn("datum", .identifier, .present, "zero of its levels; needed where it has alarm levels"),
            TableColumn("catchment_km2", .positive, .present),
        ] + .validity + [TableColumn("aliases", .list, .present), TableColumn("note", .text, .present)] + .provenance)

    /// Alarm levels.
    static let alarms = TableSchema(
        "alarms.csv", key: [], "Dated levels at which somebody must act.",
        [
            TableColumn("station", .reference("stations.csv")), TableColumn("property", .property),
            TableColumn("level", .word(["1", "2", "3", "4", "5"]), .filled, "1 is the lowest"),
            TableColumn("value", .number), TableColumn("unit", .unit),
        ] + .validity + [TableColumn("scheme", .identifier, .filled, "the legal act or scale")] + .provenance)

    /// Power-law ratings.
    static let ratings = TableSchema(
        "ratings.csv", key: [], "Dated ratings Q = coefficient (h - zero)^exponent, h in m, Q in m3/s.",
        [TableColumn("station", .reference("stations.csv"))] + .validity + [
            TableColumn("coefficient", .positive), TableColumn("zero_m", .number), TableColumn("exponent", .positive),
            TableColumn("gauged_from_m", .number, .filled, "lowest gauged stage"),
            TableColumn("gauged_to_m", .number, .filled, "highest gauged stage; beyond it a discharge is estimated"),
            TableColumn("log_sd", .positive, .filled, "standard deviation of ln Q"),
            TableColumn("days", .whole, .present, "days behind the fit"),
        ] + .provenance)

    /// Ratings as points.
    static let ratingPoints = TableSchema(
        "rating_points.csv", key: [], "Dated ratings as points; rows of one station and validity form one curve.",
        [TableColumn("station", .reference("stations.csv"))] + .validity + [
            TableColumn("stage_m", .number), TableColumn("discharge_m3s", .positive),
            TableColumn("days", .whole, .present, "days behind the point"),
            TableColumn("log_sd", .positive, .filled, "standard deviation of ln Q; the largest of a curve counts"),
        ] + .provenance)

    /// Where no rating can be had.
    static let ratingRefusals = TableSchema(
        "rating_refusals.csv", isRequired: false, key: [], "Stations and days for which a rating is refused, and why.",
        [TableColumn("station", .reference("stations.csv"))] + .validity + [
            TableColumn("reason", .text), TableColumn("source", .text),
        ])

    /// Stretches.
    static let reaches = TableSchema(
        "reaches.csv", key: ["id"], "Stretches between two points; at most one begins at a point.",
        [
            TableColumn("id", .identifier), TableColumn("river", .reference("rivers.csv")),
            TableColumn("upstream", .reference("stations.csv")), TableColumn("downstream", .reference("stations.csv")),
            TableColumn("length_km", .positive), TableColumn("slope", .positive, .filled, "m/m"),
            TableColumn("manning_n", .positive, .filled, "s m^(-1/3)"), TableColumn("bottom_width_m", .positive),
            TableColumn("side_slope", .nonNegative, .filled, "horizontal per vertical"),
            TableColumn("celerity_m_s", .positive, .filled, "speed of a flood wave"), TableColumn("known", .known),
        ] + .provenance)

    /// Pairs of stages.
    static let correspondences = TableSchema(
        "correspondences.csv", isRequired: false, key: [],
        "Stages that belong together at two gauges, beside the alarm levels of equal number.",
        [
            TableColumn("upstream", .reference("stations.csv")), TableColumn("downstream", .reference("stations.csv")),
            TableColumn("upstream_stage_m", .number), TableColumn("downstream_stage_m", .number),
        ] + .validity + [TableColumn("basis", .text), TableColumn("known", .known)] + .provenance)
}
