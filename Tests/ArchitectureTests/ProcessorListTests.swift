import TestKit
import Testing

/// A manifest shares no code with the program: what makes a processor wide stands in both.
@Suite struct ProcessorListTests {
    private func words(_ file: String) throws -> Set<Substring> {
        let text = try Repository.text(file)
        let line = try #require(text.split(separator: "\n").first { $0.contains("\"avx2\"") }, "\(file) names no words")
        return Set(line.split(separator: "\"").filter { $0.allSatisfy { $0.isLetter || $0.isNumber } && !$0.isEmpty })
    }

    @Test func `the manifest and the program ask the processor for the same`() throws {
        let manifest = try words("Package.swift")
        #expect(manifest.count >= 7)
        #expect(try words("Sources/riparian/ProcessorCheck.swift") == manifest)
    }
}
