import Testing
@Test func `ArchitectureTests stub`() { #expect(1 + 1 == 2) }
