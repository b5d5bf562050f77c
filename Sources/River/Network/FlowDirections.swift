/// A raster of flow directions as a list of reaches, one a cell.
///
/// Codes of eight neighbours (Greenlee 1987): 1 east, 2 south-east, 4 south, 8 south-west, 16 west, 32 north-west, 64 north, 128
/// north-east. Without a neighbour below: 0 a mouth, 255 or -1 an inland sink. Outside: 247 or -9, and a missing value.
public struct FlowDirections: Sendable {
    /// A code that means nothing.
    public struct UnknownCode: Error, Hashable, Sendable {
        /// The code.
        public let code: Int64
        /// The place of the cell, row by row from 0.
        public let cell: Int
    }

    /// The place of each reach's cell, row by row from 0, ascending. Shape [reach], like the others.
    public let cells: [Int32]
    /// The direction of each reach; 0 at a mouth or sink.
    public let codes: [UInt8]
    /// Of each reach the one below it; -1 where it flows nowhere, off the raster or outside.
    public let downstreamRow: [Int32]

    /// Reads a raster.
    ///
    /// - Parameters:
    ///   - raster: codes, row by row; fewer than 2^31.
    ///   - columns: of the raster, > 0.
    ///   - isSouthFirst: whether the rows go from south to north.
    ///   - missing: a code that also stands for outside.
    /// - Throws: ``UnknownCode`` for the first cell that has one.
    public init(
        _ raster: [Int64], columns: Int, isSouthFirst: Bool = false, missing: Int64? = nil
    ) throws(UnknownCode) {
        precondition(
            columns > 0 && raster.count.isMultiple(of: columns) && raster.count < Int(Int32.max), "a raster is whole")
        var reachOfCell = [Int32](repeating: -1, count: raster.count)
        var cells: [Int32] = []
        var codes: [UInt8] = []
        for (cell, code) in raster.enumerated() where code != missing && code != 247 && code != -9 {
            switch code {
            case 0, 255, -1: codes.append(0)
            // in eight bits with a sign
            case -128: codes.append(128)
            case 1, 2, 4, 8, 16, 32, 64, 128: codes.append(UInt8(code))
            default: throw UnknownCode(code: code, cell: cell)
            }
            reachOfCell[cell] = Int32(cells.count)
            cells.append(Int32(cell))
        }
        let rows = raster.count / columns
        var downstreamRow = [Int32](repeating: -1, count: cells.count)
        for (reach, cell) in cells.enumerated() where codes[reach] != 0 {
            let (down, right) = FlowDirections.step(codes[reach])
            let row = Int(cell) / columns + (isSouthFirst ? -down : down)
            let column = Int(cell) % columns + right
            guard (0..<rows).contains(row), (0..<columns).contains(column) else { continue }
            downstreamRow[reach] = reachOfCell[row * columns + column]
        }
        self.cells = cells
        self.codes = codes
        self.downstreamRow = downstreamRow
    }

    /// Rows to the south and columns to the east of a direction.
    public static func step(_ code: UInt8) -> (south: Int, east: Int) {
        switch code {
        case 1: (0, 1)
        case 2: (1, 1)
        case 4: (1, 0)
        case 8: (1, -1)
        case 16: (0, -1)
        case 32: (-1, -1)
        case 64: (-1, 0)
        case 128: (-1, 1)
        default: (0, 0)
        }
    }
}
