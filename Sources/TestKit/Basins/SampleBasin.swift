public import River
public import Series

/// A made basin of four gauges in a row, `upper`, `middle`, `lower` and `mouth`, the last two with ratings.
public enum SampleBasin {
    /// A station of the basin.
    public static func station(_ id: String, alarms: [Double] = [], rating: RatingCurve? = nil) -> Station {
        Station(
            id: StationID(id)!,  // literal ids
            name: LocalizedText(vi: "Trạm \(id)", zh: "\(id)站", en: "Station \(id)"),
            river: "sample", provider: PartyID("vn-sample")!, datum: "vn-hon-dau",
            alarms: alarms.enumerated().map {
                AlarmLevel(level: $0 + 1, value: $1, scheme: "vn-bao-dong", quality: .solid, source: "made")
            }, ratings: rating.map { [$0] } ?? [])
    }

    /// A rating that passes through zero at `zero`.
    public static func rating(zero: Double, coefficient: Double) -> RatingCurve {
        RatingCurve(
            validity: .always, form: .powerLaw(coefficient: coefficient, zero: zero, exponent: 1.8),
            gaugedRange: (zero + 0.5)...(zero + 14), logDeviation: 0.08, quality: .single, source: "made")
    }

    /// The basin.
    public static let basin: Basin = {
        let ids = ["upper", "middle", "lower", "mouth"]
        let reaches = zip(ids, ids.dropFirst()).map { above, below in
            Reach(
                id: ReachID("\(above)-to-\(below)")!, river: "sample", upstream: StationID(above)!,  // literal ids
                downstream: StationID(below)!, length: 60_000, slope: 3e-4, manningN: 0.033, bottomWidth: 180,
                sideSlope: 3, celerity: 2.5, known: .estimated, source: "made")
        }
        return Basin(
            id: "sample", name: LocalizedText(vi: "Lưu vực mẫu", zh: "示例流域", en: "Sample basin"),
            stations: [
                station("upper", alarms: [50, 52, 53]), station("middle", alarms: [40, 41, 42]),
                station("lower", alarms: [30, 31, 32], rating: rating(zero: 22, coefficient: 60)),
                station("mouth", alarms: [10, 11, 12], rating: rating(zero: 1, coefficient: 55)),
            ], reaches: reaches,
            correspondences: [
                StageCorrespondence(
                    upstream: StationID("upper")!, downstream: StationID("middle")!,
                    pairs: [
                        .init(upstream: 50, downstream: 40), .init(upstream: 52, downstream: 41),
                        .init(upstream: 53, downstream: 42),
                    ], source: "made")
            ])
    }()

    /// A reading of stage.
    public static func reading(
        _ station: String, hour: Double, _ value: Double, receivedAfter delay: Int64 = 0, revision: Int = 0,
        known: Known = .observed
    ) -> Observation {
        let observed = start + Int64((hour * 3600).rounded())
        return Observation(
            series: SeriesID(
                provider: PartyID("vn-sample")!, station: StationID(station)!, property: .stage),  // literal ids
            observed: observed, received: observed + delay, value: value, known: known, revision: revision,
            source: "made")
    }

    /// The beginning of every made record: 2024-09-08T00:00:00Z.
    public static let start = Instant(secondsSinceEpoch: 1_725_753_600)

    /// A flood wave that passes the four gauges, 6-hourly, in metres.
    public static func flood() -> [Observation] {
        let shapes: [(station: String, base: Double, rise: Double, delay: Double)] = [
            ("upper", 46, 8, 0), ("middle", 37, 6.5, 7), ("lower", 27, 6, 14), ("mouth", 5, 5, 21),
        ]
        return shapes.flatMap { shape in
            stride(from: 0.0, through: 120, by: 6).map { hour in
                let x = max(0, hour - shape.delay) / 36
                let level = shape.base + shape.rise * Elementary.power(x * Elementary.exp(1 - x), 3)
                return reading(shape.station, hour: hour, (level * 100).rounded() / 100)
            }
        }
    }
}
