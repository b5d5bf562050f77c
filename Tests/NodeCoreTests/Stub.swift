import Testing
@Test func `NodeCoreTests stub`() { #expect(1 + 1 == 2) }
