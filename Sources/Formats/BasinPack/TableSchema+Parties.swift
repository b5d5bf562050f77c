extension TableSchema {
    /// Who shares the river.
    static let parties = TableSchema(
        "parties.csv", key: ["id"], "Parties to the agreement, observers, and parties that have been merged.",
        [TableColumn("id", .identifier)] + .names + [
            TableColumn("kind", .word(["signatory", "observer", "former"])),
            TableColumn("country", .word(["CN", "VN", "LA"]), .filled, "ISO 3166"),
            TableColumn("zone", .zone, .filled, "its civil time"),
        ] + .validity + [
            TableColumn("successor", .reference("parties.csv"), .present, "who follows it after valid_to"),
            TableColumn("aliases", .list, .present, "further spellings"),
        ] + .provenance)

    /// Their offices.
    static let authorities = TableSchema(
        "authorities.csv", key: ["id"],
        "Offices of the parties, dated: a warning goes to the office that exists that day.",
        [
            TableColumn("id", .identifier), TableColumn("party", .reference("parties.csv")),
            TableColumn(
                "role", .word(["hydromet", "dam-operator", "civil-defence", "foreign-affairs", "secretariat"])),
            TableColumn("tier", .word(["nation", "province", "prefecture", "county", "commune", "dam"])),
        ] + .names + .validity + [
            TableColumn("successor", .reference("authorities.csv"), .present, "the office that follows")
        ] + .provenance)

    /// Administrative units.
    static let units = TableSchema(
        "units.csv", key: ["id"], "Administrative units, dated, with their successors.",
        [
            TableColumn("id", .identifier), TableColumn("party", .reference("parties.csv")),
            TableColumn("tier", .word(["province", "prefecture", "county", "commune"])),
            TableColumn("parent", .reference("units.csv"), .present, "the unit it lies in"),
        ] + .names + .validity + [
            TableColumn("successor", .reference("units.csv"), .present, "the unit it became part of"),
            TableColumn("area_km2", .positive, .present), TableColumn("population", .whole, .present),
            TableColumn("note", .text, .present),
        ] + .provenance)

    /// Further spellings.
    static let aliases = TableSchema(
        "aliases.csv", key: ["kind", "id", "alias"], "Further spellings of anything, read by `pack resolve`.",
        [
            TableColumn("kind", .word(["party", "unit", "station", "river", "reservoir"])),
            TableColumn("id", .identifier, .filled, "of the kind's table"), TableColumn("alias", .text),
            TableColumn("language", .word(["vi", "zh", "en", "fr", "pl"])), TableColumn("source", .text),
        ])

    /// Communes on the rivers.
    static let communes = TableSchema(
        "communes.csv", key: ["line", "chainage_km", "name_vi"], "Communes that a river touches, in river order.",
        [
            TableColumn("river", .reference("rivers.csv")),
            TableColumn("line", .text, .filled, "the line along which the chainage counts"),
            TableColumn("chainage_km", .nonNegative, .filled, "km along the line, not lengthened"),
            TableColumn("party", .reference("parties.csv")), TableColumn("name_vi", .name),
            TableColumn("latitude", .latitude), TableColumn("longitude", .longitude),
            TableColumn("area_km2", .positive), TableColumn("population", .whole, .present),
            TableColumn(
                "population_flag", .word(["ok", "scaled", "ambiguous"]), .filled,
                "scaled: zeros restored; ambiguous: could be ten times more"),
            TableColumn("known", .known),
        ] + .provenance)
}
