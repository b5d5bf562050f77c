import Accord
import Formats
import NodeCore
import Series

// What the form of a provision, and a table of several, ask for.
extension FormEnvironment {
    /// The indicators of a provision: to be ticked while there are few, by their ids where nobody would look through them.
    private func indicatorField(chosen: [String]) -> FieldSpec {
        let (name, label, ids) = ("indicators", text("field.indicators"), register.indicators.keys.sorted())
        guard ids.count <= 60 else {
            return FieldSpec(
                name, label, .area(rows: 3), hint: text("field.indicators.hint"), value: chosen.joined(separator: "\n"))
        }
        let choices = ids.map { ($0, register.indicators[$0]?.card.name.orOther(context.language) ?? $0) }
        return FieldSpec(name, label, .several(choices), value: chosen.joined(separator: "|"))
    }

    /// The name under which an office was entered.
    private func plainName(_ id: String) -> String {
        desk.offices.register.authorities[id]?.name[context.language] ?? id
    }

    /// A unit by id as it is called today, with its former name where it has become part of another.
    func unit(_ id: String) -> String {
        let offices = desk.offices
        guard let entered = offices.units[id] else { return id }
        guard let now = offices.unit(id, on: today) else {
            return text("register.office.ended", ["name": entered.name[context.language]])
        }
        return now.id == id
            ? now.name[context.language]
            : text(
                "register.office.followed",
                ["name": now.name[context.language], "former": entered.name[context.language]])
    }

    /// A unit as its field shows it: the name of the one that follows it, its id where several are called so.
    private func unitName(_ id: String) -> String {
        guard let unit = desk.offices.unit(id, on: today) else { return id }
        let name = unit.name[context.language]
        let alike = desk.offices.units.values.filter {
            $0.validity.contains(today) && $0.name[context.language] == name
        }
        return alike.count == 1 ? name : unit.id
    }

    /// An office that the form does not offer as a line of it: `party: name`; nil for one that is offered.
    func officeLine(_ entered: OfficeReference) -> String? {
        let party = desk.offices.party(entered.party, on: today)
        let isOffered = present(entered) != nil
        let name = entered.name ?? entered.authority.flatMap { isOffered ? nil : plainName($0) }
        return name.map { "\(party.text): \($0)" }
    }

    /// The fields of a provision's form.
    ///
    /// - Parameters:
    ///   - card: what they hold; nil for a provision that is not there yet.
    ///   - before: the one that was entered before a new one, which mostly has the same field, offices and due date.
    func provisionFields(
        edition: String, card: ProvisionCard? = nil, after before: ProvisionCard? = nil
    ) -> [FieldSpec] {
        let alike = card ?? before
        let parties = register.editions[edition]?.card.parties ?? []
        let offices = officeChoices(parties)
        func chosen(_ references: [OfficeReference]) -> String {
            references.compactMap { present($0) }.map { "\($0.party.text):\($0.office)" }.joined(
                separator: "|")
        }
        func lines(_ references: [OfficeReference]) -> String {
            references.compactMap(officeLine).joined(separator: "\n")
        }
        let clause = FieldSpec(
            "clause", text("register.clause"), .text(maximum: 24), isRequired: true,
            value: before.map { FormEnvironment.clause(after: $0.key.clause) } ?? "")
        let first = [
            FieldSpec(
                "kind", text("field.kind"),
                .choice(ProvisionKind.allCases.map { ($0.rawValue, text("kind-of." + $0.rawValue)) }),
                value: alike?.kind ?? "action"),
            FieldSpec(
                "field", text("register.field"), .choice(fieldChoices(edition)), value: alike?.field ?? ""),
            FieldSpec("due", text("register.due"), .day, value: alike?.due?.description ?? ""),
        ]
        return (card == nil ? [clause] : []) + first + three("text", "register.text", value: card?.text) + [
            FieldSpec(
                "responsible", text("register.responsible"), .several(offices), value: chosen(alike?.responsible ?? [])),
            FieldSpec(
                "responsible_named", text("field.responsible_named"), .area(rows: 2),
                hint: text("field.responsible_named.hint"),
                value: lines(alike?.responsible ?? [])),
            FieldSpec(
                "supporting", text("field.supporting"), .several(offices), value: chosen(alike?.supporting ?? [])),
            FieldSpec(
                "supporting_named", text("field.supporting_named"), .area(rows: 2),
                hint: text("field.responsible_named.hint"), value: lines(alike?.supporting ?? [])),
            FieldSpec(
                "friend_one", text("field.friend_one"), .text(maximum: 200), hint: text("field.friend_other.hint"),
                value: card?.friends.first.map { unitName($0.one) } ?? ""),
            FieldSpec(
                "friend_other", text("field.friend_other"), .text(maximum: 200), hint: text("field.friend_other.hint"),
                value: card?.friends.first.map { unitName($0.other) } ?? ""),
            FieldSpec(
                "readers", text("field.readers"), .several(partyChoices(parties)),
                hint: text("field.readers.hint"),
                value: present(alike?.readers ?? []).map(\.text).joined(separator: "|")),
            FieldSpec(
                "continues", text("field.continues"), .text(maximum: 90), hint: text("field.continues.hint"),
                value: card?.continues?.description ?? ""),
            FieldSpec(
                "implements", text("field.implements"), .area(rows: 2), hint: text("field.lines.hint"),
                value: (card?.implements ?? []).joined(separator: "\n")),
            indicatorField(chosen: card?.indicators ?? []),
            FieldSpec("source", text("field.source"), .text(maximum: 400), value: alike?.source ?? ""),
        ]
    }

    /// The number of a clause that follows another: `3.2` after `3.1`; empty where it does not end with a number.
    static func clause(after clause: String) -> String {
        let head = clause.prefix(clause.count - clause.reversed().prefix { $0.isASCII && $0.isNumber }.count)
        return Int(clause.dropFirst(head.count)).map { "\(head)\($0 + 1)" } ?? ""
    }

    /// The fields of a table of provisions: those of a new one, and how it stands.
    func tableFields(edition: String) -> [FieldSpec] { provisionFields(edition: edition) + tableOnlyFields }

    /// The fields that a table of provisions has beside those of a new one.
    var tableOnlyFields: [FieldSpec] {
        let silent = [(value: "", text: "–")]
        return [
            FieldSpec("standing", text("register.standing"), .choice(silent + standingChoices)),
            FieldSpec("remark", text("register.remark"), .area(rows: 2)),
        ]
    }

    /// The words for how a provision stands.
    var standingChoices: [(value: String, text: String)] {
        ProvisionStanding.allCases.map { ($0.rawValue, text("standing-of." + $0.rawValue)) }
    }

    /// The fields of a form that says how several provisions stand: what the own party has said last, and a remark.
    func standingFields(_ rows: [RegisterRow]) -> [FieldSpec] {
        let silent = [(value: "", text: "–")]
        return rows.flatMap { row in
            let said = register.provisions[row.key]?.now[party]?.body
            let words = row.card.text.orOther(context.language)
            let shown = words.count > 90 ? words.prefix(88) + "…" : Substring(words)
            return [
                FieldSpec(
                    "standing-\(row.key.clause)", "\(row.key.clause) · \(shown)", .choice(silent + standingChoices),
                    value: said?.standing.rawValue ?? ""),
                FieldSpec(
                    "remark-\(row.key.clause)", context.joined(text("register.remark"), row.key.clause),
                    .text(maximum: 4_000), value: said?.remark ?? ""),
            ]
        }
    }
}
