import Forecasting
import Formats
import Foundation
import River
import Series
import TestKit
import Testing

/// The drafts of alerts that a person may sign.
struct AlertDraftTests {
    let catalogues: Catalogues
    let sample = SampleWarning()

    init() throws { catalogues = try Catalogues.sample() }

    private func draft(
        level: Int = 3, isObserved: Bool = false, action: WarningAction = .upgrade, exercise: Bool = true,
        name: LocalizedText? = nil
    ) -> String {
        let base = sample.draft
        let changed = WarningDraft(
            station: base.station, issued: base.issued, level: level, previousLevel: 2, action: action,
            threshold: level == 0 ? nil : base.threshold, probability: base.probability, isObserved: isObserved,
            crossing: isObserved || level == 0 ? nil : base.crossing, crestTime: base.crestTime,
            crestMedian: base.crestMedian, crestLow: base.crestLow, crestHigh: base.crestHigh, latest: base.latest,
            expires: base.expires + 90_000, notes: base.notes)
        let station = name.map {
            Station(id: sample.station.id, name: $0, river: "thao", provider: sample.station.provider)
        }
        return capDraft(
            changed, station: station ?? sample.station, riverName: sample.riverName, sender: "vn lao,cai",
            senderName: sample.partyName, zone: .indochina, exercise: exercise ? .replay(sample.exercise) : nil,
            stationNames: sampleStationNames, catalogues: catalogues)
    }

    private func infos(_ text: String) -> [String] {
        text.components(separatedBy: "<info>").dropFirst().map { String($0) }
    }

    private func elements(_ name: String, in text: String) -> [String] {
        text.components(separatedBy: "<\(name)>").dropFirst().map { part in
            String(part.prefix { $0 != "<" })
        }
    }

    @Test func `the draft equals the reviewed one`() {
        #expect(differenceFromGolden(draft(), "Fixtures/cap/lao-cai-exercise.xml") == nil)
    }

    @Test func `Vietnamese and Chinese blocks hold no English word`() {
        let texts = ["event", "headline", "description", "instruction", "areaDesc", "senderName"]
        for text in [
            draft(), draft(level: 1, exercise: false), draft(level: 0, action: .cancel), draft(isObserved: true),
        ] {
            let blocks = infos(text)
            #expect(blocks.count == 3)
            for (block, language) in zip(blocks, [Language.vietnamese, .chinese]) {
                for name in texts {
                    for found in elements(name, in: block) {
                        let english = englishWords(
                            in: found, language: language, allowing: neutralWords.union(["Yagi"]),
                            catalogues: catalogues)
                        #expect(english == [], "\(language.rawValue) \(name): \(found)")
                        #expect(!found.contains("["), "a key is missing: \(found)")
                    }
                }
            }
        }
    }

    @Test func `headlines keep to 160 characters, 60 in Chinese, whatever the names`() {
        let long = String(repeating: "很长的站名", count: 30)
        for text in [draft(), draft(name: LocalizedText(vi: long, zh: long, en: long))] {
            let headlines = elements("headline", in: text)
            #expect(headlines.count == 3)
            #expect(headlines[0].count <= 160 && headlines[1].count <= 60 && headlines[2].count <= 160)
        }
    }

    @Test func `all blocks agree in what machines read`() {
        let blocks = infos(draft())
        for name in ["category", "urgency", "severity", "certainty", "effective", "onset", "expires", "value"] {
            #expect(Set(blocks.map { elements(name, in: $0) }).count == 1)
        }
        #expect(elements("urgency", in: blocks[0]) == ["Future"])
        #expect(elements("severity", in: blocks[0]) == ["Severe"])
        #expect(elements("certainty", in: blocks[0]) == ["Likely"])
        #expect(elements("expires", in: blocks[0]) == ["2024-09-10T14:45:00+07:00"])
        #expect(elements("urgency", in: infos(draft(isObserved: true))[0]) == ["Immediate"])
        #expect(elements("responseType", in: infos(draft(level: 0, action: .cancel))[0]) == ["AllClear"])
    }

    @Test func `identifier and sender are without blanks and commas, names are escaped, the polygon is closed`() {
        let hostile = "<b>&\"Lào Cai"
        let text = draft(name: LocalizedText(vi: hostile, zh: hostile, en: hostile))
        #expect(elements("sender", in: text) == ["vn-lao-cai"])
        #expect(elements("identifier", in: text).allSatisfy { !$0.contains(" ") && !$0.contains(",") })
        #expect(!text.contains("<b>"))
        let corners = elements("polygon", in: draft())[0].split(separator: " ")
        #expect(corners.count == 9 && corners.first == corners.last)
        #expect(corners[0].hasPrefix("22.5"))
        #expect(elements("status", in: draft()) == ["Exercise"])
        #expect(elements("status", in: draft(exercise: false)) == ["Draft"])
    }

    @Test(.enabled(if: Repository.canUseSharedData, "needs the folder ../shared/data, which is absent here"))
    func `the schema of CAP accepts every draft`() throws {
        let xmllint = "/usr/bin/xmllint"
        guard FileManager.default.isExecutableFile(atPath: xmllint) else { return }
        let data = try #require(Repository.sharedData, "the shared data must be there in CI")
        for (index, text) in [draft(), draft(level: 0, action: .cancel), draft(isObserved: true, exercise: false)]
            .enumerated()
        {
            let file = FileManager.default.temporaryDirectory.appending(path: "riparian-cap-\(index)-\(UUID()).xml")
            try Data(text.utf8).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            let process = Process()
            process.executableURL = URL(filePath: xmllint)
            process.arguments = [
                "--noout", "--nonet", "--schema", data.appending(path: "warnings/schema/CAP-v1.2-schema.xsd").path,
                file.path,
            ]
            process.standardError = Pipe()
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "draft \(index)")
        }
    }
}
