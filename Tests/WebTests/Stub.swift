import Testing
@Test func `WebTests stub`() { #expect(1 + 1 == 2) }
