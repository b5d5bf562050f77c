import Foundation

/// The lines that a map of a basin draws: rivers as the pack's GeoJSON gives them.
public struct RiverLines: Hashable, Sendable {
    /// A point on the ground, WGS 84.
    public struct Place: Hashable, Sendable {
        /// Degrees east, -180...180.
        public let longitude: Double
        /// Degrees north, -90...90.
        public let latitude: Double

        /// Makes a place.
        public init(longitude: Double, latitude: Double) {
            self.longitude = longitude
            self.latitude = latitude
        }
    }

    /// Lines of two or more places, in the order of the file.
    public let lines: [[Place]]

    /// No line at all.
    public static let none = RiverLines(lines: [])

    /// Makes lines.
    public init(lines: [[Place]]) { self.lines = lines }

    /// Reads a GeoJSON feature collection (RFC 7946): its LineStrings and MultiLineStrings, without other geometries.
    ///
    /// - Returns: nil when the bytes are no feature collection, or a coordinate lies outside the globe.
    public init?(geoJSON bytes: [UInt8]) {
        guard let collection = try? JSONDecoder().decode(Collection.self, from: Data(bytes)),
            collection.type == "FeatureCollection"
        else { return nil }
        let paths = collection.features.flatMap { $0.geometry?.paths ?? [] }.filter { $0.count > 1 }
        var lines: [[Place]] = []
        for path in paths {
            let places = path.compactMap { pair -> Place? in
                guard pair.count >= 2, (-180...180).contains(pair[0]), (-90...90).contains(pair[1]) else { return nil }
                return Place(longitude: pair[0], latitude: pair[1])
            }
            guard places.count == path.count else { return nil }
            lines.append(places)
        }
        self.lines = lines
    }

    private struct Collection: Decodable {
        let type: String
        let features: [Feature]
    }

    private struct Feature: Decodable {
        let geometry: Geometry?
    }

    private struct Geometry: Decodable {
        let paths: [[[Double]]]

        private enum Key: String, CodingKey { case type, coordinates }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            switch try values.decode(String.self, forKey: .type) {
            case "LineString": paths = [try values.decode([[Double]].self, forKey: .coordinates)]
            case "MultiLineString": paths = try values.decode([[[Double]]].self, forKey: .coordinates)
            default: paths = []
            }
        }
    }
}

extension BasinPack {
    /// The lines of the pack's map; none where the pack names no file or it cannot be read.
    public func riverLines() -> RiverLines {
        mapFile.flatMap { fileBytes(folder, $0) }.flatMap { RiverLines(geoJSON: $0) } ?? .none
    }
}
