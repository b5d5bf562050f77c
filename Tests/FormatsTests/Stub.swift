import Testing
@Test func `FormatsTests stub`() { #expect(1 + 1 == 2) }
