import Testing

@testable import River

@Suite struct LineTranspositionTests {
    /// Columns of tiles: four that follow each other, four that do not, gaps, and a rest.
    private let columns: [Int32] = [0, 1, 2, 3, 9, 7, 8, 5, -1, 4, -2, 6, 10]

    private func spread<Scalar: RoutingScalar>(_ kind: Scalar.Type, places: [Int], skew: Int) {
        let (width, count, stride) = (11, 6, places.count + 1)
        let size = MemoryLayout<Scalar>.size
        let memory = UnsafeMutableRawPointer.allocate(byteCount: width * count * size + skew, alignment: 64)
        var tiles = [Scalar](repeating: -7, count: columns.count * stride)
        defer { memory.deallocate() }
        for index in 0..<(width * count) {
            memory.storeBytes(of: Scalar(index), toByteOffset: skew + index * size, as: kind)
        }
        let lines = places.map { $0 < 0 ? -1 : $0 * width }
        columns.withUnsafeBufferPointer { columns in
            lines.withUnsafeBufferPointer { lines in
                tiles.withUnsafeMutableBufferPointer { tiles in
                    guard let room = tiles.baseAddress else { return }
                    LineTransposition.spread(memory + skew, columns: columns, lines: lines, to: room, stride: stride)
                }
            }
        }
        for (tile, column) in columns.enumerated() {
            for (place, line) in lines.enumerated() {
                let own = tiles[tile * stride + place]
                #expect(own == (column < 0 || line < 0 ? -7 : Scalar(line + Int(column))))
            }
            #expect(tiles[tile * stride + stride - 1] == -7)
        }
    }

    @Test(arguments: [0, 2, 3]) func `columns come into their tiles from memory that begins at any byte`(skew: Int) {
        for places in [[0, 1, 2, 3, 4, 5], [5, 0, -1, 2, 2, 3, 1, 0], [-1], []] {
            spread(Float.self, places: places, skew: skew)
            spread(Double.self, places: places, skew: skew)
        }
    }

    private func collect<Scalar: RoutingScalar>(_ kind: Scalar.Type, places: [Int]) {
        let (width, stride) = (12, 9)
        let tiles = (0..<(columns.count * stride)).map { Scalar($0) }
        var rows = [Scalar](repeating: -7, count: width * max(1, places.count))
        columns.withUnsafeBufferPointer { columns in
            places.withUnsafeBufferPointer { places in
                rows.withUnsafeMutableBufferPointer { rows in
                    guard let room = rows.baseAddress else { return }
                    LineTransposition.collect(
                        tiles, stride: stride, columns: columns, places: places, to: room, row: width)
                }
            }
        }
        var expected = [Scalar](repeating: -7, count: rows.count)
        for (tile, column) in columns.enumerated() where column >= 0 {
            for (line, place) in places.enumerated() {
                expected[line * width + Int(column)] = tiles[tile * stride + place]
            }
        }
        #expect(rows == expected)
    }

    @Test func `tiles come into their columns`() {
        for places in [[0, 1, 2, 3, 4, 5, 6, 7, 8], [1, 3, 5, 7], [0, 1, 2, 3, 8], [4], []] {
            collect(Float.self, places: places)
            collect(Double.self, places: places)
        }
    }

    private func extremes<Scalar: RoutingScalar>(_ kind: Scalar.Type) {
        let memory = UnsafeMutablePointer<Scalar>.allocate(capacity: FlowExtremes<Scalar>.capacity)
        defer { memory.deallocate() }
        let extremes = FlowExtremes(memory)
        #expect(extremes.result == (-.infinity, 0))
        let numbers = (0..<200).map { Scalar(($0 * 37) % 101 - 20) }
        extremes.take(numbers, count: 130)
        extremes.take(Array(numbers[130...]), count: 70)
        #expect(extremes.result == (numbers.max() ?? 0, numbers.count { $0 < 0 }))
        extremes.begin()
        extremes.take([-0.0, -1], count: 2)
        #expect(extremes.result == (0, 1))
    }

    @Test func `the greatest number is found, and how many are below zero`() {
        extremes(Float.self)
        extremes(Double.self)
    }
}
