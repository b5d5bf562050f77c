public import Series

extension Register {
    /// What a party has said last about the matter of an act, where a new word takes the old one's place; nil where nothing was
    /// said, or where words stand beside each other.
    public func lastWord(on act: RegisterAct, by party: PartyID) -> Said<RegisterAct>? {
        func word<Body>(_ said: Said<Body>?, _ act: (Body) -> RegisterAct) -> Said<RegisterAct>? {
            said.map {
                Said(party: $0.party, at: $0.at, person: $0.person, number: $0.number, body: act($0.body))
            }
        }
        switch act {
        case .edition(let card): return word(editions[card.id]?.cards[party]) { .edition($0) }
        case .provision(let card): return word(provisions[card.key]?.cards[party]) { .provision($0) }
        case .standing(let said): return word(provisions[said.provision]?.now[party]) { .standing($0) }
        case .obstacle(let said):
            let own = provisions[said.provision]?.obstacles.last { $0.party == party && $0.body.number == said.number }
            return word(own) { .obstacle($0) }
        case .decision(let said): return word(provisions[said.provision]?.decisions[party]) { .decision($0) }
        case .acceptance(let said): return word(provisions[said.provision]?.acceptances[party]) { .acceptance($0) }
        case .indicator(let card): return word(indicators[card.id]?.cards[party]) { .indicator($0) }
        case .figure(let said):
            return word(indicators[said.indicator]?.figures[said.period]?[party]?.last) { .figure($0) }
        case .note(let said) where said.target != nil:
            let own = indicators[said.indicator]?.notes.last {
                $0.party == party && $0.body.period == said.period && $0.body.target != nil
            }
            return word(own) { .note($0) }
        case .letter(let card): return word(letters[card.number]?.card) { .letter($0) }
        default: return nil
        }
    }

    /// Whether a party has said just this already and nothing else since: a form that was sent twice.
    public func isRepeated(_ act: RegisterAct, by party: PartyID) -> Bool {
        if let last = lastWord(on: act, by: party), last.body == act { return true }
        switch act {
        case .obstacle(let said):
            return provisions[said.provision]?.obstacles.contains { known in
                let old = known.body
                return known.party == party && old.number != said.number && !said.text.isEmpty
                    && (old.text, old.since, old.until) == (said.text, said.since, said.until)
            } ?? false
        case .evidence(let said):
            guard let key = said.provision else { return false }
            return provisions[key]?.evidence.contains { $0.party == party && $0.body == said } ?? false
        default: return false
        }
    }
}
