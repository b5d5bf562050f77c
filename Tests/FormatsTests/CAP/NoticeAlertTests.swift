import Accord
import Foundation
import River
import Series
import TestKit
import Testing

@testable import Formats

/// What this program writes keeps the profile for what it writes.
@Suite struct NoticeAlertTests {
    let catalogues: Catalogues
    let sample = SampleWarning()
    let profile: AlertProfile

    init() throws {
        catalogues = try Catalogues.sample()
        profile = try AlertProfile(named: "riparian-cap-1-issue")
    }

    private let morning = Instant(CivilDate(year: 2026, month: 8, day: 20)!, secondOfDay: 9 * 3600, offset: .china)

    private func notice(_ values: [NoticeField: NoticeValue], isExercise: Bool = true) throws -> AgreedNotice {
        try AgreedNotice(
            clause: "3.1", sender: PartyID("cn-yunnan")!, subject: "madushan", addressees: ["lao-cai"],
            terms: NoticeTerms(event: .plannedRelease, hoursBefore: 12, mustState: [.flowTo, .start]),
            isExercise: isExercise, written: morning, values: values
        ).recording(.sent, at: morning)
    }

    private func alert(_ notice: AgreedNotice, references: [String] = []) throws -> String {
        try #require(
            noticeAlert(
                notice, dam: sample.station, riverName: sample.riverName, identifier: "n.1", sender: "yn.example",
                senderName: sample.partyName, zone: .china, references: references, catalogues: catalogues))
    }

    private func findings(_ text: String) -> [String] {
        let check = checkAlert(Array(text.utf8), profile: profile)
        return check.schema == .valid ? check.findings.map(\.rule) : ["\(check.schema)"] + check.findings.map(\.rule)
    }

    @Test func `drafts of warnings keep the profile in every state`() throws {
        let base = sample.draft
        for (level, isObserved) in [(1, false), (2, true), (3, false), (4, false), (0, false)] {
            let draft = WarningDraftMaker.draft(base, level: level, isObserved: isObserved)
            for (references, exercise) in [([], sample.exercise), (["a,b,2024-09-09T01:00:00+07:00"], nil)]
                as [([String], LocalizedText?)]
            {
                let text = capDraft(
                    draft, station: sample.station, riverName: sample.riverName, sender: "a.example",
                    senderName: sample.partyName, zone: .indochina, exercise: exercise.map { .replay($0) },
                    stationNames: sampleStationNames, references: references, indented: false, catalogues: catalogues)
                #expect(findings(text) == [], "level \(level)")
            }
        }
    }

    @Test func `a notice is a restricted alert in three languages that keeps the profile`() throws {
        let whole: [NoticeField: NoticeValue] = [
            .flowFrom: .number(300), .flowTo: .number(900), .start: .time(morning + 43_200), .gates: .number(2),
            .poolLevel: .number(217.456), .cause: .text("mưa & lũ < 2 m"),
        ]
        let text = try alert(notice(whole))
        #expect(findings(text) == [])
        #expect(text.contains("<scope>Restricted</scope>") && text.contains("<value>reservoir-release</value>"))
        #expect(text.contains("<onset>2026-08-20T21:00:00+08:00</onset>") && text.contains("<value>900</value>"))
        #expect(text.contains("217,46 m") && text.contains("217.46 m"))
        #expect(!text.contains("riparian:urgent"))
        for info in try #require(try AlertMessage(Array(text.utf8))).infos {
            let word = info.language == "vi-VN" ? "DIỄN TẬP" : info.language == "zh-CN" ? "演练" : "EXERCISE"
            for element in ["headline", "description", "instruction"] {
                #expect(info.text(element)?.hasPrefix(word) == true, "\(info.language) \(element)")
            }
        }
        let finely = try alert(notice([.flowTo: .number(1250.5), .flowFrom: .number(12.25), .number: .number(3)]))
        #expect(finely.contains("1,250.5 m³/s") && finely.contains("12,25 m³/s"))
        let told = try alert(
            notice([.start: .day(CivilDate(year: 2026, month: 8, day: 20)!, .china)], isExercise: false))
        #expect(findings(told) == [])
        #expect(!told.contains("<onset>") && told.contains("未写明：泄洪流量。") && told.contains("Chưa nêu: lưu lượng xả."))
        let reference = "yn.example,n.0,2026-08-20T08:00:00+08:00"
        #expect(findings(try alert(notice(whole), references: [reference])) == [])
        let withdrawn = try notice(whole).recording(.withdrawn(reason: "rain has ended"), at: morning + 60)
        let cancel = try alert(withdrawn, references: [reference])
        #expect(findings(cancel) == [] && cancel.contains("<msgType>Cancel</msgType>") && cancel.contains("AllClear"))
        #expect(cancel.contains("<sent>2026-08-20T09:01:00+08:00</sent>"), "its own hour, not that of the notice")
        #expect(cancel.contains("<expires>2026-08-21T09:01:00+08:00</expires>"))
        #expect(cancel.contains("Why: rain has ended.") && !cancel.contains("Keep people"))
        let root = try #require(try AlertMessage(Array(cancel.utf8)))
        #expect(NoticeParameter.reason(root.infos[0].values("parameter")) == "rain has ended")
    }

    @Test(arguments: NoticeTerms.Event.allCases)
    func `a notice of every kind speaks of its own matter, is valid, and is read back as it was written`(
        _ event: NoticeTerms.Event
    ) throws {
        let stated: [NoticeField: NoticeValue] = [
            .flowFrom: .number(0.5), .flowTo: .number(349.25),
            .start: .day(CivilDate(year: 2026, month: 8, day: 20)!, .china),
            .end: .time(morning + 86_400), .gates: .number(2), .poolLevel: .number(217.456),
            .place: .text("cầu Kim Thành"),
            .cause: .text("mưa & lũ < 2 m"), .number: .number(12), .measures: .text("封桥"),
        ]
        let notice = try AgreedNotice(
            clause: "7.1", sender: PartyID("cn-yunnan")!, subject: sample.station.id.text, addressees: ["lao-cai"],
            terms: NoticeTerms(event: event), isExercise: false, written: morning, values: stated
        ).recording(.sent, at: morning)
        let text = try alert(notice)
        let check = checkAlert(Array(text.utf8), profile: try AlertProfile(named: "riparian-cap-1-notice"))
        #expect(check.schema == .valid && check.findings.map(\.rule) == [], "\(check.findings)")
        let isRelease = event == .plannedRelease || event == .emergencyRelease
        #expect(text.contains("reservoir-release") == isRelease && text.contains("泄洪</event>") == isRelease)
        #expect(text.contains("the dam") == isRelease)
        let message = try #require(try AlertMessage(Array(text.utf8)))
        for info in message.infos { #expect(NoticeParameter.values(info.values("parameter")) == stated) }
    }

    @Test func `what is no value of its field is read as nothing`() {
        func read(_ name: String, _ value: String) -> NoticeValue? {
            let node = "<a><valueName>riparian:\(name)</valueName><value>\(value)</value></a>"
            guard let root = try? MarkupDocument(Array(node.utf8)).root else { return nil }
            return NoticeParameter.values([AlertNamedValue(root)]).values.first
        }
        #expect(read("flow-to", "many") == nil && read("flow-to", "nan") == nil && read("start", "2026-08-20") == nil)
        #expect(read("start", "2026-13-20+08:00") == nil && read("start", "2026-08-20+25:00") == nil)
        #expect(read("start", "2026-08-20-00:00") == .day(CivilDate(year: 2026, month: 8, day: 20)!, .zero))
        #expect(read("cause", "DR") == nil && read("place", "x") == .text("x"))
        #expect(read("flow-to", "9007199254740993") == nil && read("gates", "1001") == nil)
        #expect(read("flow-to", "-1") == nil && read("pool-level", "-12.5") == .number(-12.5))
    }

    @Test func `a person's answer refers to the message and is a valid alert`() throws {
        let reference = try #require(AlertReference("yn.example,n.1,2026-08-20T09:00:00+08:00"))
        let text = noticeAcknowledgement(
            of: reference, identifier: "a.1", sender: "lc.example", person: "duty officer", sent: morning + 60,
            zone: .indochina, isExercise: true, catalogues: catalogues)
        let check = checkAlert(Array(text.utf8), profile: try AlertProfile(named: AlertProfile.standard))
        #expect(check.findings.isEmpty && check.schema == .valid)
        #expect(try AlertMessage(Array(text.utf8))?.references == [reference])
    }
}
