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
            let square = LaneSquare<Scalar>(
                .four(a + step), .four(b + step), .four(c + step), .four(d + step)
            ).turned
            let place = rows + step &* row
            square.a.put(place)
            square.b.put(place + row)
            square.c.put(place + 2 &* row)
            square.d.put(place + 3 &* row)
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
            let square = LaneSquare<Scalar>(
                .four(place), .four(place + row), .four(place + 2 &* row), .four(place + 3 &* row)
            ).turned
            square.a.put(a + step)
            square.b.put(b + step)
            square.c.put(c + step)
            square.d.put(d + step)
            step &+= 4
        }
        while step < steps {
            let place = rows + step &* row
            (a[step], b[step], c[step], d[step]) = (place[0], place[1], place[2], place[3])
            step &+= 1
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

extension SIMD4 where Scalar: RoutingScalar {
    /// Four numbers that follow each other in memory, at any byte.
    @inline(__always) static func four(_ memory: UnsafeRawPointer) -> SIMD4 {
        // named for both precisions: lane by lane, the compiler keeps to single numbers
        if Scalar.self == Float.self {
            return unsafeBitCast(memory.loadUnaligned(as: SIMD4<Float>.self), to: SIMD4.self)
        }
        return unsafeBitCast(memory.loadUnaligned(as: SIMD4<Double>.self), to: SIMD4.self)
    }

    /// Writes the numbers one after the other.
    @inline(__always) func put(_ memory: UnsafeMutablePointer<Scalar>) {
        let raw = UnsafeMutableRawPointer(memory)
        if Scalar.self == Float.self {
            raw.storeBytes(of: unsafeBitCast(self, to: SIMD4<Float>.self), as: SIMD4<Float>.self)
        } else {
            raw.storeBytes(of: unsafeBitCast(self, to: SIMD4<Double>.self), as: SIMD4<Double>.self)
        }
    }
}
