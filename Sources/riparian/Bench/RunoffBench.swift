import Foundation
import River
import Series

/// Made weather and flow for the benchmarks of the runoff models.
struct BenchWeather {
    /// A climate of wet and dry spells with a dry season, `steps` long.
    static func forcing(steps: Int, step: Int64, seed: UInt64) -> RunoffForcing {
        var generator = SeededGenerator(seed: seed)
        let perDay = 86_400 / Double(step)
        var wet = false
        var rain: [Double] = []
        var evaporation: [Double] = []
        for number in 0..<steps {
            let day = Double(number) / perDay
            let place = day / 365.25 - (day / 365.25).rounded(.down)
            let season = 1 - (4 * (place - 0.5).magnitude - 1)
            wet = generator.nextUnit() < (wet ? 0.6 : 0.12 + 0.08 * season)
            let amount = wet ? -Elementary.log(generator.nextUnit()) * (3 + 6 * season) : 0
            rain.append(amount / (perDay == 1 ? 1 : 6))
            evaporation.append((0.5 + 2 * season) / perDay)
        }
        return RunoffForcing(precipitation: rain, evaporation: evaporation, step: step)
    }

    /// A variant of the daily forcing of `Fixtures/runoff`: its recipe, its six storm days and two droughts, with another seed.
    /// Seed 20260724 is the fixture itself before its numbers were cut to six digits.
    static func variant(days: Int, seed: UInt64) -> RunoffForcing {
        var generator = SeededGenerator(seed: seed)
        var wet = false
        var (warmth, rain, evaporation) = (0.0, [Double](), [Double]())
        for day in 0..<days {
            let season = cos(2 * Double.pi * (Double(day) - 200) / 365.25)
            let (a, b, c, d) = (
                generator.nextUnit(), generator.nextUnit(), generator.nextUnit(), generator.nextUnit()
            )
            wet = a < (wet ? 0.62 + 0.25 * season : 0.20 + 0.16 * season)
            var amount = wet ? -(6.5 + 4.5 * season) * Elementary.log(b) * (c < 0.04 ? 4 : 1) : 0
            if (1460..<1600).contains(day) || (2900..<2960).contains(day) { amount = 0 }
            if [930, 931, 2011, 3302, 3303, 3304].contains(day) { amount = 60 + 120 * c }
            if amount < 0.05 { amount = 0 }
            warmth = 0.8 * warmth + 4.4 * (d - 0.5)
            let demand = (2.4 + 1.9 * season) * (0.8 + 0.4 * b) - (amount > 5 ? 0.9 : 0)
            rain.append(amount)
            evaporation.append(6 + 12 * season + warmth > -3 ? max(0, demand) : 0)
        }
        return RunoffForcing(precipitation: rain, evaporation: evaporation, step: 86_400)
    }

    /// Flow of a model with a seeded error.
    static func flow(_ model: any RunoffModel, _ parameters: [Double], _ forcing: RunoffForcing, seed: UInt64)
        -> [Double?]
    {
        var generator = SeededGenerator(seed: seed)
        return model.run(forcing, parameters, from: model.start(parameters, forcing)).discharge.map {
            $0 * (0.9 + 0.2 * generator.nextUnit())
        }
    }

    static func seconds(_ repeats: Int, _ body: () -> Void) -> Double {
        (0..<repeats).map { _ in
            let begin = ContinuousClock.now
            body()
            return (ContinuousClock.now - begin).inSeconds
        }.min() ?? 0
    }
}

/// Single runs of the runoff models: ten years of days, one of hours; the least of twenty.
struct RunoffBench: Benchmark {
    let seed: UInt64
    let unit = "us"
    let size = "GR4J, 3652 days, one run"

    func run() -> BenchSample {
        let days = BenchWeather.forcing(steps: 3652, step: 86_400, seed: seed)
        let eleven = BenchWeather.forcing(steps: 4018, step: 86_400, seed: seed)
        let hours = BenchWeather.forcing(steps: 8760, step: 3600, seed: seed)
        var checksum = 0.0
        func time(_ name: String, _ parameters: [Double], _ forcing: RunoffForcing) -> Double {
            guard let model = RunoffModels.named(name) else { return 0 }
            return 1e6
                * BenchWeather.seconds(20) {
                    let run = model.run(forcing, parameters, from: model.start(parameters, forcing))
                    checksum += run.discharge.last ?? 0
                }
        }
        let sets: [[Double]] = (0..<8).map { number in
            let x = Double(number)
            return [200 + 20 * x, 0.5 + 0.1 * x, 60 + 5 * x, 1.5 + 0.1 * x]
        }
        let lanes = BenchWeather.seconds(20) {
            var runner = RunoffModels.named("GR4J")?.candidates(days)
            checksum += runner?.discharges(of: sets)[7].last ?? 0
        }
        let basin = [0.95, 0.22, 0.037, 14, 78, 90, 0.14, 20.8, 1.25, 0.35, 0.315, 0.55, 2.08, 0.63, 0.9908]
        let details = [
            "gr4j_lanes_us_per_run": lanes / 8 * 1e6, "gr4h_8760_us": time("GR4H", [521, -0.3, 60, 6.5], hours),
            "gr6j_us": time("GR6J", [310, 0.5, 70, 1.8, 0.3, 6], days), "xaj_4018_us": time("XAJ", basin, eleven),
        ]
        return BenchSample(value: time("GR4J", [320, 0.8, 90, 1.7], days), checksum: checksum, details: details)
    }
}

/// Calibrations by Michel's search: one basin of days, one of hours, and many on all cores, each with its own variant of the daily
/// forcing of the fixtures.
struct CalibrationBench: Benchmark {
    let basins: Int
    let seed: UInt64
    let unit = "ms"
    var size: String { "GR4J, 10 years of days after one of warm-up, NSE; \(basins) basins in details" }

    func run() -> BenchSample {
        guard let daily = RunoffModels.named("GR4J"), let hourly = RunoffModels.named("GR4H") else {
            return BenchSample(value: 0, checksum: 0)
        }
        func problem(
            _ model: any RunoffModel, _ parameters: [Double], _ forcing: RunoffForcing, _ warmup: Int, _ seed: UInt64
        ) -> CalibrationProblem {
            CalibrationProblem(
                model: model, forcing: forcing, observed: BenchWeather.flow(model, parameters, forcing, seed: seed),
                warmup: warmup, objective: .nashSutcliffe)
        }
        var checksum = 0.0
        let one = problem(
            daily, [237.5, -0.9, 64.2, 2.35], BenchWeather.forcing(steps: 4017, step: 86_400, seed: seed), 365, seed)
        let day = BenchWeather.seconds(5) { checksum += calibrate(one, method: .michel).criterion }
        let hour = problem(
            hourly, [521, -0.3, 60, 6.5], BenchWeather.forcing(steps: 43_824, step: 3600, seed: seed), 8760, seed)
        let hours = BenchWeather.seconds(1) { checksum += calibrate(hour, method: .michel).criterion }
        let many = (0..<basins).map { number -> CalibrationProblem in
            let own = seed &+ UInt64(number)
            return problem(
                daily, [150 + Double(number % 40) * 10, -0.9, 64.2, 2.35],
                BenchWeather.variant(days: 4017, seed: own), 365, own)
        }
        let all = BenchWeather.seconds(1) {
            checksum += calibrateAll(many, method: .michel, seed: 1, evaluations: 10).reduce(0) { $0 + $1.criterion }
        }
        return BenchSample(
            value: day * 1e3, checksum: checksum,
            details: ["gr4h_4_plus_1_years_s": hours, "all_basins_s": all, "basins": Double(basins)])
    }
}
