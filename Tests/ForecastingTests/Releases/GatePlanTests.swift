import River
import Series
import TestKit
import Testing

@testable import Forecasting

@Suite struct GatePlanTests {
    @Test func `orders of which notice has been given are carried out before the notice time, and no others`() throws {
        let rating = try #require(RatingTable(inputs: [100], outputs: [500]))
        let gates = try #require(GateGroup(id: "gates", count: 6, rating: .table(rating), leastSpacing: 7200))
        var wish = GatePlan.Wish(
            levels: [Double](repeating: 110, count: 12), discharge: [Double](repeating: 3000, count: 12), open: 1,
            notice: 4 * 3600)
        let without = GatePlan(wish, of: gates)
        #expect(Array(without.open.prefix(4)) == [1, 1, 1, 1] && without.open[4] == 2)
        wish.announced = [1, 2, 2, 3]
        let with = GatePlan(wish, of: gates)
        #expect(Array(with.open.prefix(5)) == [1, 2, 2, 3, 3], "the spacing counts from the last announced move")
        #expect(with.open[5] == 4 && with.moves.map(\.step).prefix(3) == [1, 3, 5])
        wish.announced = [9, -3]
        #expect(
            Array(GatePlan(wish, of: gates).open.prefix(4)) == [6, 0, 0, 0],
            "never more gates than there are, nor fewer than none")
    }

    private func group(_ count: Int, spacing: Int64) throws -> GateGroup {
        let rating = try #require(RatingTable(inputs: [0, 100], outputs: [0, 200]))
        return try #require(
            GateGroup(
                id: "gates", count: count, rating: .table(rating), order: Array((1...count).reversed()),
                leastSpacing: spacing))
    }

    @Test func `gates follow a wave one by one, in their order, with spacing and notice`() throws {
        let wanted: [Double] = [0, 0, 300, 300, 300, 300, 0, 0, 0, 0]
        let plan = GatePlan(
            .init(levels: wanted.map { _ in 50 }, discharge: wanted, open: 0, notice: 3 * 3600),
            of: try group(4, spacing: 2 * 3600))
        // 100 m3/s a gate; 3 h notice, then a move every second hour
        #expect(plan.moves.allSatisfy { $0.step >= 3 })
        #expect(plan.moves.first == GatePlan.Move(step: 3, gate: 4, opens: true))
        for (earlier, later) in zip(plan.moves, plan.moves.dropFirst()) { #expect(later.step - earlier.step >= 2) }
        #expect(plan.open.count == 10)
        #expect(plan.discharge == plan.open.map { Double($0) * 100 })
    }

    @Test func `a price on moves leaves gates where they are`() throws {
        let wanted = (0..<24).map { $0 % 2 == 0 ? 100.0 : 140.0 }
        let wish = GatePlan.Wish(levels: wanted.map { _ in 50 }, discharge: wanted, open: 0, moveCost: 1e3)
        #expect(GatePlan(wish, of: try group(3, spacing: 0)).moves.count == 1)
    }

    @Test(arguments: [UInt64](1...20))
    func `no other way of moving the gates costs less`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let steps = 7
        let gates = try group(2, spacing: 2 * 3600)
        let levels = (0..<steps).map { _ in 20 + 60 * generator.nextUnit() }
        let wish = GatePlan.Wish(
            levels: levels, discharge: (0..<steps).map { _ in 300 * generator.nextUnit() },
            open: Int(generator.next(below: 3)), sinceMove: 3600 * Int64(generator.next(below: 3)), moveCost: 500)
        func cost(_ open: [Int]) -> Double? {
            var (before, rested, sum) = (wish.open, min(Int(wish.sinceMove / 3600), 2), 0.0)
            for (step, count) in open.enumerated() {
                if count != before {
                    guard (count - before).magnitude == 1, rested >= 2 else { return nil }
                    (rested, sum) = (0, sum + 500)
                }
                rested += 1
                before = count
                let miss = gates.discharge(atLevel: levels[step], open: Double(count)) - wish.discharge[step]
                sum += miss * miss
            }
            return sum
        }
        var best = Double.infinity
        for code in 0..<2187 {
            var (rest, open) = (code, [Int]())
            for _ in 0..<steps {
                open.append(rest % 3)
                rest /= 3
            }
            if let sum = cost(open) { best = min(best, sum) }
        }
        let plan = GatePlan(wish, of: gates)
        let sum = try #require(cost(plan.open))
        #expect((sum - best).magnitude <= 1e-9 * max(1, best))
    }
}
