import Formats
import Series
import Testing

@Suite struct SeriesTableTests {
    private func marks(_ revision: Int = 0, lane: Int? = nil) -> SeriesTable.Marks {
        SeriesTable.Marks(
            quality: .good, known: .observed, status: .raw, revision: revision, source: 0, lane: lane)
    }

    @Test func `rows carry value, marks and provenance, a missing value is empty`() {
        var table = SeriesTable(of: .stage)
        let own = SeriesTable.Provenance(clause: "own", redistribution: "own")
        let lane = SeriesTable.Provenance(lane: "riparian/a/b/c", clause: "1.4", redistribution: "parties")
        table.add(
            observed: 1_725_839_999, received: 1_725_840_001, value: 61.8, marks: marks(), index: nil
        ) { ("bulletin, \"late\"", own) }
        table.add(observed: 1_725_840_000, received: 1_725_840_060, value: nil, marks: marks(), index: nil) {
            Issue.record("equal marks need no texts")
            return ("", own)
        }
        table.add(
            observed: -1, received: 0, value: 62, marks: marks(1, lane: 0), index: 1_234
        ) { ("lane", lane) }
        #expect(
            String(decoding: table.bytes, as: UTF8.self) == SeriesTable.header + """
                2024-09-08T23:59:59Z,2024-09-09T00:00:01Z,61.8,m,1,observed,raw,0,"bulletin, ""late""\",,,own,own
                2024-09-09T00:00:00Z,2024-09-09T00:01:00Z,,m,1,observed,raw,0,"bulletin, ""late""\",,,own,own
                1969-12-31T23:59:59Z,1970-01-01T00:00:00Z,62,m,1,observed,raw,1,lane,riparian/a/b/c,1234,1.4,parties

                """)
    }

    @Test func `a long table is whole`() {
        var table = SeriesTable(of: .discharge)
        let own = SeriesTable.Provenance(clause: "own", redistribution: "own")
        for hour in 0..<20_000 {
            table.add(
                observed: Int64(hour) * 3600, received: Int64(hour) * 3600 + 60, value: Double(hour) / 7,
                marks: marks(hour % 3), index: nil
            ) { (String(repeating: "s", count: 300), own) }
        }
        let lines = String(decoding: table.bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 20_001)
        for (hour, line) in lines.dropFirst().enumerated() where hour % 997 == 0 {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            #expect(cells.count == 13 && Double(cells[2]) == Double(hour) / 7)
        }
    }
}
