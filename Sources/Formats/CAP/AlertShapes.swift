/// A point of WGS 84 as CAP writes it: latitude, then longitude, degrees.
public struct AlertPoint: Hashable, Sendable {
    /// Degrees north.
    public let latitude: Double
    /// Degrees east.
    public let longitude: Double

    /// Reads `lat,lon`; nil when it is not two decimal numbers. The range is not looked at.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let latitude = decimal(parts[0]), let longitude = decimal(parts[1]) else { return nil }
        self.latitude = latitude
        self.longitude = longitude
    }

    /// Whether the latitude lies within -90...90.
    var hasLatitude: Bool { latitude.magnitude <= 90 }
    /// Whether the longitude lies within -180...180.
    var hasLongitude: Bool { longitude.magnitude <= 180 }
}

/// A decimal number without exponent, as `xs:decimal` has it; nil for anything else.
func decimal(_ text: some StringProtocol) -> Double? {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, bytes.count <= 64 else { return nil }
    var hasDigit = false
    var hasPoint = false
    for (index, byte) in bytes.enumerated() {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"): if index > 0 { return nil }
        case UInt8(ascii: "."):
            if hasPoint { return nil }
            hasPoint = true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): hasDigit = true
        default: return nil
        }
    }
    return hasDigit ? Double(String(text)) ?? Double("0" + String(text)) : nil
}

/// A polygon of CAP: at least four pairs, the last the same as the first.
public struct AlertPolygon: Hashable, Sendable {
    /// The corners in their order, the first repeated at the end.
    public let points: [AlertPoint]

    /// Reads a polygon; nil when a word is no pair of numbers. Closure and range are not looked at.
    init?(_ text: String) {
        var points: [AlertPoint] = []
        for word in text.xmlWords {
            guard let point = AlertPoint(word) else { return nil }
            points.append(point)
        }
        guard !points.isEmpty else { return nil }
        self.points = points
    }

    /// Whether the last corner is the first.
    public var isClosed: Bool { points.first == points.last }

    /// Whether two sides cross or touch that are no neighbours, or there is no area at all. Looks at every pair: for polygons of more than 1000 corners the
    /// answer is left open, nil.
    public var isSelfIntersecting: Bool? {
        let corners = points.enumerated().filter { $0.offset == 0 || $0.element != points[$0.offset - 1] }.map(
            \.element)
        let sides = corners.count - 1
        // Corners that repeat each other leave a line there and back, or a point.
        guard sides >= 3 else { return points.count >= 4 }
        guard sides <= 1000 else { return nil }
        for first in 0..<(sides - 1) {
            for second in (first + 1)..<sides {
                let isNeighbour = second == first + 1 || (first == 0 && second == sides - 1 && isClosed)
                let hit =
                    isNeighbour
                    ? AlertPolygon.foldsBack(corners, first, second, sides)
                    : AlertPolygon.meet(corners[first], corners[first + 1], corners[second], corners[second + 1])
                if hit { return true }
            }
        }
        return false
    }

    /// Whether a side runs back over its neighbour.
    private static func foldsBack(_ corners: [AlertPoint], _ first: Int, _ second: Int, _ sides: Int) -> Bool {
        let isRing = first == 0 && second == sides - 1
        let (a, b, c) =
            isRing
            ? (corners[second], corners[0], corners[1]) : (corners[first], corners[second], corners[second + 1])
        let dot =
            (a.latitude - b.latitude) * (c.latitude - b.latitude)
            + (a.longitude - b.longitude) * (c.longitude - b.longitude)
        return side(a, b, c) == 0 && dot > 0
    }

    private static func side(_ a: AlertPoint, _ b: AlertPoint, _ c: AlertPoint) -> Double {
        (b.longitude - a.longitude) * (c.latitude - a.latitude) - (b.latitude - a.latitude)
            * (c.longitude - a.longitude)
    }

    private static func meet(_ a: AlertPoint, _ b: AlertPoint, _ c: AlertPoint, _ d: AlertPoint) -> Bool {
        let (one, two, three, four) = (side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b))
        if ((one > 0) != (two > 0)) && ((three > 0) != (four > 0)) && one != 0 && two != 0 && three != 0 && four != 0 {
            return true
        }
        return (one == 0 && lies(c, a, b)) || (two == 0 && lies(d, a, b)) || (three == 0 && lies(a, c, d))
            || (four == 0 && lies(b, c, d))
    }

    /// Whether a point on the line through two others lies between them.
    private static func lies(_ point: AlertPoint, _ a: AlertPoint, _ b: AlertPoint) -> Bool {
        min(a.latitude, b.latitude) <= point.latitude && point.latitude <= max(a.latitude, b.latitude)
            && min(a.longitude, b.longitude) <= point.longitude && point.longitude <= max(a.longitude, b.longitude)
    }
}
