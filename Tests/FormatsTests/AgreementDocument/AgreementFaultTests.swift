import Accord
import Formats
import Testing

/// One passage of the invented agreement replaced, and what the check must say.
struct AgreementPlant: Sendable, CustomTestStringConvertible {
    let rule: String
    let passage: String
    let replacement: String
    let line: Int
    let column: Int

    var testDescription: String { "\(rule): \(replacement)" }

    init(_ rule: String, _ passage: String, _ replacement: String, at line: Int, _ column: Int) {
        self.rule = rule
        self.passage = passage
        self.replacement = replacement
        self.line = line
        self.column = column
    }
}

@Suite struct AgreementFaultTests {
    static let plants = [
        AgreementPlant("yaml-syntax", "id: invented", "id: [invented", at: 3, 6),
        AgreementPlant("yaml-duplicate-key", "id: invented", "id: invented\nid: twice", at: 2, 1),
        AgreementPlant("yaml-alias", "id: invented", "id: &a invented\nmodel: {vi: *a, zh: a, en: a}", at: 2, 5),
        AgreementPlant("yaml-ambiguous", "clause: \"1\"", "clause: 1:20", at: 11, 13),
        AgreementPlant("yaml-key", "  beijing: \"+08:00\"", "  beijing: \"+08:00\"\n  [a]: \"+08:00\"", at: 6, 3),
        AgreementPlant("not-nfc", "vi: \"Thử\"", "vi: \"Thu\u{309}\"", at: 3, 13),
        AgreementPlant("unknown-key", "id: invented", "id: invented\nsigned: \"no\"", at: 3, 1),
        AgreementPlant("missing-key", "    field: water\n", "", at: 11, 5),
        AgreementPlant("form", "series: [cn-yunnan/manhao/stage]", "series: \"cn-yunnan/manhao/stage\"", at: 15, 13),
        AgreementPlant("form", "id: invented", "id: 5", at: 2, 5),
        AgreementPlant("form", "id: invented", "id: invented\nillustrative: \"yes\"", at: 3, 15),
        AgreementPlant("bad-number", "rounding: 0.01", "rounding: -1", at: 22, 15),
        AgreementPlant("bad-number", "deadline_minutes: 60", "deadline_minutes: 1.5", at: 21, 23),
        AgreementPlant("bad-date", "from: \"2024-01-01\"", "from: \"2024-02-30\"", at: 4, 18),
        AgreementPlant("bad-clock", "deadline: \"09:00\"", "deadline: \"25:00\"", at: 20, 22),
        AgreementPlant("bad-clock", "previous-day 21:00", "yesterday 21:00", at: 20, 61),
        AgreementPlant("bad-id", "id: invented", "id: In_Vented", at: 2, 5),
        AgreementPlant("unknown-word", "field: water", "field: waters", at: 13, 12),
        AgreementPlant("missing-language", "zh: \"试\", ", "", at: 3, 8),
        AgreementPlant("unknown-party", "party: cn-yunnan", "party: cn-guangxi", at: 24, 27),
        AgreementPlant("unknown-zone", "2025-01-01\", zone: beijing", "2025-01-01\", zone: hanoi", at: 4, 59),
        AgreementPlant("in-force-without-zone", ", zone: beijing}\nzones", "}\nzones", at: 4, 11),
        AgreementPlant("season-without-zone", "to: \"10-31\", zone: beijing", "to: \"10-31\"", at: 17, 13),
        AgreementPlant("deadline-without-zone", "\"09:00\", zone: beijing", "\"09:00\"", at: 20, 11),
        AgreementPlant("reserved-clause", "clause: \"1\"", "clause: own", at: 11, 13),
        AgreementPlant("duplicate-clause", "clause: \"2\"", "clause: \"1\"", at: 25, 13),
        AgreementPlant("wrong-kind", "kind: notice", "kind: target", at: 29, 13),
        AgreementPlant("share-without-readers", "    readers: [vn-lao-cai]\n", "", at: 11, 5),
        AgreementPlant("share-without-readers", "readers: [vn-lao-cai]", "readers: []", at: 16, 14),
        AgreementPlant("share-without-series", "    series: [cn-yunnan/manhao/stage]\n", "", at: 11, 5),
        AgreementPlant("bad-series", "cn-yunnan/manhao/stage", "cn-yunnan/manhao", at: 15, 14),
        AgreementPlant("provider-not-party", "cn-yunnan/manhao/stage", "cn-guangxi/manhao/stage", at: 15, 14),
        AgreementPlant("unknown-station", "cn-yunnan/manhao/stage", "cn-yunnan/nowhere/stage", at: 15, 14),
        AgreementPlant("unknown-property", "cn-yunnan/manhao/stage", "cn-yunnan/manhao/depth", at: 15, 14),
        AgreementPlant("bad-season", "from: \"06-01\"", "from: \"06-31\"", at: 17, 20),
        AgreementPlant("bad-window", "same-day 08:00", "previous-day 08:00", at: 20, 54),
        AgreementPlant("unknown-schema", "riparian-agreement-1", "riparian-agreement-9", at: 1, 9),
        AgreementPlant(
            "in-force-missing", "in_force: {from: \"2024-01-01\", until: \"2025-01-01\", zone: beijing}\n", "", at: 1, 1
        ),
        AgreementPlant("illustrative-title", "id: invented", "id: invented\nillustrative: true", at: 4, 8),
        AgreementPlant("bad-zone", "beijing: \"+08:00\"", "beijing: \"east\"", at: 6, 12),
        AgreementPlant("reserved-party", "id: vn-lao-cai", "id: public", at: 9, 10),
        AgreementPlant("bad-identity", "id: invented", "id: invented\namends: \"12ab\"", at: 3, 9),
        AgreementPlant(
            "chair-not-in-rotation", "id: invented",
            "id: invented\nedition: {number: 1, year: 2026, chair: cn-yunnan, rotation: [vn-lao-cai]}", at: 3, 41),
        AgreementPlant(
            "duplicate-party", "id: invented",
            "id: invented\nedition: {number: 1, year: 2026, rotation: [vn-lao-cai, vn-lao-cai]}", at: 3, 57),
        AgreementPlant(
            "bad-number", "id: invented", "id: invented\nedition: {number: 1.5, year: 2026}", at: 3, 19),
        AgreementPlant("unknown-word", "id: invented", "id: invented\ncost: {bearer: nobody}", at: 3, 16),
        AgreementPlant("unknown-word", "id: invented", "id: invented\ndisputes: {kind: war}", at: 3, 18),
        AgreementPlant(
            "duplicate-id", "id: invented",
            "id: invented\ndefinitions: [{id: a, term: {vi: \"a\", zh: \"a\", en: \"a\"}}, {id: a, term: {vi: \"a\", zh: \"a\", en: \"a\"}}]",
            at: 3, 64),
        AgreementPlant("unknown-instrument", "    rounding: 0.01", "    implements: [treaty]", at: 22, 18),
        AgreementPlant("missing-key", "    rounding: 0.01", "    continues: {agreement: old}", at: 22, 16),
        AgreementPlant(
            "obstacle-without-zone", "    rounding: 0.01",
            "    obstacle: {reason: {vi: \"a\", zh: \"a\", en: \"a\"}, since: \"2024-01-01\"}", at: 22, 15),
        AgreementPlant(
            "validity-inverted", "    rounding: 0.01",
            "    obstacle: {reason: {vi: \"a\", zh: \"a\", en: \"a\"}, since: \"2024-02-01\", until: \"2024-01-01\", zone: beijing}",
            at: 22, 81),
        AgreementPlant(
            "history-without-zone", "    rounding: 0.01", "    history: {since: \"1990-01-01\"}", at: 22, 14),
        AgreementPlant(
            "wrong-kind", "    notice: {", "    history: {since: \"1990-01-01\", zone: beijing}\n    notice: {", at: 29,
            14),
        AgreementPlant(
            "trigger-without-value", "    notice: {",
            "    triggers: [{series: cn-yunnan/manhao/stage, when: rise, value: 1}]\n    notice: {", at: 29, 16),
        AgreementPlant(
            "bad-trigger", "    notice: {",
            "    triggers: [{series: cn-yunnan/manhao/stage, when: above, value: 1, hours: 1}]\n    notice: {", at: 29,
            79),
        AgreementPlant(
            "bad-trigger", "    notice: {",
            "    triggers: [{series: cn-yunnan/manhao/stage, when: fall, value: -1, hours: 1}]\n    notice: {", at: 29,
            68),
        AgreementPlant("wrong-kind", "    rounding: 0.01", "    triggers: []", at: 22, 15),
        AgreementPlant("bad-delivery", "{deadline: \"09:00\", ", "{deadline: \"09:00\", at: \"09:00\", ", at: 20, 11),
        AgreementPlant("bad-delivery", "{deadline: \"09:00\", ", "{", at: 20, 11),
        AgreementPlant(
            "bad-season", "{from: \"06-01\", to: \"10-31\", zone: beijing}",
            "{from: \"06-01\", to: \"05-31\", zone: beijing, outside: true}", at: 17, 13),
        AgreementPlant("duplicate-party", "id: vn-lao-cai", "id: cn-yunnan", at: 9, 10),
        AgreementPlant("validity-inverted", "until: \"2025-01-01\"", "until: \"2024-01-01\"", at: 4, 39),
    ]

    @Test func `the agreement without a planted fault has none`() {
        let reading = InventedAgreement.read(InventedAgreement.text)
        #expect(reading.faults.isEmpty && reading.agreement != nil)
    }

    @Test(arguments: plants)
    func `each rule names its fault with line and column`(plant: AgreementPlant) throws {
        let text = InventedAgreement.text(plant.passage, plant.replacement)
        #expect(text != InventedAgreement.text, "the passage stands in the agreement")
        let reading = InventedAgreement.read(text)
        #expect(reading.agreement == nil)
        let found = reading.faults.filter { $0.rule == plant.rule }
        let places = reading.faults.map { "\($0.position.line):\($0.position.column) \($0.rule)" }
        #expect(found.contains { $0.position.line == plant.line && $0.position.column == plant.column }, "\(places)")
        #expect(found.allSatisfy { !$0.message.isEmpty && !$0.advice.isEmpty && $0.file == "invented.yaml" })
    }

    @Test func `bytes that are no document are refused at the first line`() {
        let tooLong = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
        for (bytes, rule) in [([], "yaml-empty"), ([0xFF], "yaml-not-utf8"), (tooLong, "yaml-too-long")] {
            let reading = readAgreement(bytes, file: "invented.yaml")
            #expect(reading.faults.map(\.rule) == [rule] && reading.faults[0].position.line == 1)
        }
    }

    @Test func `a share may keep its terms undisclosed`() {
        let text = InventedAgreement.text(
            "    readers: [vn-lao-cai]\n", "    undisclosed: [readers]\n")
        #expect(InventedAgreement.read(text).faults.isEmpty)
    }
}
