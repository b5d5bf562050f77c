import Testing
@Test func `RiverTests stub`() { #expect(1 + 1 == 2) }
