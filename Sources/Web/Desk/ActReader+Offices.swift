import Accord
import Formats
import NodeCore
import Series

// The offices, parties and villages that a form names, by what stands in the basin's register or in words.
extension ActReader {
    func offices(_ field: String) throws(FormFault) -> [OfficeReference] {
        var offices: [OfficeReference] = []
        for value in values.all(field) {
            let parts = value.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2, let party = PartyID(parts[0]) else { throw fault(field, "wrong.key") }
            guard environment.desk.offices.register.authorities[parts[1]]?.validity.contains(environment.today) == true
            else {
                throw fault(field, "wrong.ended")
            }
            offices.append(OfficeReference(party: party, authority: parts[1]))
        }
        return offices
    }

    /// Lines `party: name` of offices that the basin's register does not have.
    ///
    /// - Parameter before: what the card had: a body that has ended stays where it stood.
    func named(_ field: String, before: [OfficeReference]) throws(FormFault) -> [OfficeReference] {
        var offices: [OfficeReference] = []
        for line in lines(field) {
            if let old = before.first(where: { environment.officeLine($0) == line }) {
                offices.append(old)
                continue
            }
            let parts = line.split(separator: ":", maxSplits: 1).map { String($0).trimmed }
            guard parts.count == 2, !parts[1].isEmpty else {
                throw fault(field, "wrong.named-office", ["detail": line])
            }
            guard let party = party(parts[0]) else { throw noParty(parts[0], field: field) }
            let reference = try office(party, called: parts[1], field: field)
            if !offices.contains(reference) { offices.append(reference) }
        }
        return offices
    }

    /// What is wrong with a word that names no party of today: one that has ended is named with whoever follows it.
    private func noParty(_ text: String, field: String) -> FormFault {
        let book = environment.desk.offices
        let ended = book.register.parties.values.filter { party in
            party.id.text == text || Language.allCases.contains { party.name[$0].lowercased() == text.lowercased() }
        }.map { book.party($0.id, on: environment.today) }.min()
        guard let next = ended.flatMap({ book.register.parties[$0] }) else {
            return fault(field, "wrong.named-party", ["detail": text])
        }
        return fault(
            field, "wrong.office-ended", ["detail": text, "next": next.name[environment.context.language]])
    }

    /// An office of a party by its name: the one of the basin's register where that has it, a name alone where it has not; one
    /// that has ended is refused with whoever follows it.
    private func office(_ party: PartyID, called name: String, field: String) throws(FormFault) -> OfficeReference {
        let book = environment.desk.offices
        let known = book.register.authorities.values.filter { office in
            book.party(office.party, on: environment.today) == party
                && Language.allCases.contains { office.name[$0].lowercased() == name.lowercased() }
        }.sorted { $0.id < $1.id }
        if let office = known.first(where: { $0.validity.contains(environment.today) }) {
            return OfficeReference(party: party, authority: office.id)
        }
        guard let ended = known.first else { return OfficeReference(party: party, name: name) }
        guard let next = book.office(ended.id, on: environment.today) else {
            throw fault(field, "wrong.ended", ["detail": name])
        }
        throw fault(
            field, "wrong.office-ended", ["detail": name, "next": next.name[environment.context.language]])
    }

    /// A party by its id, or by its name in any language.
    private func party(_ text: String) -> PartyID? {
        let parties = environment.desk.offices.register.parties
        return PartyID(text).flatMap { parties[$0] }?.id
            ?? parties.values.filter { party in
                Language.allCases.contains { party.name[$0].lowercased() == text.lowercased() }
                    && party.validity.contains(environment.today)
            }.map(\.id).min()
    }

    /// A unit by its id, or by its name where exactly one that exists today is called so; any other text for itself.
    private func unit(_ text: String) -> String {
        let units = environment.desk.offices.units
        guard units[text] == nil else { return text }
        let called = units.values.filter { unit in
            unit.validity.contains(environment.today)
                && Language.allCases.contains { unit.name[$0].lowercased() == text.lowercased() }
        }
        return called.count == 1 ? called[0].id : text
    }

    func friends() throws(FormFault) -> [FriendlyPair] {
        let (one, other) = (unit(values["friend_one"]), unit(values["friend_other"]))
        guard one.isEmpty == other.isEmpty else { throw fault("friend_other", "wrong.empty") }
        for (field, unit) in [("friend_one", one), ("friend_other", other)] {
            guard let known = environment.desk.offices.units[unit] else { continue }
            guard known.validity.contains(environment.today) else { throw fault(field, "wrong.ended") }
        }
        return one.isEmpty ? [] : [FriendlyPair(one, other)]
    }
}
