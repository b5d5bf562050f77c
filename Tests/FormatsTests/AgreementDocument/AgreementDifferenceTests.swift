import Accord
import Formats
import Testing

@Suite struct AgreementDifferenceTests {
    private func text(_ yaml: String) throws -> AgreementText {
        let reading = InventedAgreement.read(yaml)
        #expect(reading.faults.map(\.text) == [])
        return AgreementText(agreement: try #require(reading.agreement), document: try #require(reading.document))
    }

    private func difference(_ passages: (String, String)...) throws -> AgreementDifference {
        var later = InventedAgreement.text
        for (passage, words) in passages {
            #expect(later.contains(passage))
            later = later.replacing(passage, with: words, maxReplacements: 1)
        }
        return try text(InventedAgreement.text).difference(to: text(later))
    }

    @Test func `another layout of the same document is no difference`() throws {
        let difference = try difference(("id: invented\n", "# a remark\nid:   invented\n"))
        #expect(difference.isEmpty && difference.general.isEmpty && difference.provisions.isEmpty)
    }

    @Test func `a changed term is named with its path, before and after`() throws {
        let difference = try difference(
            ("deadline_minutes: 60", "deadline_minutes: 30"), ("deadline: \"09:00\"", "deadline: \"10:00\""))
        #expect(
            !difference.isEmpty && difference.general.isEmpty && difference.added.isEmpty && difference.removed.isEmpty)
        let provision = try #require(difference.provisions.first)
        #expect(difference.provisions.count == 1 && provision.after == "1" && !provision.isContinued)
        #expect(provision.changes.map(\.path) == ["deadline_minutes", "rhythm.clock"])
        #expect(provision.changes[0].before == .number(60) && provision.changes[0].after == .number(30))
    }

    @Test func `a party is named by its id, and a term that came or went by nothing on one side`() throws {
        let difference = try difference(
            ("role: signatory", "role: observer"), ("    rounding: 0.01\n", ""),
            ("vn-lao-cai}\n", "vn-lao-cai}\n  - {id: vn-dien-bien}\n"))
        #expect(difference.general.map(\.path) == ["parties[cn-yunnan].role", "parties[vn-dien-bien]"])
        #expect(difference.general[1].before == nil && difference.general[1].after != nil)
        #expect(difference.provisions.first?.changes.map(\.path) == ["rounding"])
        #expect(difference.provisions.first?.changes.first?.after == nil)
    }

    @Test func `a provision is followed to the one that it continues`() throws {
        let identity = try text(InventedAgreement.text).agreement.identity
        let difference = try difference(
            ("id: invented\n", "id: invented\namends: \"\(identity)\"\n"), ("clause: \"2\"", "clause: \"7\""),
            ("hours_before: 24}", "hours_before: 12}\n    continues: {agreement: invented, clause: \"2\"}"))
        #expect(difference.amendsTheFirst && difference.general.map(\.path) == ["amends"])
        let provision = try #require(difference.provisions.first)
        #expect(provision.before == "2" && provision.after == "7" && provision.isContinued)
        #expect(provision.changes.map(\.path) == ["clause", "continues", "notice.hours_before"])
        #expect(difference.added.isEmpty && difference.removed.isEmpty)
    }

    @Test func `a lineage that names another document or version is not followed`() throws {
        for lineage in [
            "{agreement: other, clause: \"2\"}",
            "{agreement: invented, clause: \"2\", identity: \"\(String(repeating: "0", count: 64))\"}",
        ] {
            let difference = try difference(
                ("clause: \"2\"", "clause: \"7\""),
                ("hours_before: 24}", "hours_before: 24}\n    continues: \(lineage)"))
            #expect(difference.added == ["7"] && difference.removed == ["2"] && difference.provisions.isEmpty)
        }
    }

    @Test func `a clause id taken by another provision is an addition when its old holder is continued elsewhere`()
        throws
    {
        let difference = try difference(
            ("clause: \"2\"", "clause: \"3\""), ("clause: \"1\"", "clause: \"2\""),
            ("hours_before: 24}", "hours_before: 24}\n    continues: {agreement: invented, clause: \"2\"}"))
        #expect(difference.provisions.map(\.after) == ["3"] && difference.provisions.map(\.before) == ["2"])
        #expect(difference.added == ["2"] && difference.removed == ["1"])
    }

    @Test func `a changed order is a difference that is named`() throws {
        let parties = try difference(
            (
                "  - {id: cn-yunnan, role: signatory}\n  - {id: vn-lao-cai}\n",
                "  - {id: vn-lao-cai}\n  - {id: cn-yunnan, role: signatory}\n"
            ))
        #expect(!parties.isEmpty && parties.general.map(\.path) == ["parties"])
    }
}
