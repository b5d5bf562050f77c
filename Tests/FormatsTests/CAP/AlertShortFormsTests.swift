import Accord
import Forecasting
import Formats
import Foundation
import River
import Series
import TestKit
import Testing

/// The short forms of warnings, and the answers to notices.
@Suite struct AlertShortFormsTests {
    let catalogues: Catalogues
    let sample = SampleWarning()

    init() throws { catalogues = try Catalogues.sample() }

    private func forms(_ language: Language, name: LocalizedText? = nil) -> AlertShortForms {
        let station = name.map {
            Station(id: sample.station.id, name: $0, river: "thao", provider: sample.station.provider)
        }
        return AlertShortForms(
            sample.draft, station: station ?? sample.station, riverName: sample.riverName, zone: .indochina,
            exercise: .replay(sample.exercise), catalogue: catalogues[language])
    }

    @Test func `a text message fits two parts and says what to do`() {
        for language in Language.allCases {
            let text = forms(language).message
            #expect(text.count <= (language == .english ? 160 : 134))
            #expect(!text.contains("[") && !text.contains("{"))
            #expect(text.hasPrefix(catalogues[language].text("alert.exercise")))
        }
        let long = String(repeating: "很长的站名", count: 60)
        #expect(forms(.chinese, name: LocalizedText(vi: long, zh: long, en: long)).message.count <= 134)
    }

    @Test func `a loudspeaker says everything twice, with units and hours in words`() {
        let spoken = forms(.vietnamese).spoken
        #expect(spoken.components(separatedBy: "Đây là diễn tập.").count == 3)
        #expect(spoken.contains("mét") && spoken.contains("giờ") && spoken.contains("Xin nhắc lại."))
        #expect(!spoken.contains("UTC") && !spoken.contains("[") && !spoken.contains(" m "))
        #expect(forms(.chinese).spoken.contains("米") && forms(.chinese).spoken.contains("时"))
    }

    @Test func `a chat has one fact a line, in each language without English`() {
        for language in [Language.vietnamese, .chinese] {
            let forms = forms(language)
            #expect(forms.chat.split(separator: "\n").count == 5)
            for text in [forms.message, forms.spoken, forms.chat] {
                #expect(
                    englishWords(
                        in: text, language: language, allowing: neutralWords.union(["Yagi"]), catalogues: catalogues)
                        == [])
            }
        }
    }

    @Test func `the answer to a late notice without a discharge says both, and what is missing`() throws {
        let morning = Instant(CivilDate(year: 2020, month: 8, day: 20)!, secondOfDay: 9 * 3600, offset: .china)
        let terms = NoticeTerms(event: .plannedRelease, hoursBefore: 12, mustState: [.flowTo, .start])
        let name = LocalizedText(vi: "hồ Mã Đổ Sơn", zh: "马堵山水库", en: "Madushan reservoir")
        func notice(_ values: [NoticeField: NoticeValue]) throws -> AgreedNotice {
            try AgreedNotice(
                clause: "3.1", sender: PartyID("cn-yunnan")!, subject: "madushan", addressees: ["lao-cai"],
                terms: terms,
                written: morning, values: values
            ).recording(.sent, at: morning)
        }
        func reply(_ notice: AgreedNotice, _ language: Language) -> String {
            noticeReply(to: notice, subject: name, at: morning + 60, zone: .indochina, catalogue: catalogues[language])
        }
        let told = try notice([.start: .day(CivilDate(year: 2020, month: 8, day: 20)!, .china)])
        #expect(
            reply(told, .vietnamese).contains("chưa đủ 12 giờ")
                && reply(told, .vietnamese).contains("thiếu: lưu lượng xả."))
        #expect(reply(told, .chinese).contains("不足第3.1条约定的12小时") && reply(told, .chinese).contains("未写明的内容：泄洪流量。"))
        let whole = try notice([.start: .time(morning + 12 * 3600), .flowTo: .number(900)])
        #expect(reply(whole, .english).contains("in time and is complete"))
        let open = try notice([.flowTo: .number(900)])
        #expect(reply(open, .english).contains("cannot be judged"))
        for language in Language.allCases {
            for field in NoticeField.allCases {
                #expect(catalogues[language].contains("notice.field.\(field.rawValue)"))
            }
        }
    }
}
