import Testing
@Test func `SeriesTests stub`() { #expect(1 + 1 == 2) }
