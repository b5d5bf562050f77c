import Dispatch
import Forecasting
import Formats
import River
import Series

/// One forecast from rain for a whole basin: every point below a reach with its own sub-basin, GR4H and XAJ, 51 members, ten days.
struct RainCycleBench: Benchmark {
    let seed: UInt64
    let basin: Basin
    let unit = "ms"
    private let count: Int

    init(seed: UInt64) throws {
        self.seed = seed
        basin = try loadPack(StandardPack.folder).basin
        count = Set(basin.reaches.flatMap { [$0.upstream, $0.downstream] }).count
    }

    var size: String {
        "\(count) sub-basins, \(basin.reaches.count) reaches, 51 members x 2 models, 240 h after 30 days"
    }

    func run() throws -> BenchSample {
        guard let gr = RunoffModels.named("GR4H"), let xaj = RunoffModels.named("XAJ") else {
            throw CommandRefusal(.ours, "the models of the bench are missing")
        }
        let models = [
            SubBasin.Model(gr, [320, 0.2, 60, 6]),
            SubBasin.Model(xaj, [0.95, 0.25, 0.02, 20, 70, 60, 0.15, 25, 1.2, 0.35, 0.3, 0.3, 0.5, 0.8, 0.98]),
        ]
        let (past, horizon, members) = (720, 240, 51)
        let outlets = Set(basin.reaches.flatMap { [$0.upstream, $0.downstream] }).sorted()
        let subBasins = outlets.map { SubBasin(name: $0.text, outlet: $0, area: 2000, models: models) }
        let weather = outlets.indices.map { place -> SubBasinWeather in
            let own = seed + UInt64(place) * 1000
            let before = BenchWeather.forcing(steps: past, step: 3600, seed: own)
            let after = (1...members).map { BenchWeather.forcing(steps: horizon, step: 3600, seed: own + UInt64($0)) }
            return SubBasinWeather(
                past: before, rain: after.map(\.precipitation), evaporation: after.first?.evaporation ?? [])
        }
        // Every second point is read, with an error.
        var observed: [StationID: [Double?]] = [:]
        for (place, outlet) in outlets.enumerated() where place.isMultiple(of: 2) {
            let depth = BenchWeather.flow(gr, [300, 0.1, 70, 8], weather[place].past, seed: seed + UInt64(place))
            observed[outlet] = depth.map { $0.map { RunoffForcing.discharge(ofDepth: $0, area: 4000, step: 3600) } }
        }
        let issued = Instant(secondsSinceEpoch: 1_725_667_200)
        let thresholds = Dictionary(
            uniqueKeysWithValues: outlets.map { outlet in
                (outlet, [1, 2, 3].map { FlowThreshold(level: $0, flow: Double($0) * 800) })
            })
        var forecasts: [DischargeForecast] = []
        let seconds = BenchWeather.seconds(1) {
            forecasts = RainCycle(
                of: basin, subBasins: subBasins, weather: weather, observed: observed, thresholds: thresholds,
                issued: issued, seed: seed
            ).run { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) }
        }
        return BenchSample(
            value: seconds * 1e3, checksum: forecasts.reduce(0) { $0 + $1.p50.reduce(0, +) },
            details: ["points": Double(forecasts.count)])
    }
}
