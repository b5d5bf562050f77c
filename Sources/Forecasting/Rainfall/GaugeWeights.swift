import River

/// Where rain is measured.
public struct RainGauge: Hashable, Sendable {
    /// Its name in tables.
    public let name: String
    /// Where it stands.
    public let point: GroundPoint
    /// m above sea level; nil where it is not known.
    public let elevation: Double?

    /// Makes a gauge.
    public init(name: String, point: GroundPoint, elevation: Double? = nil) {
        self.name = name
        self.point = point
        self.elevation = elevation
    }
}

/// How rain at gauges becomes rain over a sub-basin.
public enum GaugeMethod: Hashable, Sendable {
    /// Each place belongs to the nearest gauge (Thiessen 1911): exact areas of the parts.
    case thiessen
    /// Each place is the mean of all gauges by the inverse of the distance to a power, usually 2 (Shepard 1968).
    case inverseDistance(power: Double)
}

/// The weights of gauges for one sub-basin, also where some of them are silent.
public struct GaugeWeights: Sendable {
    /// How rain grows with height: the share per metre, for example 0.0005; nil: not at all.
    public struct Orography: Hashable, Sendable {
        /// m above sea level: the mean height of the sub-basin.
        public let elevation: Double
        /// 1/m
        public let gradient: Double

        /// Makes a rule.
        public init(elevation: Double, gradient: Double) {
            self.elevation = elevation
            self.gradient = gradient
        }
    }

    private let outline: AreaOutline
    private let gauges: [RainGauge]
    private let method: GaugeMethod
    /// One a gauge; what its rain is multiplied by.
    private let factors: [Double]
    private var known: [[Bool]: [Double]] = [:]

    /// Makes weights.
    ///
    /// - Parameters:
    ///   - gauges: at least one, no two in one place.
    ///   - orography: needs the elevation of every gauge.
    public init(of outline: AreaOutline, gauges: [RainGauge], method: GaugeMethod, orography: Orography? = nil) {
        precondition(!gauges.isEmpty, "rain is measured somewhere")
        precondition(Set(gauges.map(\.point)).count == gauges.count, "gauges stand in different places")
        self.outline = outline
        self.gauges = gauges
        self.method = method
        factors = gauges.map { gauge in
            guard let orography else { return 1 }
            guard let elevation = gauge.elevation else { preconditionFailure("the rule needs the height of a gauge") }
            return max(0, 1 + orography.gradient * (orography.elevation - elevation))
        }
    }

    /// The weights of the gauges that speak, one a gauge, together 1; all 0 where none speaks.
    public mutating func weights(ofSpeaking speaking: [Bool]) -> [Double] {
        if let weights = known[speaking] { return weights }
        var weights = [Double](repeating: 0, count: gauges.count)
        let places = gauges.indices.filter { speaking[$0] }
        let parts =
            switch method {
            case .thiessen: thiessen(places)
            case .inverseDistance(let power): inverseDistance(places, power)
            }
        let sum = parts.reduce(0, +)
        for (place, part) in zip(places, parts) { weights[place] = part / sum }
        known[speaking] = weights
        return weights
    }

    /// The rain over the sub-basin from readings of one step, mm; nil where no gauge speaks.
    public mutating func mean(_ readings: [Double?]) -> Double? {
        let weights = weights(ofSpeaking: readings.map { $0 != nil })
        guard readings.contains(where: { $0 != nil }) else { return nil }
        return readings.indices.reduce(0.0) { $0 + weights[$1] * factors[$1] * (readings[$1] ?? 0) }
    }

    /// Degrees of longitude as degrees of latitude, in the middle of the outline.
    private var shrinking: Double {
        let bounds = outline.bounds
        let middle = (bounds.south + bounds.north) / 2 * Double.pi / 180
        let sine = Elementary.sine(middle)
        return max(1e-6, (1 - sine * sine).squareRoot())
    }

    private func thiessen(_ places: [Int]) -> [Double] {
        let scale = shrinking
        return places.map { own in
            let here = gauges[own].point
            var polygons = outline.polygons
            for other in places where other != own {
                let there = gauges[other].point
                // The side of the middle line: linear in the scaled plane.
                let (east, up) = (
                    (there.longitude - here.longitude) * scale * scale, there.latitude - here.latitude
                )
                let (x, y) = ((here.longitude + there.longitude) / 2, (here.latitude + there.latitude) / 2)
                polygons = polygons.map { rings in
                    rings.map { ring in
                        RingClip.part(ring) { point in (x - point.longitude) * east + (y - point.latitude) * up }
                    }
                }
            }
            return AreaOutline.planarArea(polygons)
        }
    }

    /// The means of the weights of the places of a fine grid.
    private func inverseDistance(_ places: [Int], _ power: Double) -> [Double] {
        let (bounds, scale) = (outline.bounds, shrinking)
        let side = 24
        let (width, height) = (
            (bounds.east - bounds.west) / Double(side), (bounds.north - bounds.south) / Double(side)
        )
        guard
            let grid = GroundGrid(
                west: bounds.west, north: bounds.north, width: width, height: height, columns: side, rows: side)
        else { preconditionFailure("an outline has bounds") }
        var sums = [Double](repeating: 0, count: places.count)
        for share in GridShares(of: outline, on: grid).shares {
            let longitude = grid.edge(ofColumn: share.cell % side) + width / 2
            let latitude = grid.edge(ofRow: share.cell / side) - height / 2
            let squares = places.map { place in
                let (x, y) = (
                    (gauges[place].point.longitude - longitude) * scale, gauges[place].point.latitude - latitude
                )
                return max(x * x + y * y, 1e-12)
            }
            let nearness = squares.map { Elementary.power($0, -power / 2) }
            let all = nearness.reduce(0, +)
            for place in places.indices { sums[place] += share.weight * nearness[place] / all }
        }
        return sums
    }
}
