import River

/// Moves numbers between lines of time, of which each has a number a column, and tiles, of which each has those of one column.
///
/// Lines lie megabytes apart: four columns of four lines are read or written together and change their direction in registers.
enum Transposition {
    /// Writes four columns into their tiles.
    ///
    /// - Parameters:
    ///   - lines: of each place of a tile where its line begins in `source`; -1 for places that stay as they are.
    ///   - tiles: that of the first column, the others `stride` numbers apart.
    @inline(__always) static func spread<Scalar: RoutingScalar>(
        _ source: UnsafePointer<Scalar>, columns: FourColumns, lines: UnsafeBufferPointer<Int>,
        to tiles: UnsafeMutablePointer<Scalar>, stride: Int
    ) {
        var place = 0
        while place < lines.count {
            guard place &+ 4 <= lines.count, isFour(lines, place) else {
                let (line, tile) = (lines[place], tiles + place)
                if line >= 0 {
                    let four = columns.read(source + line)
                    for column in 0..<4 { tile[column &* stride] = four[column] }
                }
                place &+= 1
                continue
            }
            let square = Square(
                columns.read(source + lines[place]), columns.read(source + lines[place &+ 1]),
                columns.read(source + lines[place &+ 2]), columns.read(source + lines[place &+ 3])
            ).turned
            let tile = tiles + place
            put(square.a, tile)
            put(square.b, tile + stride)
            put(square.c, tile + 2 &* stride)
            put(square.d, tile + 3 &* stride)
            place &+= 4
        }
    }

    @inline(__always) private static func isFour(_ lines: UnsafeBufferPointer<Int>, _ place: Int) -> Bool {
        lines[place] >= 0 && lines[place &+ 1] >= 0 && lines[place &+ 2] >= 0 && lines[place &+ 3] >= 0
    }

    /// Writes four tiles into their columns.
    ///
    /// - Parameters:
    ///   - tiles: the first of them, `stride` numbers apart.
    ///   - places: of each line its place in a tile.
    ///   - target: the first line; lines are `row` numbers apart.
    @inline(__always) static func collect<Scalar: RoutingScalar>(
        _ tiles: UnsafePointer<Scalar>, stride: Int, columns: FourColumns, places: UnsafeBufferPointer<Int>,
        to target: UnsafeMutablePointer<Scalar>, row: Int
    ) {
        var line = 0
        while line < places.count {
            let (tile, first) = (tiles + places[line], target + line &* row)
            guard line &+ 4 <= places.count, places[line &+ 3] &- places[line] == 3 else {
                columns.write(SIMD4(tile[0], tile[stride], tile[2 &* stride], tile[3 &* stride]), first)
                line &+= 1
                continue
            }
            let square = Square(
                four(tile), four(tile + stride), four(tile + 2 &* stride), four(tile + 3 &* stride)
            ).turned
            columns.write(square.a, first)
            columns.write(square.b, first + row)
            columns.write(square.c, first + 2 &* row)
            columns.write(square.d, first + 3 &* row)
            line &+= 4
        }
    }

    @inline(__always) fileprivate static func four<Scalar: RoutingScalar>(
        _ memory: UnsafePointer<Scalar>
    ) -> SIMD4<Scalar> {
        // named for both precisions: lane by lane, the compiler keeps to single numbers
        let raw = UnsafeRawPointer(memory)
        if Scalar.self == Float.self {
            return unsafeBitCast(raw.loadUnaligned(as: SIMD4<Float>.self), to: SIMD4<Scalar>.self)
        }
        return unsafeBitCast(raw.loadUnaligned(as: SIMD4<Double>.self), to: SIMD4<Scalar>.self)
    }

    @inline(__always) fileprivate static func put<Scalar: RoutingScalar>(
        _ numbers: SIMD4<Scalar>, _ memory: UnsafeMutablePointer<Scalar>
    ) {
        let raw = UnsafeMutableRawPointer(memory)
        if Scalar.self == Float.self {
            raw.storeBytes(of: unsafeBitCast(numbers, to: SIMD4<Float>.self), as: SIMD4<Float>.self)
        } else {
            raw.storeBytes(of: unsafeBitCast(numbers, to: SIMD4<Double>.self), as: SIMD4<Double>.self)
        }
    }
}

/// Four columns of a line, which often follow each other.
struct FourColumns {
    private let first, second, third, fourth: Int
    private let followEachOther: Bool

    /// Takes the columns at four places of a list.
    @inline(__always) init(_ list: UnsafePointer<Int32>) {
        (first, second, third, fourth) = (Int(list[0]), Int(list[1]), Int(list[2]), Int(list[3]))
        followEachOther = second == first &+ 1 && third == first &+ 2 && fourth == first &+ 3
    }

    @inline(__always) func read<Scalar: RoutingScalar>(_ line: UnsafePointer<Scalar>) -> SIMD4<Scalar> {
        if followEachOther { return Transposition.four(line + first) }
        return SIMD4(line[first], line[second], line[third], line[fourth])
    }

    @inline(__always) func write<Scalar: RoutingScalar>(
        _ numbers: SIMD4<Scalar>, _ line: UnsafeMutablePointer<Scalar>
    ) {
        if followEachOther { return Transposition.put(numbers, line + first) }
        line[first] = numbers[0]
        line[second] = numbers[1]
        line[third] = numbers[2]
        line[fourth] = numbers[3]
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

/// The greatest of many numbers, and how many are below zero, in columns without a way between them: loops of which the compiler makes
/// vectors.
struct Extremes<Scalar: RoutingScalar> {
    /// How many columns there are.
    static var width: Int { 64 }
    private let most: UnsafeMutablePointer<Scalar>
    private let below: UnsafeMutablePointer<Scalar>

    /// - Parameter memory: twice ``width`` numbers.
    init(_ memory: UnsafeMutablePointer<Scalar>) {
        most = memory
        below = memory + Self.width
        begin()
    }

    /// Begins anew; what is taken until the next time may be some millions of numbers.
    func begin() {
        most.update(repeating: -.infinity, count: Self.width)
        below.update(repeating: 0, count: Self.width)
    }

    /// Takes numbers that follow each other.
    @inline(__always) func take(_ numbers: UnsafePointer<Scalar>, count: Int) {
        var first = 0
        while first < count {
            let (own, width) = (numbers + first, min(Self.width, count &- first))
            var column = 0
            while column < width {
                let number = own[column]
                most[column] = number > most[column] ? number : most[column]
                below[column] += number < 0 ? 1 : 0
                column &+= 1
            }
            first &+= Self.width
        }
    }

    /// Of all that was taken.
    var result: (most: Scalar, negative: Int) {
        var (top, negative): (Scalar, Scalar) = (-.infinity, 0)
        for column in 0..<Self.width {
            top = most[column] > top ? most[column] : top
            negative += below[column]
        }
        return (top, Int(negative))
    }
}
