import River

/// A regular grid of longitude and latitude: the cells around its points, the first row in the north, rows from west to east.
public struct GroundGrid: Hashable, Sendable {
    /// Degrees east: the western edge of the first column.
    public let west: Double
    /// Degrees north: the northern edge of the first row.
    public let north: Double
    /// Degrees, > 0.
    public let width: Double
    /// Degrees, > 0.
    public let height: Double
    /// Cells from west to east, >= 1; together no more than once round the globe.
    public let columns: Int
    /// Cells from north to south, >= 1.
    public let rows: Int

    /// Makes a grid; nil where its numbers make none.
    public init?(west: Double, north: Double, width: Double, height: Double, columns: Int, rows: Int) {
        guard columns >= 1, rows >= 1, columns <= 1_000_000, rows <= 1_000_000, width > 0, height > 0,
            west.magnitude <= 720, north.magnitude <= 180, width * Double(columns) <= 360 * (1 + 1e-6),
            height * Double(rows) <= 180 + 2 * height
        else { return nil }
        self.west = west
        self.north = north
        self.width = width
        self.height = height
        self.columns = columns
        self.rows = rows
    }

    /// Degrees east: the western edge of a column.
    func edge(ofColumn column: Int) -> Double { west + width * Double(column) }

    /// Degrees north: the northern edge of a row.
    func edge(ofRow row: Int) -> Double { north - height * Double(row) }

    /// m2: the area of a cell of a row on a sphere of `EarthSphere.radius`; a row of points on a pole is half a cell.
    func cellArea(ofRow row: Int) -> Double {
        let upper = min(90, max(-90, edge(ofRow: row)))
        let lower = min(90, max(-90, edge(ofRow: row + 1)))
        let radian = Double.pi / 180
        let band = Elementary.sine(upper * radian) - Elementary.sine(lower * radian)
        return EarthSphere.radius * EarthSphere.radius * width * radian * band
    }
}

/// The sphere on which areas are measured.
enum EarthSphere {
    /// m: the mean radius of the earth (Moritz 1980, GRS 80: R1).
    static let radius = 6_371_008.7714
}

/// What a sub-basin takes of a cell.
public struct CellShare: Hashable, Sendable {
    /// row * columns + column.
    public let cell: Int
    /// The part of the cell in the plane of longitude and latitude, 0...1.
    public let coverage: Double
    /// m2: the part times the cell's area on the sphere.
    public let weight: Double
}

/// What a sub-basin takes of a grid.
public struct GridShares: Hashable, Sendable {
    /// In the order of the cells; only those with a part above nought.
    public let shares: [CellShare]
    /// The part of the sub-basin that the grid covers, 0...1.
    public let covered: Double

    /// The exact shares of an outline: planar coverage times the cell's area on the sphere.
    ///
    /// The outline may lie anywhere round the globe: it is laid over the grid at each whole turn. Source of the rule: Baston (2020),
    /// exactextract; the cutting is by halves of the grid, then Sutherland and Hodgman (1974).
    public init(of outline: AreaOutline, on grid: GroundGrid) {
        var coverage: [Int: Double] = [:]
        for turn in [-360.0, 0, 360] {
            var cutter = GridCutter(grid: grid)
            cutter.cut(outline.moved(by: turn))
            for (cell, part) in cutter.coverage { coverage[cell, default: 0] += part }
        }
        let cellArea = grid.width * grid.height
        let inside = coverage.keys.sorted().reduce(0) { $0 + (coverage[$1] ?? 0) } * cellArea
        covered = min(1, inside / outline.planarArea)
        shares = coverage.keys.sorted().map { cell in
            let part = min(1, coverage[cell] ?? 0)
            return CellShare(cell: cell, coverage: part, weight: part * grid.cellArea(ofRow: cell / grid.columns))
        }
    }

    /// The mean over the sub-basin; nil where a cell that it takes part of has no value (NaN).
    public func mean(of values: [Double]) -> Double? {
        var (sum, weights) = (0.0, 0.0)
        for share in shares {
            sum += values[share.cell] * share.weight
            weights += share.weight
        }
        let mean = sum / weights
        return mean.isFinite ? mean : nil
    }
}

/// Cuts an outline into the cells of a grid by halving the grid until one cell is left, or all of it is covered.
private struct GridCutter {
    let grid: GroundGrid
    var coverage: [Int: Double] = [:]

    init(grid: GroundGrid) { self.grid = grid }

    mutating func cut(_ polygons: [[[GroundPoint]]]) {
        for polygon in polygons {
            let inside = clipped(polygon, columns: 0..<grid.columns, rows: 0..<grid.rows)
            halve(inside, columns: 0..<grid.columns, rows: 0..<grid.rows)
        }
    }

    private mutating func halve(_ rings: [[GroundPoint]], columns: Range<Int>, rows: Range<Int>) {
        guard !rings.isEmpty else { return }
        let area = AreaOutline.planarArea([rings])
        let cell = grid.width * grid.height
        let full = cell * Double(columns.count * rows.count)
        if columns.count == 1, rows.count == 1 {
            if area > 0 { coverage[rows.lowerBound * grid.columns + columns.lowerBound, default: 0] += area / cell }
        } else if area >= full * (1 - 1e-13) {
            for row in rows {
                for column in columns { coverage[row * grid.columns + column, default: 0] += 1 }
            }
        } else if columns.count > rows.count {
            let middle = columns.lowerBound + columns.count / 2
            for half in [columns.lowerBound..<middle, middle..<columns.upperBound] {
                halve(clipped(rings, columns: half, rows: nil), columns: half, rows: rows)
            }
        } else {
            let middle = rows.lowerBound + rows.count / 2
            for half in [rows.lowerBound..<middle, middle..<rows.upperBound] {
                halve(clipped(rings, columns: nil, rows: half), columns: columns, rows: half)
            }
        }
    }

    /// The outer ring and its holes within columns and rows; none where nothing of the outer ring is left.
    private func clipped(_ rings: [[GroundPoint]], columns: Range<Int>?, rows: Range<Int>?) -> [[GroundPoint]] {
        var result: [[GroundPoint]] = []
        for (place, ring) in rings.enumerated() {
            var part = ring
            if let columns {
                let (west, east) = (grid.edge(ofColumn: columns.lowerBound), grid.edge(ofColumn: columns.upperBound))
                part = RingClip.part(part) { $0.longitude - west }
                part = RingClip.part(part) { east - $0.longitude }
            }
            if let rows {
                let (north, south) = (grid.edge(ofRow: rows.lowerBound), grid.edge(ofRow: rows.upperBound))
                part = RingClip.part(part) { north - $0.latitude }
                part = RingClip.part(part) { $0.latitude - south }
            }
            if part.count >= 3 { result.append(part) } else if place == 0 { return [] }
        }
        return result
    }
}
