/// Moves series of reaches, each a row of memory, into rows of lanes and back: four by four numbers change their direction in registers.
enum LaneTransposition<Scalar: RoutingScalar> {
    typealias Series = (
        UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>
    )
    typealias Room = UnsafeMutablePointer<Scalar>

    /// Writes four series beside each other.
    ///
    /// - Parameters:
    ///   - rows: the first of the four lanes, rows `row` numbers apart.
    @inline(__always) static func join(_ series: Series, steps: Int, into rows: Room, row: Int) {
        let (a, b, c, d) = series
        var step = 0
        while step &+ 4 <= steps {
            let square = LaneSquare(
                four(a + step), four(b + step), four(c + step), four(d + step)
            ).turned
            let place = rows + step &* row
            put(square.a, place)
            put(square.b, place + row)
            put(square.c, place + 2 &* row)
            put(square.d, place + 3 &* row)
            step &+= 4
        }
        while step < steps {
            SIMD4(a[step], b[step], c[step], d[step]).store(at: rows + step &* row)
            step &+= 1
        }
    }

    /// Takes four series out of rows of lanes.
    ///
    /// - Parameters:
    ///   - rows: the first of the four lanes, rows `row` numbers apart.
    @inline(__always) static func part(
        _ rows: UnsafePointer<Scalar>, row: Int, steps: Int, into series: (Room, Room, Room, Room)
    ) {
        let (a, b, c, d) = series
        var step = 0
        while step &+ 4 <= steps {
            let place = rows + step &* row
            let square = LaneSquare(
                four(place), four(place + row), four(place + 2 &* row), four(place + 3 &* row)
            ).turned
            put(square.a, a + step)
            put(square.b, b + step)
            put(square.c, c + step)
            put(square.d, d + step)
            step &+= 4
        }
        while step < steps {
            let place = rows + step &* row
            (a[step], b[step], c[step], d[step]) = (place[0], place[1], place[2], place[3])
            step &+= 1
        }
    }

    @inline(__always) private static func four(_ memory: UnsafePointer<Scalar>) -> SIMD4<Scalar> {
        // named for both precisions: lane by lane, the compiler keeps to single numbers
        let raw = UnsafeRawPointer(memory)
        if Scalar.self == Float.self {
            return unsafeBitCast(raw.loadUnaligned(as: SIMD4<Float>.self), to: SIMD4<Scalar>.self)
        }
        return unsafeBitCast(raw.loadUnaligned(as: SIMD4<Double>.self), to: SIMD4<Scalar>.self)
    }

    @inline(__always) private static func put(_ numbers: SIMD4<Scalar>, _ memory: Room) {
        let raw = UnsafeMutableRawPointer(memory)
        if Scalar.self == Float.self {
            raw.storeBytes(of: unsafeBitCast(numbers, to: SIMD4<Float>.self), as: SIMD4<Float>.self)
        } else {
            raw.storeBytes(of: unsafeBitCast(numbers, to: SIMD4<Double>.self), as: SIMD4<Double>.self)
        }
    }

    /// Adds the numbers of every lane to its sum, one step after the other.
    @inline(__always) static func sum(
        _ rows: UnsafePointer<Scalar>, width: Int, steps: Int, to sums: UnsafeMutablePointer<Double>
    ) {
        var place = rows
        for _ in 0..<steps {
            var lane = 0
            while lane < width {
                sums[lane] += place[lane].inDouble
                lane &+= 1
            }
            place += width
        }
    }
}

/// Four numbers of four rows.
struct LaneSquare<Scalar: RoutingScalar> {
    let a, b, c, d: SIMD4<Scalar>

    @inline(__always) init(_ a: SIMD4<Scalar>, _ b: SIMD4<Scalar>, _ c: SIMD4<Scalar>, _ d: SIMD4<Scalar>) {
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    /// Columns for rows: the even and the odd numbers of two rows, twice.
    @inline(__always) var turned: LaneSquare {
        let (upper, lower) = (SIMD8(lowHalf: a, highHalf: b), SIMD8(lowHalf: c, highHalf: d))
        let even = SIMD8(lowHalf: upper.evenHalf, highHalf: lower.evenHalf)
        let odd = SIMD8(lowHalf: upper.oddHalf, highHalf: lower.oddHalf)
        return LaneSquare(even.evenHalf, odd.evenHalf, even.oddHalf, odd.oddHalf)
    }
}
