extension TableSchema {
    /// Readings of an event.
    static let levels = TableSchema(
        "levels.csv", key: ["station", "property", "observed", "revision"],
        "Readings; a correction is a new row with a higher revision.",
        [
            TableColumn("observed", .time), TableColumn("received", .time, .present, "empty: as observed"),
            TableColumn("station", .reference("stations.csv")), TableColumn("property", .property),
            TableColumn("value", .number, .present, "empty when the provider reports it missing"),
            TableColumn("unit", .unit), TableColumn("known", .known),
            TableColumn("revision", .whole, .present), TableColumn("supersedes", .text, .present),
            TableColumn("source", .text),
            TableColumn(
                "note", .text, .present,
                "may begin with the printed difference to an alarm level: +0.65 I, -0.16 III, =I"),
            TableColumn("time_quality", .text, .optional, "how sure the hour is"),
        ])

    /// Official forecasts.
    static let forecasts = TableSchema(
        "forecasts.csv", isRequired: false, key: [], "Forecasts that an official service issued.",
        [
            TableColumn("issued", .time), TableColumn("valid", .time, .present, "empty when no hour was stated"),
            TableColumn("station", .reference("stations.csv")), TableColumn("property", .property),
            TableColumn("value", .number), TableColumn("unit", .unit), TableColumn("source", .text),
            TableColumn("note", .text, .optional),
        ])

    /// Releases, orders and notices.
    static let releases = TableSchema(
        "releases.csv", isRequired: false, key: [], "Releases, orders and notices, one quantity a row.",
        [
            TableColumn("observed", .time), TableColumn("received", .time, .present),
            TableColumn("object", .text, .filled, "the dam's id, or words where it is no dam of the pack"),
            TableColumn("party", .reference("parties.csv")),
            TableColumn("quantity", .text, .filled, "a standard name, statement, order, notice or remark"),
            TableColumn("value", .number, .present), TableColumn("unit", .unit, .present),
            TableColumn("zone_quality", .word(["exact", "conflict", "assumed"]), .present, "how sure the zone is"),
            TableColumn("revision", .whole, .present), TableColumn("supersedes", .text, .present),
            TableColumn("source", .text), TableColumn("note", .text, .present),
            TableColumn("authority", .reference("authorities.csv"), .optional, "the office that wrote"),
            TableColumn("addressee", .reference("authorities.csv"), .optional, "the office it was written to"),
        ])

    /// Simulated deliveries.
    static let deliveries = TableSchema(
        "deliveries.csv", isRequired: false, key: [],
        "When a reading would have been delivered; everything from it is simulated.",
        [
            TableColumn("series", .text), TableColumn("observed", .time), TableColumn("delivered", .time),
            TableColumn("note", .text, .optional),
        ])

    /// Stations that an event brings.
    static let eventStations = TableSchema(
        "stations.csv", isRequired: false, key: ["id"],
        "Stations that the pack lacks: the columns of the pack's table, of which only the id is needed.",
        [TableColumn("id", .identifier), TableColumn("name", .text, .optional, "stands for all three languages")]
            + stations.columns.dropFirst().map { TableColumn($0.name, $0.kind, .optional, $0.meaning) }
            + (1...3).map { TableColumn("alarm\($0)_m", .number, .optional, "alarm level \($0)") })

    /// The tables of an event folder.
    static let event: [TableSchema] = [levels, forecasts, releases, deliveries, eventStations]
}
