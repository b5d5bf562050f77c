import Accord
import Foundation
import Series
import TestKit
import Testing

@testable import Formats

/// A small report in all its forms: what was on time, late, missing, disputed, excused, not joined, not public.
@Suite struct ComplianceDocumentTests {
    private let report: ComplianceReport
    private let catalogues: Catalogues

    init() throws {
        report = try SmallCompliance.report(isSimulated: true)
        catalogues = try Catalogues.sample()
    }

    @Test func `the forms are those that a review has accepted`() {
        #expect(differenceFromGolden(report.json.readableText + "\n", "Fixtures/compliance/small.json") == nil)
        #expect(differenceFromGolden(report.csv, "Fixtures/compliance/small.csv") == nil)
        for language in Language.allCases {
            let page = report.document(in: [language], catalogues: catalogues, names: SmallCompliance.names)
            #expect(differenceFromGolden(page, "Fixtures/compliance/small.\(language.rawValue).html") == nil)
        }
    }

    @Test func `the page needs nothing else and says first what it rests on`() throws {
        let page = report.document(in: Language.allCases, catalogues: catalogues, names: SmallCompliance.names)
        for forbidden in ["<script", "http://", "https://", "src=", "@import", "url("] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
        for language in Language.allCases {
            let texts = catalogues[language]
            let part = try #require(page.components(separatedBy: "<main id=\"\(language.rawValue)\"").last)
            let evidence = try #require(part.range(of: texts.text("compliance.evidence"))).lowerBound
            let parties = try #require(part.range(of: "<h2>\(texts.text("compliance.parties"))")).lowerBound
            #expect(evidence < parties)
            #expect(part.contains(report.manifest.fingerprint))
            #expect(part.contains(texts.text("compliance.illustrative")))
            #expect(part.contains(texts.text("compliance.simulated")))
            #expect(page.contains("href=\"#\(language.rawValue)\""))
        }
        #expect(page.components(separatedBy: "<svg").count > 6)
        #expect(!page.contains("[compliance."))
    }

    @Test func `no language shows another one's words`() throws {
        for language in [Language.vietnamese, .chinese] {
            let page = report.document(in: [language], catalogues: catalogues, names: SmallCompliance.names)
            let codes = try Regex("<code>[^<]*</code>")
            var text = visibleText(ofMarkup: page.replacing(codes, with: ""))
            for lane in report.manifest.lanes { text = text.replacingOccurrences(of: lane.origin, with: "") }
            let found = englishWords(
                in: text, language: language,
                allowing: neutralWords.union(["SHA-256", "SHA", "beijing", "Vân Nam"]), catalogues: catalogues)
            #expect(found == [], "\(language.rawValue)")
        }
    }

    @Test func `nobody is accused`() {
        for language in Language.allCases {
            let page = report.document(in: [language], catalogues: catalogues, names: SmallCompliance.names)
                .lowercased()
            for word in ["violat", "breach", "guilty", "vi phạm", "违反", "违约", "违规"] { #expect(!page.contains(word)) }
        }
    }

    @Test func `a report of real times bears no mark of a replay, a signed agreement none of an illustration`() throws {
        let real = try SmallCompliance.report(isSimulated: false, isIllustrative: false)
        let page = real.document(in: [.english], catalogues: catalogues)
        #expect(!page.contains(catalogues[.english].text("compliance.simulated")))
        #expect(!page.contains(catalogues[.english].text("compliance.illustrative")))
        #expect(real.csv.split(separator: "\n").dropFirst().allSatisfy { $0.contains(",false,false,") })
    }

    @Test func `a table has a row a provision, series, reader and period, and reads back`() throws {
        let table = CSVTable(Array(report.csv.utf8), file: "small.csv")
        #expect(table.rows.count == report.rows.count)
        for (row, expected) in zip(table.rows, report.rows) {
            #expect(table.field("clause", of: row) == expected.clause)
            #expect(table.field("due", of: row) == "\(expected.counts.due)")
            #expect(table.field("on_time", of: row) == "\(expected.counts.count(.onTime))")
            #expect(table.field("manifest_sha256", of: row) == report.manifest.fingerprint)
        }
    }

    @Test func `names and texts from outside cannot become markup`() throws {
        let names = ComplianceNames(
            parties: [SmallCompliance.yunnan: LocalizedText(vi: "<b>", zh: "<b>", en: "<b>\"&")])
        let page = report.document(in: [.english], catalogues: catalogues, names: names)
        #expect(!page.contains("<b>"))
        #expect(page.contains("&lt;b&gt;&quot;&amp;"))
    }
}

/// Six days of three series under five clauses.
enum SmallCompliance {
    // The literals of this file are ids and times that exist.
    static let yunnan = PartyID("cn-yunnan")!
    static let laoCai = PartyID("vn-lao-cai")!
    static let laiChau = PartyID("vn-lai-chau")!
    private static let manhao = SeriesID("cn-yunnan/manhao/stage")!
    private static let hekou = SeriesID("cn-yunnan/hekou/stage")!
    private static let beijing = NamedZone(name: "beijing", offset: .china)

    static let names = ComplianceNames(
        parties: [
            yunnan: LocalizedText(vi: "Vân Nam", zh: "云南", en: "Yunnan"),
            laoCai: LocalizedText(vi: "Lào Cai", zh: "老街", en: "Lao Cai"),
            laiChau: LocalizedText(vi: "Lai Châu", zh: "莱州", en: "Lai Chau"),
        ],
        stations: [
            manhao.station: LocalizedText(vi: "Mạn Hảo", zh: "蛮耗", en: "Manhao"),
            hekou.station: LocalizedText(vi: "Hà Khẩu", zh: "河口", en: "Hekou"),
            StationID("yunnan")!: LocalizedText(vi: "toàn tỉnh", zh: "全省", en: "the province"),
        ])

    private static func agreement(_ isIllustrative: Bool) -> Agreement {
        func provision(_ clause: String, _ kind: ProvisionKind, _ vi: String, _ zh: String, _ en: String) -> Provision {
            var provision = Provision(
                clause: clause, kind: kind, field: .water, text: LocalizedText(vi: vi, zh: zh, en: en))
            provision.readers = Readers([laoCai, laiChau])
            return provision
        }
        var share = provision("1.1", .share, "Chia sẻ mực nước", "共享水位", "Stage is shared")
        share.series = [manhao, hekou].map {
            SeriesPattern(provider: $0.provider, station: $0.station, property: $0.property)
        }
        share.season = SeasonWindow(from: MonthDay("08-30")!, to: MonthDay("10-31")!, zone: beijing)
        share.rhythm = .every(minutes: 1440)
        share.deadlineMinutes = 60
        var secret = provision("1.2", .share, "Chia sẻ mưa", "共享雨量", "Rain is shared")
        secret.series = [SeriesPattern(provider: yunnan, station: manhao.station, property: .precipitation)]
        secret.undisclosed = [.rhythm]
        var outage = provision("3.4", .notice, "Báo gián đoạn", "通报中断", "Outages are announced")
        outage.notice = NoticeTerms(event: .outage)
        var target = provision("4.1", .target, "Số đoàn", "团组数量", "Delegations are exchanged")
        target.series = [SeriesPattern(provider: nil, station: nil, property: .delegations)]
        target.target = TargetTerms(value: 20, by: CivilDate(year: 2024, month: 12, day: 31))
        let action = provision("5.1", .action, "Diễn tập chung", "联合演练", "A joint drill is held")
        return Agreement(
            id: AgreementID("small")!, identity: AgreementIdentity(of: "small"),
            title: LocalizedText(vi: "Thỏa thuận nhỏ", zh: "小协议", en: "A small agreement"),
            isIllustrative: isIllustrative, parties: [yunnan, laoCai, laiChau].map { AgreementParty(id: $0) },
            provisions: [share, secret, outage, target, action])
    }

    /// The lane: entry by entry what came, with its receipts.
    private static var lane: LaneEvidence {
        let first = Instant(secondsSinceEpoch: 1_724_976_000)  // 2024-08-30T00:00Z
        func day(_ day: Int, _ seconds: Int64 = 0) -> Instant { first + Int64(day) * 86_400 + seconds }
        let delegations = SeriesID("cn-yunnan/yunnan/delegations")!
        let rows: [(Int, SeriesID, Instant, Int, Double, Known)] = [
            (0, manhao, day(0), 0, 120.5, .observed), (0, hekou, day(0), 0, 76.25, .observed),
            (1, manhao, day(1), 0, 121, .observed), (2, manhao, day(1), 1, 121.25, .estimated),
            (3, manhao, day(2), 0, 122, .observed), (4, hekou, day(3), 0, 77, .estimated),
            (6, delegations, day(3), 0, 17, .observed), (7, manhao, day(5), 0, 119, .observed),
        ]
        var lane = LaneEvidence(
            origin: "riparian/cn-yunnan/small/vn-lai-chau_vn-lao-cai",
            leafHashes: (0..<9).map { MerkleTree.leafHash([UInt8($0)]) },
            rows: rows.enumerated().map { number, row in
                LaneEvidence.Row(
                    index: row.0, offset: number, series: row.1, observed: row.2, received: row.2 + 300,
                    revision: row.3,
                    value: row.4, known: row.5)
            })
        lane.notices = [
            LaneEvidence.Notice(
                index: 5, clause: "3.4", event: .outage, subject: "manhao", issued: day(3, 1000), from: day(3, -600),
                until: day(4, -7200))
        ]
        lane.retractions = [LaneEvidence.Retraction(index: 8, target: 4, offset: nil)]
        lane.receipts = [
            (laoCai, day(0, 900), 1), (laoCai, day(1, 1200), 1), (laoCai, day(1, 5400), 2), (laiChau, day(1, 1800), 2),
            (laoCai, day(2, 600), 3), (laoCai, day(2, 9000), 4), (laoCai, day(3, 1500), 6), (laoCai, day(5, 20_000), 9),
        ].map { reader, time, size in
            ReceiptEvidence(
                reader: reader, time: time, size: size,
                noteHash: MerkleTree.leafHash(Array("\(reader) \(time) \(size)".utf8)))
        }
        return lane
    }

    static func report(isSimulated: Bool, isIllustrative: Bool = true) throws -> ComplianceReport {
        let agreement = agreement(isIllustrative)
        let manifest = EvidenceManifest(
            of: [lane], agreement: agreement, from: Instant(secondsSinceEpoch: 1_724_976_000),
            until: Instant(secondsSinceEpoch: 1_724_976_000 + 6 * 86_400), isSimulated: isSimulated)
        return try compliance(of: agreement, under: manifest, evidence: [lane])
    }
}
