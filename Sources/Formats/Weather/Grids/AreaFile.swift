public import Forecasting
import Foundation

/// Sub-basins with their outlines, as a GeoJSON file gives them (RFC 7946): one feature each, a Polygon or a MultiPolygon.
public struct AreaFile: Sendable {
    /// A sub-basin.
    public struct Area: Sendable {
        /// Its name: the property `id`, else the member `id` of the feature, else the property `name`.
        public let name: String
        /// Its outline.
        public let outline: AreaOutline
        /// m above sea level: the property `elevation_m`; nil where it is not given.
        public let elevation: Double?
    }

    /// In the order of the file.
    public let areas: [Area]

    /// Reads a feature collection.
    public init(geoJSON bytes: [UInt8], file: String) throws(TableProblem) {
        let document: Collection
        do { document = try JSONDecoder().decode(Collection.self, from: Data(bytes)) } catch {
            throw AreaFile.problem(
                file, 1, "areas-json", "the file is no GeoJSON feature collection: \(AreaFile.words(error))",
                "give a FeatureCollection of polygons (RFC 7946)")
        }
        guard document.type == "FeatureCollection", !document.features.isEmpty else {
            throw AreaFile.problem(
                file, 1, "areas-json", "the file has no features", "give a FeatureCollection of polygons (RFC 7946)")
        }
        var areas: [Area] = []
        for (place, feature) in document.features.enumerated() {
            areas.append(try AreaFile.area(feature, number: place + 1, file: file, others: areas))
        }
        self.areas = areas
    }

    private static func area(
        _ feature: Feature, number: Int, file: String, others: [Area]
    ) throws(TableProblem) -> Area {
        guard let name = feature.name, !name.isEmpty, !name.contains(where: { ",\"\n\r".contains($0) }) else {
            throw problem(
                file, number, "areas-name", "feature \(number) has no name, or one with a comma, quote or line",
                "give each feature a property id")
        }
        guard !others.contains(where: { $0.name == name }) else {
            throw problem(
                file, number, "areas-name", "\(name) stands twice (feature \(number))", "give each feature its own id")
        }
        guard let polygons = feature.geometry?.polygons else {
            throw problem(
                file, number, "areas-outline", "\(name) is no Polygon or MultiPolygon",
                "a line or a point has no area: give the outline of the sub-basin")
        }
        if let elevation = feature.elevation, !(-500...9000).contains(elevation) {
            throw problem(
                file, number, "areas-elevation", "the elevation of \(name) is \(elevation) m",
                "give metres above the sea, -500 to 9000")
        }
        do {
            return Area(name: name, outline: try AreaOutline(polygons: polygons), elevation: feature.elevation)
        } catch {
            throw problem(file, number, "areas-outline", "\(name): \(words(error))", advice(error))
        }
    }

    private static func problem(
        _ file: String, _ number: Int, _ rule: String, _ message: String, _ advice: String
    ) -> TableProblem {
        TableProblem(Fault(file: file, line: number, rule: rule, message: message, advice: advice))
    }

    private static func words(_ error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context) = error else {
            return "a member is missing or of another kind"
        }
        return context.debugDescription.trimmed
    }

    private static func words(_ flaw: AreaOutline.Flaw) -> String {
        switch flaw {
        case .empty: "there is no ring"
        case .short(let ring): "ring \(ring) has fewer than three different points"
        case .offTheGlobe(let ring, let point):
            "ring \(ring) has the point \(point.longitude), \(point.latitude), which is not on the globe"
        case .crossing(let ring, let point):
            "ring \(ring) crosses itself near \(point.longitude), \(point.latitude)"
        case .flat(let ring): "ring \(ring) has no area"
        }
    }

    private static func advice(_ flaw: AreaOutline.Flaw) -> String {
        switch flaw {
        case .offTheGlobe: "give longitude, then latitude, in degrees of WGS 84, not in metres"
        case .crossing: "repair the outline, for example with ogr2ogr -makevalid"
        case .empty, .short, .flat: "give the outline of the sub-basin"
        }
    }

    // MARK: The document

    private struct Collection: Decodable {
        let type: String
        let features: [Feature]
    }

    private struct Feature: Decodable {
        let name: String?
        let elevation: Double?
        let geometry: Geometry?

        private enum Key: String, CodingKey { case id, properties, geometry }
        private enum Property: String, CodingKey {
            case id, name
            case elevation = "elevation_m"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            let properties = try? values.nestedContainer(keyedBy: Property.self, forKey: .properties)
            func text(_ values: KeyedDecodingContainer<Property>?, _ key: Property) -> String? {
                (try? values?.decode(String.self, forKey: key))
                    ?? (try? values?.decode(Int.self, forKey: key)).map { "\($0)" }
            }
            let own =
                (try? values.decode(String.self, forKey: .id))
                ?? (try? values.decode(Int.self, forKey: .id)).map { "\($0)" }
            name = (text(properties, .id) ?? own ?? text(properties, .name))?.trimmed
            elevation = try? properties?.decode(Double.self, forKey: .elevation)
            geometry = try values.decodeIfPresent(Geometry.self, forKey: .geometry)
        }
    }

    private struct Geometry: Decodable {
        /// Nil for another geometry.
        let polygons: [[[GroundPoint]]]?

        private enum Key: String, CodingKey { case type, coordinates }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            switch try values.decode(String.self, forKey: .type) {
            case "Polygon":
                polygons = [try Geometry.rings(try values.decode([[[Double]]].self, forKey: .coordinates))]
            case "MultiPolygon":
                polygons = try values.decode([[[[Double]]]].self, forKey: .coordinates).map { try Geometry.rings($0) }
            default: polygons = nil
            }
        }

        private static func rings(_ rings: [[[Double]]]) throws -> [[GroundPoint]] {
            try rings.map { ring in
                try ring.map { pair in
                    guard pair.count >= 2 else {
                        throw DecodingError.dataCorrupted(
                            DecodingError.Context(codingPath: [], debugDescription: "a point has one coordinate"))
                    }
                    return GroundPoint(longitude: pair[0], latitude: pair[1])
                }
            }
        }
    }
}
