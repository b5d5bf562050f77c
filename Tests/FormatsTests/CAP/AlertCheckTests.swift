import Formats
import Foundation
import Series
import TestKit
import Testing

/// One rule, a change that breaks it, and the weight that it must have.
struct RuleCase: Sendable, CustomTestStringConvertible {
    let rule: String
    let level: AlertFindingLevel
    let changes: [(String, String)]
    var everywhere = true

    init(_ rule: String, _ changes: (String, String)...) {
        self.rule = rule
        level = .must
        self.changes = changes
    }

    init(_ rule: String, _ level: AlertFindingLevel, everywhere: Bool = true, _ changes: (String, String)...) {
        self.rule = rule
        self.level = level
        self.changes = changes
        self.everywhere = everywhere
    }

    var testDescription: String { rule }

    static let polygon = "<polygon>22.45,103.95 22.52,103.95 22.52,104.02 22.45,104.02 22.45,103.95</polygon>"
    static let update = ("<msgType>Alert</msgType>", "<msgType>Update</msgType>")
    static let note = "<note>drill of the two banks</note>"
    static let alert = "<scope>Public</scope>"

    static func references(_ text: String) -> (String, String) {
        (note, note + "<references>\(text)</references>")
    }

    /// Many corners on a circle, in order.
    static let manyCorners: String = {
        let corners = (0...110).map { index -> String in
            let angle = Double(index % 110) / 110 * 2 * Double.pi
            return String(format: "%.5f,%.5f", 22.5 + 0.05 * sin(angle), 104 + 0.05 * cos(angle))
        }
        return "<polygon>\(corners.joined(separator: " "))</polygon>"
    }()

    static let all: [RuleCase] = [
        RuleCase("CAP-3.3.2", ("2026-08-20T09:00:00+07:00", "2026-08-20T02:00:00Z")),
        RuleCase("CAP-3.3.2", ("2026-08-20T20:00:00+07:00", "2026-08-20T20:00:00.5+07:00")),
        RuleCase("CAP-3.3.2", ("2026-08-21T09:00:00+07:00", "2026-02-30T09:00:00+07:00")),
        RuleCase("CAP-3.3.2-UTC", ("2026-08-20T09:00:00+07:00", "2026-08-20T02:00:00+00:00")),
        RuleCase("CAP-identifier", ("urn:oid:2.49", "urn:oid 2.49")),
        RuleCase("CAP-identifier", ("urn:oid:2.49.0.1.704.9.2026.8.20.9.0.0", "")),
        RuleCase("CAP-identifier", ("2026.8.20.9.0.0</identifier>", "2026.8.20.9.0.0\n</identifier>")),
        RuleCase("CAP-sender", ("<sender>", "<sender> ")),
        RuleCase("CAP-sender", ("duty@laocai.example", "duty,laocai")),
        RuleCase("CAP-sender", ("duty@laocai.example", "duty&amp;laocai")),
        RuleCase("CAP-status-exercise-note(should)", .should, (note, "")),
        RuleCase(
            "CAP-msgType-error-note(should)", .should, ("Exercise", "Actual"), ("<msgType>Alert", "<msgType>Error"),
            (note, "<references>a,b,2026-08-20T08:00:00+07:00</references>")),
        RuleCase(
            "CAP-signature-enveloped",
            ("</alert>", "<s:Signature xmlns:s=\"http://www.w3.org/2000/09/xmldsig#\"/></alert>")),
        RuleCase("CAP-references-required", update),
        RuleCase("CAP-references-form", update, references("a,b")),
        RuleCase("CAP-references-form", update, references("a,b,2026-08-20T01:00:00Z")),
        RuleCase("CAP-references-form", update, references("a,,2026-08-20T08:00:00+07:00")),
        RuleCase(
            "CAP-references-self", update,
            references("duty@laocai.example,urn:oid:2.49.0.1.704.9.2026.8.20.9.0.0,2026-08-20T09:00:00+07:00")),
        RuleCase("CAP-references-postdated", update, references("a,b,2026-08-20T10:00:01+08:00")),
        RuleCase("CAP-restriction-required", (alert, "<scope>Restricted</scope>")),
        RuleCase("CAP-restriction-scope", (alert, alert + "<restriction>duty desks</restriction>")),
        RuleCase("CAP-addresses-required", (alert, "<scope>Private</scope>")),
        RuleCase("CAP-addresses-form", (alert, "<scope>Private</scope><addresses>\"a b c</addresses>")),
        RuleCase("CAP-polygon-form", ("22.45,103.95 22.52", "22.45,103.95;22.52")),
        RuleCase("CAP-polygon-form", ("22.45,103.95 22.52", "22.45 103.95 22.52")),
        RuleCase("CAP-polygon-form", ("22.45,103.95 22.52", "2e1,103.95 22.52")),
        RuleCase("CAP-polygon-form", (polygon, "<polygon/>")),
        RuleCase("CAP-polygon-closed", (" 22.45,103.95</polygon>", "</polygon>")),
        RuleCase("CAP-polygon-points", (polygon, "<polygon>22,103 23,104 22,103</polygon>")),
        RuleCase("CAP-WGS84-range(lat>90)", (polygon, "<polygon>103,22 104,22 104,23 103,22</polygon>")),
        RuleCase("CAP-WGS84-range(lon>180)", (polygon, "<polygon>22,181 23,181 23,182 22,181</polygon>")),
        RuleCase("CAP-circle", ("</polygon>", "</polygon><circle>22.4,103.9 -1</circle>")),
        RuleCase("CAP-circle", ("</polygon>", "</polygon><circle>22.4,103.9</circle>")),
        RuleCase("CAP-ceiling", ("</polygon>", "</polygon><ceiling>100</ceiling>")),
        RuleCase("CAP-ceiling", ("</polygon>", "</polygon><altitude>200</altitude><ceiling>100</ceiling>")),
        RuleCase("CAP-language", ("vi-VN", "vi_VN")),
        RuleCase("CAP-very-likely-deprecated", ("Likely", "Very Likely")),
        RuleCase(
            "CAP-resource-uri",
            (
                "<area>",
                "<resource><resourceDesc>m</resourceDesc><mimeType>image/png</mimeType><uri>m.png</uri></resource><area>"
            )
        ),
        RuleCase(
            "CAP-resource-mime",
            ("<area>", "<resource><resourceDesc>m</resourceDesc><mimeType>png</mimeType></resource><area>")),
        RuleCase("CAP-text-markup", .warn, ("Lũ trên", "&lt;b&gt;Lũ&lt;/b&gt; trên")),
        RuleCase("CAP-text-markup", .warn, ("Lũ trên", "Lũ&amp;nbsp;trên")),
        RuleCase("XSD", ("<severity>Severe</severity>\n", "")),
        RuleCase("XSD", ("<urgency>Expected", "<urgency>expected")),
        RuleCase("XSD", ("cap:1.2", "cap:1.1")),
        RuleCase("WMO-OID-4th-arc", .profile, ("2.49.0.1.", "2.49.0.0.")),
        RuleCase("PROFILE-event-nonempty", .profile, ("Lũ trên sông Thao", "")),
        RuleCase("PROFILE-expires-required", .profile, ("<expires>2026-08-21T09:00:00+07:00</expires>\n", "")),
        RuleCase("RIPARIAN-expires-24h", .profile, ("2026-08-21T09:00:00", "2026-08-21T09:00:01")),
        RuleCase(
            "PROFILE-headline-160", .profile, ("Có khả năng vượt báo động III", String(repeating: "Lũ ", count: 60))),
        RuleCase("PROFILE-headline-160", .profile, ("水位可能超过三级警戒", String(repeating: "水", count: 61))),
        RuleCase("PROFILE-untranslated", .profile, ("红河洪水", "Lũ trên sông Thao")),
        RuleCase("RIPARIAN-languages", .profile, ("vi-VN", "en-GB")),
        RuleCase("RIPARIAN-languages", .profile, ("zh-CN", "vi-VN")),
        RuleCase("RIPARIAN-blocks-equal", .profile, everywhere: false, ("<category>Met", "<category>Infra")),
        RuleCase("RIPARIAN-blocks-equal", .profile, everywhere: false, ("T20:00:00", "T19:00:00")),
        RuleCase("RIPARIAN-blocks-equal", .profile, everywhere: false, ("22.52,104.02", "22.53,104.02")),
        RuleCase(
            "RIPARIAN-blocks-equal", .profile, everywhere: false, ("</polygon>", "</polygon><altitude>100</altitude>")),
        RuleCase("RIPARIAN-NFC", .profile, ("Lũ trên", "Lu\u{303} trên")),
        RuleCase("RIPARIAN-polygon-required", .profile, (polygon, "")),
        RuleCase("RIPARIAN-polygon-100", .profile, (polygon, manyCorners)),
        RuleCase("RIPARIAN-event-code", .profile, ("river-flood", "river-frost")),
        RuleCase(
            "GEO-polygon-self-intersection", .profile,
            (polygon, "<polygon>22,103 23,104 23,103 22,104 22,103</polygon>")),
        RuleCase(
            "LOGIC-effective-expires", .profile, ("<onset>2026-08-20T20:00:00", "<effective>2026-08-22T20:00:00"),
            ("</onset>", "</effective>")),
        RuleCase("LOGIC-onset-expires", .profile, ("2026-08-20T20:00:00", "2026-08-22T20:00:00")),
    ]
}

/// The check of alerts: safety, schema, the rules of the standard, the profile.
@Suite struct AlertCheckTests {
    let catalogues: Catalogues

    init() throws { catalogues = try Catalogues.sample() }

    @Test func `the sample breaks no rule, and none when its times are UTC with a minus`() throws {
        #expect(try SampleAlert.check().findings.isEmpty)
        #expect(try SampleAlert.check([("2026-08-20T09:00:00+07:00", "2026-08-20T02:00:00-00:00")]).findings.isEmpty)
        #expect(
            try SampleAlert.check([(RuleCase.alert, "<scope>Restricted</scope><restriction>x</restriction>")])
                .isAccepted())
        let quoted = "<scope>Private</scope><addresses>\"Yunnan duty desk\" node-yn.example</addresses>"
        #expect(try SampleAlert.check([(RuleCase.alert, quoted)]).isAccepted())
        #expect(
            checkAlert([0xEF, 0xBB, 0xBF] + SampleAlert.bytes(), profile: try AlertProfile(named: "riparian-cap-1"))
                .findings.isEmpty)
        #expect(try SampleAlert.check([("22.52,103.95 ", "\n22.52,103.95\n")]).findings.isEmpty)
    }

    @Test(arguments: RuleCase.all)
    func `each rule finds what breaks it, and says so in three languages`(_ rule: RuleCase) throws {
        let check = try SampleAlert.check(rule.changes, everywhere: rule.everywhere)
        let found = check.findings.filter { $0.rule == rule.rule }
        #expect(!found.isEmpty, "\(rule.rule) is silent: \(check.findings.map(\.rule))")
        #expect(found.allSatisfy { $0.level == rule.level && $0.line >= 1 })
        #expect(check.isAccepted() == !rule.level.rejects)
        #expect(!check.isAccepted(strict: true))
        for finding in found {
            let texts = Language.allCases.map { finding.message(catalogues[$0]) }
            #expect(Set(texts).count == 3, "\(texts)")
            #expect(texts.allSatisfy { !$0.contains("[cap.") && !$0.contains("{") }, "\(texts)")
        }
    }

    @Test func `every rule of the standard and of our profile has a case here`() throws {
        let covered = Set(RuleCase.all.map(\.rule))
        for rule in try AlertProfile(named: "riparian-cap-1").rules {
            #expect(covered.contains(rule.name), "\(rule.name) has no case")
        }
    }

    @Test func `a language tag is read whatever its case, an empty one is that of the standard`() throws {
        #expect(try SampleAlert.check([("zh-CN", "zh-cn")]).findings.isEmpty)
        let plain = try AlertProfile(named: "cap-1.2")
        let text = String(decoding: SampleAlert.bytes(), as: UTF8.self)
        for language in ["<language></language>", "<language/>"] {
            let changed = text.replacing("<language>zh-CN</language>", with: language)
            #expect(checkAlert(Array(changed.utf8), profile: plain).isAccepted(), "\(language)")
        }
    }

    @Test func `a second mark of the byte order and a signature before a block are refused`() throws {
        let profile = try AlertProfile(named: "cap-1.2")
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        #expect(checkAlert(mark + mark + SampleAlert.bytes(), profile: profile).findings.map(\.rule) == ["XML-form"])
        let text = String(decoding: SampleAlert.bytes(), as: UTF8.self)
        let early = text.replacing(
            "<scope>Public</scope>",
            with: "<scope>Public</scope><s:KeyName xmlns:s=\"http://www.w3.org/2000/09/xmldsig#\">x</s:KeyName>")
        #expect(!checkAlert(Array(early.utf8), profile: profile).isAccepted())
    }

    @Test func `a value that is none of the list is told with the list`() throws {
        let check = try SampleAlert.check([("<urgency>Expected", "<urgency>expected")])
        let told = try #require(check.findings.first { $0.rule == "XSD" }).message(catalogues[.english])
        #expect(told.contains("('Immediate', 'Expected', 'Future', 'Past', 'Unknown')"), "\(told)")
    }

    @Test func `a finding names the line of the element`() throws {
        let check = try SampleAlert.check([("2026-08-20T09:00:00+07:00", "2026-08-20T02:00:00+00:00")])
        #expect(check.findings.map(\.line) == [5])
    }

    @Test func `an update must name every message of its event that has not expired`() throws {
        func message(_ hour: Int, _ type: String, _ references: String, expires: String = "2026-08-21T09:00:00") throws
            -> AlertMessage
        {
            let bytes = SampleAlert.bytes(
                [
                    ("2026.8.20.9.0.0", "2026.8.20.\(hour).0.0"),
                    ("2026-08-20T09:00", String(format: "2026-08-20T%02d:00", hour)),
                    ("<msgType>Alert", "<msgType>\(type)"), ("2026-08-21T09:00:00", expires),
                    references.isEmpty ? ("", "") : RuleCase.references(references),
                ].filter { !$0.0.isEmpty })
            return try #require(try AlertMessage(bytes))
        }
        let first = try message(1, "Alert", "")
        let second = try message(2, "Update", try #require(first.reference).description)
        let profile = try AlertProfile(named: "riparian-cap-1")
        func rules(_ references: String, _ known: [AlertMessage]) -> [String] {
            let bytes = SampleAlert.bytes([RuleCase.update, RuleCase.references(references)])
            return checkAlert(bytes, profile: profile, known: known).findings.map(\.rule)
        }
        let one = try #require(first.reference).description
        let two = try #require(second.reference).description
        #expect(rules(two, [first, second]) == ["CAP-references-complete"])
        #expect(rules("\(one) \(two)", [first, second]) == [])
        let expired = try message(1, "Alert", "", expires: "2026-08-20T08:00:00")
        #expect(rules(two, [expired, second]) == [])
    }

    @Test func `profiles are documents: the others judge the same message by their own rules`() throws {
        #expect(try SampleAlert.check(profile: "cap-1.2").findings.isEmpty)
        let american = try SampleAlert.check(profile: "ipaws-1.0").findings.map(\.rule)
        #expect(american.contains("IPAWS-code") && american.contains("IPAWS-event-code"))
        #expect(
            try SampleAlert.check(profile: "google-public-alerts").findings.contains { $0.rule == "GOOGLE-required" })
        let ours = try SampleAlert.check(profile: "riparian-cap-1-issue").findings.map(\.rule)
        #expect(ours.contains("RIPARIAN-three-languages") && ours.contains("RIPARIAN-parameters"))
        let own = #"{"id": "x", "title": "t", "rules": [{"rule": "X-1", "kind": "required", "elements": ["web"]}]}"#
        let check = checkAlert(SampleAlert.bytes(), profile: try AlertProfile(bytes: Array(own.utf8), name: "x.json"))
        #expect(check.findings.map(\.rule) == ["X-1", "X-1"])
        #expect(throws: AlertProfile.Problem.self) { try AlertProfile(named: "none") }
        for broken in ["", "{}", #"{"id": "x", "title": "t", "rules": [{"rule": "X", "kind": "unheard"}]}"#] {
            #expect(throws: AlertProfile.Problem.self) { try AlertProfile(bytes: Array(broken.utf8), name: "x.json") }
        }
    }

    @Test func `polygons that touch or cross themselves are found, sound ones are not`() throws {
        func rules(_ corners: String) throws -> [String] {
            try SampleAlert.check([(RuleCase.polygon, "<polygon>\(corners)</polygon>")]).findings.map(\.rule)
        }
        #expect(try rules("22,103 23,103 23,104 22,104 22,103") == [])
        #expect(try rules("22,103 22.4,103.3 23,103 22.5,104 22,103") == [])
        #expect(Set(try rules("22,103 23,103 22.5,103 23,104 22,103")) == ["GEO-polygon-self-intersection"])
        #expect(Set(try rules("22,103 23,103.5 22,104 22,103.5 23,104 22,103")) == ["GEO-polygon-self-intersection"])
        for line in [
            "22,103 22,103 23,104 22,103", "22,103 22,103 22,103 23,104 22,103", "22,103 22,103 22,103 22,103",
        ] {
            #expect(Set(try rules(line)) == ["GEO-polygon-self-intersection"], "\(line)")
        }
    }
}
