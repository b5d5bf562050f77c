import Accord
import Forecasting
import Foundation
import River
import Series
import TestKit
import Testing

@testable import Formats

@Suite struct CascadeDocumentTests {
    private let south = PartyID("south")!  // literal ids, here and below

    private func plant(_ id: String, gates: GateGroup?, overflow: Weir? = nil) throws -> PlannedCascade.Plant {
        let table = try #require(
            StorageTable(rows: [
                .init(level: 80, storage: 1.2e9, area: 6e7), .init(level: 122, storage: 4.2e9, area: 9e7),
            ]))
        let dam = try #require(
            Dam(
                table: table, gates: gates, overflow: overflow,
                turbines: RatingTable(inputs: [80, 100], outputs: [500, 520]),
                evaporation: 5e-8))
        let rules = OperatingRules(
            levels: [
                .init(
                    kind: .beforeFlood, level: 110, period: YearlyPeriod(text: "06-15/09-15"),
                    validFrom: CivilDate(year: 2019, month: 6, day: 17), article: "Art. 6", quality: .single,
                    source: "made"),
                .init(kind: .normal, level: 116, quality: .estimated, source: "made"),
            ],
            triggers: [
                .init(
                    station: StationID("town")!, above: 11.5, endsBelow: 11, leadHours: 24, storeUpTo: 118,
                    period: YearlyPeriod(text: "06-26/07-19"), whileRising: true, article: "Art. 7")
            ], leastRelease: 50, drawDownHours: 36)
        return .init(
            id: id, party: south, dam: dam, rules: rules, level: 110.1, gatesOpen: 1, sinceMove: 7200,
            releaseBefore: 800, lowest: 85, season: 110, highest: 117, target: 110, rampMax: 1000, notice: 4 * 3600)
    }

    private func document() throws -> CascadeDocument {
        let rating = try #require(RatingTable(inputs: [80, 122], outputs: [900, 1300]))
        let one = try #require(GateGroup(id: "bottom", count: 4, rating: .table(rating), leastSpacing: 7200))
        let two = try #require(
            GateGroup(
                id: "surface", count: 3,
                rating: .underflow(sill: 105, width: 8, height: 9, weir: 1.9, contraction: 0.61), order: [2, 1, 3],
                movesWhole: false, lowestLevel: 106))
        let steps = 36
        let wave = (0..<steps).map { step -> Double in
            let distance = (Double(step) - 15) / 6
            return 500 + 3000 / (1 + distance * distance)
        }
        let kernel: [ReleaseProblem.KernelTerm] = [.init(lag: 2, weight: 0.25), .init(lag: 3, weight: 0.75)]
        var second = try plant("second", gates: two, overflow: Weir(crest: 118, length: 40, coefficient: 2.1))
        second.sinceMove = .max
        let cascade = PlannedCascade(
            start: Instant(secondsSinceEpoch: 1_725_840_000), zone: 7 * 3600, steps: steps, sharedSteps: 12,
            plants: [try plant("first", gates: one), second],
            towns: [
                .init(
                    id: "town", party: south, alarms: [2000, 3000],
                    rating: RatingTable(inputs: [0, 10_000], outputs: [10, 20])),
                .init(id: "bare", party: PartyID("north")!, alarms: []),
            ],
            reaches: [
                .init(from: 0, to: .plant(1), kernel: kernel), .init(from: 1, to: .town(0), kernel: kernel),
                .init(from: 1, to: .town(1), kernel: kernel),
            ],
            members: (0..<2).map { member in
                .init(
                    toPlants: [wave.map { $0 * (member == 0 ? 0.9 : 1.1) }, wave.map { $0 / 3 }],
                    toTowns: [wave.map { $0 * 0.1 }, wave.map { _ in 0 }])
            }, objectives: PlanObjectives(order: [.season, .towns, .end], caution: 0.25, tailShare: 0.2))
        #expect(cascade.fault == nil)
        let announced = ReleaseIntention(
            plant: "upper", party: PartyID("north")!,
            arrivals: [.init(at: .plant(0), kernel: kernel), .init(at: .town(1), kernel: [.init(lag: 0, weight: 1)])],
            flow: (0..<steps).map { (10..<30).contains($0) ? 400 : 0 }, band: 0.8...1.2)
        return CascadeDocument(
            cascade: cascade, intentions: [announced],
            names: [
                "town": LocalizedText(vi: "Thị xã", zh: "城镇", en: "Town"),
                "first": LocalizedText(vi: "Hồ một", zh: "一号水库", en: "First"),
            ], quality: ["first": .estimated], ofDamsAlone: ["bare"])
    }

    private func read(_ text: String) throws -> CascadeDocument {
        try readCascadeDocument(Array(text.utf8), file: "plan.json")
    }

    @Test func `what is written is read back the same, every form of gate, rule and rating of it`() throws {
        let document = try document()
        let text = document.json.canonicalText
        let back = try read(text)
        #expect(back.json.canonicalText == text)
        #expect(back.cascade.plants.map(\.dam) == document.cascade.plants.map(\.dam))
        #expect(back.cascade.plants.map(\.rules) == document.cascade.plants.map(\.rules))
        #expect(back.cascade.members == document.cascade.members && back.cascade.towns == document.cascade.towns)
        #expect(back.intentions == document.intentions && back.ofDamsAlone == ["bare"])
        #expect(back.cascade.plants.map(\.sinceMove) == [7200, .max])
    }

    @Test func `a kept plan is made again to the same bytes from what it holds, on any number of threads`() throws {
        let catalogues = try Catalogues.sample()
        let kept = PlanRecord(try document(), loop: { count, body in for index in 0..<count { body(index) } })
            .json(catalogues).canonicalText
        #expect(kept.contains("\"kind\":\"plan\"") && kept.contains("\"basis\":"))
        let again = PlanRecord(
            try read(kept), loop: { count, body in DispatchQueue.concurrentPerform(iterations: count, execute: body) })
        #expect(again.json(catalogues).canonicalText == kept)
    }

    @Test func `the report says when, why and what to ask in three languages, with the hours of two zones`() throws {
        let record = PlanRecord(try document(), loop: { count, body in for index in 0..<count { body(index) } })
        let catalogues = try Catalogues.sample()
        for language in Language.allCases {
            let text = AdviceReport(
                record, zones: [.indochina, .china], language: language, catalogues: catalogues
            ).text
            #expect(!text.contains("{") && !text.contains("advice."), "\(text)")
            #expect(text.contains("(UTC+7), ") && text.contains("(UTC+8)"))
            let names: Set<String> = ["second", "bare", "upper", "south", "north", "Art", "m3", "m3/s"]
            let english = englishWords(
                in: text, language: language, allowing: neutralWords.union(names), catalogues: catalogues)
            #expect(english.isEmpty, "\(language): \(english)")
        }
        let text = AdviceReport(record, zones: [.indochina], language: .english, catalogues: catalogues).text
        #expect(text.contains("bare (north): of the water of dams alone"))
        #expect(text.contains("What to ask of neighbours:\n  upper: "))
    }

    @Test(arguments: [
        ("\"kind\":\"cascade\"", "\"kind\":\"other\"", "kind is cascade"),
        ("\"steps\":36", "\"steps\":-3", "whole number"),
        ("\"level_m\":110.1", "\"level_m\":\"high\"", "level_m is no number"),
        ("\"party\":\"south\"", "\"party\":\"So uth\"", "no id of a party"),
        ("\"period\":\"06-15/09-15\"", "\"period\":\"June\"", "no period of the year"),
        ("\"order\":[2,1,3]", "\"order\":[2,1,1]", "each gate once"),
        ("\"order\":[2,1,3]", "\"order\":[2,1,3.5]", "each gate once"),
        ("\"to\":\"second\"", "\"to\":\"nowhere\"", "neither plant nor town"),
        ("\"from\":\"first\"", "\"from\":\"nowhere\"", "no plant"),
        ("\"band\":[0.8,1.2]", "\"band\":[1.2,0.8]", "band runs from"),
        ("\"id\":\"second\"", "\"id\":\"first\"", "same id"),
        ("\"highest_m\":117", "\"highest_m\":80", "lowest level lies below the highest"),
        ("\"start\":\"2024-09-09T00:00:00Z\"", "\"start\":\"9 September\"", "is no time"),
        ("\"version\":1", "\"version\":2", "version is no whole number in 1...1"),
    ]) func `what is wrong is named with its place`(part: String, other: String, words: String) throws {
        let text = try document().json.canonicalText
        #expect(text.contains(part))
        do {
            _ = try read(text.replacing(part, with: other, maxReplacements: 1))
            Issue.record("\(other) was read")
        } catch let problem as ReleaseFileProblem {
            #expect((problem.fault.message + problem.fault.advice).contains(words), "\(problem.fault)")
            #expect(problem.fault.file == "plan.json" && problem.fault.position.line == 1)
        }
    }

    @Test func `any one number or word exchanged for something odd is read or refused, and never ends the program`()
        throws
    {
        let text = try document().json.readableText
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var random = SeededGenerator(seed: 11)
        var refused = 0
        let odd = ["null", "-1", "1e11", "0", "\"\"", "[]", "{}", "1.5", "true", "99999999999999999999"]
        for _ in 0..<400 {
            let place = Int(random.next() % UInt64(lines.count))
            guard let colon = lines[place].range(of: ": ") else { continue }
            var changed = lines
            let comma = lines[place].hasSuffix(",") ? "," : ""
            changed[place] = lines[place][..<colon.upperBound] + odd[Int(random.next() % UInt64(odd.count))] + comma
            do { _ = try read(changed.joined(separator: "\n")) } catch { refused += 1 }
        }
        #expect(refused > 100)
        for cut in stride(from: 0, to: text.utf8.count, by: 997) {
            #expect(throws: ReleaseFileProblem.self) {
                try readCascadeDocument(Array(text.utf8.prefix(cut)), file: "plan.json")
            }
        }
    }
}
