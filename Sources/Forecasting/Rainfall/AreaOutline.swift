import River

/// A point on the ground, WGS 84.
public struct GroundPoint: Hashable, Sendable {
    /// Degrees east, -180...180 as read; beyond it where an outline was moved round the globe.
    public let longitude: Double
    /// Degrees north, -90...90.
    public let latitude: Double

    /// Makes a point.
    public init(longitude: Double, latitude: Double) {
        self.longitude = longitude
        self.latitude = latitude
    }
}

/// The outline of a sub-basin: one or more polygons with holes, edges straight in longitude and latitude (RFC 7946, section 3.1.1).
public struct AreaOutline: Hashable, Sendable {
    /// Why an outline is none.
    public enum Flaw: Error, Hashable, Sendable {
        /// No polygon at all.
        case empty
        /// A ring of fewer than three different points.
        case short(ring: Int)
        /// A coordinate outside the globe, or no number.
        case offTheGlobe(ring: Int, point: GroundPoint)
        /// Two edges of a ring cross: what is inside is not defined.
        case crossing(ring: Int, near: GroundPoint)
        /// A ring without area.
        case flat(ring: Int)
    }

    /// [polygon][ring][point]: the outer ring first, then its holes; rings are open, the last point joins the first.
    public let polygons: [[[GroundPoint]]]

    /// Checks an outline.
    ///
    /// - Parameter polygons: [polygon][ring][point]; rings may repeat their first point at their end, either way round.
    /// - Throws: the first flaw; rings are counted from 1 over all polygons.
    public init(polygons: [[[GroundPoint]]]) throws(Flaw) {
        var checked: [[[GroundPoint]]] = []
        var number = 0
        for polygon in polygons where !polygon.isEmpty {
            var rings: [[GroundPoint]] = []
            for ring in polygon {
                number += 1
                rings.append(try AreaOutline.checked(ring, number: number))
            }
            checked.append(rings)
        }
        guard !checked.isEmpty else { throw .empty }
        self.polygons = checked
    }

    private static func checked(_ ring: [GroundPoint], number: Int) throws(Flaw) -> [GroundPoint] {
        var points: [GroundPoint] = []
        for point in ring {
            guard point.longitude.magnitude <= 360, point.latitude.magnitude <= 90 else {
                throw .offTheGlobe(ring: number, point: point)
            }
            if points.last != point { points.append(point) }
        }
        while points.count > 1, points.first == points.last { points.removeLast() }
        guard Set(points).count >= 3 else { throw .short(ring: number) }
        if let place = RingCrossing.first(in: points) { throw .crossing(ring: number, near: place) }
        guard RingClip.signedArea(points) != 0 else { throw .flat(ring: number) }
        return points
    }

    /// The area in the plane of longitude and latitude, square degrees: outer rings less their holes.
    public var planarArea: Double { AreaOutline.planarArea(polygons) }

    static func planarArea(_ polygons: [[[GroundPoint]]]) -> Double {
        polygons.reduce(0) { sum, rings in
            sum
                + rings.enumerated().reduce(0) { part, ring in
                    let area = RingClip.signedArea(ring.element).magnitude
                    return ring.offset == 0 ? part + area : part - area
                }
        }
    }

    /// The westernmost and easternmost longitude and the southernmost and northernmost latitude, degrees.
    public var bounds: (west: Double, east: Double, south: Double, north: Double) {
        let points = polygons.lazy.flatMap { $0[0] }
        return (
            points.map(\.longitude).min() ?? 0, points.map(\.longitude).max() ?? 0, points.map(\.latitude).min() ?? 0,
            points.map(\.latitude).max() ?? 0
        )
    }

    /// The outline moved east.
    func moved(by degrees: Double) -> [[[GroundPoint]]] {
        degrees == 0
            ? polygons
            : polygons.map { rings in
                rings.map { ring in
                    ring.map { GroundPoint(longitude: $0.longitude + degrees, latitude: $0.latitude) }
                }
            }
    }
}

/// Finds where the edges of a ring cross: a sweep from west to east over the edges whose longitudes overlap.
enum RingCrossing {
    private struct Edge {
        let place: Int
        let from: GroundPoint
        let to: GroundPoint
        var west: Double { min(from.longitude, to.longitude) }
        var east: Double { max(from.longitude, to.longitude) }
        var south: Double { min(from.latitude, to.latitude) }
        var north: Double { max(from.latitude, to.latitude) }
    }

    static func first(in ring: [GroundPoint]) -> GroundPoint? {
        let count = ring.count
        let edges = ring.indices.map { Edge(place: $0, from: ring[$0], to: ring[($0 + 1) % count]) }
            .sorted { ($0.west, $0.place) < ($1.west, $1.place) }
        var open: [Edge] = []
        for edge in edges {
            open.removeAll { $0.east < edge.west }
            for other in open where other.north >= edge.south && other.south <= edge.north {
                let apart = (edge.place - other.place + count) % count
                if apart != 1, apart != count - 1, cross(edge, other) { return edge.from }
            }
            open.append(edge)
        }
        return nil
    }

    /// Whether two edges cross within both; edges that only touch leave inside and outside defined.
    private static func cross(_ one: Edge, _ other: Edge) -> Bool {
        let (a, b) = (side(one.from, one.to, other.from), side(one.from, one.to, other.to))
        let (c, d) = (side(other.from, other.to, one.from), side(other.from, other.to, one.to))
        return (a > 0 && b < 0 || a < 0 && b > 0) && (c > 0 && d < 0 || c < 0 && d > 0)
    }

    private static func side(_ a: GroundPoint, _ b: GroundPoint, _ point: GroundPoint) -> Double {
        (b.longitude - a.longitude) * (point.latitude - a.latitude)
            - (b.latitude - a.latitude) * (point.longitude - a.longitude)
    }
}

/// Cuts rings by straight lines (Sutherland and Hodgman 1974): the area that is left is exact for rings of any form, because the
/// edges that run along the cut twice have none.
enum RingClip {
    /// The part of a ring where `value(point)` >= 0; `value` is linear in longitude and latitude.
    static func part(_ ring: [GroundPoint], where value: (GroundPoint) -> Double) -> [GroundPoint] {
        guard var before = ring.last else { return [] }
        var valueBefore = value(before)
        var result: [GroundPoint] = []
        result.reserveCapacity(ring.count + 4)
        for point in ring {
            let here = value(point)
            if (here > 0 && valueBefore < 0) || (here < 0 && valueBefore > 0) {
                let share = valueBefore / (valueBefore - here)
                result.append(
                    GroundPoint(
                        longitude: before.longitude + share * (point.longitude - before.longitude),
                        latitude: before.latitude + share * (point.latitude - before.latitude)))
            }
            if here >= 0 { result.append(point) }
            (before, valueBefore) = (point, here)
        }
        return result
    }

    /// Square degrees, positive where the ring runs against the clock; summed from its first point, so that places far from the
    /// origin lose no digits.
    static func signedArea(_ ring: [GroundPoint]) -> Double {
        guard let first = ring.first else { return 0 }
        var twice = 0.0
        for place in ring.indices.dropFirst().dropLast() {
            let (a, b) = (ring[place], ring[place + 1])
            twice +=
                (a.longitude - first.longitude) * (b.latitude - first.latitude)
                - (b.longitude - first.longitude) * (a.latitude - first.latitude)
        }
        return twice / 2
    }
}
