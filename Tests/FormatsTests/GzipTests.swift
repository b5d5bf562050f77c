import Formats
import Series
import TestKit
import Testing

/// Packing and unpacking with a bound.
@Suite struct GzipTests {
    @Test func `what is packed unpacks to the same bytes at every level`() throws {
        var generator = SeededGenerator(seed: 7)
        for count in [0, 1, 255, 65_535, 65_536, 200_001] {
            let bytes = (0..<count).map { _ in UInt8(generator.next(below: 4)) }
            for level: Int32 in [1, 6, 9] {
                #expect(try Gzip.unpacked(Gzip.packed(bytes, level: level), limit: count) == bytes)
            }
        }
    }

    @Test func `a bomb is refused before it takes memory, and the bound itself is let through`() throws {
        let bomb = Gzip.packed([UInt8](repeating: 0, count: 50_000_000))
        #expect(throws: Gzip.Problem.tooLong(limit: 1_000_000)) { try Gzip.unpacked(bomb, limit: 1_000_000) }
        #expect(throws: Gzip.Problem.tooLong(limit: 49_999_999)) { try Gzip.unpacked(bomb, limit: 49_999_999) }
    }

    @Test func `cut, extended and changed bytes are damaged and never trap`() throws {
        let packed = Gzip.packed(Array("a river of readings, a river of readings".utf8))
        for count in 0..<packed.count {
            #expect(throws: Gzip.Problem.damaged) { try Gzip.unpacked(Array(packed.prefix(count)), limit: 1_000) }
        }
        #expect(throws: Gzip.Problem.damaged) { try Gzip.unpacked(packed + [0], limit: 1_000) }
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            var changed = packed
            changed[Int(generator.next(below: UInt64(changed.count)))] ^= UInt8(1 + generator.next(below: 255))
            _ = try? Gzip.unpacked(changed, limit: 1_000)
        }
    }
}
