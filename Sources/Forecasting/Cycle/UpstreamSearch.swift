import River
import Series

/// What stands above a station: the nearest points that can feed its forecast, and what was passed or missed on the way.
struct UpstreamSearch {
    /// One feeding point and the way down from it.
    struct Source {
        let station: StationID
        /// From the source to the station, in the direction of flow.
        let path: [Reach]

        /// s along the path.
        var travelTime: Double { path.reduce(0) { $0 + $1.travelTime } }
    }

    private(set) var sources: [Source] = []
    /// The nearest gauge of each branch on which nothing was found.
    private(set) var missing: [StationID] = []
    /// Dams below the sources or on branches without one.
    private(set) var dams: [StationID] = []

    /// Walks up every branch until a point is usable.
    init(from station: StationID, in basin: Basin, isUsable: (StationID) -> Bool) {
        for reach in basin.reaches(into: station) {
            walk(reach, path: [], nearestGauge: nil, basin, isUsable)
        }
    }

    private mutating func walk(
        _ reach: Reach, path: [Reach], nearestGauge: StationID?, _ basin: Basin, _ isUsable: (StationID) -> Bool
    ) {
        let path = [reach] + path
        if isUsable(reach.upstream) {
            sources.append(Source(station: reach.upstream, path: path))
            return
        }
        let kind = basin.stations[reach.upstream]?.kind
        if kind == .dam { dams.append(reach.upstream) }
        let gauge = nearestGauge ?? (kind == .gauge ? reach.upstream : nil)
        let further = basin.reaches(into: reach.upstream)
        if further.isEmpty, let gauge, !missing.contains(gauge) { missing.append(gauge) }
        for next in further { walk(next, path: path, nearestGauge: gauge, basin, isUsable) }
    }
}
