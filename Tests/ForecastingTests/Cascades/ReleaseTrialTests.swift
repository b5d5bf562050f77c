import River
import Series
import Testing

@testable import Forecasting

@Suite struct ReleaseTrialTests {
    @Test func `a plan's own moves do what the plan does, to the last bit`() throws {
        let cascade = try MadePlants.cascade(members: 3, seed: 3)
        let plan = CascadePlanner(cascade).plan()
        #expect(plan.reason == nil && !plan.moves.joined().isEmpty)
        let trial = ReleaseTrial(ReleaseTrial.moves(of: plan), in: plan, of: cascade)
        for (place, plant) in trial.plants.enumerated() {
            let levels = plan.replay.tracks.map { max(cascade.plants[place].level, $0[place].levels.max() ?? 0) }
            #expect(plant.highest == ReleaseAdvice.Band(of: levels) && plant.missed == 0)
        }
        #expect(trial.peaks == cascade.towns.indices.map { ReleaseAdvice.Band(of: plan.replay.peaks(ofTown: $0)) })
    }

    @Test func `without any move the pool stands higher, and with one more gate lower, on any number of threads`()
        throws
    {
        let cascade = try MadePlants.cascade(members: 3, seed: 3)
        let plan = CascadePlanner(cascade).plan()
        let own = ReleaseTrial.moves(of: plan)
        let (as_, none, more) = (
            ReleaseTrial(own, in: plan, of: cascade), ReleaseTrial([], in: plan, of: cascade),
            ReleaseTrial(own + [.init(plant: 0, step: 4, opens: true)], in: plan, of: cascade)
        )
        #expect(none.moves.isEmpty && more.moves.count == own.count + 1)
        #expect(none.plants[0].highest.middle >= as_.plants[0].highest.middle)
        #expect(more.plants[0].largest.middle > as_.plants[0].largest.middle)
    }

    @Test func `moves of no plant, beyond the shared steps, or of more gates than there are change nothing`() throws {
        let cascade = try MadePlants.cascade(members: 2, seed: 5)
        let plan = CascadePlanner(cascade).plan()
        let own = ReleaseTrial.moves(of: plan)
        let same = ReleaseTrial(own, in: plan, of: cascade)
        let odd = ReleaseTrial(
            own + [
                .init(plant: 7, step: 2, opens: true), .init(plant: 0, step: 900, opens: true),
                .init(plant: 0, step: -1, opens: true),
            ], in: plan, of: cascade)
        #expect(odd == same)
        let all = ReleaseTrial(
            (0..<40).map { _ in .init(plant: 0, step: 5, opens: true) }, in: plan, of: cascade)
        let eight = ReleaseTrial(
            (0..<8).map { _ in .init(plant: 0, step: 5, opens: true) }, in: plan, of: cascade)
        #expect(all.plants == eight.plants && all.peaks == eight.peaks)
    }
}
