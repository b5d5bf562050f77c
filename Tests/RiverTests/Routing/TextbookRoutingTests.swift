import Foundation
import TestKit
import Testing

@testable import River

@Suite struct TextbookRoutingTests {
    private struct Case: Decodable {
        struct Parameters: Decodable {
            let K: Double?
            let X: Double?
            let dt: Double?
            let C1: Double?
            let C2: Double?
            let steps: Int?
        }
        struct Input: Decodable {
            let inflow: [Double]?
            let upstream: [[Int32]]?
        }
        struct Expected: Decodable {
            let outflow: [Double]?
            let now: [Double]?
        }
        let id: String
        let parameters: Parameters?
        let input: Input?
        let expected: Expected?
        let tolerance_rel: Double?

        private enum CodingKeys: CodingKey { case id, parameters, input, expected, tolerance_rel }

        /// Other kinds of cases have other shapes: what does not fit is left out.
        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.decode(String.self, forKey: .id)
            parameters = try? container.decode(Parameters.self, forKey: .parameters)
            input = try? container.decode(Input.self, forKey: .input)
            expected = try? container.decode(Expected.self, forKey: .expected)
            tolerance_rel = try? container.decode(Double.self, forKey: .tolerance_rel)
        }
    }

    private func cases() throws -> [String: Case] {
        struct File: Decodable { let cases: [Case] }
        let file = try JSONDecoder().decode(File.self, from: Data(Repository.bytes("Fixtures/textbook_cases.json")))
        return Dictionary(uniqueKeysWithValues: file.cases.map { ($0.id, $0) })
    }

    @Test(arguments: ["muskingum-ponce-9-1", "muskingum-chow-8-4-1", "muskingum-subramanya"])
    func `a hydrograph through one reach is that of the book`(id: String) throws {
        let found = try #require(try cases()[id])
        let (inflow, expected) = try (#require(found.input?.inflow), #require(found.expected?.outflow))
        let parameters = try #require(found.parameters)
        let network = try RiverNetwork(downstreamRow: [1, -1])
        var setup = RoutingSetup(
            network: network,
            parameters: .muskingum(k: [1, try #require(parameters.K)], x: [0, try #require(parameters.X)]),
            scheme: .muskingum, step: try #require(parameters.dt))
        setup.points[0] = .given(start: inflow[0])
        let run = try RoutingRun<Double>.make(setup)
        // the first outflow of the example need not be the first inflow
        run.start { reach, _ in reach == 1 ? expected[0] - inflow[0] : 0 }
        let steps = inflow.count - 1
        let flows = MadeRun.advance(
            run, lateral: [Double](repeating: 0, count: 2 * steps), steps: 0..<steps, of: steps,
            given: [Array(inflow.dropFirst())])
        for (value, wanted) in zip(flows[steps...], expected.dropFirst()) {
            #expect((value - wanted).magnitude <= (found.tolerance_rel ?? 0) * wanted)
        }
        #expect(run.balance().relativeError.magnitude < 1e-12)
    }

    @Test func `five reaches in matrix form give the numbers of the published example`() throws {
        let found = try #require(try cases()["muskingum-matrix-five-reaches"])
        let expected = try #require(found.expected?.now)
        // K and X of C1 = -0.25 and C2 = 0.375
        let (c1, c2, dt) = (-0.25, 0.375, 1.0)
        let d = 2 * dt / (c1 + c2)
        let kx = (c2 - c1) * d / 4
        let k = kx + (d - dt) / 2
        let network = try RiverNetwork(downstreamRow: [2, 2, 4, 4, -1])
        let setup = RoutingSetup(
            network: network,
            parameters: .muskingum(
                k: [Double](repeating: k, count: 5), x: [Double](repeating: kx / k, count: 5)),
            scheme: .muskingum, step: dt)
        let run = try RoutingRun<Double>.make(setup)
        run.start { _, _ in 0 }
        let flows = MadeRun.advance(
            run, lateral: [Double](repeating: 1, count: 10), steps: 0..<2, of: 2)
        for row in 0..<5 {
            let value = flows[Int(network.reachOfRow[row]) * 2 + 1]
            #expect((value - expected[row]).magnitude <= (found.tolerance_rel ?? 0) * expected[row].magnitude)
        }
    }

    @Test func `the linear scheme is linear`() throws {
        var made = try MadeNetwork(reaches: 200, seed: 11)
        let setup = RoutingSetup(
            network: made.network, parameters: made.parameters(for: .muskingum), scheme: .muskingum, step: 900)
        let (a, b): ([Double], [Double]) = (made.lateral(steps: 40), made.lateral(steps: 40))
        func flows(_ lateral: [Double]) throws -> [Double] {
            try MadeRun(setup, lateral: lateral, steps: 40) { try RoutingRun<Double>.make($0) }.flows
        }
        let (one, two) = try (flows(a), flows(b))
        let both = try flows(zip(a, b).map { 3 * $0 + 0.5 * $1 })
        let worst = both.indices.reduce(0.0) {
            max($0, (both[$1] - 3 * one[$1] - 0.5 * two[$1]).magnitude / max(1, both[$1].magnitude))
        }
        #expect(worst < 1e-12)
    }

    @Test func `Todini's base case is met by fifty reaches of a network`() throws {
        let rows = try Repository.text("Fixtures/routing/mct_s0.00025_n0.035.csv").split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",").map { Double($0)! } }
        let count = 51
        let section = TrapezoidSection(bottomWidth: 15, sideSlope: 5, manningN: 0.035, slope: 2.5e-4)
        var setup = RoutingSetup(
            network: try RiverNetwork(downstreamRow: (0..<Int32(count)).map { $0 == count - 1 ? -1 : $0 + 1 }),
            parameters: .sections([RoutedReach](repeating: RoutedReach(channel: section, length: 2000), count: count)),
            scheme: .mct, step: 1800)
        setup.points[0] = .given(start: rows[0][1])
        let steps = rows.count - 1
        func route<Scalar: RoutingScalar>(_ run: RoutingRun<Scalar>) -> [Scalar] {
            run.start { _, _ in 0 }
            return MadeRun.advance(
                run, lateral: [Scalar](repeating: 0, count: count * steps), steps: 0..<steps, of: steps,
                given: [rows.dropFirst().map { $0[1] }])
        }
        let run = try RoutingRun<Double>.make(setup)
        let (double, single) = (route(run), route(try RoutingRun<Float>.make(setup)))
        var worst = (double: 0.0, single: 0.0)
        for step in 0..<steps {
            for (reach, column) in [(10, 2), (50, 3)] {
                let wanted = rows[step + 1][column]
                worst.double = max(worst.double, (double[reach * steps + step] - wanted).magnitude)
                worst.single = max(worst.single, (single[reach * steps + step].inDouble - wanted).magnitude / wanted)
            }
        }
        #expect(worst.double < 1e-4, "largest distance \(worst.double) m3/s")
        #expect(worst.single < 1e-4, "largest relative distance in single precision \(worst.single)")
        #expect(run.balance().relativeError.magnitude < 1e-12)
    }
}
