import Testing

@testable import River

@Suite struct FlowDirectionsTests {
    @Test func `each direction leads to its neighbour, from the north or from the south`() throws {
        // all around flow into the middle, the middle nowhere
        let raster: [Int64] = [2, 4, 8, 1, 0, 16, 128, 64, 32]
        let found = try FlowDirections(raster, columns: 3)
        #expect(found.downstreamRow == [4, 4, 4, 4, -1, 4, 4, 4, 4])
        // the same water with the rows the other way round
        let turned = Array(raster[6...]) + raster[3..<6] + raster[..<3]
        #expect(try FlowDirections(turned, columns: 3, isSouthFirst: true).downstreamRow == found.downstreamRow)
    }

    @Test func `off the raster, outside and sinks are outlets`() throws {
        let found = try FlowDirections([1, 1, 247, 16, 255, -1, -128, -9, 99], columns: 3, missing: 99)
        #expect(found.cells == [0, 1, 3, 4, 5, 6])
        #expect(found.downstreamRow == [1, -1, -1, -1, -1, 3])
        #expect(found.codes == [1, 1, 16, 0, 0, 128])
        #expect(throws: FlowDirections.UnknownCode(code: 3, cell: 1)) { try FlowDirections([1, 3], columns: 2) }
        #expect(try FlowDirections([247], columns: 1).cells.isEmpty)
    }

    @Test func `two cells that flow into each other are a cycle`() throws {
        let found = try FlowDirections([1, 16], columns: 2)
        #expect(throws: NetworkProblem.self) { try RiverNetwork(downstreamRow: found.downstreamRow) }
    }
}
