import Series
import Testing

@Suite struct ValueTests {
    @Test(arguments: [
        (8691.0, Unit.centimetre, Unit.metre, 86.91), (2, .cubicHectometre, .cubicMetre, 2e6),
        (1, .metre, .millimetre, 1000),
    ])
    func `units of one kind convert exactly`(value: Double, from: Unit, to: Unit, expected: Double) {
        #expect(from.convert(value, to: to) == expected)
    }

    @Test func `units of different kinds do not convert`() {
        #expect(Unit.metre.convert(1, to: .cubicMetrePerSecond) == nil)
    }

    @Test func `every property has one standard name with three names and a range`() {
        for property in Property.allCases {
            let name = property.standardName
            #expect(name.property == property)
            #expect(name.validRange.lowerBound < name.validRange.upperBound)
            for language in Language.allCases {
                #expect(!name.name[language].isEmpty)
                #expect(!name.description[language].isEmpty)
            }
        }
    }

    @Test(arguments: ["lao-cai", "cn-yunnan", "a", "dam-2"])
    func `words joined by hyphens are ids`(text: String) { #expect(StationID(text)?.text == text) }

    @Test(arguments: ["", "Lao-Cai", "lao--cai", "-lao", "lao-", "lào-cai", "lao cai", "lao_cai", "../x"])
    func `anything else is not an id`(text: String) { #expect(StationID(text) == nil) }

    @Test func `a series is written as party, station and property`() throws {
        let series = try #require(SeriesID("cn-yunnan/manhao/stage"))
        #expect(series.description == "cn-yunnan/manhao/stage")
        #expect(SeriesID("cn-yunnan/manhao") == nil)
        #expect(SeriesID("cn-yunnan/manhao/height") == nil)
    }

    @Test func `a record is straight between readings, silent in long gaps and outside`() {
        let series = PointSeries([
            .init(time: Instant(secondsSinceEpoch: 0), value: 1),
            .init(time: Instant(secondsSinceEpoch: 3600), value: 3),
            .init(time: Instant(secondsSinceEpoch: 90_000), value: 5),
        ])
        #expect(series.value(at: Instant(secondsSinceEpoch: 1800), maximumGap: 7200) == 2)
        #expect(series.value(at: Instant(secondsSinceEpoch: 40_000), maximumGap: 7200) == nil)
        #expect(series.value(at: Instant(secondsSinceEpoch: 90_000), maximumGap: 0) == 5)
        #expect(series.value(at: Instant(secondsSinceEpoch: -1), maximumGap: .max) == nil)
        #expect(series.value(at: Instant(secondsSinceEpoch: 90_001), maximumGap: .max) == nil)
    }
}
