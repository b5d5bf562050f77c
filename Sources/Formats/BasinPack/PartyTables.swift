import Accord
import Series

/// The register that `parties.csv` and `authorities.csv` describe.
func partyRegister(_ tables: PackFolder) -> PartyRegister {
    let parties = tables.records(.parties).compactMap { row -> Party? in
        guard let id = row.id("id", PartyID.self), let kind = row.word("kind", Party.Kind.self),
            let zone = row["zone"].flatMap({ UTCOffset(iso8601: $0) })
        else { return nil }
        return Party(
            id: id, name: row.name, kind: kind, country: row.text("country"), zone: zone, validity: row.validity,
            successor: row.id("successor", PartyID.self), aliases: row.list("aliases"))
    }
    let authorities = tables.records(.authorities).compactMap { row -> Authority? in
        guard let id = row["id"], let party = row.id("party", PartyID.self),
            let role = row.word("role", AuthorityRole.self)
        else { return nil }
        return Authority(
            id: id, party: party, role: role, name: row.name, validity: row.validity, successor: row["successor"])
    }
    return PartyRegister(parties: parties, authorities: authorities)
}

extension BasinPack.AdministrativeUnit {
    init?(_ row: TableRow) {
        guard let id = row["id"], let party = row.id("party", PartyID.self) else { return nil }
        self.init(
            id: id, party: party, tier: row.text("tier"), parent: row["parent"], name: row.name,
            validity: row.validity, successor: row["successor"])
    }
}

extension BasinPack.RiverEntry {
    init?(_ row: TableRow) {
        guard let id = row["id"] else { return nil }
        self.init(
            id: id, name: row.name, aliases: row.list("aliases"), flowsTo: row["flows_to"], note: row.text("note"))
    }
}

extension BasinPack.RiversideCommune {
    init?(_ row: TableRow) {
        guard let river = row["river"], let chainage = row.number("chainage_km"),
            let party = row.id("party", PartyID.self), let latitude = row.number("latitude"),
            let longitude = row.number("longitude"), let area = row.number("area_km2"),
            let known = row.word("known", Known.self)
        else { return nil }
        self.init(
            river: river, line: row.text("line"), chainage: chainage * 1000, party: party, name: row.text("name_vi"),
            latitude: latitude, longitude: longitude, area: area * 1_000_000, population: row.whole("population"),
            populationFlag: row.text("population_flag"), known: known)
    }
}

extension BasinPack.NameAlias {
    init?(_ row: TableRow) {
        guard let kind = row["kind"], let id = row["id"], let alias = row["alias"] else { return nil }
        self.init(kind: kind, id: id, alias: alias, language: row.text("language"))
    }
}
