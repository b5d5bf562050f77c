public import Series

extension Register {
    /// Whether a party has said just this already and nothing else since: a form that was sent twice.
    public func isRepeated(_ act: RegisterAct, by party: PartyID) -> Bool {
        switch act {
        case .standing(let said): return provisions[said.provision]?.now[party]?.body == said
        case .obstacle(let said):
            return provisions[said.provision]?.obstacles.contains { known in
                let old = known.body
                return known.party == party && old.number != said.number && !said.text.isEmpty
                    && (old.text, old.since, old.until) == (said.text, said.since, said.until)
            } ?? false
        case .evidence(let said):
            guard let key = said.provision else { return false }
            return provisions[key]?.evidence.contains { $0.party == party && $0.body == said } ?? false
        case .figure(let said):
            return indicators[said.indicator]?.figures[said.period]?[party]?.last?.body == said
        default: return false
        }
    }
}
