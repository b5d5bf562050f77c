import River
import Series
import Testing

@testable import Forecasting

@Suite struct AdviceMakerTests {
    private func intention(_ enters: PlannedCascade.Destination, steps: Int) throws -> ReleaseIntention {
        ReleaseIntention(
            plant: "neighbour", party: try #require(PartyID("abroad")),
            arrivals: [.init(at: enters, kernel: MadePlants.kernel(2))],
            flow: (0..<steps).map { (12..<44).contains($0) ? 500 : 0 }, band: 0.8...1.2)
    }

    @Test func `notice leaves a notice time before the first gate, bands are in order, towns gain`() throws {
        let cascade = try MadePlants.cascade(members: 3, seed: 3)
        let advice = AdviceMaker(cascade, questions: .none).advice()
        let moves = advice.plan.moves.joined()
        #expect(!moves.isEmpty)
        let first = try #require(moves.map(\.step).min())
        #expect(
            advice.latestNotice?.secondsSinceEpoch == cascade.time(ofStep: first).secondsSinceEpoch - 4 * 3600)
        #expect(try #require(advice.latestNotice) >= cascade.start)
        for plant in advice.plants {
            for band in plant.levels + plant.releases { #expect(band.low <= band.middle && band.middle <= band.high) }
            #expect(plant.ordered.count == cascade.sharedSteps)
            #expect(plant.rule.mode == .keep && plant.seasonLevel == 101)
            #expect(plant.leastFreeStorage.low <= plant.freeStorage)
        }
        for town in advice.towns {
            #expect(town.after.middle < town.before.middle)
            #expect(zip(town.alarmsAfter, town.alarmsBefore).allSatisfy { $0 <= $1 })
            #expect((town.levelAfter == nil) == (town.id == "upper"))
        }
        #expect(advice.rules.extraCost > 0)
        #expect(advice.waiting == nil && advice.proposals.isEmpty)
        #expect(advice.reasons.contains { $0.code == .townPeak })
    }

    @Test func `waiting never helps by more than the gates' granularity`() throws {
        let cascade = try MadePlants.cascade(members: 2, seed: 5, flood: 1.2)
        var questions = AdviceMaker.Questions()
        questions.members = 0
        let advice = AdviceMaker(cascade, questions: questions).advice()
        let waiting = try #require(advice.waiting)
        #expect(waiting.extraCost > -0.02)
    }

    @Test(arguments: [0, 1])
    func `prices of a neighbour's water bound what planning again saves`(kind: Int) throws {
        let cascade = try MadePlants.cascade(members: 2, seed: 6)
        var questions = AdviceMaker.Questions()
        questions.waiting = 0
        let made = try intention(kind == 0 ? .town(0) : .plant(0), steps: cascade.steps)
        let advice = AdviceMaker(cascade, intentions: [made], questions: questions).advice()
        #expect(!advice.proposals.isEmpty)
        for proposal in advice.proposals {
            #expect(proposal.saving > 0)
            if let priced = proposal.priced {
                // convex: the first m3/s are worth the most
                #expect(proposal.saving <= priced * (1 + 1e-3) + 1e-5)
                #expect(proposal.saving >= 0.3 * priced, "and it is not far from it")
            }
        }
        if kind == 0 {
            let less = try #require(advice.proposals.first { $0.change == .less(130) })
            #expect(try #require(less.towns.first).peak < -20)
        }
    }

    @Test func `announced water comes in the members' shares of its band, all of them used once`() throws {
        let cascade = try MadePlants.cascade(members: 7, seed: 1)
        let made = try intention(.town(1), steps: cascade.steps)
        let added = cascade.adding([made])
        let shares = (0..<7).map { member -> Double in
            let more = zip(added.members[member].toTowns[1], cascade.members[member].toTowns[1]).map { $0 - $1 }
            return more[30] / 500
        }
        let wanted = (0..<7).map { 0.8 + 0.4 * (Double($0) + 0.5) / 7 }
        for (share, want) in zip(shares.sorted(), wanted) { #expect((share - want).magnitude <= 1e-9) }
        #expect(shares != shares.sorted())
    }

    @Test func `the same moves give the same replay, an edited one another`() throws {
        let cascade = try MadePlants.cascade(members: 2, seed: 3)
        let planner = CascadePlanner(cascade)
        let plan = planner.plan()
        #expect(planner.whatIf(plan.moves, in: plan) == plan.replay)
        var moves = plan.moves
        moves[0] = [.init(step: 5, gate: 1, opens: true), .init(step: 7, gate: 2, opens: true)]
        let edited = planner.whatIf(moves, in: plan)
        #expect(edited.tracks[0][0].open[6] == 1 && edited.tracks[1][0].open[7] == 2)
        #expect(edited != plan.replay)
        // a gate that the dam does not have changes nothing
        moves[0] = (0..<12).map { .init(step: $0, gate: 1, opens: false) }
        #expect(planner.whatIf(moves, in: plan).tracks[0][0].open[11] == 0)
    }
}
