import Formats
import Testing

/// Tables out of a clipboard: quotes are the text's own unless a cell needs them.
@Suite struct ClipboardTableTests {
    private func rows(_ text: String) -> [[String]] {
        CSVTable(Array(text.utf8), file: "", separator: .tab, isEven: false).rows.map(\.fields)
    }

    @Test func `a quotation at the beginning of a cell keeps its marks`() {
        let table = "clause\ttext\n1\t\"Đêm hội\" bên sông\n2\t\"Một\" và \"Hai\"\n3\t\"Cả câu\"\n4\tở \"giữa\"\n"
        #expect(
            rows(table) == [
                ["1", "\"Đêm hội\" bên sông"], ["2", "\"Một\" và \"Hai\""], ["3", "\"Cả câu\""], ["4", "ở \"giữa\""],
            ])
    }

    @Test func `a quote that nothing closes swallows no rows`() {
        let table = "clause\ttext\n1\t\"mở\n2\thai\n3\tba\"\n4\tbốn\n"
        #expect(rows(table) == [["1", "\"mở"], ["2", "hai"], ["3", "ba\""], ["4", "bốn"]])
    }

    @Test func `a cell with a line break or doubled quotes comes between quotes`() {
        let table = "clause\ttext\tnote\n1\t\"một\nhai\"\tx\n2\t\"nói \"\"vâng\"\"\"\ty\n"
        #expect(rows(table) == [["1", "một\nhai", "x"], ["2", "nói \"vâng\"", "y"]])
    }

    @Test func `with commas and semicolons quotes stay those of the format`() {
        let read = CSVTable(Array("a;b\n1;\"x;y\"\n".utf8), file: "", separator: .semicolon)
        #expect(read.rows.map(\.fields) == [["1", "x;y"]])
    }
}
