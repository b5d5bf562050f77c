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

    @Test func `every number has the shortest text that reads back to it`() throws {
        var generator = SeededGenerator(seed: 11)
        var numbers: [Double] = [
            0, -0.0, 1, -1, 0.001, -0.001, 0.1, 0.12, 0.123, 0.1234, 9.999, 10, 99.5, 1e9, 123_456_789.125, 1e15, 1e16,
            1e-7,
            -12.05, 61.81, 999_999_999.999,
        ]
        for _ in 0..<5_000 {
            numbers.append((generator.nextUnit() * 2e6 - 1e6).rounded() / 1000)
            numbers.append(generator.nextUnit() * 100)
        }
        var table = SeriesTable(of: .stage)
        let own = SeriesTable.Provenance(clause: "own", redistribution: "own")
        for number in numbers {
            table.add(observed: 0, received: 0, value: number, marks: marks(), index: nil) { ("", own) }
        }
        let lines = String(decoding: table.bytes, as: UTF8.self).split(separator: "\n").dropFirst()
        for (number, line) in zip(numbers, lines) {
            let text = line.split(separator: ",", omittingEmptySubsequences: false)[2]
            let shortest =
                number == number.rounded() && number.magnitude < 1e15 ? "\(Int64(number))" : number.description
            #expect(text == shortest)
            #expect(Double(text) == number)
        }
    }
}
