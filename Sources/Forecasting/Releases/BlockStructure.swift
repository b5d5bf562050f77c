/// Where the numbers of one scenario's block stand and which operations its elimination takes: found once, used by every
/// scenario and every iteration.
///
/// The matrix is `sum over rows of weight a a'`. Column j < n of its factor keeps the rows of its structure, the shared part
/// is a dense lower triangle after them. The structure of a column is what its own rows touch and what its children in the
/// elimination tree pass on (Liu 1990).
struct BlockStructure {
    let privateCount: Int
    let sharedCount: Int
    /// Where column j begins; its first number is the diagonal.
    let columnStarts: [Int32]
    /// Row of every number of the columns.
    let rowsOfColumns: [Int32]
    /// Numbers of the columns and of the dense part.
    let size: Int
    /// Places to which each row adds, in the order of its pairs of terms.
    let rowPlaces: [Int32]
    /// Products of the coefficients of those pairs.
    let rowProducts: [Double]
    /// Where the pairs of row r begin.
    let rowPairStarts: [Int32]
    /// Places from which the elimination of a column subtracts, pair by pair of its structure.
    let updatePlaces: [Int32]

    /// Where the dense part begins.
    var denseStart: Int { rowsOfColumns.count }
    /// Place of a number of the dense part, row >= column.
    @inline(__always) static func dense(_ row: Int, _ column: Int) -> Int { row * (row + 1) / 2 + column }

    init(_ rows: CascadeRows) {
        privateCount = rows.privateCount
        sharedCount = rows.sharedCount
        let columns = BlockStructure.eliminate(rows)
        var starts: [Int32] = [0]
        for column in columns { starts.append(starts[starts.count - 1] + Int32(column.count)) }
        columnStarts = starts
        rowsOfColumns = columns.flatMap { $0 }
        let denseStart = rowsOfColumns.count
        size = denseStart + rows.sharedCount * (rows.sharedCount + 1) / 2
        let finder = PlaceFinder(privateCount: rows.privateCount, starts: starts, columns: columns, dense: denseStart)
        (rowPairStarts, rowPlaces, rowProducts) = finder.pairs(of: rows)
        updatePlaces = finder.updates()
    }

    /// The rows of each column of the factor, the diagonal first, ascending.
    private static func eliminate(_ rows: CascadeRows) -> [[Int32]] {
        let count = rows.privateCount
        var columns = (0..<count).map { [Int32($0)] }
        var mark = [Int32](repeating: -1, count: count + rows.sharedCount)
        var byFirst = [[Int]](repeating: [], count: count)
        for row in 0..<rows.count where rows.starts[row] < rows.starts[row + 1] {
            let first = Int(rows.variables[Int(rows.starts[row])])
            if first < count { byFirst[first].append(row) }
        }
        var children = [[Int]](repeating: [], count: count)
        for column in 0..<count {
            mark[column] = Int32(column)
            var structure: [Int32] = []
            func add(_ row: Int32) {
                guard mark[Int(row)] != Int32(column) else { return }
                mark[Int(row)] = Int32(column)
                structure.append(row)
            }
            for row in byFirst[column] {
                for place in Int(rows.starts[row])..<Int(rows.starts[row + 1]) { add(rows.variables[place]) }
            }
            for child in children[column] { for row in columns[child].dropFirst() { add(row) } }
            structure.sort()
            if let parent = structure.first, parent < count { children[Int(parent)].append(column) }
            columns[column] += structure
        }
        return columns
    }
}

/// Finds the places of pairs of variables.
private struct PlaceFinder {
    let privateCount: Int
    let starts: [Int32]
    let columns: [[Int32]]
    let dense: Int

    /// Places of (row, column) for the rows from `from` on of an ascending list, all in the structure of the column.
    private func append(_ list: ArraySlice<Int32>, column: Int, to places: inout [Int32]) {
        if column >= privateCount {
            for row in list {
                places.append(Int32(dense + BlockStructure.dense(Int(row) - privateCount, column - privateCount)))
            }
            return
        }
        var place = 0
        for row in list {
            while columns[column][place] != row { place += 1 }
            places.append(starts[column] + Int32(place))
        }
    }

    func pairs(of rows: CascadeRows) -> (starts: [Int32], places: [Int32], products: [Double]) {
        var result: (starts: [Int32], places: [Int32], products: [Double]) = ([0], [], [])
        for row in 0..<rows.count {
            let range = Int(rows.starts[row])..<Int(rows.starts[row + 1])
            for first in range {
                append(rows.variables[first..<range.upperBound], column: Int(rows.variables[first]), to: &result.places)
                for second in first..<range.upperBound {
                    result.products.append(rows.coefficients[first] * rows.coefficients[second])
                }
            }
            result.starts.append(Int32(result.places.count))
        }
        return result
    }

    func updates() -> [Int32] {
        var places: [Int32] = []
        for column in columns {
            let structure = column.dropFirst()
            for first in structure.indices {
                append(structure[first...], column: Int(structure[first]), to: &places)
            }
        }
        return places
    }
}
