/// Moves numbers between lines of time, of which each has a number a column, and tiles, of which each has those of one column.
///
/// Lines lie megabytes apart: four columns of four lines are read or written together and change their direction in registers. The
/// door takes plain memory, so that no vector goes through it; behind it each precision has code of its own.
public enum LineTransposition<Scalar: RoutingScalar> {
    /// Writes columns into their tiles; a tile without a column stays as it is.
    ///
    /// - Parameters:
    ///   - source: lines of numbers, which may begin at any byte.
    ///   - columns: of each tile its column; below zero for none.
    ///   - lines: of each place of a tile where its line begins in `source`, in numbers; below zero for places that stay as they are.
    ///   - tiles: that of the first column, the others `stride` numbers apart.
    @inline(never) public static func spread(
        _ source: UnsafeRawPointer, columns: UnsafeBufferPointer<Int32>, lines: UnsafeBufferPointer<Int>,
        to tiles: UnsafeMutablePointer<Scalar>, stride: Int
    ) {
        let tiles = UnsafeMutableRawPointer(tiles)
        if Scalar.self == Float.self {
            LineLoops.spread(source, columns, lines, tiles.assumingMemoryBound(to: Float.self), stride)
        } else {
            LineLoops.spread(source, columns, lines, tiles.assumingMemoryBound(to: Double.self), stride)
        }
    }

    /// Writes tiles into their columns; a tile without a column is passed over.
    ///
    /// - Parameters:
    ///   - tiles: the first of them, `stride` numbers apart.
    ///   - columns: of each tile its column; below zero for none.
    ///   - places: of each line its place in a tile.
    ///   - target: the first line; lines are `row` numbers apart.
    @inline(never) public static func collect(
        _ tiles: UnsafePointer<Scalar>, stride: Int, columns: UnsafeBufferPointer<Int32>,
        places: UnsafeBufferPointer<Int>, to target: UnsafeMutablePointer<Scalar>, row: Int
    ) {
        let (tiles, target) = (UnsafeRawPointer(tiles), UnsafeMutableRawPointer(target))
        if Scalar.self == Float.self {
            LineLoops.collect(
                tiles.assumingMemoryBound(to: Float.self), stride, columns, places,
                target.assumingMemoryBound(to: Float.self), row)
        } else {
            LineLoops.collect(
                tiles.assumingMemoryBound(to: Double.self), stride, columns, places,
                target.assumingMemoryBound(to: Double.self), row)
        }
    }
}

/// The loops of ``LineTransposition``.
private enum LineLoops<Scalar: RoutingScalar> {
    typealias Columns = UnsafeBufferPointer<Int32>
    typealias Room = UnsafeMutablePointer<Scalar>

    @inline(__always) static func spread(
        _ source: UnsafeRawPointer, _ columns: Columns, _ lines: UnsafeBufferPointer<Int>, _ tiles: Room, _ stride: Int
    ) {
        guard let list = columns.baseAddress else { return }
        var tile = 0
        while tile < columns.count {
            let (own, room) = (list + tile, tiles + tile &* stride)
            if tile &+ 4 <= columns.count, FourColumns<Scalar>.areGiven(own) {
                spread(source, FourColumns(own), lines, room, stride)
                tile &+= 4
                continue
            }
            let column = Int(own[0])
            if column >= 0 {
                var place = 0
                while place < lines.count {
                    if lines[place] >= 0 { room[place] = number(source, lines[place] &+ column) }
                    place &+= 1
                }
            }
            tile &+= 1
        }
    }

    @inline(__always) private static func spread(
        _ source: UnsafeRawPointer, _ columns: FourColumns<Scalar>, _ lines: UnsafeBufferPointer<Int>, _ tiles: Room,
        _ stride: Int
    ) {
        var place = 0
        while place < lines.count {
            let tile = tiles + place
            guard place &+ 4 <= lines.count, isFour(lines, place) else {
                if lines[place] >= 0 {
                    let four = columns.read(source, lines[place])
                    for column in 0..<4 { tile[column &* stride] = four[column] }
                }
                place &+= 1
                continue
            }
            let square = LaneSquare(
                columns.read(source, lines[place]), columns.read(source, lines[place &+ 1]),
                columns.read(source, lines[place &+ 2]), columns.read(source, lines[place &+ 3])
            ).turned
            square.a.put(tile)
            square.b.put(tile + stride)
            square.c.put(tile + 2 &* stride)
            square.d.put(tile + 3 &* stride)
            place &+= 4
        }
    }

    @inline(__always) private static func isFour(_ lines: UnsafeBufferPointer<Int>, _ place: Int) -> Bool {
        lines[place] >= 0 && lines[place &+ 1] >= 0 && lines[place &+ 2] >= 0 && lines[place &+ 3] >= 0
    }

    @inline(__always) private static func number(_ source: UnsafeRawPointer, _ index: Int) -> Scalar {
        source.loadUnaligned(fromByteOffset: index &* MemoryLayout<Scalar>.size, as: Scalar.self)
    }

    @inline(__always) static func collect(
        _ tiles: UnsafePointer<Scalar>, _ stride: Int, _ columns: Columns, _ places: UnsafeBufferPointer<Int>,
        _ target: Room, _ row: Int
    ) {
        guard let list = columns.baseAddress else { return }
        var tile = 0
        while tile < columns.count {
            let (own, source) = (list + tile, tiles + tile &* stride)
            if tile &+ 4 <= columns.count, FourColumns<Scalar>.areGiven(own) {
                collect(source, stride, FourColumns(own), places, target, row)
                tile &+= 4
                continue
            }
            if own[0] >= 0 {
                let column = target + Int(own[0])
                var line = 0
                while line < places.count {
                    column[line &* row] = source[places[line]]
                    line &+= 1
                }
            }
            tile &+= 1
        }
    }

    @inline(__always) private static func collect(
        _ tiles: UnsafePointer<Scalar>, _ stride: Int, _ columns: FourColumns<Scalar>,
        _ places: UnsafeBufferPointer<Int>, _ target: Room, _ row: Int
    ) {
        var line = 0
        while line < places.count {
            let (tile, first) = (tiles + places[line], target + line &* row)
            guard line &+ 4 <= places.count, places[line &+ 3] &- places[line] == 3 else {
                columns.write(SIMD4(tile[0], tile[stride], tile[2 &* stride], tile[3 &* stride]), first)
                line &+= 1
                continue
            }
            let square = LaneSquare<Scalar>(
                .four(tile), .four(tile + stride), .four(tile + 2 &* stride), .four(tile + 3 &* stride)
            ).turned
            columns.write(square.a, first)
            columns.write(square.b, first + row)
            columns.write(square.c, first + 2 &* row)
            columns.write(square.d, first + 3 &* row)
            line &+= 4
        }
    }
}

/// Four columns of a line, which often follow each other.
private struct FourColumns<Scalar: RoutingScalar> {
    private let first, second, third, fourth: Int
    private let followEachOther: Bool

    /// Whether four places of a list hold a column each.
    @inline(__always) static func areGiven(_ list: UnsafePointer<Int32>) -> Bool {
        list[0] >= 0 && list[1] >= 0 && list[2] >= 0 && list[3] >= 0
    }

    /// Takes the columns at four places of a list.
    @inline(__always) init(_ list: UnsafePointer<Int32>) {
        (first, second, third, fourth) = (Int(list[0]), Int(list[1]), Int(list[2]), Int(list[3]))
        followEachOther = second == first &+ 1 && third == first &+ 2 && fourth == first &+ 3
    }

    @inline(__always) func read(_ source: UnsafeRawPointer, _ line: Int) -> SIMD4<Scalar> {
        let size = MemoryLayout<Scalar>.size
        let line = source + line &* size
        if followEachOther { return .four(line + first &* size) }
        return SIMD4(
            line.loadUnaligned(fromByteOffset: first &* size, as: Scalar.self),
            line.loadUnaligned(fromByteOffset: second &* size, as: Scalar.self),
            line.loadUnaligned(fromByteOffset: third &* size, as: Scalar.self),
            line.loadUnaligned(fromByteOffset: fourth &* size, as: Scalar.self))
    }

    @inline(__always) func write(_ numbers: SIMD4<Scalar>, _ line: UnsafeMutablePointer<Scalar>) {
        if followEachOther { return numbers.put(line + first) }
        line[first] = numbers[0]
        line[second] = numbers[1]
        line[third] = numbers[2]
        line[fourth] = numbers[3]
    }
}
