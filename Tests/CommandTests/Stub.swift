import Testing
@Test func `CommandTests stub`() { #expect(1 + 1 == 2) }
