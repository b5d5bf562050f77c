import Forecasting
import Foundation
import Series
import TestKit
import Testing

@Suite struct GridCoverageTests {
    private func outline(_ rings: [[(Double, Double)]]) throws -> AreaOutline {
        try AreaOutline(
            polygons: [rings.map { ring in ring.map { GroundPoint(longitude: $0.0, latitude: $0.1) } }])
    }

    private func grid(
        _ west: Double, _ north: Double, _ side: Double, columns: Int, rows: Int
    ) throws -> GroundGrid {
        try #require(GroundGrid(west: west, north: north, width: side, height: side, columns: columns, rows: rows))
    }

    @Test func `the shares of a triangle are those that exactextract finds`() throws {
        let triangle = try outline([[(100.1, 20.1), (100.9, 20.2), (100.55, 20.7), (100.1, 20.1)]])
        let shares = GridShares(of: triangle, on: try grid(100, 20.75, 0.25, columns: 4, rows: 3))
        let expected: [(Int, Double)] = [
            (1, 0.10666667), (2, 0.35733333), (4, 0.015), (5, 0.76), (6, 0.95885714), (7, 0.15114286), (8, 0.2025),
            (9, 0.4625), (10, 0.3375), (11, 0.1285),
        ]
        #expect(shares.shares.map(\.cell) == expected.map(\.0))
        for (share, (_, coverage)) in zip(shares.shares, expected) {
            #expect((share.coverage - coverage).magnitude < 1e-7)
        }
        let sum = shares.shares.reduce(0) { $0 + $1.coverage * Double($1.cell + 1) }
        let count = shares.shares.reduce(0) { $0 + $1.coverage }
        #expect((count - 3.48).magnitude < 1e-7)
        #expect((sum - 25.543476).magnitude < 1e-5)
        #expect((sum / count - 7.3400794).magnitude < 1e-6)
        #expect(shares.covered == 1)
    }

    @Test(arguments: 1...40) func `the shares of any outline make its area, and none is more than a cell`(seed: UInt64)
        throws
    {
        var random = SeededGenerator(seed: seed)
        let corners = 3 + Int(random.next(below: 60))
        let (longitude, latitude) = (100 + random.nextUnit() * 4, 20 + random.nextUnit() * 4)
        let ring = (0..<corners).map { corner in
            // A star around its middle: concave, without crossings.
            let angle = 2 * Double.pi * (Double(corner) + 0.8 * random.nextUnit()) / Double(corners)
            let radius = 0.05 + random.nextUnit() * 2
            return (longitude + radius * cosine(angle), latitude + radius * sine(angle))
        }
        let star = try outline([ring])
        let side = 0.05 + random.nextUnit() * 0.6
        let shares = GridShares(
            of: star,
            on: try grid(97.9 + random.nextUnit() * 0.01, 27, side, columns: Int(9 / side), rows: Int(10 / side)))
        let area = shares.shares.reduce(0) { $0 + $1.coverage } * side * side
        #expect((area / star.planarArea - 1).magnitude < 1e-10)
        #expect(shares.shares.allSatisfy { $0.coverage > 0 && $0.coverage <= 1 })
    }

    @Test func `a hole takes away what it covers, and a ring may run either way`() throws {
        let one = try outline([[(0, 0), (2, 0), (2, 2), (0, 2)], [(0.5, 0.5), (0.5, 1.5), (1.5, 1.5), (1.5, 0.5)]])
        let other = try outline([[(0, 2), (2, 2), (2, 0), (0, 0)], [(1.5, 0.5), (1.5, 1.5), (0.5, 1.5), (0.5, 0.5)]])
        let cells = try grid(0, 2, 1, columns: 2, rows: 2)
        #expect(GridShares(of: one, on: cells).shares.map(\.coverage) == [0.75, 0.75, 0.75, 0.75])
        #expect(GridShares(of: one, on: cells) == GridShares(of: other, on: cells))
    }

    @Test func `an outline across the seam of a global grid takes cells of both ends`() throws {
        let box = try outline([[(-1, -1), (1, -1), (1, 1), (-1, 1)]])
        let shares = GridShares(of: box, on: try grid(0, 90, 1, columns: 360, rows: 180))
        #expect(shares.covered == 1)
        #expect(shares.shares.map { $0.cell % 360 } == [0, 359, 0, 359])
    }

    @Test func `what a grid does not cover is told`() throws {
        let box = try outline([[(0, 0), (4, 0), (4, 1), (0, 1)]])
        let shares = GridShares(of: box, on: try grid(1, 1, 1, columns: 9, rows: 1))
        #expect((shares.covered - 0.75).magnitude < 1e-12)
    }

    @Test func `cells of the sphere make the sphere, with half cells at the poles`() throws {
        let globe = try outline([[(-180, -90), (180, -90), (180, 90), (-180, 90)]])
        let shares = GridShares(of: globe, on: try grid(-180.5, 90.5, 1, columns: 360, rows: 181))
        let area = shares.shares.reduce(0) { $0 + $1.weight }
        let radius = 6_371_008.7714
        // The outline ends at the pole, in the middle of the first row: half its cell in the plane, all of its ground.
        #expect((area / (4 * Double.pi * radius * radius) - 1).magnitude < 1e-4)
    }

    @Test func `a mean with a cell that says nothing is none`() throws {
        let box = try outline([[(0, 0), (2, 0), (2, 1), (0, 1)]])
        let shares = GridShares(of: box, on: try grid(0, 1, 1, columns: 3, rows: 1))
        #expect(shares.mean(of: [1, 3, .nan]) == 2)
        #expect(shares.mean(of: [1, .nan, 1]) == nil)
    }

    @Test func `what has no inside is refused with its reason`() {
        #expect(throws: AreaOutline.Flaw.short(ring: 1)) { try outline([[(0, 0), (1, 1), (0, 0)]]) }
        #expect(throws: AreaOutline.Flaw.crossing(ring: 1, near: GroundPoint(longitude: 2, latitude: 0))) {
            try outline([[(0, 0), (2, 2), (2, 0), (0, 2)]])
        }
        #expect(throws: AreaOutline.Flaw.flat(ring: 1)) { try outline([[(0, 0), (1, 0), (2, 0)]]) }
        #expect(throws: AreaOutline.Flaw.offTheGlobe(ring: 1, point: GroundPoint(longitude: 0, latitude: 91))) {
            try outline([[(0, 0), (1, 0), (0, 91)]])
        }
        #expect(throws: AreaOutline.Flaw.empty) { try AreaOutline(polygons: []) }
    }

    private func sine(_ angle: Double) -> Double { Foundation.sin(angle) }
    private func cosine(_ angle: Double) -> Double { Foundation.cos(angle) }
}
