import Accord
import Formats
import Series

extension RegisterSheets {
    /// What an act is about, in the words of the pages: whoever looks back over a day reads no ids.
    func subject(of act: RegisterAct) -> String {
        switch act {
        case .standing(let said): context.joined(place(said.provision), standing(said.standing))
        case .decision(let said): context.joined(place(said.provision), text("decision-of." + said.word.rawValue))
        case .provision(let card): place(card.key)
        case .obstacle(let said): place(said.provision)
        case .proposal(let said): place(said.provision)
        case .acceptance(let said): place(said.provision)
        case .evidence(let said):
            said.provision.map { place($0) } ?? said.indicator.map { indicatorTitle($0) } ?? editionTitle(said.edition)
        case .minute(let said): said.provision.map { place($0) } ?? editionTitle(said.edition)
        case .edition(let card): card.title.orOther(language)
        case .agenda(let said): editionTitle(said.edition)
        case .indicator(let card): card.name.orOther(language)
        case .figure(let said): context.joined(indicatorTitle(said.indicator), period(said.period))
        case .note(let said): context.joined(indicatorTitle(said.indicator), period(said.period))
        case .holder(let said): said.office.isEmpty ? said.name : officeName(said.office)
        case .word(let said):
            context.list(
                [
                    letterTitle(said.letter), officeName(said.office),
                    said.acknowledgedBy.isEmpty ? "" : text("letters.acknowledgedBy") + " " + said.acknowledgedBy,
                ].filter { !$0.isEmpty })
        case .letter(let card): context.joined(letterTitle(card.number), object(card.object))
        case .reading(let said): context.joined(letterTitle(said.letter), said.label)
        case .reply(let said): letterTitle(said.letter)
        case .answer(let said): letterTitle(said.letter)
        case .shift(let entry): text("shift-kind." + entry.kind.rawValue)
        }
    }

    /// An edition by its title; by what is written where there is none.
    private func editionTitle(_ id: String?) -> String {
        id.map { register.editions[$0]?.card.title.orOther(language) ?? $0 } ?? ""
    }

    private func letterTitle(_ number: Int) -> String { text("letters.letter", ["number": "\(number)"]) }

    private func indicatorTitle(_ id: String) -> String {
        register.indicators[id]?.card.name.orOther(language) ?? id
    }

    /// A period of a figure: a year or a month as it is written, an edition by its title.
    private func period(_ period: String) -> String { editionTitle(period) }

    private func place(_ key: ProvisionKey) -> String { context.joined(editionTitle(key.edition), key.clause) }
}
