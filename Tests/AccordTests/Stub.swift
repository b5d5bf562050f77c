import Testing
@Test func `AccordTests stub`() { #expect(1 + 1 == 2) }
