import Foundation
import Series
import TestKit
import Testing

@testable import Formats

/// The bundled catalogues and the reader of their files.
struct CatalogueTests {
    let catalogues: Catalogues

    init() throws { catalogues = try Catalogues.sample() }

    @Test func `the three catalogues have the same keys, all with a text`() {
        let english = catalogues[.english].keys
        #expect(english.count > 150)
        for language in Language.allCases {
            #expect(catalogues[language].keys == english)
            for key in english { #expect(catalogues[language].contains(key), "\(language.rawValue) lacks \(key)") }
        }
    }

    @Test func `each text takes the same arguments in the three languages`() {
        for key in catalogues[.english].keys {
            let arguments = Catalogue.arguments(of: catalogues[.english].text(key))
            for language in Language.allCases {
                #expect(Catalogue.arguments(of: catalogues[language].text(key)) == arguments, "\(key)")
            }
        }
    }

    @Test func `Vietnamese and Chinese texts are translated, composed and simplified`() {
        let traditional: Set<Character> = Set(
            "預報與關於發區間數據無單級閘壩應該這個們為從對時來開門車馬魚鳥長風雲電語說讀請註記錄圖畫國學會經濟線組織縣鄉鎮陽陰陸際險隊")
        for key in catalogues[.english].keys {
            let english = catalogues[.english].text(key)
            let vietnamese = catalogues[.vietnamese].text(key)
            let chinese = catalogues[.chinese].text(key)
            #expect(
                vietnamese.unicodeScalars.elementsEqual(vietnamese.precomposedStringWithCanonicalMapping.unicodeScalars)
            )
            #expect(Set(chinese).intersection(traditional).isEmpty, "\(key): \(chinese)")
            let bare = english.replacing(/\{[a-zA-Z]+\}/, with: "")
            guard bare.contains(where: \.isLetter) else { continue }
            #expect(vietnamese != english, "\(key) is not translated into Vietnamese")
            #expect(chinese != english, "\(key) is not translated into Chinese")
            #expect(
                englishWords(
                    in: chinese.replacing(/\{[a-zA-Z]+\}/, with: ""), language: .chinese,
                    allowing: neutralWords.union(alertElementNames), catalogues: catalogues) == [], "\(key)")
        }
    }

    @Test func `a forgotten English word is found in both languages, names are not`() {
        let vietnamese = englishWords(
            in: "mực nước at the station Lào Cai", language: .vietnamese, allowing: ["Lào Cai"], catalogues: catalogues)
        #expect(vietnamese == ["the", "station"])
        let chinese = englishWords(
            in: "老街站82.5m，UTC+8，rising", language: .chinese, allowing: neutralWords, catalogues: catalogues)
        #expect(chinese == ["rising"])
        let page = "<p title=\"the level\">mực <cite>the source</cite></p>"
        #expect(visibleText(ofMarkup: page).contains("the level"))
        #expect(!visibleText(ofMarkup: page).contains("source"))
    }

    @Test func `a missing key shows itself in brackets`() {
        #expect(catalogues[.english].text("no.such.key") == "[no.such.key]")
    }

    @Test func `arguments are put in once and their braces are left alone`() {
        let catalogue = Catalogue(language: .english, texts: ["a": "{x} and {y}, {z}"])
        #expect(catalogue.text("a", ["x": "{y}", "y": "2"]) == "{y} and 2, {z}")
    }

    @Test func `a damaged file is refused with file and line`() {
        let cases = [
            ("msgctxt \"a\"\nmsgid \"b\"\nmsgstr b\n", 3), ("msgid_plural \"a\"\n", 1),
            ("msgctxt \"a\"\nmsgstr \"b\"\n", 2), ("\"lost\"\n", 1), ("msgctxt \"a\nmsgid \"b\"\n", 1),
        ]
        for (text, line) in cases {
            let fault = #expect(throws: CatalogueFault.self) { try PortableObject(parsing: text, file: "x.po") }
            #expect(fault?.line == line)
            #expect(fault?.file == "x.po")
        }
    }

    @Test func `continued strings, comments, escapes and doubtful entries are read`() throws {
        let text =
            "# note\nmsgid \"\"\nmsgstr \"\"\n\"Language: vi\\n\"\n\n#, fuzzy\nmsgctxt \"k\"\nmsgid \"\"\n\"a \\\"b\\\"\"\nmsgstr \"\"\n\"c\\n\"\n\"d\"\n"
        let entries = try PortableObject(parsing: text, file: "x.po").entries
        #expect(entries.count == 1)
        #expect(entries.first?.source == "a \"b\"")
        #expect(entries.first?.translation == "c\nd")
        #expect(entries.first?.isFuzzy == true)
    }

    @Test func `msgfmt accepts the files where it is installed`() throws {
        let msgfmt = "/usr/bin/msgfmt"
        guard FileManager.default.isExecutableFile(atPath: msgfmt) else { return }
        for language in Language.allCases {
            let process = Process()
            process.executableURL = URL(filePath: msgfmt)
            let file = Repository.root.appending(path: "Sources/Formats/Catalogues/po/\(language.rawValue).po")
            process.arguments = ["--check", "-o", "/dev/null", file.path(percentEncoded: false)]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
    }

    @Test func `numbers and times read as each language writes them`() throws {
        let time = try Instant(iso8601: "2024-09-09T15:00:00+07:00")
        let zones: [UTCOffset] = [.indochina, .china]
        let vi = PeopleFormat(.vietnamese, zones: zones)
        let zh = PeopleFormat(.chinese, zones: zones)
        let en = PeopleFormat(.english, zones: zones)
        #expect(vi.number(12_345.605, digits: 2) == "12.345,61")
        #expect(zh.number(12_345.6, digits: 2) == "12,345.60")
        #expect(en.number(-0.004, digits: 2) == "0.00")
        #expect(en.number(-1.25, digits: 1) == "\u{2212}1.3")
        #expect(vi.number(123_456_789_012_345, digits: 6) == "123.456.789.012.345,000000")
        #expect(en.number(9_007_199_254_740_992, digits: 0) == "9,007,199,254,740,992")
        #expect(vi.number(-1.5e300, digits: 2) == "-1,5e+300")
        #expect(vi.time(time, in: .indochina) == "15:00 ngày 09/9/2024 (UTC+7)")
        #expect(zh.time(time, in: .china) == "2024年9月9日16:00（UTC+8）")
        #expect(en.time(time, in: .indochina) == "15:00, 9 Sep 2024 (UTC+7)")
        #expect(
            en.allTimes(time + 8 * 3600 + 1800, in: .indochina) == "23:30, 9 Sep 2024 (UTC+7; 00:30, 10 Sep UTC+8)")
        #expect(zh.allTimes(time, in: .china, withYear: false) == "9月9日16:00（UTC+8；15:00 UTC+7）")
        // Other rivers have one zone, or three.
        #expect(PeopleFormat(.english).allTimes(time, in: .indochina) == en.time(time, in: .indochina))
        let three = PeopleFormat(.english, zones: [UTCOffset(minutes: 330), .indochina, .china])
        #expect(
            three.allTimes(time, in: .indochina, withYear: false) == "15:00, 9 Sep (UTC+7; 13:30 UTC+5:30; 16:00 UTC+8)"
        )
        #expect(en.percent(0.001) == "1" && en.percent(0.999) == "99" && en.percent(0) == "0" && en.percent(1) == "100")
    }
}
