import Accord
import Formats
import Foundation
import River
import Series
import TestKit
import Testing

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
                    senderName: sample.partyName, zone: .indochina, exercise: exercise,
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
        let told = try alert(
            notice([.start: .day(CivilDate(year: 2026, month: 8, day: 20)!, .china)], isExercise: false))
        #expect(findings(told) == [])
        #expect(!told.contains("<onset>") && told.contains("未写明：泄洪流量。") && told.contains("Chưa nêu: lưu lượng xả."))
        let reference = "yn.example,n.0,2026-08-20T08:00:00+08:00"
        #expect(findings(try alert(notice(whole), references: [reference])) == [])
        let withdrawn = try notice(whole).recording(.withdrawn(reason: "rain has ended"), at: morning + 60)
        let cancel = try alert(withdrawn, references: [reference])
        #expect(findings(cancel) == [] && cancel.contains("<msgType>Cancel</msgType>") && cancel.contains("AllClear"))
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
