extension AlertRule {
    /// Polygons, circles, heights.
    static let areaRules: [AlertRule] = [
        AlertRule(id: "CAP-polygon-form", level: .must, key: "cap.polygonForm") { context in
            polygons(context.message).filter { AlertPolygon($0.text) == nil }.map { field in
                let word = field.text.xmlWords.first { AlertPoint($0) == nil }
                return Hit(field.line, ["value": word ?? ""])
            }
        },
        AlertRule(id: "CAP-polygon-closed", level: .must, key: "cap.polygonClosed") { context in
            polygons(context.message).filter { AlertPolygon($0.text)?.isClosed == false }.map { Hit($0.line) }
        },
        AlertRule(id: "CAP-polygon-points", level: .must, key: "cap.polygonPoints") { context in
            polygons(context.message).compactMap { field in
                guard let count = AlertPolygon(field.text)?.points.count, count < 4 else { return nil }
                return Hit(field.line, ["count": "\(count)"])
            }
        },
        AlertRule(id: "CAP-WGS84-range(lat>90)", level: .must, key: "cap.range") { context in
            points(context.message).compactMap { line, point in
                guard !point.hasLatitude || !point.hasLongitude else { return nil }
                let rule = point.hasLatitude ? "CAP-WGS84-range(lon>180)" : "CAP-WGS84-range(lat>90)"
                return Hit(line, ["value": "\(point.latitude),\(point.longitude)"], rule: rule)
            }
        },
        AlertRule(id: "CAP-circle", level: .must, key: "cap.circle") { context in
            circles(context.message).filter { circle($0.text) == nil }.map { Hit($0.line, ["value": $0.text]) }
        },
        AlertRule(id: "CAP-ceiling", level: .must, key: "cap.ceiling") { context in
            context.message.infos.flatMap(\.areas).compactMap { area in
                guard let ceiling = area.field("ceiling") else { return nil }
                guard let altitude = area.field("altitude") else { return Hit(ceiling.line) }
                guard let low = decimal(altitude.text), let high = decimal(ceiling.text) else { return nil }
                return high < low ? Hit(ceiling.line) : nil
            }
        },
    ]

    private static func polygons(_ message: AlertMessage) -> [AlertField] {
        message.infos.flatMap(\.areas).flatMap { $0.fields("polygon") }
    }

    private static func circles(_ message: AlertMessage) -> [AlertField] {
        message.infos.flatMap(\.areas).flatMap { $0.fields("circle") }
    }

    /// The centre and the radius in km; nil when the form is wrong or the radius negative.
    static func circle(_ text: String) -> (centre: AlertPoint, radius: Double)? {
        let words = text.xmlWords
        guard words.count == 2, let centre = AlertPoint(words[0]), let radius = decimal(words[1]), radius >= 0 else {
            return nil
        }
        return (centre, radius)
    }

    /// One point a shape: the first that lies outside, else the first.
    private static func points(_ message: AlertMessage) -> [(Int, AlertPoint)] {
        let corners = polygons(message).compactMap { field -> (Int, AlertPoint)? in
            guard let points = AlertPolygon(field.text)?.points, let first = points.first else { return nil }
            return (field.line, points.first { !$0.hasLatitude || !$0.hasLongitude } ?? first)
        }
        return corners + circles(message).compactMap { field in circle(field.text).map { (field.line, $0.centre) } }
    }
}
