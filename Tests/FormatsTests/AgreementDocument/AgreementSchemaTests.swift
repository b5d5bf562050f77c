import Accord
import Formats
import Series
import TestKit
import Testing

@Suite struct AgreementSchemaTests {
    /// A document in which every key of every part stands once.
    static let full = """
        schema: riparian-agreement-1
        id: full
        title: {vi: "Thử", zh: "试", en: "Test"}
        illustrative: false
        model: {vi: "a", zh: "a", en: "a"}
        source: "nowhere"
        zones: {beijing: "+08:00"}
        in_force: {from: "2024-01-01", until: "2026-01-01", zone: beijing}
        undisclosed: []
        amends: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
        parties:
          - {id: cn-yunnan, role: signatory, kind: province, name: {vi: "a", zh: "a", en: "a"}, from: "2024-01-01", until: "2030-01-01"}
          - {id: vn-lao-cai}
        edition: {number: 5, year: 2025, chair: vn-lao-cai, rotation: [cn-yunnan, vn-lao-cai]}
        instruments:
          - {id: treaty, title: {vi: "a", zh: "a", en: "a"}, relation: implements, date: "2009-01-01"}
        definitions:
          - {id: data, term: {vi: "a", zh: "a", en: "a"}, text: {vi: "a", zh: "a", en: "a"}}
        annexes:
          - {id: plan, title: {vi: "a", zh: "a", en: "a"}, contents: [{vi: "a", zh: "a", en: "a"}], date: "2024-05-14", signed_by: [{party: cn-yunnan}]}
        cost: {bearer: provider, text: {vi: "a", zh: "a", en: "a"}}
        disputes: {kind: consultation, text: {vi: "a", zh: "a", en: "a"}}
        provisions:
          - clause: "1"
            kind: share
            field: water
            text: {vi: "a", zh: "a", en: "a"}
            model: "none"
            series: [cn-yunnan/manhao/stage]
            readers: [vn-lao-cai]
            season: {from: "06-01", to: "10-31", zone: beijing, outside: true}
            rhythm: {clock: [{deadline: "09:00", zone: beijing, covers: {from: "previous-day 21:00", to: "same-day 08:00"}, step_minutes: 60}, {at: "20:00", zone: beijing}], at_least: true}
            data_class: real-time
            deadline_minutes: 60
            redistribution: parties
            minimum_delay_minutes: 0
            rounding: 0.01
            aggregation: {statistic: mean, period_minutes: 60}
            history: {since: "1990-01-01", zone: beijing, by: "2025-01-01", purpose: {vi: "a", zh: "a", en: "a"}}
            responsible: [{party: cn-yunnan, authority: yunnan-hydrology, name: {vi: "a", zh: "a", en: "a"}}]
            cost: {bearer: shared}
            implements: [treaty]
            continues: {agreement: edition-4, clause: "7", identity: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"}
            obstacle: {reason: {vi: "a", zh: "a", en: "a"}, since: "2025-02-01", until: "2025-03-01", zone: beijing, lifted_by: [{party: cn-yunnan}]}
            undisclosed: [redistribution]
          - clause: "2"
            kind: notice
            field: water
            text: {vi: "a", zh: "a", en: "a"}
            readers: [vn-lao-cai]
            notice: {event: flood, hours_before: 2, urgent_hours_before: 1, must_state: [start, flow-to], show_worth: true, receipt_minutes: 2, alarm_minutes: 10, acknowledge_minutes: 30, urgent_acknowledge_minutes: 15, foreign_affairs_minutes: 60}
            triggers:
              - {series: cn-yunnan/manhao/stage, when: rise, value: 1.5, hours: 3}
          - clause: "3"
            kind: target
            field: trade
            text: {vi: "a", zh: "a", en: "a"}
            rhythm: {per_day: 2, zone: beijing}
            target: {value: 5, by: "2026-01-01"}
          - clause: "4"
            kind: action
            field: health
            text: {vi: "a", zh: "a", en: "a"}
            rhythm: {every_minutes: 60}
            action: {by: "2026-01-01"}

        """

    static func faults(_ text: String) -> [String] {
        readAgreement(Array(text.utf8), file: "full.yaml").faults.map {
            "\($0.position.line):\($0.position.column) \($0.rule)"
        }
    }

    @Test func `every key of the schema is read`() throws {
        #expect(Self.faults(Self.full) == [])
        for part in AgreementPart.allCases {
            for key in part.keys { #expect(Self.full.contains(key + ":"), "\(part.rawValue).\(key)") }
        }
        let agreement = try #require(readAgreement(Array(Self.full.utf8), file: "full.yaml").agreement)
        let share = try #require(agreement.provision("1"))
        #expect(agreement.general.amends == share.continues?.identity && share.continues?.clause == "7")
        #expect(agreement.general.edition?.nextChair == PartyID("cn-yunnan"))
        #expect(share.obstacle?.holds(at: try Instant(iso8601: "2025-02-28T15:59:59Z")) == true)
        #expect(share.obstacle?.holds(at: try Instant(iso8601: "2025-02-28T16:00:00Z")) == false)
        #expect(
            share.season == SeasonWindow(from: MonthDay("11-01")!, to: MonthDay("05-31")!, zone: share.season!.zone))
        #expect(agreement.provision("2")?.triggers.first?.hours == 3 && share.implements == ["treaty"])
    }

    @Test func `the documentation lists exactly the keys that each part knows`() throws {
        let document = try Repository.text("Documentation/AgreementDocument.md")
        for part in AgreementPart.allCases {
            let heading = "\n## `\(part.rawValue)`\n"
            let section = try #require(document.components(around: heading).last?.components(around: "\n## ").first)
            var keys: [String: Bool] = [:]
            for row in section.split(separator: "\n") where row.hasPrefix("| `") || row.hasPrefix("| **") {
                let cell = row.dropFirst(2).prefix { $0 != "|" }
                for word in cell.split(separator: ",") {
                    let key = word.filter { $0 != "`" && $0 != "*" && $0 != " " }
                    keys[key] = word.contains("**")
                }
            }
            #expect(keys.keys.sorted() == part.keys.sorted(), "\(part.rawValue)")
            #expect(keys.filter(\.value).keys.sorted() == part.requiredKeys.sorted(), "\(part.rawValue)")
        }
    }

    /// A passage of the full document that opens a part, and the part; an unknown key put there is refused at its place.
    @Test(arguments: [
        "schema: riparian", "{from: \"2024-01-01\", until", "{id: cn-yunnan, role", "{number: 5", "{id: treaty",
        "{id: data",
        "{id: plan", "{bearer: provider", "{kind: consultation", "{party: cn-yunnan, authority", "{from: \"06-01\"",
        "{clock: [", "{deadline: \"09:00\"", "{from: \"previous-day", "{statistic: mean", "{since: \"1990",
        "{series: cn-yunnan",
        "{event: flood", "{value: 5", "{by: \"2026", "{agreement: edition-4", "{reason: ", "{vi: \"Thử\"",
    ])
    func `a key that a part does not know is refused at its place`(passage: String) throws {
        let opening = passage.hasPrefix("{") ? "{strange: \"x\", " + passage.dropFirst() : "strange: \"x\"\n" + passage
        let text = Self.full.replacing(passage, with: opening, maxReplacements: 1)
        #expect(text != Self.full)
        let before = text.components(around: "strange: ")[0]
        let line = before.filter { $0 == "\n" }.count + 1
        let column =
            (before.split(separator: "\n", omittingEmptySubsequences: false).last?.unicodeScalars.count ?? 0) + 1
        #expect(Self.faults(text).contains("\(line):\(column) unknown-key"), "\(Self.faults(text))")
    }

    @Test func `all four kinds stand in all ten fields`() throws {
        var text = "schema: riparian-agreement-1\nid: fields\nundisclosed: [in-force]\n"
        text += "title: {vi: \"a\", zh: \"a\", en: \"a\"}\nparties: [{id: cn-yunnan}, {id: vn-lao-cai}]\nprovisions:\n"
        for field in FieldOfCooperation.allCases {
            for kind in ProvisionKind.allCases {
                text +=
                    "  - {clause: \"\(field.rawValue) \(kind.rawValue)\", kind: \(kind.rawValue), field: \(field.rawValue), "
                text += "text: {vi: \"a\", zh: \"a\", en: \"a\"}, readers: [vn-lao-cai], "
                switch kind {
                case .share: text += "series: [\"cn-yunnan/*/trade-turnover\"]}\n"
                case .notice: text += "notice: {event: outage}}\n"
                case .target: text += "series: [\"*/*/scholarships\"], target: {value: 10}}\n"
                case .action: text += "action: {by: \"2026-12-31\"}}\n"
                }
            }
        }
        let reading = readAgreement(Array(text.utf8), file: "fields.yaml")
        #expect(reading.faults.isEmpty && reading.agreement?.provisions.count == 40)
    }

    @Test func `every reason has its sentence in three languages, with its words put in`() throws {
        let catalogues = try Catalogues.sample()
        let (series, party) = (try #require(SeriesID("cn-yunnan/manhao/stage")), try #require(PartyID("vn-lao-cai")))
        let season = SeasonWindow(
            from: MonthDay("06-01")!, to: MonthDay("10-31")!, zone: NamedZone(name: "b", offset: .china))
        let (day, moment) = (try CivilDate(iso8601: "2024-01-01"), try Instant(iso8601: "2024-01-01T00:00Z"))
        let reasons: [RefusalReason] = [
            .notListed(series: series), .readerNotListed(series: series, reader: party, clause: "1"),
            .outOfSeason(clause: "1", season: season), .beforeHistory(clause: "1", since: day),
            .heldBack(clause: "1", until: moment), .notYetInForce(from: day), .expired(until: day),
            .readerNotParty(reader: party), .providerNotParty(provider: party), .partyNotValid(party: party),
            .holderNotGranted(series: series, holder: party),
            .onwardNotAllowed(clause: "1", holder: party, reader: party),
            .onwardToSignatoriesOnly(clause: "1", reader: party),
        ]
        let unknowns = Term.allCases.flatMap {
            [UnknownReason.termNotPublic(clause: "1", term: $0), .documentTermNotPublic(term: $0)]
        }
        for sentence in reasons.map(\.sentence) + unknowns.map(\.sentence) {
            let text = catalogues.localized(sentence.catalogueKey, sentence.arguments)
            for words in [text.vi, text.zh, text.en] {
                #expect(
                    !words.isEmpty && !words.contains("{") && !words.hasPrefix("["), "\(sentence.catalogueKey) \(words)"
                )
                #expect(
                    sentence.arguments.values.allSatisfy { words.contains($0) }, "\(sentence.catalogueKey) \(words)")
            }
        }
    }
}

extension String {
    /// The text before the first occurrence of a passage and the text after it.
    fileprivate func components(around passage: String) -> [String] {
        guard let place = range(of: passage) else { return [self] }
        return [String(self[..<place.lowerBound]), String(self[place.upperBound...])]
    }

    private func range(of passage: String) -> Range<String.Index>? { firstRange(of: passage) }
}
