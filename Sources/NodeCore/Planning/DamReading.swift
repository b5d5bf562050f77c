public import Forecasting
public import Formats
public import River
public import Series

/// The newest readings of an own dam, with what the pack knows of it.
public struct DamReading: Sendable {
    /// What may be planned.
    public let outlook: DamOutlook
    /// How sure the least sure number of the dam's tables is.
    public let quality: FactQuality
    /// How the dam stands.
    public let state: DamOutlook.State
    /// When the oldest of the readings was taken.
    public let read: Instant

    /// The readings; or what is missing, where a level, inflow or release is unknown or old, or the pack knows too little of the dam.
    public static func newest(
        of station: StationID, on board: DutyBoard, pack: BasinPack
    ) -> Result<DamReading, NodeCascade.Missing> {
        guard let known = pack.outlook(of: station, at: board.now) else {
            return .failure(.init(station, "advice.missing.tables"))
        }
        var values: [Double] = []
        var read = board.now
        for property in [Property.poolLevel, .inflow, .release] {
            guard let latest = latest(property, of: station, on: board),
                board.now - latest.observed <= NodeCascade.oldest
            else {
                return .failure(
                    .init(station, "advice.missing.reading", ["property": property.rawValue]))
            }
            values.append(latest.value)
            read = min(read, latest.observed)
        }
        let (level, inflow, release) = (values[0], max(0, values[1]), max(0, values[2]))
        return .success(
            DamReading(
                outlook: known.outlook, quality: known.quality,
                state: .init(
                    time: start(of: board), level: level, inflow: inflow, release: release,
                    gatesOpen: known.outlook.gates(for: release, atLevel: level)), read: read))
    }

    /// When what is planned begins: the next full hour, so that no notice is due before now.
    public static func start(of board: DutyBoard) -> Instant {
        Instant(secondsSinceEpoch: (board.now.secondsSinceEpoch + 3599) / 3600 * 3600)
    }

    /// The newest good reading of a property.
    static func latest(
        _ property: Property, of station: StationID, on board: DutyBoard
    ) -> (value: Double, observed: Instant)? {
        board.points.first { $0.station.id == station && $0.property == property }?.latest.flatMap { reading in
            reading.value.map { ($0, reading.observed) }
        }
    }
}
