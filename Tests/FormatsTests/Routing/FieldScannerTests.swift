import Series
import Testing

@testable import Formats

@Suite struct FieldScannerTests {
    private func number(_ text: String) throws -> Double? {
        try RoutingFile(name: "n.csv", bytes: Array(text.utf8)).scan { (scanner) throws(RoutingFileProblem) in
            scanner.number(try scanner.field())
        }
    }

    @Test(arguments: [
        "9007199254740993", "9007199254740992.5", "9007199254740991", "4503599627370497.5", "4503599627370496.5",
        "0.1", "3421.76416015625", "1.7976931348623157", "9999999999999999999", "9223372036854775807",
        "0.30000000000000004", "0.000000000000000001", "12345678901234567.89", "-72057594037927945", "1e-7", "5E+3",
        "0.00000000000000000000000000000123456789", "0", "-0.0", "007",
    ])
    func `a decimal is the nearest number, ties to even`(_ text: String) throws {
        let expected = try #require(Double(text))
        #expect(try number(text)?.bitPattern == expected.bitPattern)
    }

    @Test func `a hundred thousand decimals of any length are what the library of C reads`() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<100_000 {
            let digits = 1 + Int(generator.next() % 20)
            var text = (0..<digits).map { _ in "\(generator.next() % 10)" }.joined()
            let point = Int(generator.next() % UInt64(digits + 1))
            text.insert(".", at: text.index(text.startIndex, offsetBy: point))
            if generator.next() % 3 == 0 { text = "-" + text }
            let expected = try #require(Double(text))
            #expect(try number(text)?.bitPattern == expected.bitPattern, "\(text)")
        }
    }

    @Test(arguments: ["", "-", ".", "+.", "1.2.3", "nan", "inf", "0x1p3", "1e999", "12a", "- 1"])
    func `what is no finite decimal is none`(_ text: String) throws {
        #expect(try number(text) == nil)
    }
}
