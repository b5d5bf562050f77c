import River
import Series
import TestKit
import Testing

@testable import Forecasting

/// Releases that a neighbour has announced: counted where a rating turns water into stage, told where nothing can be counted.
@Suite struct NoticedReleaseTests {
    private let dam = StationID("dam")!  // literal ids, here and below
    private let lower = StationID("lower")!
    private let start = SampleBasin.start + 48 * 3600

    /// The gauges of the sample with a dam above `lower`, 45 km and five hours away, and another above that.
    private var basin: Basin {
        let sample = SampleBasin.basin
        func dam(_ id: String) -> Station {
            Station(
                id: StationID(id)!, kind: .dam, name: LocalizedText(vi: id, zh: id, en: id), river: "sample",
                provider: PartyID("cn-sample")!)
        }
        func reach(_ above: String, _ below: String) -> Reach {
            Reach(
                id: ReachID("\(above)-to-\(below)")!, river: "sample", upstream: StationID(above)!,
                downstream: StationID(below)!, length: 45_000, slope: 3e-4, manningN: 0.033, bottomWidth: 180,
                sideSlope: 3, celerity: 2.5, known: .estimated, source: "made")
        }
        return Basin(
            id: "with-dams", name: sample.name,
            stations: Array(sample.stations.values) + [dam("dam"), dam("upper-dam")],
            reaches: sample.reaches + [reach("dam", "lower"), reach("upper-dam", "dam")],
            correspondences: sample.correspondences)
    }

    /// A cycle after two days of even water, 29 m at `lower` and 39 m at `middle`, a metre below their first levels.
    private func cycle(_ releases: [NoticedRelease]) -> CycleResult {
        let readings = stride(from: 0.0, through: 48, by: 3).flatMap { hour in
            [SampleBasin.reading("lower", hour: hour, 29), SampleBasin.reading("middle", hour: hour, 39)]
        }
        return runForecastCycle(
            CycleInput(issued: start, readings: readings.map { CycleReading($0) }, releases: releases), in: basin)
    }

    private func flow(_ stage: Double) -> Double {
        SampleBasin.basin.stations[lower]!.ratings[0].discharge(at: .metres(stage))!.value
    }

    @Test func `a release that leads to a level raises it at once, at the hour at which the water is there`() throws {
        let more = flow(30.5) - flow(29)
        let begin = start + 6 * 3600
        let result = cycle([NoticedRelease(dam: dam, flow: more + 200, before: 200, start: begin)])
        let draft = try #require(result.drafts.first { $0.station == lower })
        #expect(draft.level == 1 && draft.action == .new)
        #expect(draft.crossing == begin + 5 * 3600)
        #expect(abs((draft.crestMedian ?? 0) - 30.5) < 0.3)
        #expect(draft.notes.contains { if case .releaseNoticed(dam, _, begin, true) = $0 { true } else { false } })
        // The forecast itself keeps its numbers.
        let forecast = try #require(result.forecasts.first { $0.station == lower })
        #expect(forecast.median == cycle([]).forecasts.first { $0.station == lower }?.median)
        #expect(cycle([]).drafts.isEmpty)
    }

    @Test func `what is over, does not lead to a level or says no flow raises nothing, and the last is told`() {
        let more = flow(30.5) - flow(29)
        let over = NoticedRelease(dam: dam, flow: more, before: 0, start: start - 20 * 3600, end: start - 10 * 3600)
        #expect(cycle([over]).drafts.isEmpty)
        #expect(cycle([NoticedRelease(dam: dam, flow: more / 10, before: 0, start: start)]).drafts.isEmpty)
        #expect(cycle([NoticedRelease(dam: dam, flow: 500, before: 500, start: start)]).drafts.isEmpty)
        let silent = cycle([NoticedRelease(dam: dam, flow: nil, start: start)])
        #expect(silent.drafts.isEmpty)
        let notes = silent.forecasts.first { $0.station == lower }?.notes ?? []
        #expect(notes.contains(.releaseWithoutFlow(dam, start: start)) && !notes.contains(.releaseUnknown(dam)))
    }

    @Test func `a dam between keeps the water, a gauge above is not concerned, one without a rating is told`() {
        let much = NoticedRelease(dam: StationID("upper-dam")!, flow: 9_000, before: 0, start: start)
        #expect(cycle([much]).drafts.isEmpty)
        let result = cycle([NoticedRelease(dam: dam, flow: 100, before: 0, start: start)])
        let middle = result.forecasts.first { $0.station.text == "middle" }
        #expect(middle?.notes.contains { if case .releaseNoticed = $0 { true } else { false } } == false)
        var bare = basin.stations[lower]!
        bare.ratings = []
        let rise = NoticedRise(
            result.forecasts.first { $0.station == lower }!,
            [NoticedRelease(dam: dam, flow: 100, before: 0, start: start)],
            in: Basin(
                id: "bare", name: basin.name, stations: [bare] + basin.stations.values.filter { $0.id != lower },
                reaches: basin.reaches))
        #expect(rise.forecast == nil)
        #expect(rise.notes == [.releaseNoticed(dam, flow: 100, start: start, isCounted: false)])
    }
}
