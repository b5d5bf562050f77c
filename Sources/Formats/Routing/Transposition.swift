import River

/// Moves numbers between lines of time, of which each has a number a column, and tiles, of which each has those of one column.
///
/// Lines lie megabytes apart: as many of them are read or written at once as the processor waits for side by side, and squares of
/// four by four numbers change their direction in registers.
enum Transposition {
    /// The most columns that are moved together: a few lines of the cache.
    static let most = 64

    /// Writes columns that follow each other into tiles.
    ///
    /// - Parameters:
    ///   - source: the first of the columns.
    ///   - lines: of each place of a tile where its line begins, from `source` on; -1 for places that stay as they are.
    ///   - tiles: shape [column][place], `stride` numbers apart.
    @inline(__always) static func spread<Scalar: RoutingScalar>(
        _ source: UnsafePointer<Scalar>, lines: UnsafeBufferPointer<Int>, to tiles: UnsafeMutablePointer<Scalar>,
        stride: Int, count: Int
    ) {
        var place = 0
        while place < lines.count {
            let whole = place &+ 4 <= lines.count && isFour(lines, place)
            if whole, count >= 4 {
                spreadFour(source, lines, place, to: tiles + place, stride: stride, count: count)
                place &+= 4
                continue
            }
            let line = lines[place]
            if line >= 0 {
                for column in 0..<count { tiles[column &* stride &+ place] = source[line &+ column] }
            }
            place &+= 1
        }
    }

    private static func isFour(_ lines: UnsafeBufferPointer<Int>, _ place: Int) -> Bool {
        lines[place] >= 0 && lines[place &+ 1] >= 0 && lines[place &+ 2] >= 0 && lines[place &+ 3] >= 0
    }

    @inline(__always) private static func spreadFour<Scalar: RoutingScalar>(
        _ source: UnsafePointer<Scalar>, _ lines: UnsafeBufferPointer<Int>, _ place: Int,
        to tiles: UnsafeMutablePointer<Scalar>, stride: Int, count: Int
    ) {
        let (a, b) = (source + lines[place], source + lines[place &+ 1])
        let (c, d) = (source + lines[place &+ 2], source + lines[place &+ 3])
        var column = 0
        while column &+ 4 <= count {
            let square = Square(four(a + column), four(b + column), four(c + column), four(d + column)).turned
            let tile = tiles + column &* stride
            put(square.a, tile)
            put(square.b, tile + stride)
            put(square.c, tile + 2 &* stride)
            put(square.d, tile + 3 &* stride)
            column &+= 4
        }
        while column < count {
            put(SIMD4(a[column], b[column], c[column], d[column]), tiles + column &* stride)
            column &+= 1
        }
    }

    /// Writes tiles into columns that follow each other.
    ///
    /// - Parameters:
    ///   - tiles: shape [column][place], `stride` numbers apart.
    ///   - places: of each line its place in a tile.
    ///   - target: the first of the columns of the first line; lines are `row` numbers apart.
    ///   - extremes: of all that is written.
    @inline(__always) static func collect<Scalar: RoutingScalar>(
        _ tiles: UnsafePointer<Scalar>, stride: Int, count: Int, places: UnsafeBufferPointer<Int>,
        to target: UnsafeMutablePointer<Scalar>, row: Int, _ extremes: Extremes<Scalar>
    ) {
        var line = 0
        while line < places.count {
            let (place, first) = (places[line], target + line &* row)
            if line &+ 4 <= places.count, places[line &+ 3] &- place == 3, count >= 4 {
                collectFour(tiles + place, stride: stride, count: count, to: first, row: row)
                extremes.take(first, first + row, first + 2 &* row, first + 3 &* row, count: count)
                line &+= 4
                continue
            }
            for column in 0..<count { first[column] = tiles[column &* stride &+ place] }
            extremes.take(first, count: count)
            line &+= 1
        }
    }

    @inline(__always) private static func collectFour<Scalar: RoutingScalar>(
        _ tiles: UnsafePointer<Scalar>, stride: Int, count: Int, to target: UnsafeMutablePointer<Scalar>, row: Int
    ) {
        var column = 0
        while column &+ 4 <= count {
            let tile = tiles + column &* stride
            let square = Square(
                four(tile), four(tile + stride), four(tile + 2 &* stride), four(tile + 3 &* stride)
            ).turned
            let place = target + column
            put(square.a, place)
            put(square.b, place + row)
            put(square.c, place + 2 &* row)
            put(square.d, place + 3 &* row)
            column &+= 4
        }
        while column < count {
            for line in 0..<4 { target[line &* row &+ column] = tiles[column &* stride &+ line] }
            column &+= 1
        }
    }

    @inline(__always) private static func four<Scalar: RoutingScalar>(
        _ memory: UnsafePointer<Scalar>
    ) -> SIMD4<Scalar> { SIMD4(memory[0], memory[1], memory[2], memory[3]) }

    @inline(__always) private static func put<Scalar: RoutingScalar>(
        _ numbers: SIMD4<Scalar>, _ memory: UnsafeMutablePointer<Scalar>
    ) {
        for index in 0..<4 { memory[index] = numbers[index] }
    }
}

/// Four numbers of four lines.
private struct Square<Scalar: RoutingScalar> {
    let a, b, c, d: SIMD4<Scalar>

    @inline(__always) init(_ a: SIMD4<Scalar>, _ b: SIMD4<Scalar>, _ c: SIMD4<Scalar>, _ d: SIMD4<Scalar>) {
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    /// Columns for lines: the even and the odd numbers of two lines, twice.
    @inline(__always) var turned: Square {
        let (upper, lower) = (SIMD8(lowHalf: a, highHalf: b), SIMD8(lowHalf: c, highHalf: d))
        let even = SIMD8(lowHalf: upper.evenHalf, highHalf: lower.evenHalf)
        let odd = SIMD8(lowHalf: upper.oddHalf, highHalf: lower.oddHalf)
        return Square(even.evenHalf, odd.evenHalf, even.oddHalf, odd.oddHalf)
    }
}

/// The greatest of the numbers of each column, and how many are below zero: loops without a way between columns, of which the compiler
/// makes vectors.
struct Extremes<Scalar: RoutingScalar> {
    private let most: UnsafeMutablePointer<Scalar>
    private let below: UnsafeMutablePointer<Scalar>

    /// - Parameter memory: twice ``Transposition/most`` numbers.
    init(_ memory: UnsafeMutablePointer<Scalar>) {
        most = memory
        below = memory + Transposition.most
    }

    func begin(_ count: Int) {
        most.update(repeating: -.infinity, count: count)
        below.update(repeating: 0, count: count)
    }

    @inline(__always) func take(_ line: UnsafePointer<Scalar>, count: Int) {
        var column = 0
        while column < count {
            let a = line[column]
            most[column] = a > most[column] ? a : most[column]
            below[column] += a < 0 ? 1 : 0
            column &+= 1
        }
    }

    @inline(__always) func take(
        _ line: UnsafePointer<Scalar>, _ second: UnsafePointer<Scalar>, _ third: UnsafePointer<Scalar>,
        _ fourth: UnsafePointer<Scalar>, count: Int
    ) {
        var column = 0
        while column < count {
            let (a, b, c, d) = (line[column], second[column], third[column], fourth[column])
            var top = most[column]
            top = a > top ? a : top
            top = b > top ? b : top
            top = c > top ? c : top
            most[column] = d > top ? d : top
            let (two, others): (Scalar, Scalar) = ((a < 0 ? 1 : 0) + (b < 0 ? 1 : 0), (c < 0 ? 1 : 0) + (d < 0 ? 1 : 0))
            below[column] += two + others
            column &+= 1
        }
    }

    /// Of the first columns.
    func result(_ count: Int) -> (most: Scalar, negative: Int) {
        var (top, negative): (Scalar, Scalar) = (-.infinity, 0)
        for column in 0..<count {
            top = most[column] > top ? most[column] : top
            negative += below[column]
        }
        return (top, Int(negative))
    }
}
