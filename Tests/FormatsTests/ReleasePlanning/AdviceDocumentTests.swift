import Accord
import Forecasting
import Formats
import Testing

@Suite struct AdviceDocumentTests {
    @Test func `a value of a band that is no finite number is null, for programs as for what is kept`() {
        let band = ReleaseAdvice.Band(low: -.infinity, middle: .nan, high: 118.5)
        #expect(band.json == ["low": .null, "middle": .null, "high": .number(118.5)])
        #expect(band.json.canonicalText == "{\"high\":118.5,\"low\":null,\"middle\":null}")
    }
}
