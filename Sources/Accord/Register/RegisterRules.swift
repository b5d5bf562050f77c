public import Series

extension RegisterAct {
    /// Characters of a text at most.
    public static let maximumText = 4_000
    /// Members of a list at most.
    public static let maximumList = 200

    /// What keeps this act of a party out of a register; nil when nothing does.
    public func problem(in register: Register, by party: PartyID) -> RegisterProblem? {
        if let problem = textProblem { return problem }
        switch self {
        case .edition(let card): return card.problem(in: register, by: party)
        case .provision(let card): return card.problem(in: register, by: party)
        case .standing(let said): return register.problem(at: said.provision, by: party)
        case .obstacle(let said):
            if let since = said.since, let until = said.until, until <= since {
                return RegisterProblem(.day, field: "until")
            }
            return register.problem(at: said.provision, by: party)
        case .decision(let said): return register.problem(at: said.provision, by: party)
        case .proposal(let said):
            return register.problem(at: said.provision, by: party, needsDraft: true)
                ?? (said.text.isEmptyInAll ? RegisterProblem(.empty, field: "text") : nil)
        case .acceptance(let said):
            if let problem = register.problem(at: said.provision, by: party, needsDraft: true) { return problem }
            let known = register.provisions[said.provision]?.proposals.contains {
                ProvisionText.digest(of: $0.body.text) == said.digest
            }
            return known == true ? nil : RegisterProblem(.noPart, field: "digest", detail: said.digest)
        case .evidence(let said): return said.problem(in: register, by: party)
        case .indicator(let card): return card.problem(in: register, by: party)
        case .figure(let said):
            return register.problem(ofIndicator: said.indicator, period: said.period, by: party)
                ?? (said.value?.isFinite == false ? RegisterProblem(.number, field: "value") : nil)
                ?? (said.value == nil && said.remark.isEmpty ? RegisterProblem(.empty, field: "value") : nil)
                ?? (said.source.isEmpty ? RegisterProblem(.empty, field: "source") : nil)
        case .note(let said):
            return register.problem(ofIndicator: said.indicator, period: said.period, by: party)
                ?? (said.target?.isFinite == false ? RegisterProblem(.number, field: "target") : nil)
                ?? (said.target == nil && said.text.isEmpty ? RegisterProblem(.empty, field: "text") : nil)
        case .minute(let said):
            return register.problem(ofEdition: said.edition, by: party)
                ?? said.provision.flatMap {
                    register.provisions[$0] == nil ? RegisterProblem(.noProvision, field: "provision") : nil
                }
                ?? (said.text.isEmptyInAll ? RegisterProblem(.empty, field: "text") : nil)
        case .agenda(let said):
            return register.problem(ofEdition: said.edition, by: party)
                ?? register.problem(ofField: said.field, in: said.edition)
        default: return localProblem(in: register)
        }
    }

    private func localProblem(in register: Register) -> RegisterProblem? {
        func letter(_ number: Int) -> RegisterProblem? {
            register.letters[number] == nil ? RegisterProblem(.noLetter, field: "letter", detail: "\(number)") : nil
        }
        switch self {
        case .holder(let said):
            return said.name.isEmpty ? RegisterProblem(.empty, field: "name") : nil
        case .letter(let card): return card.problem(in: register)
        case .reading(let said): return letter(said.letter) ?? said.problem
        case .reply(let said):
            return letter(said.letter) ?? (said.text.isEmptyInAll ? RegisterProblem(.empty, field: "text") : nil)
        case .answer(let said):
            if let problem = letter(said.letter) { return problem }
            let labels = register.letters[said.letter]?.readings.map(\.body.label) ?? []
            guard said.settles.isEmpty || labels.contains(said.settles) else {
                return RegisterProblem(.noPart, field: "settles", detail: said.settles)
            }
            return said.text.isEmpty ? RegisterProblem(.empty, field: "text") : nil
        case .word(let said):
            return letter(said.letter) ?? (said.office.isEmpty ? RegisterProblem(.empty, field: "office") : nil)
        case .shift(let entry):
            guard entry.kind == .taken else {
                return entry.text.isEmpty ? RegisterProblem(.empty, field: "text") : nil
            }
            let isOpen = register.openHandovers.contains { $0.number == entry.handover }
            return isOpen ? nil : RegisterProblem(.noPart, field: "handover")
        default: return nil
        }
    }

    /// A text or a list that is too long.
    private var textProblem: RegisterProblem? {
        for (field, text) in texts where text.unicodeScalars.count > RegisterAct.maximumText {
            return RegisterProblem(.long, field: field)
        }
        for (field, count) in lists where count > RegisterAct.maximumList {
            return RegisterProblem(.long, field: field)
        }
        return nil
    }

    private var texts: [(String, String)] {
        func three(_ field: String, _ text: LocalizedText) -> [(String, String)] {
            [(field + "_vi", text.vi), (field + "_zh", text.zh), (field + "_en", text.en)]
        }
        switch self {
        case .edition(let card):
            return three("title", card.title) + three("place", card.place ?? LocalizedText(vi: "", zh: "", en: ""))
                + [("source", card.source), ("working_group", card.workingGroup ?? "")]
                + card.observers.map { ("observers", $0) }
                + card.fields.flatMap { three("fields", $0.name) }
        case .provision(let card):
            return three("text", card.text) + [("source", card.source)] + card.implements.map { ("implements", $0) }
                + (card.responsible + card.supporting).map { ("responsible", ($0.name ?? "") + ($0.authority ?? "")) }
                + card.friends.map { ("friends", $0.one + $0.other) }
        case .standing(let said): return [("remark", said.remark)]
        case .obstacle(let said): return [("text", said.text)]
        case .evidence(let said): return [("title", said.title), ("media_type", said.mediaType)]
        case .decision(let said): return [("reason", said.reason)]
        case .proposal(let said): return three("text", said.text) + [("reason", said.reason)]
        case .acceptance(let said): return [("digest", said.digest)]
        case .indicator(let card):
            return three("name", card.name) + three("definition", card.definition)
                + [("unit", card.unit), ("source", card.source)]
        case .figure(let said): return [("source", said.source), ("remark", said.remark), ("period", said.period)]
        case .note(let said): return [("text", said.text), ("period", said.period)]
        case .minute(let said): return three("text", said.text)
        case .agenda(let said): return three("text", said.text)
        case .holder(let said):
            return [("name", said.name), ("office", said.office)] + said.spellings.map { ("spellings", $0) }
        case .letter(let card):
            return [("text", card.text), ("object", card.object), ("written", card.written)]
                + card.route.map { ("route", $0) }
        case .reading(let said): return [("note", said.note), ("start", said.start), ("end", said.end)]
        case .reply(let said): return three("text", said.text)
        case .answer(let said): return [("text", said.text)]
        case .word(let said):
            return [("office", said.office), ("means", said.means), ("acknowledged_by", said.acknowledgedBy)]
        case .shift(let entry): return [("text", entry.text)]
        }
    }

    private var lists: [(String, Int)] {
        switch self {
        case .edition(let card):
            [("observers", card.observers.count), ("fields", card.fields.count), ("parties", card.parties.count)]
        case .provision(let card):
            [
                ("responsible", card.responsible.count), ("supporting", card.supporting.count),
                ("friends", card.friends.count), ("implements", card.implements.count),
                ("indicators", card.indicators.count), ("readers", card.readers?.count ?? 0),
            ]
        case .letter(let card): [("route", card.route.count)]
        case .holder(let said): [("spellings", said.spellings.count)]
        default: []
        }
    }
}

extension Register {
    /// Handovers that nobody has taken over yet.
    public var openHandovers: [Said<ShiftEntry>] {
        let taken = Set(shifts.compactMap(\.body.handover))
        return shifts.filter { $0.body.kind == .handover && !taken.contains($0.number) }
    }

    func problem(ofEdition id: String, by party: PartyID) -> RegisterProblem? {
        guard let edition = editions[id]?.card else { return RegisterProblem(.noEdition, field: "edition", detail: id) }
        guard present(edition.parties).contains(party) else {
            return RegisterProblem(.party, field: "party", detail: party.text)
        }
        guard edition.state != .closed else { return RegisterProblem(.closed, field: "edition", detail: id) }
        return nil
    }

    func problem(at key: ProvisionKey, by party: PartyID, needsDraft: Bool = false) -> RegisterProblem? {
        // Whoever may not read a provision learns no more than that nothing is there.
        guard provisions[key] != nil, readers(of: key).contains(party) else {
            return RegisterProblem(.noProvision, field: "provision", detail: key.description)
        }
        if let problem = problem(ofEdition: key.edition, by: party) { return problem }
        guard !needsDraft || editions[key.edition]?.card.state == .draft else {
            return RegisterProblem(.closed, field: "provision", detail: key.description)
        }
        return nil
    }

    func problem(ofIndicator id: String, period: String, by party: PartyID) -> RegisterProblem? {
        guard let entry = indicators[id], readers(ofIndicator: id).contains(party) else {
            return RegisterProblem(.noIndicator, field: "indicator", detail: id)
        }
        guard entry.card.period.isPeriod(period, editions: editions) else {
            return RegisterProblem(.key, field: "period", detail: period)
        }
        return nil
    }

    func problem(ofField id: String, in edition: String) -> RegisterProblem? {
        let isKnown = CooperationFields.known.contains(id)
        let isFree = editions[edition]?.card.fields.contains { $0.id == id } ?? false
        return isKnown || isFree ? nil : RegisterProblem(.field, field: "field", detail: id)
    }
}

extension IndicatorCard.Period {
    /// Whether a text names such a period.
    public func isPeriod(_ text: String, editions: [String: Register.EditionEntry] = [:]) -> Bool {
        let isYear = { (part: Substring) in
            part.utf8.count == 4 && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        switch self {
        case .year: return parts.count == 1 && isYear(parts[0])
        case .quarter: return parts.count == 2 && isYear(parts[0]) && ["Q1", "Q2", "Q3", "Q4"].contains(parts[1])
        case .month:
            return parts.count == 2 && isYear(parts[0]) && parts[1].utf8.count == 2
                && (Int(parts[1]).map { (1...12).contains($0) } ?? false)
        case .edition: return editions[text] != nil
        }
    }
}

extension EditionCard {
    func problem(in register: Register, by party: PartyID) -> RegisterProblem? {
        guard isTableIdentifier(id) else { return RegisterProblem(.key, field: "id", detail: id) }
        guard (1...999).contains(number) else { return RegisterProblem(.number, field: "number") }
        guard !title.isEmptyInAll else { return RegisterProblem(.empty, field: "title") }
        guard register.present(parties).contains(party) else {
            return RegisterProblem(.party, field: "parties", detail: party.text)
        }
        if let from, let until, until < from { return RegisterProblem(.day, field: "until") }
        for (field, named) in [("chair", chair), ("next_chair", nextChair)] {
            if let named, !parties.contains(named) { return RegisterProblem(.party, field: field, detail: named.text) }
        }
        if let previous, previous == id || register.editions[previous] == nil {
            return RegisterProblem(.noEdition, field: "previous", detail: previous)
        }
        for field in fields where !isTableIdentifier(field.id) || CooperationFields.known.contains(field.id) {
            return RegisterProblem(.field, field: "fields", detail: field.id)
        }
        // What others have opened is changed by them; a party has a card of its own beside it.
        if register.editions[id] != nil, !register.parties(ofEdition: id).contains(party) {
            return RegisterProblem(.party, field: "parties", detail: party.text)
        }
        return nil
    }
}

extension ProvisionCard {
    func problem(in register: Register, by party: PartyID) -> RegisterProblem? {
        if let problem = register.problem(ofEdition: key.edition, by: party) { return problem }
        if register.provisions[key] != nil, !register.readers(of: key).contains(party) {
            return RegisterProblem(.noProvision, field: "provision", detail: key.description)
        }
        guard ProvisionKind(rawValue: kind) != nil else { return RegisterProblem(.key, field: "kind", detail: kind) }
        if let problem = register.problem(ofField: field, in: key.edition) { return problem }
        guard !text.isEmptyInAll else { return RegisterProblem(.empty, field: "text") }
        let parties = register.editions[key.edition]?.card.parties ?? []
        for office in responsible + supporting {
            guard parties.contains(office.party) else {
                return RegisterProblem(.party, field: "responsible", detail: office.party.text)
            }
            guard office.authority?.isEmpty == false || office.name?.isEmpty == false else {
                return RegisterProblem(.empty, field: "responsible")
            }
        }
        for reader in readers ?? [] where !parties.contains(reader) {
            return RegisterProblem(.party, field: "readers", detail: reader.text)
        }
        if let continues {
            // An earlier provision that this party cannot see may be named by one who can.
            guard continues.edition != key.edition, register.editions[continues.edition] != nil else {
                return RegisterProblem(.noProvision, field: "continues", detail: continues.description)
            }
        }
        for indicator in indicators where !isTableIdentifier(indicator) {
            return RegisterProblem(.key, field: "indicators", detail: indicator)
        }
        return nil
    }
}

extension EvidenceStatement {
    func problem(in register: Register, by party: PartyID) -> RegisterProblem? {
        guard !title.isEmpty else { return RegisterProblem(.empty, field: "title") }
        guard EvidenceStatement.isDigest(digest) else { return RegisterProblem(.key, field: "digest", detail: digest) }
        guard size > 0 else { return RegisterProblem(.number, field: "size") }
        if let provision { return register.problem(at: provision, by: party) }
        if let indicator {
            return register.indicators[indicator] == nil || !register.readers(ofIndicator: indicator).contains(party)
                ? RegisterProblem(.noIndicator, field: "indicator", detail: indicator) : nil
        }
        guard let edition else { return RegisterProblem(.empty, field: "provision") }
        guard register.parties(ofEdition: edition).contains(party) else {
            return RegisterProblem(.noEdition, field: "edition", detail: edition)
        }
        return nil
    }

    /// Whether a text is the SHA-256 of something: 64 lower-case hexadecimal digits.
    public static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

extension IndicatorCard {
    func problem(in register: Register, by party: PartyID) -> RegisterProblem? {
        guard isTableIdentifier(id) else { return RegisterProblem(.key, field: "id", detail: id) }
        if register.indicators[id] != nil, !register.readers(ofIndicator: id).contains(party) {
            return RegisterProblem(.noIndicator, field: "indicator", detail: id)
        }
        guard !name.isEmptyInAll else { return RegisterProblem(.empty, field: "name") }
        guard !unit.isEmpty else { return RegisterProblem(.empty, field: "unit") }
        let free = register.editions.values.contains { entry in entry.card.fields.contains { $0.id == field } }
        guard CooperationFields.known.contains(field) || free else {
            return RegisterProblem(.field, field: "field", detail: field)
        }
        return nil
    }
}

extension LetterCard {
    func problem(in register: Register) -> RegisterProblem? {
        guard number > 0 else { return RegisterProblem(.number, field: "number") }
        guard !text.isEmpty || !scan.isEmpty else { return RegisterProblem(.empty, field: "text") }
        guard !object.isEmpty else { return RegisterProblem(.empty, field: "object") }
        guard sender.authority?.isEmpty == false || sender.name?.isEmpty == false else {
            return RegisterProblem(.empty, field: "sender")
        }
        guard scan.isEmpty || EvidenceStatement.isDigest(scan) else { return RegisterProblem(.key, field: "scan") }
        if let supersedes, supersedes == number || register.letters[supersedes] == nil {
            return RegisterProblem(.noLetter, field: "supersedes", detail: "\(supersedes)")
        }
        return nil
    }
}

extension LetterReading {
    var problem: RegisterProblem? {
        guard (1...4).contains(label.count) else { return RegisterProblem(.key, field: "label", detail: label) }
        guard start.isEmpty || LetterReading.isClock(start) else {
            return RegisterProblem(.day, field: "start", detail: start)
        }
        guard end.isEmpty || LetterReading.isClock(end) else { return RegisterProblem(.day, field: "end", detail: end) }
        guard zone.isEmpty || LetterReading.moment("2025-01-01 00:00", zone: zone) != nil else {
            return RegisterProblem(.day, field: "zone", detail: zone)
        }
        for (field, value) in [("hours", hours), ("discharge", discharge)] {
            if let value, !value.isFinite || value < 0 || value > 1_000_000 {
                return RegisterProblem(.number, field: field)
            }
        }
        return nil
    }
}
