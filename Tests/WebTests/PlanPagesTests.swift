import Accord
import Forecasting
import Formats
import Foundation
import HTTPTypes
import NodeCore
import Series
import Synchronization
import TestKit
import Testing

@testable import Web

/// The pages of release plans: what they say, and who may decide.
struct PlanPagesTests {
    private static let board = sampleDutyBoard()

    /// The site with a node that has kept a plan, and what is done there.
    private func world() async throws -> PeopleWorld {
        let node = try DataWorld().node
        let record = PlanRecord(samplePlan(start: DataWorld.start, party: node.party)) { count, body in
            for index in 0..<count { body(index) }
        }
        _ = try await node.keep(plan: record, catalogues: try Catalogues.bundled(), by: "Duty officer")
        return try PeopleWorld(
            (id: "operator", role: .reservoirOperator), (id: "reader", role: .reader), board: Self.board,
            plans: PlanDesk(
                plans: { _ in try? await node.plans() }, plan: { try? await node.plan($1) },
                make: { _, _ in .success(1) },
                tried: { _, _, moves in
                    ReleaseTrial.Comparison(moves, in: record.advice.plan, of: record.inputs.whole)
                },
                answer: { _, number, word, person in
                    try? await node.answer(plan: number, with: word, by: person)
                }),
            register: { _ in
                RegisterDesk(
                    register: { _ in Register(succession: [:]) }, history: { _ in [] },
                    perform: { _, _, _ in .failed }, waiting: { _ in [] }, answer: { _, _, _, _ in false },
                    keepFile: { _, _ in nil }, file: { _, _ in nil }, enter: { _, _ in nil },
                    offices: OfficeBook(register: PartyRegister(parties: []), units: []))
            })
    }

    @Test(arguments: Language.allCases)
    func `a plan says what to do when, what it does below, why, and who must know by when`(language: Language)
        async throws
    {
        let world = try await world()
        let browser = try await world.browser(of: "operator")
        let list = try await browser.get("/vn-lao-cai/plans?lang=\(language.rawValue)")
        #expect(list.status == .ok && list.text.contains("/vn-lao-cai/plans/1"))
        let page = try await browser.get("/vn-lao-cai/plans/1?lang=\(language.rawValue)")
        #expect(page.status == .ok)
        let shown = visibleText(ofMarkup: page.text)
        for key in ["plans.release", "plans.towns", "plans.notice", "advice.report.why", "plans.word"] {
            #expect(shown.contains(world.catalogues[language].text(key)), "\(key)")
        }
        #expect(!shown.contains("plans.") && !shown.contains("advice."))
        #expect(shown.contains("UTC+8") && shown.contains(language == .vietnamese ? "119,6" : "119.6"))
        let names: Set<String> = ["vn", "sample", "Duty officer", "Art", "Name of operator"]
        #expect(
            englishWords(
                in: shown, language: language, allowing: neutralWords.union(names), catalogues: world.catalogues
            ).isEmpty)
    }

    @Test func `other hours are tried at once: what they do stands beside the plan, and changes nothing`() async throws
    {
        let world = try await world()
        let browser = try await world.browser(of: "operator")
        let page = try await browser.get("/vn-lao-cai/plans/1?lang=en")
        #expect(page.text.contains("name=\"g0-0\"") && page.text.contains("name=\"more0\""))
        #expect(!page.text.contains(world.catalogues[.english].text("plans.try.tried")))
        let none = try await browser.get("/vn-lao-cai/plans/1?lang=en&try=1&g0-0=none&g0-1=none&g0-2=none&g0-3=none")
        #expect(none.status == .ok)
        #expect(none.text.contains(world.catalogues[.english].text("plans.try.tried")))
        #expect(none.text.contains("misses the highest or the lowest level"))
        let more = try await browser.get("/vn-lao-cai/plans/1?lang=en&try=1&more0=5&kind0=open")
        #expect(more.status == .ok && more.text != none.text)
        for odd in [
            "try=1&g0-0=-7&more0=999999999999999999999", "try=1&more0=9223372036854775807&kind0=x", "try=", "g9-9=3",
        ] {
            #expect(try await browser.get("/vn-lao-cai/plans/1?lang=en&" + odd).status == .ok, "\(odd)")
        }
        let reader = try await world.browser(of: "reader")
        #expect(!(try await reader.get("/vn-lao-cai/plans/1?lang=en")).text.contains("name=\"more0\""))
    }

    @Test func `the document is what was kept, as a file`() async throws {
        let world = try await world()
        let browser = try await world.browser(of: "reader")
        let file = try await browser.get("/vn-lao-cai/plans/1/document")
        #expect(file.status == .ok && file.headers[.contentType] == "application/json")
        let back = try readCascadeDocument(Array(file.text.utf8), file: "plan-1.json")
        #expect(back.cascade.steps == 30)
        #expect(try await browser.get("/vn-lao-cai/plans/7/document").status == .notFound)
        #expect(try await browser.get("/vn-lao-cai/plans/x").status == .notFound)
    }

    @Test func `an operator rejects with a reason and once; a reader sees no form and is refused`() async throws {
        let world = try await world()
        let reader = try await world.browser(of: "reader")
        let seen = try await reader.get("/vn-lao-cai/plans/1?lang=en")
        #expect(!seen.text.contains("form-plan-answer"))
        let operating = try await world.browser(of: "operator")
        func answer(_ browser: PeopleWorld.Browser, _ word: String, _ reason: String) async throws -> PeopleWorld.Answer
        {
            try await browser.post(
                "/vn-lao-cai/act?lang=en",
                ["form": "plan-answer", "plan": "1", "back": "plans/1", "word": word, "reason": reason])
        }
        #expect(try await answer(reader, "reject", "no").status == .forbidden)
        let empty = try await answer(operating, "reject", "")
        #expect(empty.status == .unprocessableContent && empty.text.contains("Say why the plan is rejected."))
        #expect(try await answer(operating, "reject", "work at gate 3").status == .seeOther)
        let decided = try await operating.get("/vn-lao-cai/plans/1?lang=en")
        #expect(decided.text.contains("rejected by Name of operator") && !decided.text.contains("form-plan-answer"))
        #expect(try await answer(operating, "accept", "").status == .unprocessableContent)
    }

    @Test(arguments: Language.allCases)
    func `whoever accepts a plan is told where gates move of which no notice could be drafted`(language: Language)
        async throws
    {
        let world = try await world()
        let browser = try await world.browser(of: "operator")
        let answer = try await browser.post(
            "/vn-lao-cai/act?lang=\(language.rawValue)",
            ["form": "plan-answer", "plan": "1", "back": "plans/1", "word": "accept", "reason": ""])
        #expect(answer.status == .seeOther)
        let place = try #require(answer.headers[.location]?.split(separator: "#").first)
        let page = try await browser.get(String(place))
        #expect(page.status == .ok)
        let shown = visibleText(ofMarkup: page.text)
        #expect(shown.contains(world.catalogues[language].text("did.unnoticed")) && !shown.contains("did."))
    }

    @Test func `whoever makes a plan comes to its page, by the number that it was given`() async throws {
        let world = try await world()
        let browser = try await world.browser(of: "operator")
        let answer = try await browser.post("/vn-lao-cai/act?lang=en", ["form": "plan-make", "back": "plans"])
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location]?.hasPrefix("/vn-lao-cai/plans/1?") == true)
        #expect(answer.headers[.location]?.contains("did=done") == true)
    }
}
