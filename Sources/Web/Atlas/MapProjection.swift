import Formats
import River
import Series

/// A small part of the globe laid flat: equal scale along the middle parallel, north above.
struct MapProjection {
    let west: Double
    let east: Double
    let south: Double
    let north: Double
    /// Units of the drawing for a degree of longitude and of latitude.
    private let perLongitude: Double
    private let perLatitude: Double
    /// The drawing's height for the width that was asked for.
    let height: Double
    let width: Double

    /// Fits the places of a basin into a width, with a margin around them.
    ///
    /// - Returns: nil when no place has coordinates.
    init?(_ stations: some Sequence<Station>, width: Double) {
        let places = stations.compactMap { station in
            station.latitude.flatMap { latitude in station.longitude.map { (latitude: latitude, longitude: $0) } }
        }
        guard let south = places.map(\.latitude).min(), let north = places.map(\.latitude).max(),
            let west = places.map(\.longitude).min(), let east = places.map(\.longitude).max()
        else { return nil }
        let margin = max(0.15, 0.06 * max(east - west, north - south))
        (self.west, self.east) = (west - margin * 1.4, east + margin * 1.4)
        (self.south, self.north) = (max(-89, south - margin), min(89, north + margin))
        self.width = width
        perLongitude = width / (self.east - self.west)
        perLatitude = perLongitude / MapProjection.cosine(ofDegrees: (self.south + self.north) / 2)
        height = (self.north - self.south) * perLatitude
    }

    /// Where a place stands in the drawing.
    func point(latitude: Double, longitude: Double) -> (x: Double, y: Double) {
        ((longitude - west) * perLongitude, (north - latitude) * perLatitude)
    }

    /// Units of the drawing for a metre on the ground.
    var perMetre: Double { perLatitude / 111_200 }

    /// The parts of a line inside the drawing and a little beyond, without points that nobody would see.
    func paths(of line: [RiverLines.Place]) -> [[(x: Double, y: Double)]] {
        var parts: [[(x: Double, y: Double)]] = []
        var part: [(x: Double, y: Double)] = []
        for place in line {
            let point = point(latitude: place.latitude, longitude: place.longitude)
            let isInside = (-20...(width + 20)).contains(point.x) && (-20...(height + 20)).contains(point.y)
            if isInside {
                part.append(point)
            } else if !part.isEmpty {
                parts.append(part)
                part = []
            }
        }
        parts.append(part)
        return parts.filter { $0.count > 1 }.map { MapProjection.simplified($0, tolerance: 0.6) }
    }

    /// A line without the points that lie within a tolerance of the line without them (Douglas and Peucker 1973).
    static func simplified(_ line: [(x: Double, y: Double)], tolerance: Double) -> [(x: Double, y: Double)] {
        guard line.count > 2 else { return line }
        var keep = [Bool](repeating: false, count: line.count)
        (keep[0], keep[line.count - 1]) = (true, true)
        var waiting = [(0, line.count - 1)]
        while let (from, to) = waiting.popLast() {
            var (farthest, most) = (from, tolerance)
            for index in from + 1..<max(from + 1, to) {
                let away = distance(line[index], from: line[from], to: line[to])
                if away > most { (farthest, most) = (index, away) }
            }
            if farthest > from {
                keep[farthest] = true
                waiting += [(from, farthest), (farthest, to)]
            }
        }
        return line.indices.filter { keep[$0] }.map { line[$0] }
    }

    private static func distance(
        _ point: (x: Double, y: Double), from: (x: Double, y: Double), to: (x: Double, y: Double)
    ) -> Double {
        let (dx, dy) = (to.x - from.x, to.y - from.y)
        let length = dx * dx + dy * dy
        let share = length == 0 ? 0 : max(0, min(1, ((point.x - from.x) * dx + (point.y - from.y) * dy) / length))
        let (ex, ey) = (point.x - from.x - share * dx, point.y - from.y - share * dy)
        return (ex * ex + ey * ey).squareRoot()
    }

    /// The cosine of an angle below 90 degrees; six terms of its series, which is nearer than a drawing shows.
    private static func cosine(ofDegrees degrees: Double) -> Double {
        let square = degrees * degrees * (Double.pi / 180) * (Double.pi / 180)
        return 1 - square / 2 * (1 - square / 12 * (1 - square / 30 * (1 - square / 56 * (1 - square / 90))))
    }
}
