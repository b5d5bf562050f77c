public import Series

extension Register {
    /// The acts that open the next edition: its card, and a provision for each that goes on, with its lineage.
    ///
    /// What a party has decided to close does not go on; what nobody has decided about goes on where it is not kept.
    ///
    /// - Parameters:
    ///   - previous: the edition that it follows.
    ///   - id: the new edition's id.
    ///   - title: its name.
    ///   - chair: who chairs it; nil takes whom the previous conference has named, and nobody where it named none.
    ///   - party: whose acts they are.
    ///   - day: due dates after it stay; those that have passed were of the edition before.
    /// - Returns: nil where there is no such edition or the new one exists.
    public func opening(
        after previous: String, id: String, title: LocalizedText, chair: PartyID?, by party: PartyID, on day: CivilDate
    ) -> [RegisterAct]? {
        guard let old = editions[previous]?.card, editions[id] == nil else { return nil }
        var card = EditionCard(
            id: id, number: old.number + 1, title: title, parties: present(old.parties), state: .draft,
            source: "")
        card.chair = chair ?? old.nextChair
        card.previous = previous
        card.fields = old.fields
        card.observers = old.observers
        return [.edition(card)]
            + going(from: previous, by: party).compactMap { carried($0, into: card, on: day).map { .provision($0) } }
    }

    /// The acts that carry on into a draft what its predecessor has gained since the draft was opened: provisions that go on,
    /// have no successor there, and whose clauses are free there.
    ///
    /// - Parameters:
    ///   - id: the draft.
    ///   - party: whose acts they are.
    ///   - day: due dates after it stay.
    /// - Returns: none where there is no such edition, it is no draft, or nothing is left.
    public func carrying(into id: String, by party: PartyID, on day: CivilDate) -> [RegisterAct] {
        guard let card = editions[id]?.card, card.state == .draft, let previous = card.previous else { return [] }
        let here = keys(ofEdition: id)
        let followed = Set(here.compactMap { self.card($0)?.continues })
        let taken = Set(here.map(\.clause))
        return going(from: previous, by: party).filter { !followed.contains($0) && !taken.contains($0.clause) }
            .compactMap {
                carried($0, into: card, on: day).map { .provision($0) }
            }
    }

    /// The provisions of an edition that go on: those that a party carries on, and those that nobody closes and are not kept.
    private func going(from previous: String, by party: PartyID) -> [ProvisionKey] {
        keys(ofEdition: previous).filter { key in
            guard let entry = provisions[key], readers(of: key).contains(party) else { return false }
            let words = Set(entry.decisions.values.map(\.body.word))
            if words.contains(.close) { return false }
            return words.contains(.carryOn) || entry.standing != .kept
        }
    }

    private func carried(_ key: ProvisionKey, into edition: EditionCard, on day: CivilDate) -> ProvisionCard? {
        guard let old = card(key), let place = ProvisionKey(edition: edition.id, clause: key.clause) else { return nil }
        var new = ProvisionCard(
            key: place, kind: ProvisionKind(rawValue: old.kind) ?? .action, field: old.field, text: old.text)
        new.responsible = old.responsible
        new.supporting = old.supporting
        new.friends = old.friends
        let readers = readers(of: key)
        new.readers = readers.count < edition.parties.count ? readers : nil
        new.implements = old.implements
        new.due = old.due.flatMap { $0 >= day ? $0 : nil }
        new.indicators = old.indicators
        new.continues = key
        return new
    }
}
