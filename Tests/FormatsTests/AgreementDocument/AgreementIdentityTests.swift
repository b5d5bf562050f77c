import Accord
import Formats
import Series
import TestKit
import Testing

@Suite struct AgreementIdentityTests {
    private func identity(_ text: String) throws -> String {
        let reading = InventedAgreement.read(text)
        #expect(reading.faults.isEmpty)
        return try #require(reading.agreement).identity.description
    }

    @Test func `comments, layout and the order of keys do not change the identity`() throws {
        let text = InventedAgreement.text
        let first = try identity(text)
        #expect(first.utf8.count == 64)
        #expect(
            try identity("# a remark\n" + text.replacing("id: invented\n", with: "\nid:   invented  # here\n")) == first
        )
        let reordered = text.replacing("schema: riparian-agreement-1\n", with: "") + "schema: riparian-agreement-1\n"
        #expect(try identity(reordered) == first)
        let inner = InventedAgreement.text(
            "{from: \"06-01\", to: \"10-31\", zone: beijing}", "{zone: beijing, to: '10-31', from: \"06-01\"}")
        #expect(try identity(inner) == first)
        #expect(try identity(InventedAgreement.text("rounding: 0.01", "rounding: 1.0e-2")) == first)
    }

    @Test(arguments: [
        ("en: \"one\"", "en: \"One\""), ("deadline_minutes: 60", "deadline_minutes: 61"),
        ("readers: [vn-lao-cai]", "readers: [vn-lao-cai, cn-yunnan]"), ("\"+08:00\"", "\"+07:00\""),
        ("role: signatory", "role: observer"), ("redistribution: none", "redistribution: parties"),
        ("2024-01-01", "2024-01-02"), ("vi: \"hai\"", "vi: \"hai \""),
    ])
    func `a changed word changes the identity`(passage: String, replacement: String) throws {
        #expect(
            try identity(InventedAgreement.text(passage, replacement)) != identity(InventedAgreement.text))
    }

    @Test func `the bundled agreement has no faults and says that it is illustrative`() throws {
        let reading = readAgreement(try Repository.bytes("Packs/red-river/agreement.yaml"), file: "agreement.yaml")
        #expect(reading.faults.isEmpty)
        let agreement = try #require(reading.agreement)
        #expect(agreement.isIllustrative && agreement.force == nil)
        #expect(agreement.title.en.contains("Illustrative") && agreement.title.zh.contains("示例"))
        #expect(agreement.title.vi.contains("minh họa"))
    }
}
