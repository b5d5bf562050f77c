import Accord
import Formats
import Foundation
import HTTPTypes
import NodeCore
import Series
import TestKit
import Testing

@testable import Web

/// The pages of the register, the conference, letters and the desk: who may do what, and which bodies they name.
struct DeskPagesTests {
    private static let laoCai = PartyID("vn-lao-cai")!  // literal ids are valid, here and below
    private static let haGiang = PartyID("vn-ha-giang")!
    private static let yunnan = PartyID("cn-yunnan")!
    private static let clause = ProvisionKey(edition: "conference-4", clause: "3.2")!
    private static let pages = [
        "register", "register/conference-4/3.2", "indicators", "indicators/turnover", "conference",
        "conference/conference-4", "letters", "letters/1", "desk",
    ]

    private static func text(_ words: String) -> LocalizedText { LocalizedText(vi: words, zh: words, en: words) }

    /// A register with one of everything, in which a body that ended on 1 July 2025 answers for a provision.
    private static func register(_ book: OfficeBook) throws -> Register {
        var register = Register(succession: book.register.parties.compactMapValues(\.successor))
        var provision = ProvisionCard(key: clause, kind: .action, field: "friendly-villages", text: text("Visit"))
        provision.responsible = [OfficeReference(party: haGiang, authority: "ha-giang-foreign-affairs")]
        provision.friends = [FriendlyPair("province-ha-giang", "A village")]
        let acts: [RegisterAct] = [
            .edition(
                EditionCard(
                    id: "conference-4", number: 4, title: text("Fourth"), parties: [yunnan, haGiang, laoCai],
                    state: .signed, source: "made")),
            .provision(provision),
            .indicator(
                IndicatorCard(
                    id: "turnover", name: text("Turnover"), definition: text("what is counted"), unit: "USD",
                    period: .year, source: "made", field: "trade")),
            .letter(
                LetterCard(
                    number: 1, channel: .letter, sender: OfficeReference(party: yunnan, name: "county"), route: [],
                    written: "", received: Instant(secondsSinceEpoch: 1_770_000_000), object: "dam",
                    text: "Words of a letter", language: .chinese)),
            .shift(ShiftEntry(kind: .handover, text: "Watch the gauge")),
        ]
        for (place, act) in acts.enumerated() {
            let at = Instant(secondsSinceEpoch: 1_770_000_000 + Int64(place))
            try register.add(RegisterRecord(party: laoCai, number: place + 1, at: at, person: "Lan", act: act))
        }
        return register
    }

    /// The site on a day in March 2026.
    private func world(_ people: [(id: String, role: Role)] = []) throws -> PeopleWorld {
        let pack = try #require(
            readBasinPack(at: Repository.root.appending(path: "Packs/red-river").path(percentEncoded: false)).pack)
        let book = OfficeBook(register: pack.register, units: DeskPagesTests.units(pack))
        let register = try DeskPagesTests.register(book)
        let sample = sampleDutyBoard()
        let board = DutyBoard(
            party: sample.party, partyName: sample.partyName, zone: .indochina,
            now: Instant(secondsSinceEpoch: 1_772_500_000), lastCycle: nil, replay: nil, agreement: sample.agreement,
            points: [], drafts: [], partners: [])
        let world = try PeopleWorld(board: board) { deeds in
            RegisterDesk(
                register: { _ in register }, history: { _ in [] },
                perform: { _, acts, person in
                    for act in acts { deeds.add("\(act.name) by \(person)") }
                    return .done(unreached: [])
                },
                waiting: { _ in
                    [
                        WaitingAct(
                            number: 1, at: board.now - 60, person: "Minh",
                            act: .agenda(
                                AgendaStatement(
                                    edition: "conference-4", number: 1, text: Self.text("x"), field: "water")))
                    ]
                },
                answer: { _, number, isApproved, person in
                    deeds.add("second \(number) \(isApproved) by \(person)")
                    return true
                }, keepFile: { _, _ in String(repeating: "a", count: 64) },
                file: { _, _ in Array("scan".utf8) },
                enter: { _, reading in
                    deeds.add("value \(reading.series)")
                    return nil
                }, offices: book)
        }
        for person in people {
            try world.desk.add(
                person.id, name: "Name of \(person.id)", role: person.role, password: PeopleWorld.password, by: "test")
        }
        return world
    }

    private static func units(_ pack: BasinPack) -> [OfficeBook.Unit] {
        pack.units.values.map {
            OfficeBook.Unit(
                id: $0.id, party: $0.party, tier: $0.tier, name: $0.name, validity: $0.validity,
                successor: $0.successor)
        }
    }

    /// The forms of a page, by their words.
    private func forms(_ page: String) -> Set<ActForm> {
        let parts = page.components(separatedBy: "name=\"form\" value=\"").dropFirst()
        return Set(parts.compactMap { ActForm(rawValue: String($0.prefix { $0 != "\"" })) })
    }

    @Test(arguments: Role.allCases)
    func `each role sees every page of the desk and only the forms that it may send`(_ role: Role) async throws {
        let world = try world([(id: "somebody", role: role)])
        let browser = try await world.browser(of: "somebody")
        var seen: Set<ActForm> = []
        for path in Self.pages {
            let page = try await browser.get("/vn-lao-cai/\(path)?lang=en")
            #expect(page.status == .ok, "\(path)")
            seen.formUnion(forms(page.text))
        }
        let allowed = Set(ActForm.allCases.filter { role.acts.contains($0.act) })
        #expect(seen.isSubset(of: allowed))
        #expect(seen.isEmpty == allowed.isEmpty)
        if role.acts.contains(.keepDesk) { #expect(seen.isSuperset(of: [.letter, .shift, .taken, .reading])) }
        if role.acts.contains(.keepRegister) {
            #expect(seen.isSuperset(of: [.provision, .standing, .evidence, .figure, .obstacle]))
        }
    }

    @Test(arguments: Role.allCases)
    func `a form that a role may not send does nothing, and the log says who tried`(_ role: Role) async throws {
        let world = try world([(id: "somebody", role: role)])
        let browser = try await world.browser(of: "somebody")
        for form in ActForm.allCases {
            let before = world.deeds.all.count
            let answer = try await browser.post(
                "/vn-lao-cai/act?lang=en",
                [
                    "form": form.rawValue, "back": "desk", "provision": Self.clause.description, "standing": "kept",
                    "text": "words", "kind": "note", "number": "1", "waiting": "1", "word": "approve",
                ])
            if role.acts.contains(form.act) {
                #expect(answer.status == .seeOther || answer.status == .unprocessableContent, "\(form)")
            } else {
                #expect(answer.status == .forbidden, "\(form)")
                #expect(world.deeds.all.count == before, "\(form)")
                #expect(try world.acts().last == "register somebody \(form.rawValue) not-allowed", "\(form)")
            }
        }
    }

    @Test func `a form of the list stays at its edition, keeps what was typed, and writes over no clause`() async throws
    {
        let world = try world()
        let browser = world.browser()
        func send(_ clause: String, _ words: String) async throws -> PeopleWorld.Answer {
            try await browser.post(
                "/vn-lao-cai/act",
                [
                    "form": "provision", "back": "register", "edition": "conference-4", "new": "yes", "clause": clause,
                    "kind": "action", "field": "trade", "text_vi": words, "text_zh": words, "text_en": words,
                    "person": "Lan",
                ])
        }
        for (clause, word) in [("Clause 3", "Fairs"), ("3.2", "Markets")] {
            let wrong = try await send(clause, word)
            #expect(wrong.status == .unprocessableContent && wrong.text.contains(word))
            #expect(wrong.text.contains("name=\"edition\" value=\"conference-4\""))
        }
        #expect(world.deeds.all.isEmpty)
        let kept = try await send("3.3", "Fairs")
        #expect(kept.status == .seeOther && kept.headers[.location]?.contains("edition=conference-4") == true)
    }

    /// Sends a table of provisions to the list of the fourth edition.
    private func paste(_ table: String, _ world: PeopleWorld, language: String = "en") async throws
        -> PeopleWorld.Answer
    {
        try await world.browser().post(
            "/vn-lao-cai/act?lang=\(language)",
            ["form": "table", "back": "register", "edition": "conference-4", "table": table, "person": "Lan"])
    }

    @Test(arguments: ["\t", ";", ","])
    func `a table that was pasted gives a provision a row and says how it stands`(_ separator: String) async throws {
        let world = try world()
        let rows = [
            ["Clause", "Kind", "field", "Due", "text_vi", "text_zh", "text_en", "responsible", "standing", "remark"],
            [
                "1.1", "Action", "trade", "2026/12/1", "Hội chợ", "展销会", "\"A fair\"", "Lao Cai: A new office", "slow",
                "late",
            ],
            ["1.2", "", "Water", "", "Trạm", "站", "\"Two\nlines\"", "", "", ""],
        ]
        let answer = try await paste(rows.map { $0.joined(separator: separator) }.joined(separator: "\r\n"), world)
        #expect(answer.status == .seeOther && answer.headers[.location]?.contains("edition=conference-4") == true)
        #expect(world.deeds.all == ["provision by Lan", "standing by Lan", "provision by Lan"])
    }

    @Test(
        arguments: [
            ("clause,kind,field,text_en\n3.2,action,trade,Fairs", "Line 2: Clause:"),
            (
                "clause,kind,field,text_en\n1.1,action,trade,Fairs\n1.1,action,trade,Again",
                "the same clause stands in line 2"
            ),
            ("clause,kind,field,text_en\n1.1,wish,trade,Fairs", "Line 2: Kind: “wish” is none of the words"),
            ("clause,kind,field,text_en,colour\n1.1,action,trade,Fairs,red", "no field is called “colour”"),
            ("clause,kind,field,text_en\n1.1,action,trade,Fairs,red", "cells beyond the headings"),
            ("clause,kind,field,text_en,standing,remark\n1.1,action,trade,Fairs,,late", "A remark needs a word"),
            (
                "clause,kind,field,text_en,responsible\n1.1,action,trade,Fairs,Nowhere: An office",
                "“Nowhere” is no party"
            ),
            ("clause,standing\n9.9,slow", "No clause 9.9"),
            ("clause,,standing\n3.2,red,slow", "a column without a heading"),
            ("clause,kind,field,due,text_en\n1.1,action,trade,31.12.2026,Fairs", "Line 2: Due"),
            ("clause,kind,field,due,text_en\n1.1,action,trade,9999-01-01,Fairs", "far from now"),
            ("clause,kind,field,text_en\n1.1,action,trade,\"Fairs", "quotation mark"),
            ("edition,clause,kind,field,text_en\nconference-5,1.1,action,trade,Fairs", "another edition"),
            ("clause,kind,field,text_en,supporting\n1.1,action,trade,Fairs,nobody", "write the party, a colon"),
            ("clause,kind,field,text_en", "no row below"),
            ("clause,kind,text_en\n1.1,action,Fairs", "Line 2: Field of cooperation"),
            (
                "clause,kind,field,text_en,supporting\n1.1,action,trade,Fairs,Ha Giang: An office",
                "exists no more; Tuyen Quang"
            ),
        ])
    func `one fault in a table keeps all of it out and says the line`(_ table: String, _ words: String) async throws {
        let world = try world()
        let answer = try await paste(table, world)
        #expect(answer.status == .unprocessableContent)
        let page = answer.text.replacing("&quot;", with: "\"")
        #expect(page.contains(words), "\(words)")
        #expect(world.deeds.all.isEmpty)
        #expect(page.contains(table.prefix { !$0.isNewline }), "what was pasted stays")
    }

    @Test func `how several provisions stand is said by one form, and what was left alone is not said`() async throws {
        let world = try world()
        let browser = world.browser()
        let page = try await browser.get("/vn-lao-cai/register?edition=conference-4&say=yes&lang=en")
        #expect(page.text.contains("id=\"form-standings-standing-3.2\""))
        func say(_ standing: String) async throws -> PeopleWorld.Answer {
            try await browser.post(
                "/vn-lao-cai/act?lang=en",
                [
                    "form": "standings", "back": "register", "edition": "conference-4", "say": "yes",
                    "standing-3.2": standing, "remark-3.2": "The road is closed", "person": "Lan",
                ])
        }
        let nothing = try await say("")
        #expect(nothing.status == .unprocessableContent && nothing.text.contains("Nothing is chosen"))
        #expect(nothing.text.contains("The road is closed"))
        #expect(try await say("fine").status == .unprocessableContent)
        #expect(world.deeds.all.isEmpty)
        #expect(try await say("slow").status == .seeOther)
        #expect(world.deeds.all == ["standing by Lan"])
    }

    @Test
    func `a table of clauses and standings says how clauses stand that are here, empty ends of rows are no fault`()
        async throws
    {
        let world = try world()
        let answer = try await paste("Điều\tTình hình\tGhi chú\t\n3.2\tcòn chậm\tđường đóng\n", world, language: "vi")
        #expect(answer.status == .seeOther && answer.headers[.location]?.contains("did=kept.1") == true)
        #expect(answer.headers[.location]?.hasSuffix("#done") == true)
        #expect(world.deeds.all == ["standing by Lan"])
    }

    @Test(
        arguments: [
            ("0.500", Language.vietnamese, 0.5), ("0,050", .english, 0.05), ("1.500", .vietnamese, 1500),
            ("1,500", .english, 1500), ("1,500", .vietnamese, 1.5), ("-0.250", .vietnamese, -0.25),
            ("\u{2212}5,25", .vietnamese, -5.25), ("\u{2212}5.25", .english, -5.25), ("0.500.000", .vietnamese, nil),
            ("1.500.000", .vietnamese, 1_500_000), (".500", .vietnamese, 0.5),
        ] as [(String, Language, Double?)])
    func `a number is read as its language writes it, and nothing begins a group of thousands with a zero`(
        typed: String, language: Language, number: Double?
    ) {
        #expect(TypedNumber.read(typed, language: language) == number)
    }

    @Test(
        arguments: [
            ("30/11/2026", Language.vietnamese, "2026-11-30"), ("30.11.2026", .vietnamese, "2026-11-30"),
            ("1/2/2026", .english, nil), ("2026年2月3日", .chinese, "2026-02-03"), ("2026/2/3", .english, "2026-02-03"),
            ("2026-02-30", .english, nil), ("30/2/2026", .vietnamese, nil), ("12", .vietnamese, nil),
            ("", .english, nil),
        ] as [(String, Language, String?)])
    func `a day is read as the language of the page writes it, and never guessed`(
        _ typed: String, _ language: Language, _ day: String?
    ) {
        #expect(TypedDay.read(typed, language: language)?.description == day)
    }

    @Test func `a clock is read with its day as the language of the page writes it`() {
        func plain(_ typed: String, _ language: Language = .vietnamese) -> String {
            LetterClock.plain(typed, language: language)
        }
        #expect(plain("30/11/2026 08:00") == "2026-11-30 08:00" && plain("30.11.2026 8:00") == "2026-11-30 08:00")
        #expect(
            plain("2026-11-30T08:00") == "2026-11-30 08:00"
                && plain("2026年11月30日 08:00", .chinese) == "2026-11-30 08:00")
        #expect(plain("1/2/2026 08:00", .english) == "1/2/2026 08:00" && plain("noon") == "noon")
        let zone = UTCOffset.indochina
        #expect(LetterClock.moment("1/2/2026 08:00", zone: zone, language: .english) == nil)
        #expect(LetterClock.moment("30/11/2026 08:00", zone: zone, language: .vietnamese) != nil)
    }

    @Test func `a form that was opened before a colleague wrote the same anew writes over nothing`() async throws {
        let world = try world()
        let browser = world.browser()
        func send(_ seen: String) async throws -> PeopleWorld.Answer {
            try await browser.post(
                "/vn-lao-cai/act?lang=en",
                [
                    "form": "provision", "back": "register/conference-4/3.2", "edition": "conference-4",
                    "clause": "3.2",
                    "kind": "action", "field": "trade", "text_vi": "x", "text_zh": "x", "text_en": "Other words",
                    "seen": seen, "person": "Minh",
                ])
        }
        let page = try await browser.get("/vn-lao-cai/register/conference-4/3.2?lang=en")
        let seen = try #require(
            page.text.split(separator: "name=\"seen\" value=\"").dropFirst().first?.prefix { $0 != "\"" })
        let stale = try await send("1")
        #expect(stale.status == .unprocessableContent && stale.text.contains("Lan has written this anew"))
        #expect(stale.text.contains("Other words") && world.deeds.all.isEmpty)
        #expect(try await send(String(seen)).status == .seeOther)
    }

    @Test(arguments: [
        [
            "form": "edition", "back": "conference", "id": "conference-4", "new": "yes", "number": "4",
            "state": "draft",
            "title_vi": "Khác", "title_zh": "别的", "title_en": "Another", "parties": "vn-lao-cai",
        ],
        [
            "form": "indicator", "back": "indicators", "id": "turnover", "new": "yes", "name_vi": "Khác",
            "name_zh": "别的",
            "name_en": "Another", "definition_vi": "x", "definition_zh": "x", "definition_en": "x", "unit": "piece",
            "period": "year", "source": "x", "field": "trade",
        ],
        [
            "form": "provision", "back": "register", "edition": "conference-4", "clause": "3.2", "new": "yes",
            "kind": "action", "field": "trade", "text_vi": "x", "text_zh": "x", "text_en": "x",
        ],
    ])
    func `what is said to be new and is there already is refused, and nothing of it is written over`(
        _ form: [String: String]
    ) async throws {
        let world = try world()
        let answer = try await world.browser().post(
            "/vn-lao-cai/act?lang=en", form.merging(["person": "Minh"]) { $1 })
        #expect(answer.status == .unprocessableContent && world.deeds.all.isEmpty)
        #expect(
            answer.text.contains("exists") || answer.text.contains("stands in this edition already"),
            "\(answer.text.suffix(2_000))")
        // The same without the word that it is new is a change, once nobody has written it anew.
        var change = form
        change["new"] = nil
        change["person"] = "Minh"
        change["seen"] = "0"
        let stale = try await world.browser().post("/vn-lao-cai/act?lang=en", change)
        #expect(stale.status == .unprocessableContent && stale.text.contains("Lan has written this anew"))
        change["seen"] = "9"
        #expect(try await world.browser().post("/vn-lao-cai/act?lang=en", change).status == .seeOther)
    }

    @Test(arguments: [
        ("told", "2027-02-02 10:00", "That hour has not come yet"),
        ("told", "2026-02-02 09:30", "The letter came in at"), ("told", "2026-02-02 09:46", nil),
        ("answer", "2026-02-01 10:00", "The letter came in at"),
        ("acknowledged", "2026-02-02 09:39", "The letter came in at"),
        ("acknowledged", "2026-03-03 08:07", nil), ("acknowledged", "2026-03-04 08:07", "That hour has not come yet"),
    ])
    func `what became of a letter lies neither before it nor ahead of the clock`(
        _ form: String, _ time: String, _ fault: String?
    ) async throws {
        let world = try world()
        let answer = try await world.browser().post(
            "/vn-lao-cai/act?lang=en",
            [
                "form": form, "back": "letters/1", "letter": "1", "office_name": "dam", "at": time, "received": time,
                "text": "x", "acknowledged_by": "shift engineer", "means": "fax", "person": "Minh",
            ])
        #expect(answer.status == (fault == nil ? .seeOther : .unprocessableContent), "\(answer.status)")
        if let fault { #expect(answer.text.contains(fault) && world.deeds.all.isEmpty && answer.text.contains(time)) }
    }

    @Test func `every wrong field of a form is told at once`() async throws {
        let answer = try await world().browser().post(
            "/vn-lao-cai/act?lang=en",
            [
                "form": "edition", "new": "yes", "back": "conference", "id": "conference-9", "number": "nine",
                "state": "gone",
                "from": "30 Febr", "until": "x", "fields": "a|b", "title_vi": "x", "title_zh": "x", "title_en": "x",
                "person": "Minh",
            ])
        #expect(answer.status == .unprocessableContent)
        for field in ["number", "state", "from", "until", "fields"] {
            #expect(answer.text.contains("id=\"form-edition-\(field)-error\""), "\(field)")
        }
    }

    @Test func `the list stays at its edition and what was asked in another language`() async throws {
        let page = try await world().ask("/vn-lao-cai/register?edition=conference-4&words=visit&lang=en").text
        let links = page.components(separatedBy: "href=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
        let vietnamese = links.filter { $0.contains("lang=vi") && $0.contains("/register") }
        #expect(vietnamese.contains { $0.contains("edition=conference-4") && $0.contains("words=visit") }, "\(links)")
    }

    @Test func `a figure for what is no period is told how its period is written`() async throws {
        let answer = try await world().browser().post(
            "/vn-lao-cai/act?lang=en",
            [
                "form": "figure", "back": "indicators/turnover", "indicator": "turnover", "period": "2025-26",
                "value": "5", "known": "observed", "source": "customs", "person": "Minh",
            ])
        #expect(answer.status == .unprocessableContent && answer.text.contains("is no such period. As 2025."))
    }

    @Test func `an edition that has a successor, or is being negotiated, is followed by no other`() async throws {
        let world = try world()
        let page = try await world.browser().get("/vn-lao-cai/conference?lang=en")
        #expect(page.text.contains("id=\"form-opening\""))
        func open(_ id: String) async throws -> PeopleWorld.Answer {
            try await world.browser().post(
                "/vn-lao-cai/act?lang=en",
                [
                    "form": "opening", "back": "conference", "previous": "conference-4", "id": id, "title_vi": "x",
                    "title_zh": "x", "title_en": "x", "person": "Lan",
                ])
        }
        #expect(try await open("conference-5").status == .seeOther)
        #expect(try await open("conference-4").status == .unprocessableContent)
    }

    @Test func `an office by name is that of the register, one that has ended is refused with whoever follows it`()
        async throws
    {
        let world = try world()
        func send(_ name: String) async throws -> PeopleWorld.Answer {
            try await paste("clause,kind,field,text_en,supporting\n1.1,action,trade,Fairs,\(name)", world)
        }
        let ended = try await send("Tuyen Quang: Ha Giang Department of Foreign Affairs")
        #expect(ended.status == .unprocessableContent && ended.text.contains("exists no more"), "\(ended.text.count)")
        #expect(try await send("Tuyen Quang: A bureau that nobody knows").status == .seeOther)
    }

    @Test(
        arguments: [
            ("Biên bản", ".pdf", "Bi%C3%AAn%20b%E1%BA%A3n.pdf"), ("a/b\"c.pdf", ".pdf", "a-b-c.pdf"),
            (" ", ".pdf", nil),
        ] as [(String, String, String?)])
    func `a kept file is saved under what it was called here`(_ title: String, _ ending: String, _ name: String?) {
        #expect(KeptFile.name(title, ending: ending) == name)
    }

    @Test func `after a provision the form opens again for the next clause with the same field`() async throws {
        let world = try world()
        let page = try await world.browser().get("/vn-lao-cai/register?edition=conference-4&after=3.2&lang=en")
        #expect(page.text.contains("name=\"clause\" value=\"3.3\""))
        #expect(page.text.contains("value=\"friendly-villages\" selected"))
        #expect(page.text.contains("<details open>"))
    }

    @Test func `a form that was sent twice is kept once, and a page says whom no lane reaches`() async throws {
        var register = try DeskPagesTests.register(OfficeBook(register: PartyRegister(parties: []), units: []))
        let statement = ObstacleStatement(
            provision: DeskPagesTests.clause, number: 1, text: "No visas", since: nil, until: nil)
        let at = Instant(secondsSinceEpoch: 1_770_001_000)
        try register.add(
            RegisterRecord(
                party: DeskPagesTests.laoCai, number: 6, at: at, person: "Lan", act: .obstacle(statement)))
        func again(_ text: String, _ party: PartyID) -> Bool {
            register.isRepeated(
                .obstacle(
                    ObstacleStatement(provision: DeskPagesTests.clause, number: 2, text: text, since: nil, until: nil)),
                by: party)
        }
        #expect(again("No visas", DeskPagesTests.laoCai))
        #expect(!again("No visas", DeskPagesTests.yunnan) && !again("No guides", DeskPagesTests.laoCai))
        let page = try await world().ask("/vn-lao-cai/register?lang=en&did=unreached.cn-yunnan.nobody")
        #expect(page.text.contains("No lane of this agreement reaches Yunnan: tell them another way."))
    }

    @Test(arguments: ["words=visit+VISIT", "words=3.2%20visit"])
    func `words are found as forms send them`(query: String) async throws {
        let page = try await world().ask("/vn-lao-cai/register?lang=en&" + query)
        #expect(page.text.contains("register/conference-4/3.2"), "\(query)")
    }

    @Test func `strangers get nothing of the desk, neither pages nor files nor acts`() async throws {
        let world = try world([(id: "somebody", role: .reader)])
        let stranger = world.browser()
        let files = [
            "register/conference-4/report.html", "register/conference-4/provisions.csv", "indicators/figures.csv",
            "files/" + String(repeating: "a", count: 64),
        ]
        for path in Self.pages + files {
            let answer = try await stranger.get("/vn-lao-cai/\(path)")
            #expect([.seeOther, .unauthorized].contains(answer.status), "\(path)")
            #expect(!answer.text.contains("Visit") && !answer.text.contains("scan"), "\(path)")
        }
        _ = try await stranger.post(
            "/vn-lao-cai/act", ["form": "shift", "back": "desk", "kind": "note", "text": "words", "person": "Lan"])
        #expect(world.deeds.all.isEmpty)
    }

    @Test func `a form without its key or from another site does nothing`() async throws {
        let world = try world([(id: "somebody", role: .steward)])
        let browser = try await world.browser(of: "somebody")
        let fields = ["form": "shift", "back": "desk", "kind": "note", "text": "words"]
        for (origin, key) in [("http://localhost", "wrong"), ("https://elsewhere.example", browser.key)] {
            let answer = try await browser.post("/vn-lao-cai/act", fields, origin: origin, key: key)
            #expect(answer.status.code >= 400 || answer.status == .seeOther)
            #expect(world.deeds.all.isEmpty)
        }
        let good = try await browser.post("/vn-lao-cai/act", fields)
        #expect(good.status == .seeOther && world.deeds.all == ["shift by Name of somebody"])
    }

    @Test(arguments: ["vi", "zh-Hans", "en"])
    func `after a merger pages name the body that follows, with the former name, and forms offer no other`(
        _ language: String
    ) async throws {
        let world = try world([(id: "somebody", role: .steward)])
        let browser = try await world.browser(of: "somebody")
        let register = try #require(world.site.desk?.register).offices
        let day = CivilDate(year: 2026, month: 3, day: 3)!
        let ended =
            register.register.authorities.values.filter { !$0.validity.contains(day) }.map(\.id)
            + register.units.values.filter { !$0.validity.contains(day) }.map(\.id)
        #expect(ended.contains("ha-giang-foreign-affairs") && ended.contains("province-ha-giang"))
        for path in Self.pages {
            let page = try await browser.get("/vn-lao-cai/\(path)?lang=\(language)")
            for id in ended {
                #expect(!page.text.contains("value=\"\(id)\""), "\(path) \(id)")
                #expect(!page.text.contains(":\(id)\""), "\(path) \(id)")
            }
            // An edition that has been signed keeps its signatories, also in its own form.
            let others = page.text.components(separatedBy: "<form").filter { !$0.contains("id=\"form-edition\"") }
            #expect(!others.contains { $0.contains("value=\"vn-ha-giang\"") }, "\(path)")
        }
        let page = try await browser.get("/vn-lao-cai/register/conference-4/3.2?lang=\(language)").text
        // What the form would send again: the body that follows, and not nothing.
        #expect(page.contains("value=\"vn-tuyen-quang:tuyen-quang-foreign-affairs\" checked"))
        let unit = try #require(register.units["province-tuyen-quang"]?.name[Language(rawValue: language) ?? .english])
        #expect(page.contains("name=\"friend_one\" value=\"\(unit)\""))
        let list = try await browser.get("/vn-lao-cai/register?party=vn-tuyen-quang&lang=\(language)").text
        #expect(list.contains("conference-4/3.2"))
        let word = try #require(Language(rawValue: language))
        let now = try #require(register.register.authorities["tuyen-quang-foreign-affairs"])
        let former = try #require(register.register.authorities["ha-giang-foreign-affairs"])
        #expect(page.contains(now.name[word]) && page.contains(former.name[word]))
        let province = try #require(register.units["province-tuyen-quang"])
        #expect(page.contains(province.name[word]))
    }
}
