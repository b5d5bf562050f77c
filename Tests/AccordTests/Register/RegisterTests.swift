import Accord
import Series
import Testing

private let yunnan = PartyID("cn-yunnan")!
private let laoCai = PartyID("vn-lao-cai")!
private let laiChau = PartyID("vn-lai-chau")!
private let day = CivilDate(year: 2026, month: 3, day: 1)!

private func text(_ words: String) -> LocalizedText {
    LocalizedText(vi: words + " (vi)", zh: words + " (zh)", en: words)
}

/// A register that grows act by act, each a minute after the one before.
private struct Pen {
    var register = Register()
    var numbers: [PartyID: Int] = [:]
    var minute: Int64 = 0

    mutating func write(_ party: PartyID, _ act: RegisterAct) throws {
        numbers[party, default: 0] += 1
        minute += 1
        try register.add(
            RegisterRecord(
                party: party, number: numbers[party] ?? 0, at: Instant(secondsSinceEpoch: 1_760_000_000 + 60 * minute),
                person: "",
                act: act))
    }

    /// An edition of three parties, with provisions 1.1 and 2.1 for all and 3.1 between Yunnan and Lao Cai.
    static func withEdition(_ state: EditionCard.State = .signed) throws -> Pen {
        var pen = Pen()
        var card = EditionCard(
            id: "conference-5", number: 5, title: text("Fifth"), parties: [laoCai, yunnan, laiChau], state: state,
            source: "made")
        card.chair = laiChau
        card.nextChair = yunnan
        try pen.write(laoCai, .edition(card))
        try pen.write(
            laoCai,
            .provision(ProvisionCard(key: key("1.1"), kind: .action, field: "water", text: text("Exchange early"))))
        var target = ProvisionCard(key: key("2.1"), kind: .target, field: "trade", text: text("Turnover"))
        target.indicators = ["turnover"]
        target.due = CivilDate(year: 2026, month: 1, day: 1)
        try pen.write(laoCai, .provision(target))
        var secret = ProvisionCard(key: key("3.1"), kind: .action, field: "border-order", text: text("Between two"))
        secret.readers = [laoCai, yunnan]
        try pen.write(laoCai, .provision(secret))
        return pen
    }
}

private func key(_ clause: String, _ edition: String = "conference-5") -> ProvisionKey {
    ProvisionKey(edition: edition, clause: clause)!
}

private func problem(_ body: () throws -> Void) -> RegisterProblem.Code? {
    do {
        try body()
        return nil
    } catch let problem as RegisterProblem {
        return problem.code
    } catch { return nil }
}

@Suite struct RegisterTests {
    @Test func `Clauses stand in the order of their numbers, not of their letters`() {
        let sorted = [key("2.10"), key("2.9"), key("10.1"), key("2.9-a"), key("2")].sorted().map(\.clause)
        #expect(sorted == ["2", "2.9", "2.9-a", "2.10", "10.1"])
        #expect(ProvisionKey("a/..") == nil && ProvisionKey("a/b/c") == nil && ProvisionKey("A/1") == nil)
    }

    @Test
    func
        `What one party says never takes the place of what another has said, and the whole stands as the part that needs attention`()
        throws
    {
        var pen = try Pen.withEdition()
        #expect(pen.register.provisions[key("1.1")]?.standing == .open)
        try pen.write(laoCai, .standing(StandingStatement(provision: key("1.1"), standing: .kept)))
        try pen.write(yunnan, .standing(StandingStatement(provision: key("1.1"), standing: .slow, remark: "the line")))
        let entry = try #require(pen.register.provisions[key("1.1")])
        #expect(entry.now.mapValues(\.body.standing) == [laoCai: .kept, yunnan: .slow])
        #expect(entry.standing == .slow)
        try pen.write(yunnan, .standing(StandingStatement(provision: key("1.1"), standing: .kept)))
        #expect(pen.register.provisions[key("1.1")]?.standing == .kept)
        #expect(pen.register.provisions[key("1.1")]?.standings[yunnan]?.count == 2)
    }

    @Test func `Two parties' figures of one indicator stand side by side until a note says why they differ`() throws {
        var pen = try Pen.withEdition()
        try pen.write(
            laoCai,
            .indicator(
                IndicatorCard(
                    id: "turnover", name: text("Turnover"), definition: text("Both ways"), unit: "bn USD",
                    period: .year, source: "customs",
                    field: "trade")))
        func figure(_ value: Double) -> RegisterAct {
            .figure(
                FigureStatement(
                    indicator: "turnover", period: "2025", value: value, known: .observed, source: "customs"))
        }
        try pen.write(laoCai, figure(7.2))
        try pen.write(yunnan, figure(8.1))
        let entry = try #require(pen.register.indicators["turnover"])
        #expect(entry.figures["2025"]?[laoCai]?.last?.body.value == 7.2)
        #expect(entry.figures["2025"]?[yunnan]?.last?.body.value == 8.1)
        #expect(entry.differs(in: "2025"))
        var next = EditionCard(
            id: "conference-6", number: 6, title: text("Sixth"), parties: [laoCai, yunnan, laiChau], state: .draft,
            source: "made")
        next.previous = "conference-5"
        try pen.write(laoCai, .edition(next))
        #expect(pen.register.agenda(of: "conference-6", on: day)?.items.contains { $0.reason == .figures } == true)
        try pen.write(
            laoCai, .note(IndicatorNote(indicator: "turnover", period: "2025", text: "re-exports count on one side")))
        #expect(pen.register.agenda(of: "conference-6", on: day)?.items.contains { $0.reason == .figures } == false)
        #expect(
            problem {
                try pen.write(
                    yunnan,
                    .figure(
                        FigureStatement(
                            indicator: "turnover", period: "2025-Q1", value: 1, known: .observed, source: "x")))
            } == .key)
        #expect(
            problem {
                try pen.write(
                    yunnan,
                    .figure(
                        FigureStatement(
                            indicator: "turnover", period: "2024", value: nil, known: .observed, source: "x")))
            } == .empty)
    }

    @Test(arguments: ["kim ngạch", "KIM NGACH", "kim nga\u{323}ch", "duong"])
    func `Words are found by any case, with or without marks`(words: String) throws {
        var pen = try Pen.withEdition()
        try pen.write(
            laoCai,
            .provision(
                ProvisionCard(
                    key: key("7.7"), kind: .action, field: "trade", text: text("Kim ngạch thương mại đường sắt"))))
        var query = RegisterQuery(edition: "conference-5")
        query.words = words.split(separator: " ").map(String.init)
        #expect(pen.register.rows(query).map(\.key.clause) == ["7.7"], "\(words)")
    }

    @Test
    func `A provision between two parties is not there for the third: not in lists, counts, agendas, nor for its acts`()
        throws
    {
        var pen = try Pen.withEdition()
        #expect(pen.register.readers(of: key("3.1")) == [yunnan, laoCai].sorted())
        var query = RegisterQuery(edition: "conference-5")
        query.audience = [laiChau]
        #expect(pen.register.rows(query).map(\.key.clause) == ["1.1", "2.1"])
        query.audience = nil
        #expect(pen.register.rows(query).first { $0.key.clause == "3.1" }?.isRestricted == true)
        #expect(
            problem { try pen.write(laiChau, .standing(StandingStatement(provision: key("3.1"), standing: .kept))) }
                == .noProvision)
        #expect(
            problem { try pen.write(laiChau, .standing(StandingStatement(provision: key("9.9"), standing: .kept))) }
                == .noProvision)
        // Another party's wider card of the same place does not open it.
        try pen.write(
            yunnan,
            .provision(ProvisionCard(key: key("3.1"), kind: .action, field: "border-order", text: text("Between two"))))
        #expect(pen.register.readers(of: key("3.1")) == [yunnan, laoCai].sorted())
        #expect(
            pen.register.readers(of: .standing(StandingStatement(provision: key("3.1"), standing: .kept)))
                == [yunnan, laoCai].sorted())
    }

    @Test
    func
        `A list shows what is said now, whatever was said last: about a provision, or about who chairs the conference`()
        throws
    {
        var pen = try Pen.withEdition()
        func row() -> RegisterRow? {
            pen.register.rows(RegisterQuery(edition: "conference-5")).first { $0.key == key("1.1") }
        }
        #expect(row()?.standing == .open && row()?.obstacles.isEmpty == true)
        try pen.write(laoCai, .standing(StandingStatement(provision: key("1.1"), standing: .slow)))
        try pen.write(yunnan, .standing(StandingStatement(provision: key("1.1"), standing: .kept)))
        #expect(row()?.standing == .slow && row()?.standings == [laoCai: .slow, yunnan: .kept])
        try pen.write(
            laoCai,
            .obstacle(ObstacleStatement(provision: key("1.1"), number: 1, text: "the bridge is closed", since: nil)))
        #expect(row()?.obstacles(on: day).map(\.text) == ["the bridge is closed"])
        try pen.write(laoCai, .obstacle(ObstacleStatement(provision: key("1.1"), number: 1, text: "", since: nil)))
        #expect(row()?.obstacles.isEmpty == true)
        // Both parties have a card of the same place: whose counts is the chair's matter.
        var other = try #require(pen.register.card(key("1.1")))
        other.text = text("Yunnan's words")
        try pen.write(yunnan, .provision(other))
        for chair in [yunnan, laoCai] {
            var edition = try #require(pen.register.editions["conference-5"]?.card)
            edition.chair = chair
            for party in edition.parties { try pen.write(party, .edition(edition)) }
            #expect(row()?.card == pen.register.card(key("1.1")))
            #expect((row()?.card.text.en == "Yunnan's words") == (chair == yunnan))
        }
    }

    @Test
    func
        `The next edition carries on what is not kept and not closed, with its lineage, and is chaired by whom the last conference named`()
        throws
    {
        var pen = try Pen.withEdition()
        try pen.write(laoCai, .standing(StandingStatement(provision: key("1.1"), standing: .kept)))
        try pen.write(
            laoCai, .decision(DecisionStatement(provision: key("3.1"), word: .close, reason: "done otherwise")))
        let acts = try #require(
            pen.register.opening(
                after: "conference-5", id: "conference-6", title: text("Sixth"), chair: nil, by: laoCai,
                on: day))
        for act in acts { try pen.write(laoCai, act) }
        let card = try #require(pen.register.editions["conference-6"]?.card)
        #expect(card.chair == yunnan && card.number == 6 && card.state == .draft)
        #expect(pen.register.keys(ofEdition: "conference-6").map(\.clause) == ["2.1"])
        #expect(pen.register.lineage(of: key("2.1", "conference-6")) == [key("2.1")])
        #expect(pen.register.successors(of: key("2.1")) == [key("2.1", "conference-6")])
        #expect(
            pen.register.opening(
                after: "conference-5", id: "conference-6", title: text("x"), chair: nil, by: laoCai,
                on: day) == nil)
        let agenda = try #require(pen.register.agenda(of: "conference-6", on: day))
        #expect(agenda.items.map(\.provision?.clause) == ["2.1", "3.1"])
    }

    @Test func `A provision that was written anew by its own party keeps its earlier words`() throws {
        var pen = try Pen.withEdition()
        let key = key("1.1")
        let before = try #require(pen.register.provisions[key]?.cards[laoCai]?.body)
        var after = before
        after.text = text("Other words")
        try pen.write(laoCai, .provision(after))
        try pen.write(laoCai, .provision(after))
        #expect(pen.register.provisions[key]?.earlier.map(\.body) == [before])
    }

    @Test func `A provision that a party carries on is on the agenda, and keeps a due date that is still to come`()
        throws
    {
        var pen = try Pen.withEdition()
        for clause in ["1.1", "2.1", "3.1"] {
            var card = try #require(pen.register.card(key(clause)))
            card.due = CivilDate(year: clause == "1.1" ? 2025 : 2027, month: 1, day: 1)
            try pen.write(laoCai, .provision(card))
            try pen.write(laoCai, .standing(StandingStatement(provision: key(clause), standing: .onCourse)))
            try pen.write(laoCai, .decision(DecisionStatement(provision: key(clause), word: .carryOn)))
        }
        let acts = try #require(
            pen.register.opening(
                after: "conference-5", id: "conference-6", title: text("Sixth"), chair: nil, by: laoCai, on: day))
        for act in acts { try pen.write(laoCai, act) }
        let items = try #require(pen.register.agenda(of: "conference-6", on: day)).items
        #expect(items.map(\.reason) == [.overdue, .carried, .carried])
        #expect(pen.register.card(key("1.1", "conference-6"))?.due == nil)
        #expect(pen.register.card(key("2.1", "conference-6"))?.due == CivilDate(year: 2027, month: 1, day: 1))
        #expect(pen.register.editions["conference-6"]?.card.source.isEmpty == true)
    }

    @Test func `A provision is overdue on the day after its due date, not on it`() throws {
        var pen = try Pen.withEdition()
        var card = try #require(pen.register.card(key("1.1")))
        card.due = day
        try pen.write(laoCai, .provision(card))
        let row = try #require(pen.register.rows(RegisterQuery(edition: "conference-5")).first { $0.key == key("1.1") })
        #expect(!row.isOverdue(on: day))
        #expect(row.isOverdue(on: CivilDate(daysSinceEpoch: day.daysSinceEpoch + 1)))
    }

    @Test func `What an edition gains after the next one was opened can be carried on once`() throws {
        var pen = try Pen.withEdition()
        for act in try #require(
            pen.register.opening(
                after: "conference-5", id: "conference-6", title: text("Sixth"), chair: nil, by: laoCai, on: day))
        { try pen.write(laoCai, act) }
        #expect(pen.register.carrying(into: "conference-6", by: laoCai, on: day).isEmpty)
        try pen.write(
            laoCai, .provision(ProvisionCard(key: key("4.1"), kind: .action, field: "trade", text: text("Late"))))
        let acts = pen.register.carrying(into: "conference-6", by: laoCai, on: day)
        #expect(acts.count == 1)
        for act in acts { try pen.write(laoCai, act) }
        #expect(pen.register.lineage(of: key("4.1", "conference-6")) == [key("4.1")])
        #expect(pen.register.carrying(into: "conference-6", by: laoCai, on: day).isEmpty)
        #expect(pen.register.carrying(into: "conference-5", by: laoCai, on: day).isEmpty)
    }

    @Test func `A text is agreed once every party has accepted the same words in all three languages`() throws {
        var pen = try Pen.withEdition(.draft)
        let first = LocalizedText(vi: "Chia sẻ sớm", zh: "提前共享", en: "Share early")
        let second = LocalizedText(vi: "Chia sẻ sớm hơn", zh: "更早共享", en: "Share earlier")
        try pen.write(laoCai, .proposal(ProposalStatement(provision: key("1.1"), text: first)))
        try pen.write(
            yunnan, .acceptance(AcceptanceStatement(provision: key("1.1"), digest: ProvisionText.digest(of: first))))
        #expect(pen.register.agreement(on: key("1.1"))?.agreed == nil)
        #expect(pen.register.agreement(on: key("1.1"))?.waiting == [laiChau])
        try pen.write(laiChau, .proposal(ProposalStatement(provision: key("1.1"), text: second)))
        #expect(pen.register.agreement(on: key("1.1"))?.accepting == [laiChau])
        for party in [laoCai, yunnan] {
            try pen.write(
                party, .acceptance(AcceptanceStatement(provision: key("1.1"), digest: ProvisionText.digest(of: second)))
            )
        }
        #expect(pen.register.agreement(on: key("1.1"))?.agreed == second)
        #expect(
            problem {
                try pen.write(
                    yunnan,
                    .acceptance(AcceptanceStatement(provision: key("1.1"), digest: String(repeating: "0", count: 64))))
            } == .noPart)
    }

    @Test(arguments: [
        ("Share stages twice a day", "Share stages and flows four times a day"), ("汛期共享水位", "汛期每日共享水位和流量"), ("", "new"),
        ("old", ""),
        ("Cùng một câu", "Cùng một câu"),
    ])
    func `Marked changes put together give the later text, and without what was added the earlier one`(
        earlier: String, later: String
    ) {
        let pieces = ProvisionText.changes(from: earlier, to: later)
        #expect(pieces.filter { $0.kind != .removed }.map(\.text).joined() == later)
        #expect(pieces.filter { $0.kind != .added }.map(\.text).joined() == earlier)
        #expect(earlier != later || pieces.allSatisfy { $0.kind == .same })
    }

    @Test
    func
        `Readings of one letter stand side by side; the hour without a zone and two discharges are asked about, and an answer settles them`()
        throws
    {
        var pen = Pen()
        let card = LetterCard(
            number: 1, channel: .letter, sender: OfficeReference(party: yunnan, authority: "malipo-foreign-affairs"),
            route: [],
            written: "2025-09-30", received: Instant(secondsSinceEpoch: 1_759_200_000), object: "malutang", text: "…",
            language: .chinese)
        #expect(
            problem { try pen.write(laoCai, .reading(LetterReading(letter: 1, label: "A", start: "", zone: ""))) }
                == .noLetter)
        try pen.write(laoCai, .letter(card))
        #expect(pen.register.letters[1]?.gaps == [.unread])
        try pen.write(
            laoCai,
            .reading(
                LetterReading(letter: 1, label: "A", start: "2025-09-30 12:00", zone: "", hours: 72, discharge: 300)))
        #expect(pen.register.letters[1]?.gaps == [.zone])
        try pen.write(
            laoCai,
            .reading(
                LetterReading(
                    letter: 1, label: "A", start: "2025-09-30 12:00", zone: "+07:00", hours: 72, discharge: 300)))
        try pen.write(
            laoCai,
            .reading(
                LetterReading(
                    letter: 1, label: "B", start: "2025-09-30 12:00", zone: "+08:00", hours: 72, discharge: 350)))
        #expect(pen.register.letters[1]?.gaps == [.startConflict, .dischargeConflict])
        #expect(pen.register.letters[1]?.readings.count == 2)
        try pen.write(
            laoCai,
            .answer(LetterAnswer(letter: 1, received: card.received + 600, text: "Beijing time, 350", settles: "B")))
        #expect(pen.register.letters[1]?.gaps == [] && pen.register.letters[1]?.settled == "B")
        #expect(pen.register.letters[1]?.readings.count == 2)
        try pen.write(laoCai, .answer(LetterAnswer(letter: 1, received: card.received, text: "x", settles: "A")))
        #expect(pen.register.letters[1]?.gaps == [])
        #expect(pen.register.letters[1]?.readings.map { pen.register.letters[1]?.isRefuted($0) } == [false, true])
        try pen.write(
            laoCai,
            .reading(
                LetterReading(
                    letter: 1, label: "C", start: "2025-10-01 12:00", zone: "+07:00", hours: 72, discharge: 300)))
        #expect(pen.register.letters[1]?.gaps == [.startConflict])
        #expect(
            pen.register.letters[1]?.readings.map { pen.register.letters[1]?.isRefuted($0) } == [false, true, false])
        #expect(RegisterAct.letter(card).isLocal && pen.register.readers(of: .letter(card)).isEmpty)
        #expect(
            problem {
                try pen.write(
                    laoCai, .answer(LetterAnswer(letter: 1, received: card.received, text: "x", settles: "Q")))
            } == .noPart)
    }

    @Test func `A handover is open until somebody takes it over, once`() throws {
        var pen = Pen()
        try pen.write(laoCai, .shift(ShiftEntry(kind: .handover, text: "Malutang releases from noon")))
        let open = try #require(pen.register.openHandovers.first)
        try pen.write(laoCai, .shift(ShiftEntry(kind: .taken, text: "", handover: open.number)))
        #expect(pen.register.openHandovers.isEmpty)
        #expect(
            problem { try pen.write(laoCai, .shift(ShiftEntry(kind: .taken, text: "", handover: open.number))) }
                == .noPart)
    }

    @Test
    func `Nothing is changed in an edition that is closed, and nothing without its field, its text or its office`()
        throws
    {
        #expect(problem { _ = try Pen.withEdition(.closed) } == .closed)
        var open = try Pen.withEdition()
        func provision(_ change: (inout ProvisionCard) -> Void) -> RegisterProblem.Code? {
            var card = ProvisionCard(key: key("4.1"), kind: .action, field: "water", text: text("x"))
            change(&card)
            return problem { try open.write(laoCai, .provision(card)) }
        }
        #expect(provision { $0.field = "magic" } == .field)
        #expect(provision { $0.text = LocalizedText(vi: "", zh: "", en: "") } == .empty)
        #expect(provision { $0.responsible = [OfficeReference(party: laoCai)] } == .empty)
        #expect(provision { $0.responsible = [OfficeReference(party: PartyID("vn-elsewhere")!, name: "x")] } == .party)
        #expect(provision { $0.text = text(String(repeating: "x", count: 4_001)) } == .long)
        #expect(provision { $0.continues = key("1.1") } == .noProvision)
        #expect(provision { _ in } == nil)
        #expect(
            problem {
                try open.write(
                    PartyID("vn-elsewhere")!, .standing(StandingStatement(provision: key("1.1"), standing: .kept)))
            } == .noProvision)
    }

    @Test
    func `what concerned a party that exists no more concerns the one that follows it, and its words stay readable`()
        throws
    {
        let (haGiang, tuyenQuang) = (PartyID("vn-ha-giang")!, PartyID("vn-tuyen-quang")!)
        var register = Register(succession: [haGiang: tuyenQuang])
        func write(_ party: PartyID, _ number: Int, _ act: RegisterAct) throws {
            try register.add(
                RegisterRecord(
                    party: party, number: number, at: Instant(secondsSinceEpoch: 1_700_000_000 + Int64(number)),
                    person: "", act: act))
        }
        let card = EditionCard(
            id: "conference-5", number: 4, title: text("Fourth"), parties: [yunnan, haGiang], state: .signed,
            source: "made")
        try write(yunnan, 1, .edition(card))
        var provision = ProvisionCard(
            key: key("1.1"), kind: .action, field: "friendly-villages", text: text("Villages"))
        provision.responsible = [OfficeReference(party: haGiang, authority: "ha-giang-foreign-affairs")]
        provision.readers = [haGiang, yunnan]
        try write(yunnan, 2, .provision(provision))
        #expect(register.readers(of: key("1.1")) == [yunnan, tuyenQuang].sorted())
        try write(tuyenQuang, 3, .standing(StandingStatement(provision: key("1.1"), standing: .kept)))
        #expect(register.parties(ofEdition: "conference-5") == [yunnan, tuyenQuang].sorted())
        // The entry says what was entered.
        #expect(register.card(key("1.1"))?.responsible.first?.party == haGiang)
        let acts = try #require(
            register.opening(
                after: "conference-5", id: "conference-6", title: text("Fifth"), chair: nil, by: tuyenQuang,
                on: day))
        guard case .edition(let next) = try #require(acts.first) else { return }
        #expect(next.parties == [yunnan, tuyenQuang].sorted())
    }
}
