import Formats
import Series
import Testing

/// Zip files, read back by a reader that shares nothing with their writer.
@Suite struct ZipArchiveTests {
    private func archive(_ entries: [(String, [UInt8])]) throws -> ZipArchive {
        var archive = ZipArchive()
        for (name, bytes) in entries { try archive.add(name, bytes) }
        return archive
    }

    @Test(arguments: [ZipArchive.Packing.deflated, .stored])
    func `what is put in comes out, whatever it is`(packing: ZipArchive.Packing) throws {
        var generator = SeededGenerator(seed: 3)
        var entries: [(String, [UInt8])] = [("empty", []), ("a/b/Mực nước 水位.txt", Array("sông Hồng".utf8))]
        for count in [1, 2, 300, 65_536, 70_001] {
            entries.append(("noise-\(count)", (0..<count).map { _ in UInt8(generator.next(below: 256)) }))
            entries.append(("text-\(count)", (0..<count).map { _ in UInt8(97 + generator.next(below: 3)) }))
            entries.append(("same-\(count)", Array(repeating: 65, count: count)))
        }
        let read = try ZipReader(archive(entries).bytes(packing: packing)).entries
        #expect(read.map(\.name) == entries.map(\.0))
        for (entry, (_, bytes)) in zip(read, entries) {
            #expect(entry.bytes == bytes)
            #expect(entry.time == 0x0021_0000)
            #expect(entry.flags & 8 == 0, "no data descriptor")
            #expect((entry.flags == 0x0800) == (entry.name.utf8.contains { $0 >= 0x80 }))
            if packing == .stored || entry.name.hasPrefix("noise") { #expect(entry.method == 0) }
            if packing == .deflated, entry.name.hasPrefix("same-6") { #expect(entry.method == 8) }
        }
    }

    @Test func `an empty archive is an end record, and equal entries are equal bytes`() throws {
        #expect(try ZipArchive().bytes() == [0x50, 0x4B, 5, 6] + Array(repeating: 0, count: 18))
        let entries: [(String, [UInt8])] = [("x", Array(repeating: 7, count: 5_000)), ("y", [1])]
        #expect(try archive(entries).bytes() == archive(entries).bytes())
    }

    @Test func `the bytes of a stored file are those of the specification`() throws {
        let expected: [UInt8] =
            [
                0x50, 0x4B, 3, 4, 10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0x26, 0x39, 0xF4, 0xCB, 9, 0, 0, 0, 9, 0, 0, 0, 1,
                0, 0, 0,
            ]
            + Array("n123456789".utf8)
            + [
                0x50, 0x4B, 1, 2, 10, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0x26, 0x39, 0xF4, 0xCB, 9, 0, 0, 0, 9, 0, 0,
                0,
            ]
            + [1, 0] + Array(repeating: 0, count: 16) + Array("n".utf8)
            + [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 47, 0, 0, 0, 40, 0, 0, 0, 0, 0]
        #expect(try archive([("n", Array("123456789".utf8))]).bytes(packing: .stored) == expected)
    }

    @Test func `names that reach outside or cannot be are refused`() {
        for name in ["", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\b", "a\u{0}", "a\n"] {
            var archive = ZipArchive()
            #expect(throws: OfficeProblem.entryName(name)) { try archive.add(name, []) }
        }
    }

    @Test func `a name that is taken is refused, whatever the case of its letters`() throws {
        var archive = try archive([("Word/Đồ.xml", [])])
        #expect(throws: OfficeProblem.entryTwice("word/đồ.xml")) { try archive.add("word/đồ.xml", []) }
        let long = String(repeating: "a", count: 65_536)
        #expect(throws: OfficeProblem.entryName(long)) { try archive.add(long, []) }
        try archive.add(String(repeating: "a", count: 65_535), [1])
        #expect(try ZipReader(archive.bytes()).entries.count == 2)
    }
}
