import Accord
import Series

extension AgreementReader {
    /// What the document says apart from its parties, force and provisions.
    mutating func generalTerms(_ root: MarkedValue) -> GeneralTerms {
        var general = GeneralTerms()
        general.source = root["source"].flatMap { text($0) }
        general.amends = identity(root["amends"])
        general.edition = edition(root["edition"])
        for item in list(root["instruments"]) {
            if let instrument = instrument(item, after: general.instruments) { general.instruments.append(instrument) }
        }
        for item in list(root["definitions"]) {
            if let definition = definition(item, after: general.definitions) { general.definitions.append(definition) }
        }
        for item in list(root["annexes"]) {
            if let annex = annex(item, after: general.annexes) { general.annexes.append(annex) }
        }
        general.cost = cost(root["cost"])
        if let value = root["disputes"], mapping(value, .disputes),
            let kind = value["kind"].flatMap({ choice($0, DisputeRule.Kind.self) })
        {
            general.disputes = DisputeRule(kind: kind, text: localized(value["text"]))
        }
        return general
    }

    private mutating func edition(_ value: MarkedValue?) -> Edition? {
        guard let value, mapping(value, .edition) else { return nil }
        let (number, year) = (integer(value["number"], 1...10_000), integer(value["year"], 1900...9999))
        let chair = party(value["chair"])
        var rotation: [PartyID] = []
        for item in list(value["rotation"]) {
            guard let next = party(item) else { continue }
            if rotation.contains(next) {
                report(item, "duplicate-party", "the party \(next) stands twice in the rotation", "keep one")
            }
            rotation.append(next)
        }
        if let chair, !rotation.isEmpty, !rotation.contains(chair), let place = value["chair"] {
            report(
                place, "chair-not-in-rotation", "the chair \(chair) does not stand in the rotation",
                "add it to rotation or correct the chair")
        }
        guard let number, let year else { return nil }
        return Edition(number: number, year: year, chair: chair, rotation: rotation)
    }

    private mutating func instrument(_ value: MarkedValue, after others: [Instrument]) -> Instrument? {
        guard mapping(value, .instrument) else { return nil }
        let id = newIdentifier(value["id"], among: others.map(\.id))
        let title = localized(value["title"])
        let relation = value["relation"].flatMap { choice($0, Instrument.Relation.self) }
        let date = date(value["date"])
        guard let id, let title, let relation else { return nil }
        return Instrument(id: id, title: title, relation: relation, date: date)
    }

    private mutating func definition(_ value: MarkedValue, after others: [Definition]) -> Definition? {
        guard mapping(value, .definition) else { return nil }
        let id = newIdentifier(value["id"], among: others.map(\.id))
        let (term, text) = (localized(value["term"]), localized(value["text"]))
        guard let id, let term else { return nil }
        return Definition(id: id, term: term, text: text)
    }

    private mutating func annex(_ value: MarkedValue, after others: [Annex]) -> Annex? {
        guard mapping(value, .annex) else { return nil }
        let id = newIdentifier(value["id"], among: others.map(\.id))
        let title = localized(value["title"])
        let contents = list(value["contents"]).compactMap { localized($0) }
        let (date, signedBy) = (date(value["date"]), bodies(value["signed_by"]))
        guard let id, let title else { return nil }
        return Annex(id: id, title: title, contents: contents, date: date, signedBy: signedBy)
    }

    /// What a provision continues, carries out and waits for.
    mutating func readRelations(_ value: MarkedValue, into provision: inout Provision) {
        provision.cost = cost(value["cost"])
        for item in list(value["implements"]) {
            guard let id = text(item) else { continue }
            if instruments.contains(id) {
                provision.implements.append(id)
            } else {
                report(
                    item, "unknown-instrument", "the instrument \(id) does not stand in instruments",
                    "add it to instruments or correct the id")
            }
        }
        if let place = value["continues"], mapping(place, .continues) {
            let agreement = identifier(place["agreement"], AgreementID.init)
            let (clause, identity) = (place["clause"].flatMap { text($0) }, identity(place["identity"]))
            if let agreement, let clause {
                provision.continues = Lineage(agreement: agreement, identity: identity, clause: clause)
            }
        }
        provision.obstacle = obstacle(value["obstacle"])
    }

    private mutating func obstacle(_ value: MarkedValue?) -> Obstacle? {
        guard let value, mapping(value, .obstacle) else { return nil }
        let reason = localized(value["reason"])
        let days = validity(value, from: "since")
        let liftedBy = bodies(value["lifted_by"])
        guard let zone = zone(of: value, rule: "obstacle-without-zone"), let reason, let since = days.from else {
            return nil
        }
        return Obstacle(reason: reason, since: since, until: days.until, zone: zone, liftedBy: liftedBy)
    }
}
