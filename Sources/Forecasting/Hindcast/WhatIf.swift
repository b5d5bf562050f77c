public import River
public import Series

/// A series that nobody sent, made for asking what it would have been worth: the reference station's record, moved upstream by
/// the travel time, with seeded noise. It looks into the event's future, so what it shows is the most that could be gained.
public struct WhatIfSeries: Hashable, Sendable {
    /// Where the made series stands.
    public let station: StationID
    /// The station below whose record it is made from.
    public let reference: StationID
    /// h by which the water passes the made station earlier.
    public let travelTimeHours: Double
    /// m added to the reference's stage.
    public let offset: Double
    /// m, standard deviation of the noise.
    public let noise: Double
    /// Fixes the noise.
    public let seed: UInt64
    /// h between readings.
    public let stepHours: Int
    /// min from observation to receipt.
    public let latencyMinutes: Int

    /// Makes a recipe.
    public init(
        station: StationID, reference: StationID, travelTimeHours: Double, offset: Double, noise: Double, seed: UInt64,
        stepHours: Int, latencyMinutes: Int
    ) {
        precondition(stepHours > 0 && latencyMinutes >= 0 && noise >= 0, "a recipe has a step, a latency and a noise")
        self.station = station
        self.reference = reference
        self.travelTimeHours = travelTimeHours
        self.offset = offset
        self.noise = noise
        self.seed = seed
        self.stepHours = stepHours
        self.latencyMinutes = latencyMinutes
    }

    /// The readings, all *estimated*, made from the reference's record.
    public func readings(from record: PointSeries, provider: PartyID) -> [CycleReading] {
        guard let first = record.first, let last = record.last else { return [] }
        let lead = Int64((travelTimeHours * 3600).rounded())
        let step = Int64(stepHours) * 3600
        var generator = SeededGenerator(seed: seed)
        var readings: [CycleReading] = []
        var time = (first.time - lead).roundedUp(toStep: step)
        while time <= last.time - lead {
            if let stage = record.value(at: time + lead, maximumGap: .max) {
                let value = stage + offset + noise * generator.nextNormal()
                readings.append(
                    CycleReading(
                        Observation(
                            series: SeriesID(provider: provider, station: station, property: .stage), observed: time,
                            received: time + Int64(latencyMinutes) * 60, value: value, known: .estimated,
                            source: "what-if, seed \(seed)")))
            }
            time = time + step
        }
        return readings
    }

    /// The basin with the correspondence that the recipe implies: one metre above is one metre below.
    public func basin(_ basin: Basin, record: PointSeries) -> Basin {
        guard let lowest = record.points.map(\.value).min() else { return basin }
        let link = StageCorrespondence(
            upstream: station, downstream: reference,
            pairs: [
                .init(upstream: lowest + offset, downstream: lowest),
                .init(upstream: lowest + offset + 1, downstream: lowest + 1),
            ], source: "what-if: equal rise")
        return basin.adding(correspondence: link)
    }
}
