import Testing
@Test func `ForecastingTests stub`() { #expect(1 + 1 == 2) }
