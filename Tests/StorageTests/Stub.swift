import Testing
@Test func `StorageTests stub`() { #expect(1 + 1 == 2) }
